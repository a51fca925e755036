//! Sums and rows of cases: of each legs file as kept, of contacts that moved as they are now.

use std::sync::Arc;

use arrow::array::RecordBatch;
use engine::compacted;

use super::{Beside, Reading, Span, case_params, every_leg, unmoved};
use crate::{
    ScorecardError,
    parts::{ByStretch, LEGS_AT_ONCE, Sums, Totals, portions, read},
};

impl Reading<'_> {
    /// The sums of statements that add up. `beside` gives what they read beside the cases of legs of a span.
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
            let name = format!("sum of cases {} {} {statements:?}", self.basis(file), beside(span)?.name);
            all.extend(["\n", name.as_str()]);
            parts.push((file, name));
        }
        let files = if let Some(known) = engine.recall::<Totals>(&all) {
            known
        } else {
            let mut total = Totals::default();
            for (file, name) in parts {
                let part = if let Some(known) = engine.recall::<Totals>(&name) {
                    known
                } else {
                    let legs = engine.legs_of(file).await?.to_vec();
                    let part = Arc::new(self.counted(statements, legs, &beside).await?);
                    engine.remember(name, Arc::clone(&part), part.bytes());
                    part
                };
                total.add(&part, 1, 0);
            }
            total.settle();
            let total = Arc::new(total);
            engine.remember(all, Arc::clone(&total), total.bytes());
            total
        };
        let mut moved = self.counted(statements, self.live(), &beside).await?;
        moved.add(&self.counted(statements, self.stale(), &beside).await?, -1, 0);
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
            let name = format!("rows of cases {} {} {statement}", self.basis(file), beside(span)?.name);
            let rows = if let Some(known) = engine.recall::<Vec<RecordBatch>>(&name) {
                known
            } else {
                let rows = self.told(statement, engine.legs_of(file).await?.to_vec(), &beside).await?;
                let rows = rows.iter().map(compacted).collect::<Result<Vec<_>, _>>()?;
                let bytes = rows.iter().map(RecordBatch::get_array_memory_size).sum();
                let rows = Arc::new(rows);
                engine.remember(name, Arc::clone(&rows), bytes);
                rows
            };
            let moved = self.moved.get(&file.day);
            for batch in rows.iter() {
                all.push(moved.map_or_else(|| Ok(batch.clone()), |moved| unmoved(batch, moved))?);
            }
        }
        all.extend(self.told(statement, self.live(), &beside).await?);
        all.retain(|batch| batch.num_rows() > 0);
        Ok(all)
    }

    /// What is made of the rows of a statement over each file, kept; `make` makes it, and `bytes` says about how many it takes.
    /// All legs of a contact are there.
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
            let rows = self.whole(statement, engine.legs_of(file).await?.to_vec()).await?;
            let fresh = Arc::new(make(&rows)?);
            engine.remember(name, Arc::clone(&fresh), bytes(&fresh));
            all.push(fresh);
        }
        Ok(all)
    }

    /// The rows of a statement over all of these legs at once, whatever the question asks of them.
    ///
    /// # Errors
    /// A defect in a statement.
    pub(crate) async fn whole(
        &self,
        statement: &str,
        legs: Vec<RecordBatch>,
    ) -> Result<Vec<RecordBatch>, ScorecardError> {
        match Span::of(&legs)? {
            Some(span) => self.of_legs(statement, legs, span, Beside::nothing(span)).await,
            None => Ok(Vec::new()),
        }
    }

    /// The rows of a statement over these legs, portion by portion: cases are made row by row.
    async fn told(
        &self,
        statement: &str,
        legs: Vec<RecordBatch>,
        beside: impl Fn(Span) -> Result<Beside, ScorecardError>,
    ) -> Result<Vec<RecordBatch>, ScorecardError> {
        let mut all = Vec::new();
        for portion in portions(legs, LEGS_AT_ONCE)? {
            let portion = portion?;
            if let Some(span) = Span::of(&portion)? {
                all.extend(self.of_legs(statement, portion, span, beside(span)?).await?);
            }
        }
        Ok(all)
    }

    async fn of_legs(
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

    /// The sums of statements over these legs, portion by portion.
    async fn counted(
        &self,
        statements: &[&str],
        legs: Vec<RecordBatch>,
        beside: impl Fn(Span) -> Result<Beside, ScorecardError>,
    ) -> Result<Totals, ScorecardError> {
        let params = case_params(self.network, self.question);
        let mut total = Totals::default();
        for portion in portions(legs, LEGS_AT_ONCE)? {
            let portion = portion?;
            let Some(span) = Span::of(&portion)? else { continue };
            let bench = self.bench(portion, span, beside(span)?).await?;
            let mut stretches = ByStretch::new();
            for (id, rows) in statements.iter().zip(bench.all(statements, &params).await?) {
                read(self.view.engine().catalog().get(id)?, &rows, &mut stretches)?;
            }
            for stretch in stretches.values() {
                total.add(stretch, 1, 0);
            }
        }
        total.settle();
        Ok(total)
    }
}
