//! What is open at the end of a period, case by case: levels, the oldest of each row, and the oldest of all.

use std::collections::BTreeSet;

use arrow::{
    array::{AsArray, RecordBatch},
    compute::{cast, min},
    datatypes::{DataType, Int64Type},
};
use contact::{Instant, Network};

use super::{BacklogQuestion, cut::Cut};
use crate::{
    ScorecardError,
    bound::{moments, standing_at},
    cases::{Reading, clocks},
    parts::{ByStretch, Totals, read},
    rows::Rows,
};

/// The statements of open cases, in the order of the fields.
const STATEMENTS: [&str; 3] = ["backlog", "backlog_oldest", "oldest_cases"];

/// What is open at the end of a period.
pub(super) struct Standing {
    /// The rows of `backlog` at the last moment.
    pub(super) levels: Totals,
    /// The rows of `backlog_oldest`.
    pub(super) oldest: Rows,
    /// The rows of `oldest_cases`.
    pub(super) cases: Rows,
}

impl Standing {
    /// Reads the cases that stand, which are kept by legs file, and asks of them what depends on the instant.
    pub(super) async fn read(
        reading: &Reading<'_>,
        network: &Network,
        asked: &BacklogQuestion,
        cut: &Cut,
        silent: &BTreeSet<String>,
    ) -> Result<Self, ScorecardError> {
        let rows = reading.rows("standing_spells", |span| cut.standing(span)).await?;
        let (number, end) = cut.end();
        let first = first_receipt(&rows)?.unwrap_or(end);
        let engine = reading.view.engine();
        let told = match engine.workbench_on("spells", rows)? {
            None => vec![Vec::new(); STATEMENTS.len()],
            Some(mut bench) => {
                let clocks = clocks(reading.view, network, first, end)?;
                for bound in [clocks, moments(&[(number, end)])?, standing_at(end)?] {
                    bench.bind(bound);
                }
                bench.define("wanted_spells", "wanted_spells");
                bench.all(&STATEMENTS, &asked.params(network, silent)).await?
            }
        };
        let [levels, oldest, cases] = [0, 1, 2].map(|number| told.get(number).map_or(&[][..], Vec::as_slice));
        let mut stretches = ByStretch::new();
        read(engine.catalog().get("backlog")?, levels, &mut stretches)?;
        let mut total = Totals::default();
        for stretch in stretches.values() {
            total.add(stretch, 1, 0);
        }
        Ok(Self {
            levels: total,
            oldest: Rows::new("backlog_oldest", oldest)?,
            cases: Rows::new("oldest_cases", cases)?,
        })
    }
}

/// The earliest receipt.
fn first_receipt(rows: &[RecordBatch]) -> Result<Option<Instant>, ScorecardError> {
    let mut first: Option<i64> = None;
    for batch in rows {
        let column = cast(batch.column(batch.schema().index_of("received_us")?), &DataType::Int64)?;
        first = first.into_iter().chain(min(column.as_primitive::<Int64Type>())).min();
    }
    Ok(first.and_then(|micros| Instant::from_micros(micros).ok()))
}
