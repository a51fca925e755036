//! Sums over first contacts: of all legs files, kept, and of the customers whose contacts moved since.
//!
//! Who came back is decided among the contacts of one customer, wherever they lie: not file by file, but customer by
//! customer. So the sums of all files are kept, and of the customers who have contacts that moved both what the files say and
//! what is so now is asked anew.
//!
//! First contacts are mature or not by the instant asked. The kept sums hold both readings, apart for each hour of the day
//! in which the line between them lies; the customers of the one hour that it cuts are asked anew, too.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fmt::Write as _,
    sync::Arc,
};

use arrow::array::RecordBatch;
use contact::{Instant, Network};
use engine::{Engine, View};

use super::{
    HOUR_US, RepeatRules,
    attempts::{Attempts, Row, STATEMENT, table},
};
use crate::{
    Question, ScorecardError,
    bound::{asked, local_days, since_ever, slots},
    buckets::buckets,
    cases::Reading,
    cohort::DAY_US,
    parts::{ByStretch, LEGS_AT_ONCE, Sums, Totals, read},
};

/// Names of matters are looked up in a table of so many marks first.
const MARKS: usize = 1 << 16;

/// A statement over first contacts.
pub(super) struct Matters<'a> {
    pub(super) view: &'a View,
    pub(super) network: &'a Network,
    pub(super) question: &'a Question,
    pub(super) rules: RepeatRules,
    pub(super) statement: &'a str,
}

/// Sums of contacts as mature, and as not mature.
#[derive(Default, Clone)]
struct Readings([Totals; 2]);

/// Sums of contacts received before a day, within it by hour, and after it: as mature, in both readings, and as not mature.
#[derive(Default)]
struct Parted {
    before: Totals,
    hours: BTreeMap<i64, Readings>,
    after: Totals,
}

/// The line between what is mature and what is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Edge {
    /// The day in which it lies, microseconds; empty where it lies before or after all that is asked.
    day: (i64, i64),
    /// Contacts received until then are mature.
    until_us: i64,
}

impl Edge {
    fn new(question: &Question, window_us: i64) -> Self {
        let (from, to) = (question.period.from.as_micros(), question.period.to.as_micros());
        let until_us = question.now.as_micros().saturating_sub(window_us);
        let start = until_us.div_euclid(DAY_US) * DAY_US;
        let day = match until_us {
            _ if until_us < from => (i64::MIN, i64::MIN),
            _ if until_us >= to => (i64::MAX, i64::MAX),
            // Before 1970 hours are cut the other way.
            _ if start < DAY_US => (i64::MIN, i64::MAX),
            _ => (start, start + DAY_US),
        };
        Self { day, until_us }
    }

    /// The hour that it cuts, as the statement cuts hours; `None` where it lies outside.
    fn hour(self) -> Option<i64> {
        (self.day.0 < self.day.1).then(|| self.until_us - self.until_us % HOUR_US)
    }

    /// Whether the statement puts a contact into that hour.
    fn cuts(self, received_us: i64) -> bool {
        self.hour() == Some(received_us - received_us % HOUR_US)
    }
}

impl Parted {
    fn add(&mut self, edge: Edge, hour: i64, readings: &Readings, sign: i64) {
        let Readings([mature, immature]) = readings;
        if hour < edge.day.0 {
            self.before.add(mature, sign, 0);
        } else if hour >= edge.day.1 {
            self.after.add(immature, sign, 0);
        } else {
            let mine = self.hours.entry(hour).or_default();
            mine.0[0].add(mature, sign, 0);
            mine.0[1].add(immature, sign, 0);
        }
    }

    /// The sum on both sides of the line. In the hour that it cuts nothing may be left.
    fn sum(&self, edge: Edge) -> Totals {
        let mut total = Totals::default();
        for part in [&self.before, &self.after] {
            total.add(part, 1, 0);
        }
        for (hour, Readings([mature, immature])) in &self.hours {
            total.add(if edge.hour().is_some_and(|cut| *hour > cut) { immature } else { mature }, 1, 0);
        }
        total.settle();
        total
    }

    fn bytes(&self) -> usize {
        let hours = self.hours.values().flat_map(|readings| &readings.0);
        [&self.before, &self.after].into_iter().chain(hours).map(Totals::bytes).sum()
    }
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
        let (live, stale) = reading.live_and_stale();
        let live = Attempts::read(&reading.whole(STATEMENT, live.to_vec()).await?)?;
        let stale = Attempts::read(&reading.whole(STATEMENT, stale.to_vec()).await?)?;
        let edge = Edge::new(self.question, self.rules.window_us);
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
        let told = self.told(attempts, &[Instant::FOREVER, since_ever()]).await?;
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

/// The contacts of the customers of whom something is asked anew: as the files know them, and as they are.
struct Touched<'a> {
    was: Vec<Row<'a>>,
    is: Vec<Row<'a>>,
}

impl<'a> Touched<'a> {
    fn new(files: &'a [Arc<Attempts>], live: &'a Attempts, stale: &'a Attempts, edge: Edge) -> Self {
        let mut matters: HashSet<u128> = live.rows().chain(stale.rows()).map(|row| row.matter).collect();
        if let Some(hour) = edge.hour() {
            // Hours before 1970 reach back from their number.
            let cut = files.iter().flat_map(|file| file.within(hour - HOUR_US, hour + HOUR_US));
            matters.extend(cut.filter(|row| edge.cuts(row.received_us)).map(|row| row.matter));
        }
        matters.remove(&0);
        let place = |matter: u128| usize::try_from(matter % MARKS as u128).unwrap_or(0);
        let mut marks = vec![false; MARKS];
        for matter in &matters {
            marks[place(*matter)] = true;
        }
        let asked = |row: &Row<'_>| match row.matter {
            0 => edge.cuts(row.received_us),
            matter => marks[place(matter)] && matters.contains(&matter),
        };
        let mut was: Vec<Row> = files.iter().flat_map(|file| file.rows()).filter(asked).collect();
        was.extend(stale.rows().filter(|row| !asked(row)));
        let mut gone: HashMap<Row, usize> = HashMap::new();
        for row in stale.rows() {
            *gone.entry(row).or_default() += 1;
        }
        let mut is = was.clone();
        is.retain(|row| match gone.get_mut(row) {
            Some(left) if *left > 0 => {
                *left -= 1;
                false
            }
            _ => true,
        });
        is.extend(live.rows());
        Self { was, is }
    }
}
