//! Contacts and successes by stratum and site, as the statement of what is compared counts them.

use std::collections::{BTreeMap, BTreeSet};

use contact::Network;
use engine::View;
use stats::homogeneity::{Cell, Tally};

use crate::{
    Dim, Measure, Question, RepeatRules, ScorecardError,
    parts::sums,
    repeats::{enough_matched, matter_rows},
    rows::Rows,
};

/// The statement of resolutions.
pub(crate) const STATEMENT: &str = "homogeneity";

/// What is compared with its like: a site, a provider, or a site of a provider.
pub(crate) type Side = BTreeMap<Dim, Option<String>>;

/// What decides difficulty before a site touches the contact.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Stratum {
    pub(crate) reason: String,
    pub(crate) channel: Option<String>,
    pub(crate) language: Option<String>,
}

/// Resolutions of mature contacts by stratum and side, both numbered in the order of their names.
pub(crate) struct Compared {
    pub(crate) sides: BTreeMap<Side, usize>,
    pub(crate) strata: BTreeMap<Stratum, usize>,
    pub(crate) tallies: Vec<Tally>,
    /// Contacts that are still open or not mature: the answer may change.
    pub(crate) unsettled: i64,
}

/// Tallies added up.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counts {
    /// Mature contacts.
    pub(crate) contacts: i64,
    /// Those resolved for good.
    pub(crate) resolved: i64,
    /// Of how many tallies with contacts.
    pub(crate) tallies: usize,
}

/// The rows of the statement for the cohort of a question, whatever its grouping.
pub(crate) async fn compared_rows(view: &View, network: &Network, question: &Question) -> Result<Rows, ScorecardError> {
    let whole = Question { by: BTreeSet::new(), grain: None, ..question.clone() };
    sums(view, network, &whole, &[STATEMENT]).await?.rows(STATEMENT)
}

/// The rows of first contacts for the cohort of a question, whatever its grouping.
pub(crate) async fn no_repeat_rows(
    view: &View,
    network: &Network,
    question: &Question,
    rules: RepeatRules,
) -> Result<Rows, ScorecardError> {
    let whole = Question { by: BTreeSet::new(), grain: None, ..question.clone() };
    matter_rows(view, network, &whole, rules, Measure::NoRepeat.statement()).await
}

impl Compared {
    /// Reads the statement's rows, sides by the groupings given.
    pub(crate) fn read(rows: &Rows, by: &[Dim], measure: Measure) -> Result<Self, ScorecardError> {
        let (reasons, channels, languages) = (rows.texts("reason")?, rows.texts("channel")?, rows.texts("language")?);
        let (mature, resolved, unsettled) = (rows.ints("mature")?, rows.ints("resolved")?, rows.ints("unsettled")?);
        let providers = rows.texts("provider")?;
        let speaking = match measure {
            Measure::Resolution => speaking(rows, &providers)?,
            Measure::NoRepeat => matching(rows, &providers)?,
        };
        let sides = sides(rows, by)?;
        let mut counts: BTreeMap<(Option<Stratum>, Side), (i64, i64)> = BTreeMap::new();
        for (row, side) in sides.into_iter().enumerate() {
            let stratum = reasons[row].clone().filter(|_| speaking.contains(&providers[row]));
            let (channel, language) = (channels[row].clone(), languages[row].clone());
            let stratum = stratum.map(|reason| Stratum { reason, channel, language });
            let (n, x) = counts.entry((stratum, side)).or_default();
            *n += mature.get(row).unwrap_or(0);
            *x += resolved.get(row).unwrap_or(0);
        }
        let sides = numbered(counts.keys().map(|(_, side)| side.clone()));
        let strata = numbered(counts.keys().filter_map(|(stratum, _)| stratum.clone()));
        let tally = |((stratum, side), (n, resolved)): (&(Option<Stratum>, Side), &(i64, i64))| {
            let stratum = stratum.as_ref().and_then(|stratum| strata.get(stratum)).copied();
            let tally = sides.get(side).and_then(|side| Tally::new(stratum, *side, *n, *resolved));
            tally.ok_or(ScorecardError::Tally { n: *n, resolved: *resolved })
        };
        let tallies = counts.iter().map(tally).collect::<Result<Vec<Tally>, ScorecardError>>()?;
        let unsettled: i64 = (0..rows.len()).filter_map(|row| unsettled.get(row)).sum();
        Ok(Self { sides, strata, tallies, unsettled })
    }

    /// The tallies as cells.
    pub(crate) fn cells(&self) -> Vec<Cell> {
        self.tallies.iter().copied().map(Cell::from).collect()
    }

    /// Contacts and resolutions by what `of` says of a tally.
    pub(crate) fn counts(&self, of: impl Fn(&Tally) -> Option<usize>) -> BTreeMap<usize, Counts> {
        let mut counts: BTreeMap<usize, Counts> = BTreeMap::new();
        for tally in self.tallies.iter().filter(|tally| tally.n() > 0) {
            let Some(number) = of(tally) else { continue };
            let counts = counts.entry(number).or_default();
            counts.contacts += tally.n();
            counts.resolved += tally.successes();
            counts.tallies += 1;
        }
        counts
    }
}

/// The providers whose source says at all that something was resolved.
fn speaking(rows: &Rows, providers: &[Option<String>]) -> Result<BTreeSet<Option<String>>, ScorecardError> {
    let said = summed(rows, providers, "ever_resolved")?;
    Ok(said.into_iter().filter(|(_, said)| *said > 0).map(|(provider, _)| provider).collect())
}

/// The providers of whose contacts enough have a known customer and reason for a repeat to be seen.
fn matching(rows: &Rows, providers: &[Option<String>]) -> Result<BTreeSet<Option<String>>, ScorecardError> {
    let handled = summed(rows, providers, "handled")?;
    let matched = summed(rows, providers, "matched")?;
    let enough = |provider: &Option<String>| {
        let count = |counts: &BTreeMap<Option<String>, i64>| counts.get(provider).copied().unwrap_or(0);
        enough_matched(count(&matched), count(&handled))
    };
    Ok(handled.keys().filter(|provider| enough(provider)).cloned().collect())
}

fn summed(
    rows: &Rows,
    providers: &[Option<String>],
    column: &str,
) -> Result<BTreeMap<Option<String>, i64>, ScorecardError> {
    let values = rows.ints(column)?;
    let mut sums = BTreeMap::new();
    for (row, provider) in providers.iter().enumerate() {
        *sums.entry(provider.clone()).or_default() += values.get(row).unwrap_or(0);
    }
    Ok(sums)
}

/// The side of each row.
fn sides(rows: &Rows, by: &[Dim]) -> Result<Vec<Side>, ScorecardError> {
    let mut sides = vec![Side::new(); rows.len()];
    for dim in by {
        for (side, value) in sides.iter_mut().zip(rows.texts(dim.as_str())?) {
            side.insert(*dim, value);
        }
    }
    Ok(sides)
}

fn numbered<T: Ord>(names: impl Iterator<Item = T>) -> BTreeMap<T, usize> {
    let names: BTreeSet<T> = names.collect();
    names.into_iter().enumerate().map(|(number, name)| (name, number)).collect()
}
