//! What is asked of whoever counts.

use std::collections::{BTreeMap, BTreeSet};

use contact::{Duration, Instant, Network};
use jiff::civil::Date;

use super::{AskedClock, AskedScope, whole_day};
use crate::{
    Claim, Contract, Forecasts,
    relief::Reliefs,
    terms::{Effect, Indicator, Objective, OverVolume, ReadAt, Span, SurplusRule},
};

/// What is asked of one objective in one span: a piece of a window, or the days before now ([`Asked::lately`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The objective, by its name.
    pub objective: String,
    /// What is counted, by which definition, with its parameters.
    pub indicator: Indicator,
    /// The contacts it is about.
    pub scope: AskedScope,
    /// How waits are counted.
    pub clock: AskedClock,
    /// Contacts belong to it that were offered in it, unless the indicator attributes them by another instant.
    pub span: Span,
    /// Every whole local day that the span touches, in order.
    pub days: Vec<AskedDay>,
    /// Length of the slices that each day is cut into, from its start on.
    pub slice: Duration,
    /// Levels at which contacts are counted, ascending, in their finest unit (microseconds for a length of time); empty for
    /// a share, which is counted once.
    pub yardsticks: Vec<u64>,
    /// When readings are taken; `None` where contacts are counted.
    pub read_at: Option<ReadAt>,
    /// Claims that may drop contacts, by id.
    pub claims: Vec<AskedClaim>,
    /// Whether contacts beyond [`AskedDay::allowed`] are told apart, in the order in which they were offered.
    pub surplus: bool,
}

/// A local day of the contract's zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AskedDay {
    /// The day.
    pub day: Date,
    /// Its bounds, 23 to 25 hours apart.
    pub span: Span,
    /// Contacts foreseen, where a forecast is locked.
    pub foreseen: Option<u64>,
    /// Contacts that are no surplus, where the contract relieves of surplus.
    pub allowed: Option<u64>,
}

/// A claim that covers contacts offered in its span, on its queues and sites, for its reasons; empty sets are all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedClaim {
    /// Its id.
    pub id: String,
    /// When it began and ended.
    pub span: Span,
    /// Queues.
    pub lines: BTreeSet<String>,
    /// Sites.
    pub sites: BTreeSet<String>,
    /// Reasons.
    pub reasons: BTreeSet<String>,
    /// Whether it is accepted: its contacts are no part of the volume of their day.
    pub drops: bool,
}

/// What is known beside the contract when something is asked.
#[derive(Debug, Clone, Copy)]
pub struct Known<'k> {
    /// The network, whose families of reasons the contract names.
    pub network: &'k Network,
    /// Claims under the contract.
    pub claims: &'k [Claim],
    /// Forecasts issued under the contract.
    pub forecasts: &'k Forecasts,
    /// What was known until then counts.
    pub as_of: Instant,
}

/// Days before today from which is told how it went lately: eight weeks.
pub const LATELY_DAYS: i32 = 56;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

impl Asked {
    /// What is asked of an objective in a span.
    #[must_use]
    pub fn of(contract: &Contract, objective: &Objective, span: Span, known: &Known<'_>) -> Self {
        let reliefs = Reliefs::of(contract, objective, known.claims, span, known.as_of);
        let over = contract.forecast.over_volume;
        Self {
            objective: objective.name.clone(),
            indicator: objective.indicator.clone(),
            scope: AskedScope::of(contract, objective, known.network),
            clock: AskedClock::of(contract, &objective.indicator.metric),
            span,
            days: days(contract, span, known.forecasts),
            slice: objective.consistency.map_or(DAY, |consistency| consistency.slice),
            yardsticks: objective.yardsticks().iter().map(|level| level.finest()).collect(),
            read_at: objective.read_at(),
            claims: known.claims.iter().filter_map(|claim| asked_claim(contract, claim, span, &reliefs)).collect(),
            surplus: over == Some(OverVolume::Surplus(SurplusRule::Chronological)),
        }
    }

    /// The same of today until `now` and of the [`LATELY_DAYS`] before: how it went lately.
    #[must_use]
    pub fn lately(contract: &Contract, objective: &Objective, now: Instant, known: &Known<'_>) -> Self {
        let first = contract.day(now).checked_sub(jiff::Span::new().days(LATELY_DAYS));
        let from = first.ok().and_then(|first| Instant::start_of_day(first, &contract.zone).ok());
        Self::of(contract, objective, Span { from: from.unwrap_or(now), to: now }, known)
    }

    /// The forecasts of its days: [`crate::Facts::foreseen`] of the answer. A window that is not over is asked for whole, so
    /// that the days to come are among them.
    #[must_use]
    pub fn foreseen(&self) -> BTreeMap<Date, u64> {
        self.days.iter().filter_map(|day| Some((day.day, day.foreseen?))).collect()
    }

    /// The local day and the start of the slice in which an instant lies; `None` outside of the days.
    #[must_use]
    pub fn place(&self, at: Instant) -> Option<(Date, Instant)> {
        let day = self.days.iter().find(|day| day.span.holds(at))?;
        Some((day.day, day.slice(at, self.slice)))
    }
}

impl AskedDay {
    /// The start of the slice of this length in which an instant of the day lies: whole lengths of elapsed time from the
    /// start of the day, so that an hour that happens twice is cut twice.
    #[must_use]
    pub fn slice(&self, at: Instant, length: Duration) -> Instant {
        let since = at.micros_since(self.span.from);
        self.span.from.plus_micros(since - since.rem_euclid(length.as_micros().max(1)))
    }
}

/// Every local day that a span touches.
fn days(contract: &Contract, span: Span, forecasts: &Forecasts) -> Vec<AskedDay> {
    let mut found = Vec::new();
    let mut next = Some(contract.day(span.from));
    while let Some((day, whole)) = next.and_then(|day| Some((day, whole_day(day, &contract.zone)?)))
        && whole.from < span.to
    {
        let foreseen = forecasts.locked(contract, day);
        let allowed = foreseen.and_then(|forecast| contract.allowed_of(forecast));
        found.push(AskedDay { day, span: whole, foreseen, allowed });
        next = day.tomorrow().ok();
    }
    found
}

/// A claim of a span that may drop contacts: others change a window or nothing, and cover none.
fn asked_claim(contract: &Contract, claim: &Claim, span: Span, reliefs: &Reliefs) -> Option<AskedClaim> {
    let rule = contract.exclusions.get(&claim.exclusion).filter(|rule| rule.effect == Effect::DropContacts)?;
    claim.span.within(span)?;
    Some(AskedClaim {
        id: claim.id.clone(),
        span: claim.span,
        lines: claim.lines.clone(),
        sites: claim.sites.clone(),
        reasons: rule.reasons.clone(),
        drops: reliefs.dropped.contains(&claim.id),
    })
}
