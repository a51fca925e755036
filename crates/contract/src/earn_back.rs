//! Credits earned back by windows in a row at or above a level.

use contact::Instant;
use jiff::{ToSpan, tz::TimeZone};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    Closed, ClosedState, Minor,
    terms::{Decided, EarnBack, LevelName, Span},
};

/// A past window of one objective.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PastWindow {
    /// The window.
    pub window: Span,
    /// Whether it reached the level of the rule; `None` without a result, which neither counts nor breaks a row.
    pub reached: Option<bool>,
    /// What it credited.
    pub credit: Minor,
}

/// A credit that is given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EarnedBack {
    /// The window that credited it.
    pub window: Span,
    /// How much is given back, in minor units.
    pub amount: Minor,
    /// From when on.
    #[schemars(with = "String")]
    pub at: Instant,
}

impl PastWindow {
    /// A past window, from its result.
    #[must_use]
    pub fn new(window: Span, closed: &Closed, rule: &EarnBack, credit: Minor) -> Self {
        let result = matches!(closed.state, ClosedState::Met | ClosedState::Breached);
        let reached = match rule.level {
            LevelName::Floor => closed.floor,
            LevelName::Expected => Some(closed.state == ClosedState::Met),
            LevelName::Target => closed.target,
        };
        Self { window, reached: reached.filter(|_| result), credit }
    }
}

/// Which credits of one objective were earned back, from its past windows in order, by the rule of the version that
/// credited them.
///
/// A credit is given back once the agreed number of windows after it, with none between that fell short, reached the
/// level. One row of windows may earn back several credits.
#[must_use]
pub fn earned_back(rule: &EarnBack, past: &[PastWindow], zone: &TimeZone) -> Vec<EarnedBack> {
    let wanted = usize::try_from(rule.windows).unwrap_or(usize::MAX);
    let mut found = Vec::new();
    for (position, credited) in past.iter().enumerate().filter(|(_, window)| window.credit > Minor::default()) {
        let results = past[position + 1..].iter().filter(|window| window.reached.is_some());
        let row: Vec<_> = results.take_while(|window| window.reached == Some(true)).take(wanted).collect();
        let Some(last) = row.last().filter(|_| row.len() == wanted) else { continue };
        let at = match rule.decided {
            Decided::WindowEnd => last.window.to,
            Decided::QuarterEnd => quarter_end(last.window.to, zone),
        };
        found.push(EarnedBack { window: credited.window, amount: credited.credit.times(&[rule.share]), at });
    }
    found
}

/// The end of the calendar quarter in which the last moment before `end` lies.
fn quarter_end(end: Instant, zone: &TimeZone) -> Instant {
    let date = zone.to_datetime(end.plus_micros(-1).to_timestamp()).date();
    let left = 3 - (i32::from(date.month()) - 1) % 3;
    let next = date.first_of_month().checked_add(left.months()).ok();
    next.and_then(|next| Instant::start_of_day(next, zone).ok()).unwrap_or(end)
}
