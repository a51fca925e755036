//! Which of the usual rules explain declared cells, where a provider does not say.
//!
//! Every set of rules is counted by the statement; nothing is fitted. Sets are tried by how many rules they change, so the
//! least that explains all cells is found first. Where none explains all, the one that explains the most cells is taken.

use contact::network::Formula;

use super::{
    counting::Counting,
    counts::{Counted, Measure},
    rules::{DayOf, Rules, SiteOf, Stated},
};
use crate::{SettlementError, declared::DeclaredRow};

const SECOND_US: i64 = 1_000_000;

/// Short-abandon thresholds that are tried, in seconds.
const SHORT_S: [i64; 8] = [0, 2, 3, 5, 10, 15, 20, 30];

/// Service-level thresholds that are tried, in seconds.
const THRESHOLD_S: [i64; 8] = [10, 15, 20, 30, 45, 60, 90, 120];

/// Most rules that are changed at once, beside the formula.
const MOST_CHANGES: usize = 4;

/// Sets in one run of the statement.
const SETS: usize = 128;

/// Legs times sets that one search goes through: half a minute of two cores. Of a provider with 100,000 contacts a month every
/// set with two changes is among them.
const MOST_WORK: usize = 200_000_000;

/// One rule other than where the search begins.
#[derive(Debug, Clone, Copy)]
enum Change {
    Threshold(i64),
    Short(Option<i64>, bool),
    Site(SiteOf),
    Day(DayOf),
    Zone(usize),
    Cancelled,
    Ruled,
    Closed,
}

impl Change {
    fn make(self, rules: &mut Rules) {
        match self {
            Self::Threshold(us) => rules.threshold_us = Some(us),
            Self::Short(us, dropped) => (rules.short_us, rules.drops_short) = (us, dropped),
            Self::Site(site_of) => rules.site_of = site_of,
            Self::Day(day_of) => rules.day_of = day_of,
            Self::Zone(zone) => rules.zone = zone,
            Self::Cancelled => rules.counts.cancelled = true,
            Self::Ruled => rules.counts.ruled = true,
            Self::Closed => rules.counts.closed = true,
        }
    }
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// The rules that come nearest.
    pub(crate) rules: Rules,
    /// Sets of rules counted.
    pub(crate) tried: usize,
    /// Whether those are all with so few changes.
    pub(crate) complete: bool,
    /// Other sets that come as near with as few changes.
    pub(crate) as_good: usize,
    /// Contacts that they leave unexplained.
    pub(crate) unexplained: i64,
}

/// Looks for the rules that explain all of these rows. Begins at `start`, and changes only what is not stated.
pub(crate) async fn search(
    counting: &Counting,
    rows: &[&DeclaredRow],
    start: &Rules,
    stated: &Stated,
    zones: usize,
) -> Result<Found, SettlementError> {
    let tells_level = rows.iter().any(|row| row.tells_level());
    let formulas: &[Formula] = if tells_level && stated.formula.is_none() { &Formula::ALL } else { &[] };
    let kinds = kinds(start, stated, zones, tells_level);
    let most = (MOST_WORK / counting.legs.max(1)).max(SETS);
    let mut best: Option<(Miss, Rules, usize)> = None;
    let (mut tried, mut complete) = (0, true);
    for changes in 0..=MOST_CHANGES {
        let mut sets = Vec::new();
        combine(&kinds, changes, start, &mut sets);
        if tried + sets.len() > most {
            complete = false;
            sets.truncate(most.saturating_sub(tried));
        }
        for batch in sets.chunks(SETS) {
            for (set, cells) in batch.iter().zip(counting.count(batch).await?) {
                for formula in std::iter::once(None).chain(formulas.iter().copied().map(Some)) {
                    let miss = Miss::of(rows, &cells, formula, changes);
                    match &mut best {
                        Some((least, _, as_good)) if miss == *least => *as_good += 1,
                        Some((least, ..)) if miss > *least => {}
                        _ => best = Some((miss, Rules { formula: formula.or(set.formula), ..set.clone() }, 0)),
                    }
                }
            }
        }
        tried += sets.len();
        if !complete || best.as_ref().is_some_and(|(miss, ..)| miss.cells == 0) {
            break;
        }
    }
    let (unexplained, rules, as_good) =
        best.map_or((0, start.clone(), 0), |(miss, rules, as_good)| (miss.contacts, rules, as_good));
    Ok(Found { rules, tried, complete, as_good, unexplained })
}

/// By how much a set of rules misses what is declared. The best explains the most cells, to the last contact, with the
/// fewest changes; how near it comes in the others says least, for it may come near by chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Miss {
    cells: usize,
    changes: usize,
    contacts: i64,
}

impl Miss {
    fn of(rows: &[&DeclaredRow], cells: &[Counted], formula: Option<Formula>, changes: usize) -> Self {
        let counted = |cell: &Counted| formula.map_or(*cell, |formula| cell.by(formula));
        let distances = rows.iter().zip(cells).map(|(row, cell)| distance(row, &counted(cell)));
        let mut miss = Self { cells: 0, changes: changes + usize::from(formula.is_some()), contacts: 0 };
        for distance in distances.filter(|distance| *distance > 0) {
            miss.cells += 1;
            miss.contacts += distance;
        }
        miss
    }
}

/// What may be changed, rule by rule.
fn kinds(start: &Rules, stated: &Stated, zones: usize, tells_level: bool) -> Vec<Vec<Change>> {
    let mut kinds: Vec<Vec<Change>> = Vec::new();
    if stated.site_of.is_none() {
        kinds.push(SiteOf::ALL[1..].iter().copied().map(Change::Site).collect());
    }
    if stated.day_of.is_none() {
        kinds.push(DayOf::ALL[1..].iter().copied().map(Change::Day).collect());
    }
    if stated.zone.is_none() {
        kinds.push((1..zones).map(Change::Zone).collect());
    }
    kinds.push(shorts(start, stated));
    if stated.counts.is_none() {
        kinds.extend([vec![Change::Cancelled], vec![Change::Ruled], vec![Change::Closed]]);
    }
    if stated.threshold_us.is_none() && tells_level {
        kinds.push(THRESHOLD_S.iter().map(|seconds| Change::Threshold(seconds * SECOND_US)).collect());
    }
    kinds.retain(|kind| !kind.is_empty());
    kinds
}

/// Our rules, and every set that changes one of them.
pub(crate) fn singles(zones: usize) -> Vec<Rules> {
    let ours = Rules::ours();
    let mut sets = vec![ours.clone()];
    combine(&kinds(&ours, &Stated::default(), zones, true), 1, &ours, &mut sets);
    sets.extend(Formula::ALL.map(|formula| Rules { formula: Some(formula), ..ours.clone() }));
    sets
}

/// Which abandons are short, and whether they count.
fn shorts(start: &Rules, stated: &Stated) -> Vec<Change> {
    let thresholds: Vec<Option<i64>> = match stated.short_us {
        Some(_) => vec![start.short_us],
        None => std::iter::once(None).chain(SHORT_S.iter().map(|seconds| Some(seconds * SECOND_US))).collect(),
    };
    let dropped: &[bool] = match stated.drops_short {
        Some(true) => &[true],
        Some(false) => &[false],
        None => &[false, true],
    };
    let all = dropped.iter().flat_map(|dropped| thresholds.iter().map(|us| (*us, *dropped)));
    let other = all.filter(|short| *short != (start.short_us, start.drops_short));
    other.map(|(us, dropped)| Change::Short(us, dropped)).collect()
}

/// Every set that changes so many of the rules.
fn combine(kinds: &[Vec<Change>], changes: usize, from: &Rules, sets: &mut Vec<Rules>) {
    if changes == 0 {
        return sets.push(from.clone());
    }
    for (place, kind) in kinds.iter().enumerate() {
        for change in kind {
            let mut rules = from.clone();
            change.make(&mut rules);
            combine(&kinds[place + 1..], changes - 1, &rules, sets);
        }
    }
}

/// Contacts by which a cell differs from what is declared.
fn distance(row: &DeclaredRow, cell: &Counted) -> i64 {
    let counts = Measure::ALL.iter().filter_map(|measure| Some((row.counts.get(*measure)? - cell.get(*measure)).abs()));
    let level = row.level.map_or(0, |declared| match cell.level() {
        Some(level) if declared.is(level) => 0,
        Some(level) => contacts((declared.share - level).abs(), cell.get(Measure::Promised)),
        None => 1,
    });
    counts.sum::<i64>() + level
}

/// A share of so many contacts, at least one.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "numbers of contacts are far below 2^53"
)]
fn contacts(share: f64, of: i64) -> i64 {
    (share * of as f64).ceil().max(1.0) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stated_is_not_changed_and_what_is_not_is_tried_in_every_combination() {
        let ours = Rules::ours();
        let silent = kinds(&ours, &Stated::default(), 2, true);
        let numbers: Vec<usize> = silent.iter().map(Vec::len).collect();
        assert_eq!(numbers, [2, 2, 1, 17, 1, 1, 1, 8]);
        let mut pairs = Vec::new();
        combine(&silent, 2, &ours, &mut pairs);
        let (sum, squares): (usize, usize) = (numbers.iter().sum(), numbers.iter().map(|number| number * number).sum());
        assert_eq!(pairs.len(), (sum * sum - squares) / 2);
        let mut unlike = pairs.clone();
        unlike.dedup();
        assert_eq!(unlike.len(), pairs.len(), "no set is tried twice in a row");
        let stated = Stated {
            threshold_us: Some(super::super::rules::Term::Own),
            short_us: Some(super::super::rules::Term::Given(SECOND_US)),
            drops_short: Some(true),
            site_of: Some(SiteOf::Owner),
            day_of: Some(DayOf::Arrival),
            zone: Some("UTC".to_owned()),
            counts: Some(super::super::rules::LeftOut::default()),
            formula: None,
        };
        let start = Rules { short_us: Some(SECOND_US), drops_short: true, site_of: SiteOf::Owner, ..ours };
        assert!(kinds(&start, &stated, 2, true).is_empty());
    }
}
