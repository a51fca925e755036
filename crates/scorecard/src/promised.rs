//! Since when a reply must have been awaited for its promised time to have passed.

use std::collections::{BTreeMap, BTreeSet};

use contact::{
    Instant, Network,
    network::{Calendar, Queue},
};

use crate::{
    Question,
    cohort::CLOCK_US,
    parts::{Concern, Writing, is_call},
};

const WEEK_US: i64 = 7 * 86_400_000_000;

/// For each calendar and threshold that queues promise together: how long before the question's `now` a reply must have
/// been awaited, at least, for so much open time to have passed, and whose legs that concerns. What was due by one `now` is
/// due by every later one.
pub(crate) fn promised(network: &Network, question: &Question) -> Vec<(i64, Concern)> {
    let calendar = |name: Option<&str>| name.and_then(|name| network.calendars.get(name));
    let promises = promises(network, question).into_iter();
    promises
        .map(|((name, open_us), writing)| (since(calendar(name), open_us, question.now), Concern::Writing(writing)))
        .collect()
}

/// Every promise, by calendar and threshold, with the queues that make it at some time.
fn promises<'a>(network: &'a Network, question: &Question) -> BTreeMap<(Option<&'a str>, i64), Writing> {
    let threshold = |queue: &Queue| question.threshold.unwrap_or(queue.threshold).as_micros();
    let mut promises: BTreeMap<(Option<&str>, i64), Writing> = BTreeMap::new();
    let since_ever = network.queues.iter().filter(|(_, versions)| versions.iter().any(|queue| queue.from.is_none()));
    let declared: BTreeSet<String> = since_ever.map(|(name, _)| name.to_string()).collect();
    promises.entry((None, threshold(&Queue::default()))).or_default().all_but = Some(declared);
    for (name, versions) in &network.queues {
        for queue in versions {
            let writing = promises.entry((queue.calendar.as_deref(), threshold(queue))).or_default();
            writing.queues.insert(name.to_string());
            if !is_call(queue.channel.as_str()) {
                writing.unless_stated.insert(name.to_string());
            }
        }
    }
    promises
}

/// The shortest time before `now` in which the calendar was open for `open_us`; what is older than the clock is due.
pub(crate) fn since(calendar: Option<&Calendar>, open_us: i64, now: Instant) -> i64 {
    let Some(calendar) = calendar else { return open_us.min(CLOCK_US) };
    if open_us == 0 || now == Instant::FOREVER {
        return open_us.min(CLOCK_US);
    }
    let (mut left, mut to) = (open_us, now);
    while now.micros_since(to) < CLOCK_US {
        let from = to.plus_micros(-WEEK_US);
        if from == to {
            break;
        }
        for span in calendar.open_spans(from, to).iter().rev() {
            if left <= span.micros() {
                return (now.micros_since(span.to) + left).min(CLOCK_US);
            }
            left -= span.micros();
        }
        to = from;
    }
    CLOCK_US
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR_US: i64 = 3_600_000_000;

    fn of_desk(hours: i64, now: &str) -> i64 {
        let text = "brand: b\nzone: Europe/Paris\nproviders: [{name: p}]\nqueues: [{name: mail, calendar: desk}]\ncalendars:\n  \
                    - {name: desk, weekly: {friday: ['08:00-18:00'], saturday: ['08:00-18:00']}}\n";
        let network = Network::parse(text).expect("a network");
        since(network.calendars.get("desk"), hours * HOUR_US, now.parse().expect("a time"))
    }

    /// A mail of Friday 17:30 that is promised within 4 h must be judged from Saturday 11:30 on, and not before.
    #[test]
    fn the_night_does_not_count() {
        assert_eq!(of_desk(4, "2026-03-14T11:30:00+01:00"), 18 * HOUR_US);
        assert_eq!(of_desk(4, "2026-03-14T12:30:00+01:00"), 4 * HOUR_US);
    }

    /// A queue that changed its promise is judged by each at its time; before the first, by that of a queue unknown.
    #[test]
    fn a_queue_is_concerned_by_every_promise_it_ever_made() {
        let text = "brand: b\nzone: Europe/Paris\nproviders: [{name: p}]\nqueues:\n  - {name: phone, threshold: 30s}\n  \
                    - {name: mail, from: 2026-01-01, channel: email, threshold: 4h, calendar: desk}\n  \
                    - {name: mail, from: 2026-02-01, channel: email, threshold: 8h, calendar: desk}\n\
                    calendars:\n  - {name: desk, weekly: {friday: ['08:00-18:00']}}\n";
        let network = Network::parse(text).expect("a network");
        let period = crate::Period::parse("2026-01-01", "2026-02-01", jiff::tz::TimeZone::UTC).expect("a period");
        let question = Question {
            now: period.to,
            period,
            by: BTreeSet::new(),
            grain: None,
            filters: crate::Filters::default(),
            as_of: Instant::FOREVER,
            formula: None,
            threshold: None,
            counting: crate::Counting::default(),
            customers: BTreeMap::new(),
        };
        let promises: Vec<Concern> = promised(&network, &question).into_iter().map(|(_, legs)| legs).collect();
        let of = |queue: &str, stated: Option<&str>| -> Vec<bool> {
            promises.iter().map(|promise| promise.is_of(queue, stated)).collect()
        };
        // In the order of calendars and thresholds: 20 s and 30 s without one, 4 h and 8 h of the desk.
        assert_eq!(of("mail", None), [false, false, true, true]);
        assert_eq!(of("mail", Some("email")), [true, false, true, true]);
        assert_eq!(of("phone", Some("email")), [false, true, false, false]);
        assert_eq!(of("phone", None), [false; 4]);
        assert_eq!(of("other", Some("email")), [true, false, false, false]);
        let always = Question { threshold: Some(contact::Duration::from_secs(60)), ..question };
        assert_eq!(promised(&network, &always).len(), 2, "one threshold for all, with the calendar and without");
    }

    /// While closed nothing becomes due, and the hour that the night of a clock change lacks was none of the open ones.
    #[test]
    fn closed_time_and_clock_changes_do_not_count() {
        assert_eq!(of_desk(4, "2026-03-29T08:00:00+02:00"), (13 + 4) * HOUR_US);
        assert_eq!(of_desk(0, "2026-03-29T08:00:00+02:00"), 0);
        assert_eq!(of_desk(2_000, "2026-03-29T08:00:00+02:00"), CLOCK_US);
    }
}
