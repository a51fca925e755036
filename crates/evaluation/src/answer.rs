//! What is said of contracts.

use std::collections::BTreeMap;

use contact::Instant;
use contract::{
    Closed, ClosedState, EarnedBack, Open, OpenState, PromiseStanding, Reliefs, Settlement, Standing,
    terms::{OnShortfall, Span},
};
use engine::Title;
use schemars::JsonSchema;
use scorecard::LakeVersions;
use serde::Serialize;

/// Contracts, as known at an instant.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Evaluation {
    /// The instant as of which windows are over, and open contacts judged.
    #[schemars(with = "String")]
    pub now: Instant,
    /// Only what had been received and filed by then was used; null for all that is known.
    #[schemars(with = "Option<String>")]
    pub as_of: Option<Instant>,
    /// What it was computed from, and by.
    pub provenance: Provenance,
    /// By name.
    pub contracts: Vec<ContractAnswer>,
}

/// What an evaluation was computed from, and by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Provenance {
    /// The state of the lake, with the hash of the network file.
    pub lake: LakeVersions,
    /// `id@version:hash` of every statement that was run.
    pub definitions: Vec<String>,
}

/// One contract.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ContractAnswer {
    /// Its name.
    pub name: String,
    /// The brand.
    pub client: String,
    /// The provider.
    pub provider: String,
    /// The zone of its days and months.
    pub zone: String,
    /// Free labels of the version in force, or of the last.
    pub labels: BTreeMap<String, String>,
    /// `shadow`, `binding` or `coaching` in the version in force, or the last; null where no money was agreed.
    pub mode: Option<String>,
    /// Its versions, by their start.
    pub versions: Vec<VersionAnswer>,
    /// Claims of relief, and what became of them.
    pub claims: Vec<FiledClaim>,
    /// Forecasts issued, by day of issue.
    pub forecasts: Vec<FiledForecast>,
    /// Objectives in the order of the file; those that a later version dropped last.
    pub objectives: Vec<ObjectiveAnswer>,
    /// What the provider declares to have sent, by day of declaration.
    pub deliveries: Vec<FiledDelivery>,
    /// How its promises stand: each as the gravest of its measured parts.
    pub promises: Vec<PromiseStanding<State>>,
    /// What the windows that are over cost, one for each version in force in the period; empty without money or invoice.
    pub money: Vec<MoneyAnswer>,
}

/// One version of a contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct VersionAnswer {
    /// Its number.
    pub version: u32,
    /// SHA-256 of its file.
    pub hash: String,
    /// When it is in force, ended by the version that supersedes it.
    pub in_force: Span,
    /// When the lake first accepted the file; null for a file that is only evaluated, not filed.
    #[schemars(with = "Option<String>")]
    pub accepted_at: Option<Instant>,
}

/// A claim as filed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FiledClaim {
    /// Its id.
    pub id: String,
    /// The exclusion it names.
    pub exclusion: String,
    /// When it began and ended.
    pub span: Span,
    /// What became of it.
    pub standing: Standing,
    /// Where the evidence is.
    pub evidence: Option<String>,
    /// SHA-256 of the file it stands in.
    pub hash: String,
}

/// A forecast as filed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FiledForecast {
    /// The local day on which it was issued.
    pub issued_on: String,
    /// How many days it foresees.
    pub days: usize,
    /// SHA-256 of its file.
    pub hash: String,
}

/// What a provider declares to have sent, as filed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FiledDelivery {
    /// The local day on which it was declared.
    pub declared_on: String,
    /// SHA-256 of its file.
    pub hash: String,
}

/// One objective.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ObjectiveAnswer {
    /// Its name.
    pub name: String,
    /// The figure it is held on, as the contract names it.
    pub indicator: String,
    /// Its windows, by their end; of one that a version cuts, one for each part.
    pub windows: Vec<WindowAnswer>,
}

/// One window of an objective, or the part of it in which one version was in force.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct WindowAnswer {
    /// Names it for ever: contract, objective, length and bounds.
    pub id: String,
    /// Its length: `1M`, `28d rolling`.
    pub length: String,
    /// The whole window.
    pub window: Span,
    /// The part in which the version was in force: what is counted.
    pub piece: Span,
    /// The version it is held against.
    pub version: u32,
    /// The unit of levels and value: `share`, `duration` (seconds) or `points`.
    pub unit: String,
    /// `higher` or `lower`: which way the figure is better.
    pub better: String,
    /// The level that decides, in the unit.
    pub expected: f64,
    /// The figure as counted so far, in the unit; null where the contract holds no single number, or without contacts. Of a
    /// share that is better when lower it is the share itself, not that of good contacts.
    pub value: Option<f64>,
    /// What is to be said.
    pub state: State,
    /// Whether the data can carry a result.
    pub data: DataState,
    /// How much of it came, where the contract asks for complete data.
    pub completeness: Option<CompletenessAnswer>,
    /// The result, once it is over and nothing of it is pending.
    pub closed: Option<Closed>,
    /// How it stands until then.
    pub open: Option<Open>,
    /// Why the objective cannot be counted, where it cannot.
    pub not_counted: Option<Title>,
    /// What claims do to it.
    pub reliefs: Reliefs,
    /// `id@version:hash` of the statements that count it.
    pub definitions: Vec<String>,
    /// Where its contacts can be read: the address of a list of contacts under the API.
    pub evidence: String,
}

/// How much of the data of a window came until now, in contacts of the objective's scope.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CompletenessAnswer {
    /// The least share that the contract asks for.
    pub least: f64,
    /// What holds below it: `hold`, or `assume_miss`, by which every contact that did not come is a miss.
    pub on_shortfall: OnShortfall,
    /// Contacts that came: those offered, whatever claims and rules do to them later.
    pub received: u64,
    /// Contacts expected: of every day as many as the provider declares, and at least those that came; of a day that it does
    /// not declare those that came, and those of which all was rejected.
    pub expected: u64,
    /// Received of expected, 0–1; null where none is expected.
    pub share: Option<f64>,
    /// Whether fewer came than is asked for.
    pub short: bool,
    /// Contacts of which all that was sent was rejected: mended, or sent right, they come.
    pub rejected: u64,
    /// Rejects received in the window that name no contact or not when it began: they count in none.
    pub nameless: u64,
    /// Local days of the window that are over.
    pub days: u64,
    /// Those of which the provider declares how many contacts there were.
    pub declared_days: u64,
    /// In words what it is measured by, and what cannot be seen.
    pub measured_by: Title,
}

/// What is to be said of a window, from the least to the most grave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Nothing is held against anybody.
    Excused,
    /// Over: reached.
    Met,
    /// Open: it will be met whatever comes.
    Secured,
    /// Open: likely to be met.
    OnTrack,
    /// This version of the program cannot count it.
    NotCounted,
    /// Too few contacts to say, or too little known of late.
    NotEnoughData,
    /// Data of it is late or missing: nothing is held against anybody until it is there.
    Held,
    /// Open: in between.
    AtRisk,
    /// Open: unlikely to be met.
    Unlikely,
    /// Open: it can no longer be met.
    Lost,
    /// Over: not reached.
    Breached,
}

/// Whether the data of a window can carry a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "data")]
pub enum DataState {
    /// It is there, and settled.
    Complete,
    /// It is there; contacts may still change it: reopenings, late answers.
    Provisional,
    /// The provider's feed is late: nothing came since then, and the window is not covered.
    Late {
        /// The provider's last event.
        #[schemars(with = "String")]
        since: Instant,
    },
    /// Nothing ever came from the provider.
    Silent,
    /// Less came than was expected ([`CompletenessAnswer`]), and the contract holds the result until it is there.
    Incomplete,
}

/// What the windows of a period cost under one version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MoneyAnswer {
    /// The version.
    pub version: u32,
    /// The part of the period in which it was in force.
    pub span: Span,
    /// The part of the invoice that falls to it, by days, in minor units.
    pub invoice: u64,
    /// What it costs. Windows that are not over, or whose data is late, have no line yet.
    pub settlement: Settlement,
    /// Credits of earlier windows that are given back in this period.
    pub earned_back: Vec<EarnedBackAnswer>,
}

/// A credit that is given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EarnedBackAnswer {
    /// The objective that earned it.
    pub objective: String,
    /// What is given back, of which window, from when on.
    #[serde(flatten)]
    pub credit: EarnedBack,
    /// The invoice by which it had been credited, in minor units.
    pub invoice: u64,
    /// Whether that is the invoice of the month asked, because none is given for the month that credited it.
    pub assumed: bool,
}

impl State {
    /// Every state, from the least to the most grave.
    pub const ALL: [Self; 11] = [
        Self::Excused,
        Self::Met,
        Self::Secured,
        Self::OnTrack,
        Self::NotCounted,
        Self::NotEnoughData,
        Self::Held,
        Self::AtRisk,
        Self::Unlikely,
        Self::Lost,
        Self::Breached,
    ];

    /// The word for programs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Excused => "excused",
            Self::Met => "met",
            Self::Secured => "secured",
            Self::OnTrack => "on_track",
            Self::NotCounted => "not_counted",
            Self::NotEnoughData => "not_enough_data",
            Self::Held => "held",
            Self::AtRisk => "at_risk",
            Self::Unlikely => "unlikely",
            Self::Lost => "lost",
            Self::Breached => "breached",
        }
    }

    /// In words.
    #[must_use]
    pub fn title(self) -> Title {
        let (en, fr) = match self {
            Self::Excused => ("excused", "excusé"),
            Self::Met => ("met", "tenu"),
            Self::Secured => ("secured", "acquis"),
            Self::OnTrack => ("on track", "en bonne voie"),
            Self::NotCounted => ("not counted", "non compté"),
            Self::NotEnoughData => ("not enough data", "données insuffisantes"),
            Self::Held => ("held: data is late or missing", "suspendu : données en retard ou manquantes"),
            Self::AtRisk => ("at risk", "menacé"),
            Self::Unlikely => ("unlikely", "compromis"),
            Self::Lost => ("lost", "perdu"),
            Self::Breached => ("breached", "manqué"),
        };
        Title { en: en.to_owned(), fr: fr.to_owned() }
    }

    /// Whether it is a breach: over and not reached, or open and beyond rescue.
    #[must_use]
    pub fn is_breach(self) -> bool {
        matches!(self, Self::Breached | Self::Lost)
    }
}

impl From<ClosedState> for State {
    fn from(state: ClosedState) -> Self {
        match state {
            ClosedState::Excused => Self::Excused,
            ClosedState::Met => Self::Met,
            ClosedState::NotEnoughData => Self::NotEnoughData,
            ClosedState::Breached => Self::Breached,
        }
    }
}

impl From<OpenState> for State {
    fn from(state: OpenState) -> Self {
        match state {
            OpenState::Excused => Self::Excused,
            OpenState::Secured => Self::Secured,
            OpenState::OnTrack => Self::OnTrack,
            OpenState::NotEnoughData => Self::NotEnoughData,
            OpenState::AtRisk => Self::AtRisk,
            OpenState::Unlikely => Self::Unlikely,
            OpenState::Lost => Self::Lost,
        }
    }
}

impl DataState {
    /// Whether nothing can be held against anybody for want of data.
    #[must_use]
    pub fn holds(self) -> bool {
        matches!(self, Self::Late { .. } | Self::Silent | Self::Incomplete)
    }
}

impl Evaluation {
    /// Every window, with the contract and the objective it belongs to.
    pub fn windows(&self) -> impl Iterator<Item = (&ContractAnswer, &ObjectiveAnswer, &WindowAnswer)> {
        let objectives = self
            .contracts
            .iter()
            .flat_map(|contract| contract.objectives.iter().map(move |objective| (contract, objective)));
        objectives
            .flat_map(|(contract, objective)| objective.windows.iter().map(move |window| (contract, objective, window)))
    }

    /// The windows that are breached, or lost before their end.
    pub fn breaches(&self) -> impl Iterator<Item = (&ContractAnswer, &ObjectiveAnswer, &WindowAnswer)> {
        self.windows().filter(|(_, _, window)| window.state.is_breach())
    }
}
