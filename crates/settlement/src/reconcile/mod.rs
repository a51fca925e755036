//! Our figures beside the provider's own.

mod answer;
mod counting;
mod counts;
mod legs;
mod rules;
mod said;
mod search;
mod step;
mod tables;
mod walk;

use std::collections::{BTreeMap, BTreeSet};

use contact::{Instant, Network};
use engine::{Bound, View};
use jiff::civil::Date;
use scorecard::{LakeVersions, Period, PeriodAnswer};

pub use answer::{
    Known, LevelStep, LevelWalk, MeasureWalk, MissingContact, Parts, ReconcileAnswer, ReconcileLine, ReconciledCell,
    ReconciledGroup, RuleAnswer, SearchAnswer, StepChange, StepPart,
};
pub use counts::{Counts, Measure};
pub use legs::open_reconcile;
pub use rules::{DayOf, LeftOut, SiteOf, Stated, Term};
pub use step::{Part, Step};

use self::{counting::Counting, legs::LEGS, rules::Rules, search::search};
use crate::{
    SettlementError,
    declared::{Declared, DeclaredContact, DeclaredRow},
    rows::Rows,
};

/// What is asked.
#[derive(Debug, Clone)]
pub struct ReconcileQuestion {
    /// The declared file.
    pub declared: Declared,
    /// The contacts that the providers count, when they gave them.
    pub contacts: Option<Vec<DeclaredContact>>,
    /// The instant as of which open legs are judged.
    pub now: Instant,
    /// Only what had been received by then; [`Instant::FOREVER`] for all that is known.
    pub as_of: Instant,
    /// Pseudonyms of the customers that exclusion rules name.
    pub customers: BTreeMap<String, String>,
    /// Whether rules that are not stated are searched.
    pub search: bool,
}

/// Explains what is declared.
///
/// # Errors
/// Days that cannot be counted, files that cannot be read, or a defect.
pub async fn reconcile(
    view: &View,
    network: &Network,
    asked: &ReconcileQuestion,
) -> Result<ReconcileAnswer, SettlementError> {
    let zones = zones(network, &asked.declared);
    let rows = legs::legs(view, network, asked).await?;
    let legs: usize = rows.iter().map(arrow::array::RecordBatch::num_rows).sum();
    let bench = view.engine().workbench_on(LEGS, rows)?;
    let missing = legs::missing(bench.as_ref()).await?;
    let mut groups = Vec::new();
    for rows in alike(&asked.declared) {
        let counting = Counting::new(&rows, &zones, bench.clone(), legs)?;
        groups.push(group(&counting, &rows, &zones, asked, &missing).await?);
    }
    let period = period(network, &asked.declared)?;
    let catalog = view.engine().catalog();
    let definition = |id| Ok::<_, SettlementError>(catalog.get(id)?.definition());
    Ok(ReconcileAnswer {
        period: PeriodAnswer::of(&period),
        now: asked.now,
        as_of: (asked.as_of != Instant::FOREVER).then_some(asked.as_of),
        lake: LakeVersions::of(view, network),
        definitions: ["cohort", LEGS, "reconcile_counts"].into_iter().map(definition).collect::<Result<_, _>>()?,
        order: Step::ALL.map(|step| StepPart { step, part: step.part() }).to_vec(),
        explained: groups.iter().all(|group| group.explained),
        remainder: remainder(&groups),
        groups,
    })
}

/// The rules and the quarter-hours of periods with which [`reconcile`] runs its statement of counts, for every set that
/// changes one of our rules: for running the same statement on another engine.
///
/// # Errors
/// As [`reconcile`].
pub fn sets(network: &Network, asked: &ReconcileQuestion) -> Result<[Bound; 2], SettlementError> {
    let zones = zones(network, &asked.declared);
    let periods: BTreeSet<(Date, Date)> = asked.declared.rows.iter().map(|row| (row.from, row.to)).collect();
    let mut sets = search::singles(zones.len());
    sets.push(Rules { theirs: asked.contacts.is_some(), ..Rules::ours() });
    Ok([tables::rules(&sets)?, tables::slots(&periods.into_iter().collect::<Vec<_>>(), &zones)?])
}

/// The zones in which days may be meant: the network's, those that rows state, those of the providers' sites, and UTC.
fn zones(network: &Network, declared: &Declared) -> Vec<String> {
    let own = network.zone.iana_name().unwrap_or("UTC").to_owned();
    let stated = declared.rows.iter().filter_map(|row| row.stated.zone.clone());
    let providers: BTreeSet<&str> = declared.rows.iter().map(|row| row.provider.as_str()).collect();
    let sites = network.sites.values().flatten().filter(|site| providers.contains(site.provider.as_str()));
    let of_sites = sites.filter_map(|site| site.zone.iana_name().map(str::to_owned));
    let mut zones = vec![own];
    for zone in stated.chain(of_sites).chain(["UTC".to_owned()]) {
        if !zones.contains(&zone) {
            zones.push(zone);
        }
    }
    zones
}

/// The first declared day, and the day after the last.
fn days(declared: &Declared) -> (Date, Date) {
    let from = declared.rows.iter().map(|row| row.from).min().unwrap_or(Date::MIN);
    (from, declared.rows.iter().map(|row| row.to).max().unwrap_or(from))
}

fn period(network: &Network, declared: &Declared) -> Result<Period, SettlementError> {
    let (from, to) = tables::bounds(days(declared), network.zone.iana_name().unwrap_or("UTC"))?;
    Ok(Period { from, to, zone: network.zone.clone() })
}

/// Rows of one provider that state the same rules.
fn alike(declared: &Declared) -> Vec<Vec<&DeclaredRow>> {
    let mut groups: Vec<Vec<&DeclaredRow>> = Vec::new();
    for row in &declared.rows {
        let same = |group: &&mut Vec<&DeclaredRow>| {
            group.first().is_some_and(|first| (&first.provider, &first.stated) == (&row.provider, &row.stated))
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.push(row),
            None => groups.push(vec![row]),
        }
    }
    groups
}

async fn group(
    counting: &Counting,
    rows: &[&DeclaredRow],
    zones: &[String],
    asked: &ReconcileQuestion,
    missing: &Rows,
) -> Result<ReconciledGroup, SettlementError> {
    let has_list = asked.contacts.is_some();
    let stated = rows.first().map(|row| row.stated.clone()).unwrap_or_default();
    let mut theirs = Rules { theirs: has_list, ..Rules::stated(&stated, zones) };
    let all_stated = Step::ALL.iter().all(|step| step.is_stated(&stated));
    let mut found = None;
    if asked.search && !all_stated {
        let searched = search(counting, rows, &theirs, &stated, zones.len()).await?;
        // A search that found nothing but what is stated changes nothing.
        let is_found = searched.tried > 1 || searched.rules != theirs;
        theirs = searched.rules.clone();
        found = is_found.then_some(searched);
    }
    let ours = Rules::ours();
    let mut sets = vec![ours.clone()];
    let mut taken = vec![None];
    for step in Step::ALL {
        let Some(before) = sets.last() else { break };
        let next = step.take(before, &theirs);
        if next != *before {
            sets.push(next);
            taken.push(Some(step));
        }
    }
    let counted = counting.count(&sets).await?;
    let cell = |(place, row): (usize, &&DeclaredRow)| {
        let path: Vec<walk::Stage> = taken.iter().copied().zip(counted.iter().map(|cells| cells[place])).collect();
        ReconciledCell {
            line: row.line,
            site: row.site.clone(),
            queue: row.queue.clone(),
            from: row.from.to_string(),
            to: row.to.to_string(),
            measures: walk::measures(row, &path, has_list),
            level: walk::level(row, &path, theirs.formula, has_list),
        }
    };
    let cells: Vec<ReconciledCell> = rows.iter().enumerate().map(cell).collect();
    let provider = rows.first().map(|row| row.provider.clone()).unwrap_or_default();
    let [only_ours, only_theirs] = [true, false].map(|ours| one_sided(missing, &provider, ours));
    Ok(ReconciledGroup {
        rules: said(&ours, &theirs, &stated, zones),
        search: found.map(|found| SearchAnswer {
            tried: found.tried,
            complete: found.complete,
            as_good: found.as_good,
            unexplained: found.unexplained,
        }),
        explained: cells.iter().all(ReconciledCell::is_explained),
        cells,
        only_ours: only_ours?,
        only_theirs: only_theirs?,
        provider,
    })
}

/// The rules of both sides, in words.
fn said(ours: &Rules, theirs: &Rules, stated: &Stated, zones: &[String]) -> Vec<RuleAnswer> {
    let rule = |step: Step| {
        let differs = step.take(ours, theirs) != *ours;
        let known = match (step.is_stated(stated), differs) {
            // Without a list nobody says which contacts the provider counts.
            (true, _) if step == Step::Missing && !theirs.theirs => Known::Assumed,
            (true, _) => Known::Stated,
            (false, true) => Known::Searched,
            (false, false) => Known::Assumed,
        };
        RuleAnswer { step, ours: step.said(ours, zones), theirs: step.said(theirs, zones), differs, known }
    };
    Step::ALL.map(rule).to_vec()
}

/// The contacts of a provider that only one side counts.
fn one_sided(rows: &Rows, provider: &str, ours: bool) -> Result<Vec<MissingContact>, SettlementError> {
    let [contacts, providers, sites, queues, outcomes] =
        ["contact_id", "provider", "site", "queue", "outcome"].map(|column| rows.texts(column));
    let (contacts, providers, sites, queues, outcomes) = (contacts?, providers?, sites?, queues?, outcomes?);
    let (offered, flags) = (rows.ints("offered_us")?, rows.flags("ours")?);
    let of = (0..rows.len()).filter(|row| providers[*row] == provider && flags[*row] == ours);
    let contact = |row: usize| MissingContact {
        contact: contacts[row].clone(),
        site: sites[row].clone(),
        queue: queues[row].clone(),
        at: Instant::from_micros(offered[row]).unwrap_or(Instant::FOREVER),
        outcome: outcomes[row].clone(),
    };
    Ok(of.map(contact).collect())
}

fn remainder(groups: &[ReconciledGroup]) -> BTreeMap<&'static str, i64> {
    let mut sums = BTreeMap::new();
    for walk in groups.iter().flat_map(|group| &group.cells).flat_map(|cell| &cell.measures) {
        *sums.entry(walk.measure.as_str()).or_default() += walk.parts.remainder.abs();
    }
    sums
}
