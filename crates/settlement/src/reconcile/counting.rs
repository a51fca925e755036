//! Counting the cells of one provider under sets of rules: the only place that runs the statement of counts.

use std::collections::BTreeMap;

use engine::{Params, Workbench};
use jiff::civil::Date;

use super::{
    counts::{Counted, FORMULA_COLUMNS, Measure},
    rules::Rules,
    tables,
};
use crate::{SettlementError, declared::DeclaredRow, rows::Rows};

const COUNTS: &str = "reconcile_counts";

/// A cell as rows are assigned to it: period, site, queue; absent is all.
type Place = (i64, Option<String>, Option<String>);

/// The declared cells of one provider, and the legs that may be counted in them.
pub(crate) struct Counting {
    provider: String,
    cells: BTreeMap<Place, usize>,
    number: usize,
    /// None when there is no leg at all.
    bench: Option<Workbench>,
    /// How many legs each set of rules goes through.
    pub(crate) legs: usize,
}

impl Counting {
    /// The cells of these rows, which are of one provider and name no cell twice. `bench` holds the legs.
    pub(crate) fn new(
        rows: &[&DeclaredRow],
        zones: &[String],
        bench: Option<Workbench>,
        legs: usize,
    ) -> Result<Self, SettlementError> {
        let mut periods: Vec<(Date, Date)> = rows.iter().map(|row| (row.from, row.to)).collect();
        periods.sort_unstable();
        periods.dedup();
        let number = |row: &DeclaredRow| periods.iter().position(|period| *period == (row.from, row.to)).unwrap_or(0);
        let place = |row: &DeclaredRow| (i64::try_from(number(row)).unwrap_or(0), row.site.clone(), row.queue.clone());
        let cells = rows.iter().enumerate().map(|(cell, row)| (place(row), cell)).collect();
        let mut bench = bench;
        if let Some(bench) = &mut bench {
            bench.bind(tables::slots(&periods, zones)?);
        }
        let provider = rows.first().map(|row| row.provider.clone()).unwrap_or_default();
        Ok(Self { provider, cells, number: rows.len(), bench, legs })
    }

    /// What each set of rules counts in each cell.
    pub(crate) async fn count(&self, sets: &[Rules]) -> Result<Vec<Vec<Counted>>, SettlementError> {
        let mut counted = vec![vec![Counted::default(); self.number]; sets.len()];
        let Some(bench) = &self.bench else { return Ok(counted) };
        let mut bench = bench.clone();
        bench.bind(tables::rules(sets)?);
        let mut all = bench.all(&[COUNTS], &Params::default()).await?;
        let rows = Rows::new(COUNTS, &all.pop().unwrap_or_default())?;
        let [numbers, periods] = [rows.ints("rules")?, rows.ints("period")?];
        let [providers, sites, queues] = [rows.texts("provider")?, rows.texts("site")?, rows.texts("queue")?];
        let counts = columns(&rows)?;
        for (row, counts) in counts.iter().enumerate().filter(|(row, _)| providers[*row] == self.provider) {
            let set = usize::try_from(numbers[row]).unwrap_or(usize::MAX);
            let Some(cells) = counted.get_mut(set) else { continue };
            for site in [Some(&sites[row]), None] {
                for queue in [Some(&queues[row]), None] {
                    let place = (periods[row], site.cloned(), queue.cloned());
                    if let Some(cell) = self.cells.get(&place) {
                        cells[*cell].add(counts);
                    }
                }
            }
        }
        Ok(counted)
    }
}

fn columns(rows: &Rows) -> Result<Vec<Counted>, SettlementError> {
    let measures = Measure::ALL.iter().map(|measure| rows.ints(measure.as_str())).collect::<Result<Vec<_>, _>>()?;
    let formulas = FORMULA_COLUMNS
        .iter()
        .map(|(in_time, promised)| Ok((rows.ints(in_time)?, rows.ints(promised)?)))
        .collect::<Result<Vec<_>, SettlementError>>()?;
    let counted = |row: usize| {
        let measures = std::array::from_fn(|place| measures[place][row]);
        let formulas = std::array::from_fn(|place| (formulas[place].0[row], formulas[place].1[row]));
        Counted::new(measures, formulas)
    };
    Ok((0..rows.len()).map(counted).collect())
}
