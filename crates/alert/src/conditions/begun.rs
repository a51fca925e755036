//! The hour and the day that are not over: what was counted of them, and what would still save them.

use contact::{Instant, network::Calendar};
use jiff::{Zoned, tz::TimeZone};
use stats::sla::{Lacking, Target, Tried};

use crate::evidence::{Rescue, Until};

const HOUR_US: i64 = 3_600_000_000;

/// An hour or a day that is not over: contacts that were decided in it, and the open time that is left of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Begun {
    from: Instant,
    to: Instant,
    contacts: i64,
    missed: i64,
    left_us: i64,
}

impl Begun {
    /// The hour in which an instant lies on the clocks of a zone.
    #[must_use]
    pub fn hour(now: Instant, zone: &TimeZone) -> Self {
        let local = now.to_timestamp().to_zoned(zone.clone());
        let from = local.with().minute(0).second(0).subsec_nanosecond(0).build().ok().and_then(|from| instant(&from));
        Self::of(from.map(|from| (from, from.plus_micros(HOUR_US))), now)
    }

    /// The day in which an instant lies on the clocks of a zone.
    #[must_use]
    pub fn day(now: Instant, zone: &TimeZone) -> Self {
        let local = now.to_timestamp().to_zoned(zone.clone());
        let start = |day: jiff::civil::Date| Instant::start_of_day(day, zone).ok();
        let bounds = start(local.date()).zip(local.date().tomorrow().ok().and_then(start));
        Self::of(bounds, now)
    }

    /// Nothing is left of a stretch beyond the calendar.
    fn of(bounds: Option<(Instant, Instant)>, now: Instant) -> Self {
        let (from, to) = bounds.unwrap_or((now, now));
        Self { from, to, contacts: 0, missed: 0, left_us: to.micros_since(now).max(0) }
    }

    /// The same of a queue with these hours: what is left is the time in which they are open.
    #[must_use]
    pub fn within(self, hours: Option<&Calendar>, now: Instant) -> Self {
        let left_us = hours.map_or(self.left_us, |hours| hours.open_time_between(now, self.to));
        Self { left_us, ..self }
    }

    /// Since when.
    #[must_use]
    pub fn from(&self) -> Instant {
        self.from
    }

    /// Counts contacts, and misses among them, that were decided at an instant; before it began they are left out.
    pub fn count(&mut self, at: Instant, contacts: i64, missed: i64) {
        if at > self.from {
            (self.contacts, self.missed) = (self.contacts + contacts, self.missed + missed);
        }
    }

    /// What it is with so many contacts to come for each stretch of open time.
    pub(crate) fn expecting(&self, lately: i64, of_us: i64) -> Expected {
        let coming = i128::from(lately.max(0)) * i128::from(self.left_us) / i128::from(of_us.max(1));
        let coming = i64::try_from(coming).unwrap_or(i64::MAX);
        Expected { contacts: self.contacts, missed: self.missed, coming }
    }
}

fn instant(zoned: &Zoned) -> Option<Instant> {
    Instant::from_micros(zoned.timestamp().as_microsecond()).ok()
}

/// Contacts of a stretch so far, and those that are to come of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Expected {
    contacts: i64,
    missed: i64,
    coming: i64,
}

impl Expected {
    /// Those of another queue, too.
    pub(crate) fn add(&mut self, other: Self) {
        self.contacts += other.contacts;
        self.missed += other.missed;
        self.coming = self.coming.saturating_add(other.coming);
    }

    fn rescue(self, until: Until, target: Target, lately: Tried) -> Option<Rescue> {
        let so_far = Tried::new(self.contacts, self.contacts - self.missed)?;
        let needed = Lacking::of(so_far, target).required(self.coming);
        Some(Rescue { until, needed, coming: self.coming, recent: lately.share() })
    }
}

/// What it takes for a target to hold over the hour, if it still can and does not by itself; else over the day.
pub(crate) fn rescue(hour: Expected, day: Expected, target: Target, lately: Tried) -> Option<Rescue> {
    let is_open = |rescue: &Rescue| rescue.needed > 0 && rescue.needed <= rescue.coming;
    hour.rescue(Until::Hour, target, lately).filter(is_open).or_else(|| day.rescue(Until::Day, target, lately))
}

#[cfg(test)]
mod tests {
    use contact::Network;

    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().expect("RFC 3339")
    }

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).expect("bundled")
    }

    fn expected(contacts: i64, missed: i64, coming: i64) -> Expected {
        Expected { contacts, missed, coming }
    }

    /// Else a supervisor in Kathmandu would be told of an hour that nobody there has.
    #[test]
    fn hours_and_days_are_those_of_the_local_clocks() {
        let bounds = |now: &str, name: &str| {
            let (hour, day) = (Begun::hour(at(now), &zone(name)), Begun::day(at(now), &zone(name)));
            [hour.from, hour.to, day.from, day.to].map(|instant| instant.to_string())
        };
        assert_eq!(
            bounds("2026-10-12T08:42:10Z", "Europe/Paris"),
            ["2026-10-12T08:00:00Z", "2026-10-12T09:00:00Z", "2026-10-11T22:00:00Z", "2026-10-12T22:00:00Z"]
        );
        assert_eq!(
            bounds("2026-10-12T08:42:10Z", "Asia/Kathmandu")[..2],
            ["2026-10-12T08:15:00Z", "2026-10-12T09:15:00Z"]
        );
        // 02:30 for the second time, on the day of 25 hours.
        assert_eq!(
            bounds("2026-10-25T01:30:00Z", "Europe/Paris"),
            ["2026-10-25T01:00:00Z", "2026-10-25T02:00:00Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"]
        );
    }

    #[test]
    fn what_is_left_is_open_time_and_what_comes_is_as_of_late() {
        let text = "brand: b\nzone: Europe/Paris\nproviders: [{name: p}]\nqueues: [{name: q, calendar: desk}]\ncalendars:\n  \
                    - {name: desk, weekly: {monday: ['08:00-18:00']}}\n";
        let desk = Network::parse(text).expect("a network").calendars.remove("desk").expect("declared");
        let now = at("2026-10-12T15:30:00+02:00");
        let mut day = Begun::day(now, &zone("Europe/Paris")).within(Some(&desk), now);
        day.count(at("2026-10-11T21:59:59Z"), 5, 5);
        day.count(at("2026-10-12T08:00:00+02:00"), 300, 50);
        // 80 in four hours, two and a half are left.
        assert_eq!(day.expecting(80, 4 * HOUR_US), expected(300, 50, 50));
        let always = Begun::day(now, &zone("Europe/Paris"));
        assert_eq!(always.expecting(80, 4 * HOUR_US).coming, 170);
    }

    /// At 80 %: ⌈0.8 · 352⌉ − 210 = 72, of 52 to come in the hour; ⌈0.8 · 1,380⌉ − 798 = 306 of 480 over the day.
    #[test]
    fn the_hour_is_told_while_it_can_be_saved_and_then_the_day() {
        let told = |hour, day| {
            let lately = Tried::new(200, 92).expect("possible");
            let target = Target::permille(800).expect("a share");
            let Rescue { until, needed, coming, recent } = rescue(hour, day, target, lately).expect("possible");
            assert_eq!(recent, Some(0.46));
            (until, needed, coming)
        };
        let day = expected(900, 102, 480);
        assert_eq!(told(expected(300, 90, 52), day), (Until::Day, 306, 480));
        assert_eq!(told(expected(100, 22, 52), day), (Until::Hour, 44, 52));
        assert_eq!(told(expected(300, 0, 20), day), (Until::Day, 306, 480), "the hour is safe");
        let (_, needed, coming) = told(expected(300, 90, 52), expected(900, 400, 100));
        assert!(needed > coming, "{needed} of {coming}: nothing saves it");
        let (_, needed, _) = told(expected(300, 90, 52), expected(900, 0, 100));
        assert!(needed <= 0, "{needed}: it is safe");
    }
}
