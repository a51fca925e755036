use super::*;

const DATING: &str = "
brand: dating
zone: Europe/Paris
providers: [{name: lokaro}, {name: mar}]
sites:
  - {name: antananarivo, provider: lokaro, zone: Indian/Antananarivo, shift: madagascar}
  - {name: barcelona, provider: mar, zone: Europe/Madrid, shift: evenings}
  - {name: home, provider: mar}
queues:
  - {name: mail-fr, channel: email, threshold: 4h, calendar: mail}
  - {name: mail-en, channel: email, threshold: 4h, calendar: mail}
calendars:
  - name: mail
    weekly: {monday: ['08:00-18:00'], tuesday: ['08:00-18:00'], wednesday: ['08:00-18:00'], thursday: ['08:00-18:00'],
      friday: ['08:00-18:00'], saturday: ['08:00-18:00'], sunday: ['08:00-18:00']}
  - name: madagascar
    zone: Indian/Antananarivo
    weekly: {monday: ['09:00-19:00'], tuesday: ['09:00-19:00'], wednesday: ['09:00-19:00'], thursday: ['09:00-19:00'],
      friday: ['09:00-19:00'], saturday: ['09:00-19:00'], sunday: ['09:00-19:00']}
  - name: evenings
    weekly: {monday: ['17:30-18:00'], sunday: ['17:00-18:00']}
";

fn network() -> Network {
    Network::parse(DATING).unwrap_or_else(|mistakes| panic!("{mistakes:#?}"))
}

fn months(network: &Network, site: Option<&str>, first: &str, months: u32) -> Vec<MonthCoverage> {
    let all = network.coverage(first.parse().expect("a month"), months);
    let of = |coverage: &Coverage| coverage.site.as_ref().map(SiteId::as_str) == site;
    all.into_iter().find(of).unwrap_or_else(|| panic!("{site:?} is not there")).months
}

/// Hours of the promise, hours there, first and last date, how many.
fn told(daily: &[Daily]) -> Vec<String> {
    let line = |daily: &Daily| {
        let there = daily.at_site.as_ref().map(|there| format!("{}-{}", there.from, there.to)).unwrap_or_default();
        let (first, last) = (daily.dates[0], daily.dates[daily.dates.len() - 1]);
        format!("{}-{} {there} {first} {last} {}", daily.from, daily.to, daily.dates.len())
    };
    daily.iter().map(line).collect()
}

/// A shift that was agreed in summer leaves the last hour of every winter day without anybody.
#[test]
fn paris_8_to_18_is_10_to_20_in_antananarivo_in_winter_and_9_to_19_in_summer() {
    let october = &months(&network(), Some("antananarivo"), "2026-10", 1)[0];
    let promised =
        ["08:00-18:00 09:00-19:00 2026-10-01 2026-10-24 24", "08:00-18:00 10:00-20:00 2026-10-25 2026-10-31 7"];
    assert_eq!(told(&october.promised), promised);
    assert_eq!(told(&october.uncovered), ["17:00-18:00 19:00-20:00 2026-10-25 2026-10-31 7"]);
    assert_eq!((october.promised_s, october.uncovered_s), (31 * 36_000, 7 * 3_600));
    let year = months(&network(), Some("antananarivo"), "2026-01", 12);
    let uncovered: Vec<i64> = year.iter().map(|month| month.uncovered_s / 3_600).collect();
    assert_eq!(uncovered, [31, 28, 28, 0, 0, 0, 0, 0, 0, 7, 30, 31]);
}

#[test]
fn what_another_site_covers_is_no_gap_of_all_together() {
    let network = network();
    let november = &months(&network, None, "2026-11", 1)[0];
    // Mondays from 17:00 to 17:30; on Sundays the whole hour is covered in Barcelona.
    let gaps = ["17:00-18:00  2026-11-03 2026-11-28 20", "17:00-17:30  2026-11-02 2026-11-30 5"];
    let mut found = told(&november.uncovered);
    found.sort_by_key(|line| line.starts_with("17:00-17:30"));
    assert_eq!(found, gaps);
    assert_eq!(network.sites_without_shift().iter().map(|site| site.as_str()).collect::<Vec<_>>(), ["home"]);
    let queues: Vec<_> = network.promises()["mail"].iter().map(|queue| queue.as_str()).collect();
    assert_eq!(queues, ["mail-en", "mail-fr"]);
    assert_eq!(network.shifts().keys().copied().collect::<Vec<_>>(), ["evenings", "madagascar"]);
}

/// Before a site works for the brand it leaves nothing uncovered, and a promise that is no longer made needs nobody.
#[test]
fn only_what_is_in_force_is_held_against_each_other() {
    let text = DATING.replace("{name: antananarivo, ", "{name: antananarivo, from: 2026-11-11, ").replace(
        "  - {name: mail-en,",
        "  - {name: mail-fr, from: 2026-11-21, channel: email, threshold: 4h}\n  - {name: mail-en, from: 2026-11-25,",
    );
    let network = Network::parse(&text).unwrap_or_else(|mistakes| panic!("{mistakes:#?}"));
    let november = &months(&network, Some("antananarivo"), "2026-11", 1)[0];
    let dates: Vec<String> =
        november.uncovered.iter().flat_map(|daily| &daily.dates).map(ToString::to_string).collect();
    assert_eq!(dates.len(), 10 + 6, "{dates:?}");
    assert_eq!((dates[0].as_str(), dates[9].as_str(), dates[10].as_str()), ("2026-11-11", "2026-11-20", "2026-11-25"));
}

#[test]
fn a_shift_over_midnight_is_told_day_by_day() {
    let text =
        DATING.replace("- name: mail\n", "- name: mail\n    overrides: [{date: 2026-11-05, hours: ['00:00-24:00']}]\n");
    let network = Network::parse(&text).unwrap_or_else(|mistakes| panic!("{mistakes:#?}"));
    let november = &months(&network, Some("antananarivo"), "2026-11", 1)[0];
    let gaps = told(&november.uncovered);
    assert!(gaps.contains(&"00:00-07:00 02:00-09:00 2026-11-05 2026-11-05 1".to_owned()), "{gaps:?}");
    assert!(gaps.contains(&"17:00-24:00 19:00-02:00 2026-11-05 2026-11-05 1".to_owned()), "{gaps:?}");
}
