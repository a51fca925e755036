//! Sums over first contacts: of all legs files, kept, and of the customers whose contacts moved since.
//!
//! Who came back is decided among the contacts of one customer, wherever they lie: not file by file, but customer by
//! customer. So the sums of all files are kept, and of the customers who have contacts that moved both what the files say and
//! what is so now is asked anew.
//!
//! First contacts are mature or not by the instant asked. The kept sums hold both readings, apart for each hour of the day
//! in which the line between them lies; the customers of the one hour that it cuts are asked anew, too.

use std::{collections::BTreeMap, fmt::Write as _, sync::Arc};

use arrow::array::RecordBatch;
use contact::{Instant, Network};
use engine::{Engine, View};

use super::{
    RepeatRules,
    attempts::{Attempts, Row, STATEMENT, table},
    edge::{Edge, Parted, Readings},
    touched::Touched,
};
use crate::{
    Question, ScorecardError,
    bound::{asked, local_days, slots},
    buckets::buckets,
    cases::Reading,
    parts::{ByStretch, LEGS_AT_ONCE, Sums, Totals, read},
};

/// A statement over first contacts.
pub(super) struct Matters<'a> {
    pub(super) view: &'a View,
    pub(super) network: &'a Network,
    pub(super) question: &'a Question,
    pub(super) rules: RepeatRules,
    pub(super) statement: &'a str,
}

impl Matters<'_> {
    /// The sums of the statement.
    ///
    /// # Errors
    /// A question that cannot be answered, files that cannot be read, or a defect.
    pub(super) async fn sums(&self) -> Result<Sums, ScorecardError> {
        // Whether a question can be answered does not depend on whether there is anything.
        local_days(&self.question.period, &buckets(&self.question.period, self.question.grain)?)?;
        let range = self.rules.range(self.question);
        let reading = Reading::open(self.view, self.network, self.question, range, &[]).await?;
        let files = reading.each_file(STATEMENT, Attempts::read, Attempts::bytes).await?;
        let live = Attempts::read(&reading.whole(STATEMENT, reading.live()).await?)?;
        let stale = Attempts::read(&reading.whole(STATEMENT, reading.stale()).await?)?;
        let edge = Edge::of(self.question, self.rules.window_us);
        let all = self.of_files(&files, edge).await?;
        let touched = Touched::new(&files, &live, &stale, edge);
        let mut moved = Totals::default();
        if !touched.was.is_empty() {
            let mut was = Parted::default();
            self.add_parted(&mut was, table(touched.was.iter().copied())?, edge, -1).await?;
            moved.add(&was.sum(edge), 1, 0);
        }
        if !touched.is.is_empty() {
            let now = self.told(table(touched.is.iter().copied())?, &[self.question.now]).await?;
            for hour in now.iter().flat_map(BTreeMap::values) {
                moved.add(hour, 1, 0);
            }
        }
        moved.settle();
        Ok(Sums::new(Arc::new(all.sum(edge)), moved))
    }

    /// The sums of all files, kept as long as they hold the same contacts.
    async fn of_files(&self, files: &[Arc<Attempts>], edge: Edge) -> Result<Arc<Parted>, ScorecardError> {
        let engine = self.view.engine();
        let name = self.name(files, edge);
        if let Some(known) = engine.recall(&name) {
            return Ok(known);
        }
        let mut all = Parted::default();
        let contacts: usize = files.iter().map(|file| file.len()).sum();
        let portions = u128::try_from(contacts.div_ceil(LEGS_AT_ONCE).max(1)).unwrap_or(1);
        // A customer's contacts stay together; those of nobody known stand alone, wherever they are.
        for portion in 0..portions {
            let mine = |(row, place): &(Row<'_>, u128)| {
                let which = if row.matter == 0 { *place } else { row.matter };
                which % portions == portion
            };
            let rows = files.iter().flat_map(|file| file.rows()).zip(0_u128..).filter(mine).map(|(row, _)| row);
            self.add_parted(&mut all, table(rows)?, edge, 1).await?;
        }
        let all = Arc::new(all);
        engine.remember(name, Arc::clone(&all), all.bytes());
        Ok(all)
    }

    /// Says everything that the sums of files depend on.
    fn name(&self, files: &[Arc<Attempts>], edge: Edge) -> String {
        let Question { period, by, grain, filters, .. } = self.question;
        let mut name = format!(
            "matters {} {:?} {:?} {} {} {:?} {by:?} {grain:?} {filters:?}",
            self.statement, self.rules, edge.day, period.from, period.to, period.zone
        );
        for file in files {
            let _ = write!(name, " {:016x}", file.digest());
        }
        name
    }

    /// Adds what the statement says of these contacts, all of their customers', in both readings.
    async fn add_parted(
        &self,
        into: &mut Parted,
        attempts: Vec<RecordBatch>,
        edge: Edge,
        sign: i64,
    ) -> Result<(), ScorecardError> {
        let told = self.told(attempts, &[Instant::FOREVER, Instant::BEGINNING]).await?;
        let [mature, immature] = <[ByStretch; 2]>::try_from(told).unwrap_or_default();
        let mut hours: BTreeMap<i64, Readings> = BTreeMap::new();
        for (which, stretches) in [mature, immature].into_iter().enumerate() {
            for (hour, totals) in stretches {
                hours.entry(hour).or_default().0[which] = totals;
            }
        }
        for (hour, readings) in &hours {
            into.add(edge, *hour, readings, sign);
        }
        Ok(())
    }

    /// What the statement says of these contacts by the hour of their receipt, as at each of several instants.
    async fn told(&self, attempts: Vec<RecordBatch>, now: &[Instant]) -> Result<Vec<ByStretch>, ScorecardError> {
        let engine: &Engine = self.view.engine();
        let mut told = vec![ByStretch::new(); now.len()];
        let Some(mut bench) = engine.workbench_on(STATEMENT, attempts)? else { return Ok(told) };
        let period = &self.question.period;
        bench.bind(slots(period, &buckets(period, self.question.grain)?)?);
        let params = self.rules.params(self.network, self.question);
        bench.keep("matters", &params).await?;
        for (told, now) in told.iter_mut().zip(now) {
            bench.bind(asked(*now, *now)?);
            let rows = bench.all(&[self.statement], &params).await?.pop().unwrap_or_default();
            read(engine.catalog().get(self.statement)?, &rows, told)?;
        }
        Ok(told)
    }
}
