//! What a provider declares: the figures of its own report, by the rules it says it used.

mod columns;
mod contacts;
mod mistake;
mod read;
mod row;
mod said;
mod share;

use jiff::civil::Date;

pub use columns::{ColumnSaid, columns, schema};
pub use contacts::{DeclaredContact, contacts};
pub use mistake::Mistake;
pub use read::{MOST_DAYS, MOST_ROWS, parse};
pub use share::DeclaredShare;

use crate::reconcile::{Counts, Measure, Stated};

/// The file of one or several providers, every row readable.
#[derive(Debug, Clone, PartialEq)]
pub struct Declared {
    /// Its rows, in the order of the file.
    pub rows: Vec<DeclaredRow>,
}

/// One row: a cell (provider, site, queue, days), what is declared for it, and by which rules.
#[derive(Debug, Clone, PartialEq)]
pub struct DeclaredRow {
    /// Line in the file, the header being 1.
    pub line: u64,
    /// The provider.
    pub provider: String,
    /// One site; all of the provider's when absent.
    pub site: Option<String>,
    /// One queue; all when absent.
    pub queue: Option<String>,
    /// First day.
    pub from: Date,
    /// Day after the last.
    pub to: Date,
    /// Counts declared, by measure.
    pub counts: Counts,
    /// The service level, as a share.
    pub level: Option<DeclaredShare>,
    /// The rules that the row states.
    pub stated: Stated,
}

impl DeclaredRow {
    /// Whether it tells anything that depends on how a service level is computed.
    #[must_use]
    pub fn tells_level(&self) -> bool {
        self.level.is_some() || [Measure::InTime, Measure::Promised].iter().any(|measure| self.counts.has(*measure))
    }
}
