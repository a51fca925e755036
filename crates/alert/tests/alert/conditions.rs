//! From figures to levels.

use alert::{
    Evidence, Figures, Remedy, Severity, Title, Verdict,
    conditions::{Burning, Chance, Deliveries, Found, Outlook, Windows, burn, burn_rule, feed, outlook, outlook_rule},
};
use stats::sla::{Allowance, Guard, MIN_MISSED, Target, Tried, Watch};

use crate::support::{at, minutes};

fn what() -> Title {
    Title { en: "Service level".to_owned(), fr: "Taux de service".to_owned() }
}

fn missed((contacts, missed): (i64, i64)) -> Tried {
    Tried::new(contacts, contacts - missed).expect("possible")
}

/// A pair of windows: contacts and misses of the long one, then of the short one.
type Pair = (Watch, (i64, i64), (i64, i64));

fn burning(pairs: &[Pair]) -> Found {
    let windows: Vec<_> = pairs
        .iter()
        .map(|(watch, long, short)| Windows { watch: *watch, long: missed(*long), short: missed(*short) })
        .collect();
    let allowance = Allowance::new(Target::permille(800).expect("a share"), 100_000).expect("a volume");
    let guard = Guard::new(1.0, MIN_MISSED).expect("finite");
    burn(&Burning { windows: &windows, slots: &[], allowance, guard }, what(), None).expect("windows")
}

/// At 80 %: fast above 50 % missed, medium above 30 %, slow above 22 %.
#[test]
fn the_most_urgent_window_says_the_level() {
    let quiet = (1000, 100);
    let all = |fast, medium, slow| {
        burning(&[(Watch::Slow, slow, slow), (Watch::Fast, fast, fast), (Watch::Medium, medium, medium)])
    };
    assert_eq!(all(quiet, quiet, quiet).verdict, Verdict::CLEAR);
    assert_eq!(all(quiet, quiet, (1000, 300)).verdict, Verdict::level(1));
    assert_eq!(all(quiet, (1000, 400), quiet).verdict, Verdict::level(2));
    let fast = all((400, 240), (1000, 400), quiet);
    assert_eq!(fast.verdict, Verdict::level(3));
    let Figures::Burn { minutes, contacts, missed, target, used, .. } = fast.evidence.figures else { panic!("burn") };
    assert_eq!((minutes, contacts, missed), (60, 400, 240));
    assert!((target - 0.8).abs() < 1e-12 && (used.expect("an allowance") - 240.0 / 20_000.0).abs() < 1e-12);
}

/// An alert that is open stays open while its short window is empty, and none begins.
#[test]
fn what_the_windows_do_not_agree_on_is_between_levels() {
    let pair = |long, short| burning(&[(Watch::Fast, long, short), (Watch::Medium, (900, 100), (400, 60))]).verdict;
    assert_eq!(pair((400, 240), (0, 0)), Verdict::between(0, 3).expect("in order"));
    assert_eq!(pair((400, 100), (100, 90)), Verdict::between(0, 3).expect("in order"));
    assert_eq!(pair((400, 240), (100, 20)), Verdict::CLEAR);
    assert!(burn_rule().expect("a rule").levels().is_sorted_by_key(|level| level.severity));
}

/// Twenty minutes without anybody, after a good morning: half of the hour is not missed yet.
#[test]
fn an_outage_is_told_before_half_an_hour_is_missed() {
    let allowance = Allowance::new(Target::permille(800).expect("a share"), 100_000).expect("a volume");
    let guard = Guard::new(15.0, MIN_MISSED).expect("finite");
    let windows = [Windows { watch: Watch::Fast, long: missed((300, 120)), short: missed((90, 90)) }];
    let told = |out: usize, short| {
        let slots: Vec<_> = (0..48).map(|slot| missed(if slot + out >= 48 { (30, 30) } else { (30, 2) })).collect();
        let windows = [Windows { short: missed(short), ..windows[0] }];
        burn(&Burning { windows: &windows, slots: &slots, allowance, guard }, what(), None).expect("windows")
    };
    assert_eq!(told(2, (90, 90)).verdict, Verdict::between(0, 3).expect("in order"));
    let found = told(4, (90, 90));
    assert_eq!(found.verdict, Verdict::level(3));
    let Figures::Burn { minutes, contacts, missed, .. } = found.evidence.figures else { panic!("burn") };
    assert_eq!((minutes, contacts, missed), (15, 90, 90), "what is happening now");
    assert_eq!(told(4, (90, 30)).verdict, Verdict::CLEAR, "it is over");
}

fn stands(chance: Chance) -> Outlook {
    let remedy = Some(Remedy { required: 0.81, remaining: 6000, recent: None });
    Outlook { chance, contacts: 12_000, good: 9540, target: 0.8, remedy }
}

#[test]
fn an_outlook_is_told_from_the_chances_that_the_contract_names() {
    let verdict = |chance, p_miss: &[f64], lost| outlook(stands(chance), p_miss, lost, what()).verdict;
    let both = [0.5, 0.8];
    assert_eq!(verdict(Chance::Miss(0.49), &both, true), Verdict::CLEAR);
    assert_eq!(verdict(Chance::Miss(0.5), &both, true), Verdict::level(1));
    assert_eq!(verdict(Chance::Miss(0.8), &both, true), Verdict::level(2));
    assert_eq!(verdict(Chance::Miss(0.9), &[0.5], true), Verdict::level(1));
    assert_eq!(verdict(Chance::Lost, &both, true), Verdict::level(3));
    assert_eq!(verdict(Chance::Lost, &both, false), Verdict::level(2));
    assert_eq!(verdict(Chance::Lost, &[], false), Verdict::CLEAR);
    assert_eq!(verdict(Chance::Secured, &both, true), Verdict::CLEAR);
    assert_eq!(verdict(Chance::Unknown, &both, true), Verdict::UNDECIDED);
    let Evidence { figures: Figures::Outlook { remedy, .. }, .. } =
        outlook(stands(Chance::Lost), &both, true, what()).evidence
    else {
        panic!("outlook")
    };
    assert_eq!(remedy, None, "nothing saves it");
    assert_eq!(outlook_rule().expect("a rule").level(3).severity, Severity::Critical);
}

#[test]
fn a_feed_is_late_after_its_cadence_and_silent_after_four() {
    let verdict = |last: Option<i64>, since: i64, minute: i64| {
        let last = last.map(|minute| at(minute * 60));
        let deliveries = Deliveries { last, expected_since: at(since * 60), cadence: minutes(15), hours: None };
        feed(&deliveries, "atlas", at(minute * 60)).verdict
    };
    assert_eq!(verdict(Some(0), -60, 15), Verdict::CLEAR);
    assert_eq!(verdict(Some(0), -60, 16), Verdict::level(1));
    assert_eq!(verdict(Some(0), -60, 61), Verdict::level(2));
    assert_eq!(verdict(None, 0, 61), Verdict::level(2), "never heard of");
    assert_eq!(verdict(Some(-600), 0, 10), Verdict::CLEAR, "the program has only just started");
}

/// Nobody delivers while the site is closed.
#[test]
fn closed_hours_are_no_silence() {
    let text = "
brand: b
zone: Europe/Paris
providers: [{name: atlas}]
sites: [{name: tunis, provider: atlas, country: TN, zone: Africa/Tunis}]
queues: [{name: voice, channel: voice, threshold: 20s}]
calendars: [{name: day, weekly: {monday: [\"08:00-18:00\"], tuesday: [\"08:00-18:00\"]}}]
";
    let network = contact::Network::parse(text).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
    let verdict = |now: &str| {
        let deliveries = Deliveries {
            last: Some("2026-10-12T15:55:00Z".parse().expect("RFC 3339")),
            expected_since: at(0),
            cadence: minutes(15),
            hours: network.calendars.get("day"),
        };
        feed(&deliveries, "atlas", now.parse().expect("RFC 3339")).verdict
    };
    assert_eq!(verdict("2026-10-13T06:10:00Z"), Verdict::CLEAR, "five minutes on Monday, ten on Tuesday");
    assert_eq!(verdict("2026-10-13T06:10:01Z"), Verdict::level(1));
}
