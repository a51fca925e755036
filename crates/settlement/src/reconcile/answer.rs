//! What a reconciliation tells.

use std::collections::BTreeMap;

use contact::Instant;
use engine::Title;
use schemars::JsonSchema;
use scorecard::{LakeVersions, PeriodAnswer};
use serde::Serialize;

use super::{
    counts::Measure,
    step::{Part, Step},
};

/// Where a rule of the other side is known from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Known {
    /// The file states it.
    Stated,
    /// It was found by a search: it explains the most cells, with the fewest rules changed.
    Searched,
    /// Nobody says otherwise, so ours is taken.
    Assumed,
}

/// One rule, ours and theirs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RuleAnswer {
    /// The step at which it changes.
    pub step: Step,
    /// Ours, in words.
    pub ours: Title,
    /// Theirs, in words.
    pub theirs: Title,
    /// Whether they differ.
    pub differs: bool,
    /// Where theirs is known from.
    pub known: Known,
}

/// A search for rules that are not stated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SearchAnswer {
    /// Sets of rules that were counted.
    pub tried: usize,
    /// Whether every set with as few changes was; else state rules in the file, or declare fewer days.
    pub complete: bool,
    /// Other sets that explain as much with as few changes: which of them it is, only the provider can say.
    pub as_good: usize,
    /// Contacts that the set found leaves unexplained, over all measures.
    pub unexplained: i64,
}

/// One step of a walk, in contacts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StepChange {
    /// The rule that changes.
    pub step: Step,
    /// What the difference is put down to.
    pub part: Part,
    /// By how much the count changes.
    pub change: i64,
}

/// A difference, split exactly: the parts add up to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct Parts {
    /// Formula and threshold.
    pub formula: i64,
    /// Short abandons.
    pub short_abandons: i64,
    /// Site, day and zone.
    pub attribution: i64,
    /// What scorecards leave out.
    pub exclusions: i64,
    /// Contacts that only one side counts.
    pub missing_events: i64,
    /// What nothing explains.
    pub remainder: i64,
}

impl Parts {
    /// Puts some of the remainder down to a part.
    pub(crate) fn take(&mut self, part: Part, change: i64) {
        let place = match part {
            Part::Formula => &mut self.formula,
            Part::ShortAbandons => &mut self.short_abandons,
            Part::Attribution => &mut self.attribution,
            Part::Exclusions => &mut self.exclusions,
            Part::MissingEvents => &mut self.missing_events,
        };
        *place += change;
        self.remainder -= change;
    }
}

/// A count of a cell, from ours to theirs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MeasureWalk {
    /// What is counted.
    pub measure: Measure,
    /// Ours.
    pub ours: i64,
    /// Theirs.
    pub theirs: i64,
    /// Theirs less ours.
    pub difference: i64,
    /// The steps at which a rule changes, in the order of the walk.
    pub steps: Vec<StepChange>,
    /// The difference, split.
    pub parts: Parts,
}

/// The service level after a step.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LevelStep {
    /// The rule that changed; null before the first step.
    pub step: Option<Step>,
    /// Numerator.
    pub in_time: i64,
    /// Denominator.
    pub promised: i64,
    /// The share; null of nothing.
    pub value: Option<f64>,
}

/// The service level of a cell, from ours to theirs.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LevelWalk {
    /// Ours.
    pub ours: Option<f64>,
    /// Theirs, as declared.
    pub theirs: f64,
    /// Half a unit of the last digit declared.
    pub within: f64,
    /// From ours on.
    pub steps: Vec<LevelStep>,
    /// Whether the last step, with the missing contacts, reaches theirs to the digits declared.
    pub explained: bool,
    /// What is left in points of a hundred; 0 when explained, null when nothing was counted.
    pub remainder_points: Option<f64>,
}

/// One declared cell.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ReconciledCell {
    /// Line of the file.
    pub line: u64,
    /// The site; null for all of the provider's.
    pub site: Option<String>,
    /// The queue; null for all.
    pub queue: Option<String>,
    /// First day.
    pub from: String,
    /// Day after the last.
    pub to: String,
    /// Every count that is declared.
    pub measures: Vec<MeasureWalk>,
    /// The service level, when it is declared.
    pub level: Option<LevelWalk>,
}

impl ReconciledCell {
    /// Whether nothing is left unexplained.
    #[must_use]
    pub fn is_explained(&self) -> bool {
        self.measures.iter().all(|walk| walk.parts.remainder == 0)
            && self.level.as_ref().is_none_or(|walk| walk.explained)
    }
}

/// A contact that only one side counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MissingContact {
    /// Key of the contact.
    pub contact: String,
    /// Site.
    pub site: String,
    /// Queue.
    pub queue: String,
    /// When it was offered, or when the provider says.
    #[schemars(with = "String")]
    pub at: Instant,
    /// What became of it.
    pub outcome: String,
}

/// The cells of one provider that are declared by the same rules.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ReconciledGroup {
    /// The provider.
    pub provider: String,
    /// The rules, in the order of the walk.
    pub rules: Vec<RuleAnswer>,
    /// The search, when rules were not stated and the stated ones did not explain the cells.
    pub search: Option<SearchAnswer>,
    /// Whether nothing is left unexplained.
    pub explained: bool,
    /// The cells.
    pub cells: Vec<ReconciledCell>,
    /// With a list of contacts: those that we count and the provider does not list.
    pub only_ours: Vec<MissingContact>,
    /// With a list of contacts: those that it lists and of which we have received nothing.
    pub only_theirs: Vec<MissingContact>,
}

/// Our figures beside a provider's own, every difference explained step by step.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ReconcileAnswer {
    /// From the first declared day to the last.
    pub period: PeriodAnswer,
    /// The instant as of which open contacts were judged.
    #[schemars(with = "String")]
    pub now: Instant,
    /// Only what had been received by then was used; null for all that is known.
    #[schemars(with = "Option<String>")]
    pub as_of: Option<Instant>,
    /// The state of the lake.
    pub lake: LakeVersions,
    /// `id@version:hash` of the statements that count.
    pub definitions: Vec<String>,
    /// The steps of every walk, in order, with the part that each is put down to.
    pub order: Vec<StepPart>,
    /// Whether nothing is left unexplained.
    pub explained: bool,
    /// The remainder of each measure over all cells, without regard to its sign.
    pub remainder: BTreeMap<&'static str, i64>,
    /// By provider and rules.
    pub groups: Vec<ReconciledGroup>,
}

/// One measure of one cell on a line of its own, as a spreadsheet takes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReconcileLine {
    /// The provider.
    pub provider: String,
    /// Line of the declared file.
    pub line: u64,
    /// The site; null for all.
    pub site: Option<String>,
    /// The queue; null for all.
    pub queue: Option<String>,
    /// First day.
    pub from: String,
    /// Day after the last.
    pub to: String,
    /// What is counted.
    pub measure: Measure,
    /// Ours.
    pub ours: i64,
    /// Theirs.
    pub theirs: i64,
    /// Theirs less ours.
    pub difference: i64,
    /// The difference, split.
    #[serde(flatten)]
    pub parts: Parts,
}

impl ReconcileAnswer {
    /// Every count of every cell, one a line.
    #[must_use]
    pub fn lines(&self) -> Vec<ReconcileLine> {
        let cells = self.groups.iter().flat_map(|group| group.cells.iter().map(move |cell| (group, cell)));
        let line = |(group, cell): (&ReconciledGroup, &ReconciledCell), walk: &MeasureWalk| ReconcileLine {
            provider: group.provider.clone(),
            line: cell.line,
            site: cell.site.clone(),
            queue: cell.queue.clone(),
            from: cell.from.clone(),
            to: cell.to.clone(),
            measure: walk.measure,
            ours: walk.ours,
            theirs: walk.theirs,
            difference: walk.difference,
            parts: walk.parts,
        };
        cells.flat_map(|(group, cell)| cell.measures.iter().map(move |walk| line((group, cell), walk))).collect()
    }
}

/// A step, and what its difference is put down to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StepPart {
    /// The step.
    pub step: Step,
    /// The part.
    pub part: Part,
}
