//! The Arrow face of the vocabulary: which columns events and legs have, and how an event becomes a row.
//!
//! The schemas here are the tables' schemas in the journal, in Parquet and in SQL. Times are UTC microseconds,
//! integers are signed, names are plain text (Parquet does the dictionary encoding). Every column is physically in the
//! file, the partition column `started_day` too.
//!
//! Invariants kept here:
//! - **one schema**: journal, lake and engine take their columns, types and orders ([`EVENTS_SORT`], [`LEGS_SORT`]) from
//!   here, and the columns of an event and its row are made from one list;
//! - **a row says what its event says**: a column may be null only where the event may be silent, and nothing of an event
//!   is left out.
//!
//! Absent on purpose: any I/O, and any reading of rows back into events. What is stored is asked in SQL.

mod events;
mod legs;

pub use events::{EVENTS_SORT, EventRows, events_schema};
pub use legs::{LEGS_SORT, legs_schema};

use arrow::datatypes::{DataType, Field, TimeUnit};

/// An event that cannot become a row.
#[derive(Debug, thiserror::Error)]
pub enum ColumnsError {
    /// The rows do not fit their schema: a defect, not bad input.
    #[error("rows do not fit the events schema: {0}")]
    Arrow(#[from] arrow::error::ArrowError),
}

/// UTC microseconds, the only type of an instant in any table.
#[must_use]
pub fn instant_type() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}

fn required(name: &str, data_type: DataType) -> Field {
    Field::new(name, data_type, false)
}

fn optional(name: &str, data_type: DataType) -> Field {
    Field::new(name, data_type, true)
}
