//! The pace of a backlog: the last open days before an instant, and what follows if they repeat themselves. Pure.

use contact::{Instant, Network};
use jiff::tz::TimeZone;

use crate::bound::FlowSpan;

/// Open days over which the pace is taken.
pub(crate) const DAYS: i64 = 7;

/// Days looked back for open ones; a calendar that opens more seldom has no pace.
const BACK: usize = 60;

/// The last [`DAYS`] open days before the local day of `at`, for the queues of each promise calendar and for those without
/// one, from the first of them to the start of today.
pub(crate) fn windows(network: &Network, zone: &TimeZone, at: Instant, number: i64) -> Vec<FlowSpan> {
    let promises = network.promises();
    let calendars = promises.keys().copied().chain([""]);
    let span = |calendar: &str| {
        let (from, to) = window(network, zone, at, calendar)?;
        Some(FlowSpan { number, calendar: Some(calendar.to_owned()), from, to })
    };
    calendars.filter_map(span).collect()
}

fn window(network: &Network, zone: &TimeZone, at: Instant, calendar: &str) -> Option<(Instant, Instant)> {
    let today = at.to_timestamp().to_zoned(zone.clone()).date();
    let end = Instant::start_of_day(today, zone).ok()?;
    let (mut day, mut to, mut open) = (today, end, 0);
    for _ in 0..BACK {
        day = day.yesterday().ok()?;
        let from = Instant::start_of_day(day, zone).ok()?;
        let hours = network.calendars.get(calendar);
        open += i64::from(hours.is_none_or(|hours| !hours.open_spans(from, to).is_empty()));
        if open == DAYS {
            return Some((from, end));
        }
        to = from;
    }
    None
}

/// What came in and went out over the last [`DAYS`] open days, and what is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pace {
    /// Open cases.
    pub(crate) open: i64,
    /// Received and reopened.
    pub(crate) entered: i64,
    /// All that went out.
    pub(crate) left: i64,
    /// Resolved, decided or closed.
    pub(crate) cleared: i64,
}

#[expect(clippy::cast_precision_loss, reason = "counts of cases are far below 2^53")]
impl Pace {
    /// Days of work, numerator and denominator; `None` when nothing was cleared.
    pub(crate) fn days_of_work(self) -> Option<(f64, f64)> {
        (self.cleared > 0).then(|| (self.open as f64, per_day(self.cleared)))
    }

    /// Open cases after seven more open days.
    pub(crate) fn in_a_week(self) -> f64 {
        (self.open + self.entered - self.left).max(0) as f64
    }

    /// Open days until there are `limit` days of work; 0 when there are already, `None` when there never will be.
    pub(crate) fn saturated_in(self, limit: f64) -> Option<f64> {
        let room = limit * per_day(self.cleared) - self.open as f64;
        if room <= 0.0 {
            return Some(0.0);
        }
        let net = per_day(self.entered - self.left);
        (net > 0.0).then(|| room / net)
    }

    /// Open days until nothing is open; `None` while no less comes in than goes out.
    pub(crate) fn cleared_in(self) -> Option<f64> {
        let net = per_day(self.left - self.entered);
        (net > 0.0).then(|| self.open as f64 / net)
    }
}

/// A count of the window by the day.
#[expect(clippy::cast_precision_loss, reason = "counts of cases are far below 2^53")]
pub(crate) fn per_day(count: i64) -> f64 {
    count as f64 / DAYS as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const NETWORK: &str = "\
brand: b
zone: Europe/Paris
providers: [{name: p}]
queues:
  - {name: mail, channel: email, calendar: desk}
calendars:
  - name: desk
    weekly: {monday: ['08:00-18:00'], tuesday: ['08:00-18:00'], wednesday: ['08:00-18:00'], thursday: ['08:00-18:00'], friday: ['08:00-18:00']}
    holidays: [2026-04-06]
";

    /// A team that rests on Sundays must not look slow for it.
    #[test]
    fn a_window_holds_seven_open_days_and_not_today() {
        let network = Network::parse(NETWORK).expect("valid");
        let at: Instant = "2026-04-08T10:00:00Z".parse().expect("time");
        let windows = windows(&network, &network.zone, at, 3);
        let told: Vec<_> = windows
            .iter()
            .map(|window| (window.calendar.as_deref(), window.from.to_string(), window.to.to_string()))
            .collect();
        // Wednesday 8 April back to Friday 27 March: Easter Monday, two week-ends and the clock change lie between.
        let until = "2026-04-07T22:00:00Z".to_owned();
        let desk = (Some("desk"), "2026-03-26T23:00:00Z".to_owned(), until.clone());
        assert_eq!(told, [desk, (Some(""), "2026-03-31T22:00:00Z".to_owned(), until)]);
        assert!(windows.iter().all(|window| window.number == 3));
    }

    #[test]
    fn what_comes_in_faster_than_it_goes_out_is_saturated_some_day() {
        let pace = Pace { open: 100, entered: 210, left: 140, cleared: 140 };
        assert_eq!(pace.days_of_work(), Some((100.0, 20.0)));
        assert!((pace.in_a_week() - 170.0).abs() < 1e-9);
        assert_eq!(pace.saturated_in(5.0), Some(0.0), "five days of work are there already");
        assert_eq!(pace.saturated_in(8.0), Some(6.0), "160 at ten more a day");
        assert_eq!(pace.cleared_in(), None);
    }

    #[test]
    fn what_goes_out_faster_is_cleared_some_day() {
        let pace = Pace { open: 30, entered: 70, left: 140, cleared: 140 };
        assert_eq!((pace.cleared_in(), pace.saturated_in(5.0)), (Some(3.0), None));
        assert!((pace.in_a_week()).abs() < 1e-9, "never less than nothing");
        let still = Pace { open: 4, entered: 0, left: 0, cleared: 0 };
        assert_eq!((still.days_of_work(), still.cleared_in(), still.saturated_in(5.0)), (None, None, Some(0.0)));
    }
}
