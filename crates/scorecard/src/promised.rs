//! Since when a reply must have been awaited for its promised time to have passed.

use std::collections::BTreeSet;

use contact::{
    Instant, Network,
    network::{Calendar, Queue},
};

use crate::{Question, cohort::CLOCK_US};

const WEEK_US: i64 = 7 * 86_400_000_000;

/// For each calendar and threshold that queues promise together: how long before the question's `now` a reply must have
/// been awaited, at least, for so much open time to have passed. What was due by one `now` is due by every later one.
pub(crate) fn promised(network: &Network, question: &Question) -> Vec<i64> {
    let undeclared = Queue::default();
    let queues = network.queues.values().flatten().chain([&undeclared]);
    let threshold = |queue: &Queue| question.threshold.unwrap_or(queue.threshold).as_micros();
    let promises: BTreeSet<(Option<&str>, i64)> =
        queues.map(|queue| (queue.calendar.as_deref(), threshold(queue))).collect();
    let calendar = |name: Option<&str>| name.and_then(|name| network.calendars.get(name));
    promises.into_iter().map(|(name, open_us)| since(calendar(name), open_us, question.now)).collect()
}

/// The shortest time before `now` in which the calendar was open for `open_us`; what is older than the clock is due.
fn since(calendar: Option<&Calendar>, open_us: i64, now: Instant) -> i64 {
    let Some(calendar) = calendar else { return open_us.min(CLOCK_US) };
    if open_us == 0 || now == Instant::FOREVER {
        return open_us.min(CLOCK_US);
    }
    let (mut left, mut to) = (open_us, now);
    while now.micros_since(to) < CLOCK_US {
        let from = to.plus_micros(-WEEK_US);
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

    /// While closed nothing becomes due, and the hour that the night of a clock change lacks was none of the open ones.
    #[test]
    fn closed_time_and_clock_changes_do_not_count() {
        assert_eq!(of_desk(4, "2026-03-29T08:00:00+02:00"), (13 + 4) * HOUR_US);
        assert_eq!(of_desk(0, "2026-03-29T08:00:00+02:00"), 0);
        assert_eq!(of_desk(2_000, "2026-03-29T08:00:00+02:00"), CLOCK_US);
    }
}
