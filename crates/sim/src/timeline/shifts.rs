//! When the people of a group work.

use super::{Days, OpenClock};
use crate::{Scenario, scenario::Group};

/// The hours of a group, one calendar after another.
#[derive(Debug, Clone, Default)]
pub(super) struct Shift {
    /// Each from an instant on; without a clock there are no hours of their own.
    versions: Vec<(i64, Option<OpenClock>)>,
}

impl Shift {
    pub(super) fn new(scenario: &Scenario, group: &Group, days: &Days) -> Self {
        let (Some(first), Some(last)) = (days.starts.first(), days.starts.last()) else { return Self::default() };
        let versions = group.shifts.iter().map(|(from, name)| {
            let calendar = name.as_ref().and_then(|name| scenario.network.calendars.get(name));
            let clock = calendar.map(|calendar| OpenClock::new(calendar, *first, *last));
            (from.map_or(i64::MIN, contact::Instant::as_micros), clock)
        });
        Self { versions: versions.collect() }
    }

    /// Whether they work at an instant; `None` when they have no hours of their own.
    pub(super) fn is_on(&self, at: i64) -> Option<bool> {
        let begun = self.versions.partition_point(|(from, _)| *from <= at);
        let (_, clock) = self.versions[..begun].last()?;
        clock.as_ref().map(|clock| clock.is_open(at))
    }
}
