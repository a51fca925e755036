//! A sealed statement: what a period looked like, and all that it was computed from and by.

use std::collections::BTreeMap;

use contact::{Figure, FigureState, Instant, NoValue};
use contract::Minor;
use schemars::JsonSchema;
use scorecard::{Answer, Dim, LakeVersions, PeriodAnswer};
use serde::{Deserialize, Serialize};

use super::contracts::SealedContract;

/// A statement of a month, as it was sealed. It is never changed: sealing the month again makes the next version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Statement {
    /// Its name: the month and its version, such as `2026-10-v1`.
    pub id: String,
    /// The month.
    pub month: String,
    /// Which sealing of the month this is, from 1.
    pub version: u32,
    /// Who sealed it.
    pub by: Option<String>,
    /// Why; said whenever a month is sealed again.
    pub note: Option<String>,
    /// The period.
    pub period: PeriodAnswer,
    /// What was known: everything received by then.
    #[schemars(with = "String")]
    pub as_of: Instant,
    /// The instant as of which open contacts were judged.
    #[schemars(with = "String")]
    pub now: Instant,
    /// The state of the lake, with the hash of the network file.
    pub lake: LakeVersions,
    /// `id@version:hash` of every statement of the dictionary.
    pub definitions: BTreeMap<String, String>,
    /// Invoices of the month in minor units, by contract.
    pub invoices: BTreeMap<String, u64>,
    /// The network, each provider, each site, and each site and queue.
    pub rows: Vec<SealedRow>,
    /// The contracts evaluated, with the hashes of their versions.
    pub contracts: Vec<SealedContract>,
}

impl Statement {
    /// The invoices by which it was evaluated.
    #[must_use]
    pub fn invoices(&self) -> BTreeMap<String, Minor> {
        self.invoices.iter().filter_map(|(name, amount)| Some((name.clone(), Minor::new(*amount)?))).collect()
    }
}

/// A row of figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SealedRow {
    /// The value of each grouping; none for the network.
    pub key: BTreeMap<Dim, Option<String>>,
    /// Figures by id.
    pub figures: BTreeMap<String, SealedFigure>,
}

/// A figure as it was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SealedFigure {
    /// The value.
    pub value: Option<f64>,
    /// What was counted or summed.
    pub numerator: Option<f64>,
    /// What it was divided by.
    pub denominator: Option<f64>,
    /// How many observations stood behind it.
    pub n: u64,
    /// Lower bound of its 95 % interval.
    pub low: Option<f64>,
    /// Upper bound.
    pub high: Option<f64>,
    /// How far it could be relied on.
    pub state: FigureState,
    /// Why there was no value.
    pub reason: Option<NoValue>,
    /// `id@version:hash` of what defined it.
    pub definition: String,
}

impl SealedFigure {
    /// A figure as it is now.
    pub(super) fn of(figure: &Figure) -> Self {
        Self {
            value: figure.value,
            numerator: figure.numerator,
            denominator: figure.denominator,
            n: figure.n,
            low: figure.low,
            high: figure.high,
            state: figure.state,
            reason: figure.reason,
            definition: figure.definition.clone(),
        }
    }

    /// Whether both say the same number. How far it can be relied on also depends on deliveries since, which no instant
    /// of knowledge holds back, and is not compared.
    pub(super) fn agrees(&self, other: &Self) -> bool {
        (self.value, self.numerator, self.denominator, self.n)
            == (other.value, other.numerator, other.denominator, other.n)
    }
}

/// The rows of an answer.
pub(super) fn rows(answer: &Answer) -> impl Iterator<Item = SealedRow> {
    answer.rows.iter().map(|row| SealedRow {
        key: row.key.clone(),
        figures: row.figures.iter().map(|(id, figure)| (id.clone(), SealedFigure::of(figure))).collect(),
    })
}

/// A statement as it is kept, beside the hash of its bytes.
#[derive(Debug, Clone)]
pub struct Sealed {
    /// What it says.
    pub statement: Statement,
    /// Its bytes, as they were sealed.
    pub text: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub hash: String,
    /// When it was sealed.
    pub sealed_at: Instant,
}

/// A statement in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SealedLine {
    /// Its name.
    pub id: String,
    /// The month.
    pub month: String,
    /// Which sealing of the month it is.
    pub version: u32,
    /// When it was sealed.
    #[schemars(with = "String")]
    pub sealed_at: Instant,
    /// What was known.
    #[schemars(with = "String")]
    pub as_of: Instant,
    /// Who sealed it.
    pub by: Option<String>,
    /// Why.
    pub note: Option<String>,
    /// How many contracts it evaluates.
    pub contracts: usize,
    /// SHA-256 of its bytes, in hexadecimal.
    pub hash: String,
}

impl Sealed {
    /// As in a list.
    #[must_use]
    pub fn line(&self) -> SealedLine {
        let said = &self.statement;
        SealedLine {
            id: said.id.clone(),
            month: said.month.clone(),
            version: said.version,
            sealed_at: self.sealed_at,
            as_of: said.as_of,
            by: said.by.clone(),
            note: said.note.clone(),
            contracts: said.contracts.len(),
            hash: self.hash.clone(),
        }
    }
}
