//! Results of periods that are over, from evaluations to what is told.

use std::sync::Arc;

use alert::{
    Action, AlertFilter, Attained, Change, Cost, Desk, Ended, Ending, Observation, Settings, Subject, Title,
    conditions::{Chance, Outlook, Over, outlook, outlook_rule, result_rule},
    settled,
};
use contact::Instant;

use crate::support::{Memory, paris, receiver, time};

/// A month of 2026 of the promise of a provider.
fn month(month: u8, provider: &str, ending: Ending) -> Ended {
    let first = |month: u8| time(&format!("2026-{month:02}-01T00:00:00Z"));
    Ended {
        subject: Subject::new([("contract", "care"), ("provider", provider), ("period", "1M")]).expect("labels"),
        window: format!("2026-{month:02}"),
        what: Title { en: "Service level".to_owned(), fr: "Taux de service".to_owned() },
        over: Over {
            from: first(month),
            to: first(month + 1),
            attained: Some(Attained { contacts: 12_000, good: 9468, target: 0.8 }),
            short: Some(132),
            cost: Some(Cost { credit: 0.02, due: true }),
        },
        outcome: ending,
        call_hours: None,
    }
}

struct Office(Desk<Memory>);

impl Office {
    fn new() -> Self {
        let settings = Settings::new(
            vec![result_rule().expect("a rule"), outlook_rule().expect("a rule")],
            vec![receiver("ops")],
            paris(),
        );
        Self(Desk::open(Arc::clone(&Memory::new()), settings.expect("settings")).expect("opened"))
    }

    /// What is told of an evaluation, as the server tells it: each change with the period it is about.
    fn evaluated(&self, now: Instant, ended: &[Ended]) -> Vec<(Change, String)> {
        let before = self.0.newest().expect("a store");
        let mut now = now;
        loop {
            let told = self.0.alerts(&AlertFilter::default(), 100).expect("a store");
            let found = settled(ended, &told, now);
            for id in &found.withdrawn {
                self.0.act(id, Action::Retract, now).expect("not yet withdrawn");
            }
            self.0.observe(found.observations, now).expect("observed");
            if !found.more {
                break;
            }
            now = now.plus_micros(5_000_000);
        }
        let changes = self.0.feed(before, 100).expect("a store").into_iter();
        changes.map(|one| (one.notice.change, one.notice.alert.window.expect("a period"))).collect()
    }
}

fn told(changes: &[(Change, &str)]) -> Vec<(Change, String)> {
    changes.iter().map(|(change, window)| (*change, (*window).to_owned())).collect()
}

#[test]
fn a_breach_is_told_once_and_ends_with_the_next_period_that_is_kept() {
    let office = Office::new();
    let september = month(9, "north", Ending::Breached);
    let first = office.evaluated(time("2026-10-01T00:01:00Z"), std::slice::from_ref(&september));
    assert_eq!(first, told(&[(Change::Fired, "2026-09")]));
    for day in 2..30 {
        let now = time(&format!("2026-10-{day:02}T00:01:00Z"));
        assert!(office.evaluated(now, &[month(8, "north", Ending::Kept), september.clone()]).is_empty(), "day {day}");
    }
    let over = office.evaluated(time("2026-11-01T00:01:00Z"), &[september, month(10, "north", Ending::Kept)]);
    assert_eq!(over, told(&[(Change::Ended, "2026-09")]));
}

/// P32: else a provider would stay accused of a breach that late data or an accepted claim has refuted.
#[test]
fn a_breach_that_was_none_is_withdrawn_open_or_over() {
    let office = Office::new();
    let breached = [month(9, "north", Ending::Breached)];
    office.evaluated(time("2026-10-01T00:01:00Z"), &breached);
    let unknown = [month(9, "north", Ending::Unknown)];
    assert!(office.evaluated(time("2026-10-02T00:01:00Z"), &unknown).is_empty(), "late data withdraws nothing");
    let kept = [month(9, "north", Ending::Kept)];
    assert_eq!(office.evaluated(time("2026-10-03T00:01:00Z"), &kept), told(&[(Change::Retracted, "2026-09")]));
    assert!(office.evaluated(time("2026-10-03T00:02:00Z"), &kept).is_empty(), "once");
    // And back again: it is another alert.
    let again = office.evaluated(time("2026-10-04T00:01:00Z"), &breached);
    assert_eq!(again, told(&[(Change::Fired, "2026-09")]));
    // Over, since the next month was breached, too; then it turns out that the first one was not.
    let october = month(10, "north", Ending::Breached);
    let next = office.evaluated(time("2026-11-01T00:01:00Z"), &[breached[0].clone(), october.clone()]);
    assert_eq!(next, told(&[(Change::Ended, "2026-09"), (Change::Fired, "2026-10")]));
    let late = office.evaluated(time("2026-11-05T00:01:00Z"), &[kept[0].clone(), october]);
    assert_eq!(late, told(&[(Change::Retracted, "2026-09")]));
    let open = office.0.alerts(&AlertFilter { firing: true, ..AlertFilter::default() }, 10).expect("a store");
    assert_eq!(open.iter().map(|alert| alert.window.as_deref()).collect::<Vec<_>>(), [Some("2026-10")]);
}

/// A month that could no longer be met was one after all, when its last data came.
#[test]
fn what_was_said_to_be_lost_is_withdrawn_after_its_end_too() {
    let office = Office::new();
    let september = month(9, "north", Ending::Kept);
    let stands = |chance| Outlook { chance, contacts: 9000, good: 6000, target: 0.8, remedy: None };
    let seen = |chance, window: &str, now| {
        let found = outlook(stands(chance), &[0.5], true, september.what.clone());
        let seen = found.of("outlook", september.subject.clone(), now);
        office.0.observe(vec![Observation { window: Some(window.to_owned()), ..seen }], now).expect("observed");
    };
    seen(Chance::Lost, "2026-09", time("2026-09-20T12:00:00Z"));
    seen(Chance::Miss(0.7), "2026-10", time("2026-10-01T12:00:00Z"));
    let withdrawn = office.evaluated(time("2026-10-02T00:01:00Z"), std::slice::from_ref(&september));
    assert_eq!(withdrawn, told(&[(Change::Retracted, "2026-09")]));
    let october = [september, month(10, "north", Ending::Kept)];
    assert!(
        office.evaluated(time("2026-11-01T00:01:00Z"), &october).is_empty(),
        "a month at risk was not said to be missed"
    );
}

/// A feed that comes back after days settles several periods at once: none of them may be lost.
#[test]
fn several_breaches_of_one_promise_are_told_one_after_the_other() {
    let office = Office::new();
    let all = [
        month(8, "north", Ending::Breached),
        month(7, "north", Ending::Breached),
        month(8, "south", Ending::Breached),
        month(9, "north", Ending::Unknown),
    ];
    let changes = office.evaluated(time("2026-10-01T00:01:00Z"), &all);
    let fired =
        |window: &str| changes.iter().filter(|(change, about)| *change == Change::Fired && about == window).count();
    assert_eq!((fired("2026-07"), fired("2026-08"), fired("2026-09")), (1, 2, 0));
    assert!(office.evaluated(time("2026-10-02T00:01:00Z"), &all).is_empty());
}
