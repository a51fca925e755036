//! Sums and rows of cases: of each legs file as kept, of contacts that moved as they are now.

use std::sync::Arc;

use arrow::array::RecordBatch;
use engine::{DataFile, compacted};

use super::{Beside, Reading, Span, case_params, every_leg, unmoved};
use crate::{
    ScorecardError,
    parts::{ByStretch, LEGS_AT_ONCE, Sums, Totals, portions, read},
};

impl Reading<'_> {
    /// The sums of statements that add up.
    ///
    /// # Errors
    /// Files that cannot be read, or a defect in a statement.
    pub(crate) async fn sums(
        &self,
        statements: &[&str],
        beside: impl Fn(Span) -> Result<Beside, ScorecardError>,
    ) -> Result<Sums, ScorecardError> {
        let engine = self.view.engine();
        let mut parts = Vec::new();
        let mut all = "cases of".to_owned();
        for file in &self.pieces.files {
            let Some(span) = Span::of_file(engine, file).await? else { continue };
            let beside = beside(span)?;
            let name = format!("sum of cases {} {} {statements:?}", self.basis(file), beside.name);
            all.extend(["\n", name.as_str()]);
            parts.push((file, span, beside, name));
        }
        let files = if let Some(known) = engine.recall::<Totals>(&all) {
            known
        } else {
            let mut total = Totals::default();
            for (file, span, beside, name) in parts {
                total.add(&*self.part(statements, file, span, beside, name).await?, 1, 0);
            }
            total.settle();
            let total = Arc::new(total);
            engine.remember(all, Arc::clone(&total), total.bytes());
            total
        };
        let mut moved = Totals::default();
        for (legs, sign) in [(&self.pieces.live, 1), (&self.pieces.stale, -1)] {
            for portion in portions(legs.clone(), LEGS_AT_ONCE) {
                let Some(span) = Span::of(&portion)? else { continue };
                moved.add(&self.counted(statements, portion, span, beside(span)?).await?, sign, 0);
            }
        }
        moved.settle();
        Ok(Sums::new(files, moved))
    }

    /// The rows of a statement that are of one contact each: they name `started_day` and `contact_id`.
    ///
    /// # Errors
    /// Files that cannot be read, or a defect in a statement.
    pub(crate) async fn rows(
        &self,
        statement: &str,
        beside: impl Fn(Span) -> Result<Beside, ScorecardError>,
    ) -> Result<Vec<RecordBatch>, ScorecardError> {
        let engine = self.view.engine();
        let mut all = Vec::new();
        for file in &self.pieces.files {
            let Some(span) = Span::of_file(engine, file).await? else { continue };
            let beside = beside(span)?;
            let name = format!("rows of cases {} {} {statement}", self.basis(file), beside.name);
            let rows = match engine.recall::<Vec<RecordBatch>>(&name) {
                Some(known) => known,
                None => self.kept(statement, file, span, beside, name).await?,
            };
            let moved = self.moved.get(&file.day.as_days());
            for batch in rows.iter() {
                all.push(moved.map_or_else(|| Ok(batch.clone()), |moved| unmoved(batch, moved))?);
            }
        }
        for portion in portions(self.pieces.live.clone(), LEGS_AT_ONCE) {
            let Some(span) = Span::of(&portion)? else { continue };
            all.extend(self.of_legs(statement, portion, span, beside(span)?).await?);
        }
        all.retain(|batch| batch.num_rows() > 0);
        Ok(all)
    }

    /// What is made of the rows of a statement over each file, kept; `make` makes it, and `bytes` says about how many it takes.
    ///
    /// # Errors
    /// Files that cannot be read, or a defect in a statement.
    pub(crate) async fn each_file<T: Send + Sync + 'static>(
        &self,
        statement: &str,
        make: impl Fn(&[RecordBatch]) -> Result<T, ScorecardError>,
        bytes: impl Fn(&T) -> usize,
    ) -> Result<Vec<Arc<T>>, ScorecardError> {
        let engine = self.view.engine();
        let mut all = Vec::new();
        for file in &self.pieces.files {
            let name = format!("made of cases {} {statement}", self.basis(file));
            if let Some(known) = engine.recall::<T>(&name) {
                all.push(known);
                continue;
            }
            let legs = engine.legs_of(file).await?.to_vec();
            let Some(span) = Span::of(&legs)? else { continue };
            let beside = Beside { name: String::new(), bounds: Vec::new(), until_us: span.last };
            let fresh = Arc::new(make(&self.of_legs(statement, legs, span, beside).await?)?);
            engine.remember(name, Arc::clone(&fresh), bytes(&fresh));
            all.push(fresh);
        }
        Ok(all)
    }

    /// The rows of a statement over these legs, whatever the question asks of them.
    pub(crate) async fn of_legs(
        &self,
        statement: &str,
        legs: Vec<RecordBatch>,
        span: Span,
        beside: Beside,
    ) -> Result<Vec<RecordBatch>, ScorecardError> {
        let bench = self.bench(legs, span, beside).await?;
        let every = every_leg(self.network, self.question);
        Ok(bench.all(&[statement], &every).await?.pop().unwrap_or_default())
    }

    /// What a file adds, kept.
    async fn part(
        &self,
        statements: &[&str],
        file: &DataFile,
        span: Span,
        beside: Beside,
        name: String,
    ) -> Result<Arc<Totals>, ScorecardError> {
        let engine = self.view.engine();
        if let Some(known) = engine.recall::<Totals>(&name) {
            return Ok(known);
        }
        let legs = engine.legs_of(file).await?.to_vec();
        let total = Arc::new(self.counted(statements, legs, span, beside).await?);
        engine.remember(name, Arc::clone(&total), total.bytes());
        Ok(total)
    }

    /// The rows of a file, kept.
    async fn kept(
        &self,
        statement: &str,
        file: &DataFile,
        span: Span,
        beside: Beside,
        name: String,
    ) -> Result<Arc<Vec<RecordBatch>>, ScorecardError> {
        let engine = self.view.engine();
        let legs = engine.legs_of(file).await?.to_vec();
        let rows = self.of_legs(statement, legs, span, beside).await?;
        let rows = rows.iter().map(compacted).collect::<Result<Vec<_>, _>>()?;
        let bytes = rows.iter().map(RecordBatch::get_array_memory_size).sum();
        let rows = Arc::new(rows);
        engine.remember(name, Arc::clone(&rows), bytes);
        Ok(rows)
    }

    async fn counted(
        &self,
        statements: &[&str],
        legs: Vec<RecordBatch>,
        span: Span,
        beside: Beside,
    ) -> Result<Totals, ScorecardError> {
        let bench = self.bench(legs, span, beside).await?;
        let params = case_params(self.network, self.question);
        let mut stretches = ByStretch::new();
        for (id, rows) in statements.iter().zip(bench.all(statements, &params).await?) {
            read(self.view.engine().catalog().get(id)?, &rows, &mut stretches)?;
        }
        let mut total = Totals::default();
        for stretch in stretches.values() {
            total.add(stretch, 1, 0);
        }
        total.settle();
        Ok(total)
    }
}
