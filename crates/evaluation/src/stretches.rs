//! Time cut so finely that every window, day, slice and claim is made of whole stretches. Pure.

use std::collections::BTreeSet;

use contact::Instant;
use contract::terms::Span;
use scorecard::Bucket;

use crate::unit::Unit;

/// A day's slices, at most: a minute each.
const DAY_SLICES: usize = 1_600;

/// Stretches from the first instant of some units to the last, without a gap.
pub(crate) struct Stretches {
    pub(crate) all: Vec<Bucket>,
}

impl Stretches {
    /// Cut at the bounds of days, slices, claims and windows, and at these instants.
    pub(crate) fn of<'a, 'f: 'a>(
        units: impl IntoIterator<Item = &'a Unit<'f>>,
        sliced: bool,
        more: impl IntoIterator<Item = Instant>,
    ) -> Self {
        let mut cuts: BTreeSet<Instant> = more.into_iter().collect();
        let (mut from, mut to) = (Instant::FOREVER, Instant::BEGINNING);
        for unit in units {
            let asked = &unit.asked;
            for day in &asked.days {
                cuts.extend([day.span.from, day.span.to]);
                if sliced && unit.objective.consistency.is_some() {
                    cuts.extend(slices(day.span, asked.slice.as_micros()));
                }
            }
            cuts.extend(asked.claims.iter().flat_map(|claim| [claim.span.from, claim.span.to]));
            cuts.extend(unit.windows.iter().flat_map(|window| [window.held.piece.from, window.held.piece.to]));
            // Whole days: a day's volume is that of the whole day.
            from = from.min(asked.days.first().map_or(asked.span.from, |day| day.span.from));
            to = to.max(asked.days.last().map_or(asked.span.to, |day| day.span.to));
        }
        let within: Vec<Instant> = cuts.into_iter().filter(|cut| *cut >= from && *cut <= to).collect();
        Self { all: within.windows(2).map(|pair| Bucket { from: pair[0], to: pair[1] }).collect() }
    }

    /// From the first to the last.
    pub(crate) fn span(&self) -> Option<Span> {
        Some(Span { from: self.all.first()?.from, to: self.all.last()?.to })
    }
}

fn slices(day: Span, length_us: i64) -> impl Iterator<Item = Instant> {
    let length_us = length_us.max(1);
    (1..DAY_SLICES)
        .map(move |slice| day.from.plus_micros(length_us.saturating_mul(i64::try_from(slice).unwrap_or(i64::MAX))))
        .take_while(move |at| *at < day.to)
}
