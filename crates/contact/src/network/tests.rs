use super::*;

const GOOD: &str = "
brand: north
zone: Europe/Paris
providers:
  - name: atlas
    cadence: 15m
sites:
  - {name: tunis, provider: atlas, country: TN, zone: Africa/Tunis}
queues:
  - {name: voice-fr, channel: voice, threshold: 20s, calendar: shop}
  - {name: voice-fr, from: 2026-07-01, threshold: 30s}
exclude:
  - {name: test line, kind: test, when: {queue: [voice-test]}}
calendars:
  - name: shop
    weekly: {monday: ['08:00-12:30', '13:30-18:00'], sunday: ['00:00-24:00']}
    holidays: [2026-12-25]
";

fn mistakes(text: &str) -> Vec<String> {
    Network::parse(text).expect_err("has mistakes").iter().map(ToString::to_string).collect()
}

#[test]
fn a_complete_file_is_read() {
    let network = Network::parse(GOOD).expect("valid");
    let versions = &network.queues["voice-fr"];
    assert_eq!(versions.len(), 2);
    assert_eq!(versions[1].from.map(|from| from.to_string()), Some("2026-06-30T22:00:00Z".to_owned()));
    assert_eq!(versions[1].threshold, Duration::from_secs(30));
    let atlas = ProviderId::new("atlas").expect("name");
    assert_eq!(network.site_standing("tunis", &atlas), Standing::Own);
    assert_eq!(network.site_standing("tunis", &ProviderId::new("other").expect("name")), Standing::Foreign);
    assert_eq!(network.site_standing("sfax", &atlas), Standing::Unknown);
    assert_eq!((network.durable_days, network.live_days), (7, 30));
}

#[test]
fn a_number_of_days_out_of_bounds_is_named_by_its_key() {
    let found = mistakes(&(GOOD.to_owned() + "durable_days: 0\nlive_days: 366\n"));
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(found[0].contains("durable_days is 0") && found[1].contains("live_days is 366"), "{found:#?}");
    let network = Network::parse(&(GOOD.to_owned() + "live_days: 3\n")).expect("valid");
    assert_eq!(network.live_days, 3);
}

#[test]
fn an_unknown_key_is_named_with_its_line() {
    let found = mistakes(&GOOD.replace("cadence: 15m", "rhythm: 15m"));
    assert!(found[0].starts_with("line 6, column 5:") && found[0].contains("rhythm"), "{found:?}");
}

#[test]
fn every_mistake_is_told_at_once_with_its_line() {
    let text = GOOD
        .replace("Europe/Paris", "Europe/Pariss")
        .replace("provider: atlas,", "provider: atlass,")
        .replace("threshold: 20s, calendar: shop", "threshold: 20, calendar: shopp")
        .replace("from: 2026-07-01", "from: 2026-07-32");
    let found = mistakes(&text);
    assert_eq!(found.len(), 5, "{found:#?}");
    for (line, part) in [(3, "Pariss"), (8, "atlass"), (10, "\"20\""), (10, "shopp"), (11, "2026-07-32")] {
        assert!(
            found.iter().any(|m| m.starts_with(&format!("line {line},")) && m.contains(part)),
            "{part}: {found:#?}"
        );
    }
}

#[test]
fn names_and_dates_are_given_once() {
    let text = GOOD.replace("from: 2026-07-01, threshold", "threshold") + "  - {name: shop, weekly: {}}\n";
    let found = mistakes(&text);
    assert!(found.iter().any(|m| m.contains("queue \"voice-fr\" is declared twice")), "{found:#?}");
    assert!(found.iter().any(|m| m.contains("calendar \"shop\" is declared twice")), "{found:#?}");
}

#[test]
fn hours_past_midnight_or_out_of_order_are_explained() {
    let found = mistakes(&GOOD.replace("'08:00-12:30', '13:30-18:00'", "'22:00-06:00'"));
    assert!(found[0].contains("write a night shift as two: 22:00-24:00 here, and 00:00-06:00 on tuesday"), "{found:?}");
    let found = mistakes(&GOOD.replace("'08:00-12:30', '13:30-18:00'", "'08:00-12:30', '12:00-18:00'"));
    assert!(found[0].contains("without overlap"), "{found:?}");
}

#[test]
fn an_exclusion_without_condition_would_exclude_everything() {
    let found = mistakes(&GOOD.replace("{queue: [voice-test]}", "{}"));
    assert!(found[0].contains("no condition"), "{found:?}");
}

#[test]
fn a_day_of_23_and_of_25_hours_is_open_all_along() {
    let network = Network::parse(GOOD).expect("valid");
    let open_hours = |from: &str, to: &str| {
        let spans = network.calendars["shop"].open_spans(from.parse().expect("time"), to.parse().expect("time"));
        spans.iter().map(|span| span.to.micros_since(span.from)).sum::<i64>() / 3_600_000_000
    };
    assert_eq!(open_hours("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"), 23);
    assert_eq!(open_hours("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"), 25);
    assert_eq!(open_hours("2026-10-26T00:00:00Z", "2026-10-26T22:00:00Z"), 9);
}

/// An editor that checks the file while it is written must accept what the program accepts.
#[test]
fn the_schema_knows_versions_shifts_and_named_holidays() {
    let schema = serde_json::to_value(Network::schema()).expect("JSON");
    let keys =
        |entry: &str| schema["$defs"][entry]["properties"].as_object().map(|keys| keys.keys().cloned().collect());
    let calendar: Vec<String> = keys("CalendarEntry").expect("an object");
    assert_eq!(calendar, ["from", "holidays", "name", "overrides", "weekly", "zone"]);
    let holiday: Vec<String> = keys("NamedHoliday").expect("an object");
    assert_eq!(holiday, ["date", "name"]);
    assert_eq!(schema["$defs"]["HolidayEntry"]["anyOf"].as_array().map(Vec::len), Some(2), "{schema:#}");
    assert!(schema["$defs"]["SiteEntry"]["properties"]["shift"].is_object());
    assert!(schema["$defs"]["OverrideEntry"]["properties"]["name"].is_object());
}

const EVENTS: &str = "
events:
  - {date: 2026-06-15, kind: policy, name: Vouchers instead of refunds}
  - {date: 2026-03-17, kind: move, name: ' Home working ', site: tunis}
  - {date: 2026-03-17, kind: outage, name: Telephone down, site: dakar}
";

#[test]
fn events_that_cut_a_series_are_in_their_order() {
    let network = Network::parse(&(GOOD.to_owned() + &EVENTS.replace("dakar", "tunis"))).expect("valid");
    let told: Vec<String> = network.cuts.iter().map(|cut| format!("{} {:?} {}", cut.at, cut.kind, cut.name)).collect();
    // Each begins with its day in the network's zone.
    assert_eq!(
        told,
        [
            "2026-03-16T23:00:00Z Move Home working",
            "2026-03-16T23:00:00Z Outage Telephone down",
            "2026-06-14T22:00:00Z Policy Vouchers instead of refunds"
        ]
    );
}

#[test]
fn events_that_cut_a_series_are_checked() {
    let found = mistakes(&(GOOD.to_owned() + EVENTS));
    assert!(found.len() == 1 && found[0].contains("the site \"dakar\" is not declared"), "{found:#?}");
    let text =
        EVENTS.replace("dakar", "tunis").replace("2026-06-15", "June").replace("Vouchers instead of refunds", "' '");
    let again = "  - {date: 2026-03-17, kind: move, name: Home working, site: tunis}\n";
    let found = mistakes(&(GOOD.to_owned() + &text + again));
    assert_eq!(found.len(), 3, "{found:#?}");
    assert!(found[0].contains("\"June\" is not a date"), "{found:#?}");
    assert!(found[1].contains("an event has no name; say in a few words"), "{found:#?}");
    assert!(found[2].contains("event \"Home working\" is declared twice"), "{found:#?}");
    let found = mistakes(&(GOOD.to_owned() + &EVENTS.replace("kind: policy", "kind: strike")));
    assert!(found[0].starts_with("line 20,") && found[0].contains("strike"), "{found:#?}");
}
