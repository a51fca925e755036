//! The overlay: contacts that moved since their day was folded, folded again, whole, as events come in.
//!
//! Folding is by contact, so only contacts with new events are folded, and only new events are looked at: an overlay is
//! made from the one before it. What the contact's events were before is looked up once in the lake.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use arrow::{
    array::{Array, AsArray, BooleanArray, RecordBatch, StringViewArray},
    compute::{concat_batches, filter_record_batch},
    datatypes::{Date32Type, SchemaRef},
};
use contact::{Day, Instant};
use lake::DataFile;

use crate::{
    Engine, EngineError,
    fold::fold_rows,
    plan::Horizon,
    tables::{compacted, events_view, in_schema, legs_view},
    tail::span,
};

/// Generations before they are merged into one.
const GENERATIONS: usize = 32;

/// Events that legs files do not know: of one day, with the files to look further events of the same contacts up in.
pub(crate) struct Moved {
    /// The day.
    pub(crate) day: Day,
    /// The legs file that does not know them.
    pub(crate) legs: DataFile,
    /// The events files that it knows (and others not in memory).
    pub(crate) known: Vec<DataFile>,
    /// Sources of new rows: `seq:<n>` or `file:<path>`, each with its rows of this day.
    pub(crate) sources: Vec<(String, Vec<RecordBatch>)>,
}

/// The state after a set of sources.
#[derive(Default, Clone)]
pub(crate) struct Overlay {
    /// The legs file of each day that the overlay lies over.
    basis: BTreeMap<Day, String>,
    sources: BTreeSet<(Day, String)>,
    /// Each moved contact with the generation in which it was folded last.
    contacts: Arc<HashMap<String, usize>>,
    /// What the legs files say of the moved contacts, by day.
    stale: Vec<(Day, RecordBatch)>,
    /// By generation: the whole history of its contacts, and their legs.
    generations: Vec<Generation>,
    latest: i64,
    received: i64,
}

#[derive(Clone)]
struct Generation {
    number: usize,
    events: RecordBatch,
    legs: Vec<RecordBatch>,
}

impl Overlay {
    /// The overlay after `moved`, made from this one where it lies over the same legs.
    pub(crate) async fn after(&self, engine: &Engine, moved: &[Moved]) -> Result<Self, EngineError> {
        let basis: BTreeMap<Day, String> = moved.iter().map(|moved| (moved.day, moved.legs.path.clone())).collect();
        let extends = self.basis.iter().all(|(day, path)| basis.get(day) == Some(path));
        let mut next = if extends { self.clone() } else { Self::default() };
        next.basis = basis;
        let mut rows = Vec::new();
        let mut unknown: Vec<(BTreeSet<String>, &Moved)> = Vec::new();
        for moved in moved {
            let fresh: Vec<RecordBatch> = moved
                .sources
                .iter()
                .filter(|(source, _)| next.sources.insert((moved.day, source.clone())))
                .flat_map(|(_, rows)| rows.iter().cloned())
                .collect();
            let contacts = contacts_of(&fresh);
            let strangers: BTreeSet<String> =
                contacts.into_iter().filter(|contact| !next.contacts.contains_key(contact)).collect();
            rows.extend(fresh);
            unknown.push((strangers, moved));
        }
        if rows.is_empty() {
            return Ok(next);
        }
        for (strangers, moved) in &unknown {
            rows.extend(looked_up(engine, &moved.known, strangers)?);
            next.stale.extend(folded(engine, moved, strangers).await?);
        }
        next.fold_in(engine, rows).await?;
        Ok(next)
    }

    /// Folds new rows together with what is known of their contacts.
    async fn fold_in(&mut self, engine: &Engine, mut rows: Vec<RecordBatch>) -> Result<(), EngineError> {
        let touched = contacts_of(&rows);
        let earlier: BTreeSet<usize> = touched.iter().filter_map(|name| self.contacts.get(name)).copied().collect();
        for generation in self.generations.iter().filter(|generation| earlier.contains(&generation.number)) {
            rows.push(keep(&generation.events, |name| {
                touched.contains(name) && self.contacts.get(name) == Some(&generation.number)
            })?);
        }
        for batch in &rows {
            self.latest = self.latest.max(span(batch, "time").map_or(i64::MIN, |span| span.1));
            self.received = self.received.max(span(batch, "received_at").map_or(i64::MIN, |span| span.1));
        }
        let number = self.generations.last().map_or(1, |generation| generation.number + 1);
        let contacts = Arc::make_mut(&mut self.contacts);
        contacts.extend(touched.into_iter().map(|name| (name, number)));
        let schema = events_view();
        // Without the pages of the files they were found in, which every row of theirs would count as its own.
        let events = compacted(&concat_batches(&schema, &rows)?)?;
        let everything = Horizon { as_of: Instant::FOREVER, now: Instant::FOREVER };
        let legs = fold_rows(engine, vec![events.clone()], everything).await?;
        self.generations.push(Generation { number, events, legs });
        if self.generations.len() > GENERATIONS {
            self.merge()?;
        }
        Ok(())
    }

    /// All generations as one, without what later generations replaced.
    fn merge(&mut self) -> Result<(), EngineError> {
        let number = self.generations.last().map_or(0, |generation| generation.number);
        let events = concat_batches(&events_view(), &self.fresh(|generation| vec![generation.events.clone()])?)?;
        let legs = self.fresh(|generation| generation.legs.clone())?;
        let legs = vec![concat_batches(&legs_view(), &legs)?];
        for generation in Arc::make_mut(&mut self.contacts).values_mut() {
            *generation = number;
        }
        self.generations = vec![Generation { number, events, legs }];
        Ok(())
    }

    /// Rows of each generation whose contacts no later generation folded again.
    fn fresh(&self, of: impl Fn(&Generation) -> Vec<RecordBatch>) -> Result<Vec<RecordBatch>, EngineError> {
        let mut rows = Vec::new();
        for generation in &self.generations {
            for batch in of(generation) {
                rows.push(keep(&batch, |name| self.contacts.get(name) == Some(&generation.number))?);
            }
        }
        Ok(rows)
    }

    /// Whether no contact moved.
    pub(crate) fn is_empty(&self) -> bool {
        self.contacts.is_empty()
    }

    /// The legs of moved contacts of these days within the horizon. Days that a question folds whole bring their
    /// contacts themselves.
    pub(crate) async fn legs(
        &self,
        engine: &Engine,
        horizon: Horizon,
        days: &BTreeSet<Day>,
    ) -> Result<Vec<RecordBatch>, EngineError> {
        let legs = if self.latest <= horizon.now.as_micros() && self.received <= horizon.as_of.as_micros() {
            self.fresh(|generation| generation.legs.clone())?
        } else {
            let events = self.fresh(|generation| vec![generation.events.clone()])?;
            fold_rows(engine, events, horizon).await?
        };
        if self.basis.keys().all(|day| days.contains(day)) {
            return Ok(legs);
        }
        legs.iter().map(|batch| of_days(batch, days)).collect()
    }

    /// What the legs files of these days say of the contacts that moved.
    pub(crate) fn stale(&self, days: &BTreeSet<Day>) -> BTreeMap<Day, Vec<RecordBatch>> {
        let mut stale: BTreeMap<Day, Vec<RecordBatch>> = BTreeMap::new();
        for (day, rows) in self.stale.iter().filter(|(day, _)| days.contains(day)) {
            stale.entry(*day).or_default().push(rows.clone());
        }
        stale
    }

    /// `moved(contact_id)`: the contacts that moved.
    pub(crate) fn contacts(&self) -> Result<(SchemaRef, Vec<RecordBatch>), EngineError> {
        let names = StringViewArray::from_iter_values(self.contacts.keys());
        let rows = RecordBatch::try_from_iter([("contact_id", Arc::new(names) as Arc<dyn Array>)])?;
        Ok((rows.schema(), vec![rows]))
    }
}

/// Everything the lake's files know of the contacts.
fn looked_up(
    engine: &Engine,
    files: &[DataFile],
    contacts: &BTreeSet<String>,
) -> Result<Vec<RecordBatch>, EngineError> {
    if contacts.is_empty() {
        return Ok(Vec::new());
    }
    let schema = events_view();
    let mut rows = Vec::new();
    for file in files {
        for batch in engine.lookup().find(file, contacts)? {
            rows.push(in_schema(&batch, &schema)?);
        }
    }
    Ok(rows)
}

/// The rows of the contacts in the legs file.
async fn folded(
    engine: &Engine,
    moved: &Moved,
    contacts: &BTreeSet<String>,
) -> Result<Vec<(Day, RecordBatch)>, EngineError> {
    if contacts.is_empty() {
        return Ok(Vec::new());
    }
    let mut rows = Vec::new();
    for batch in engine.legs_of(&moved.legs).await?.iter() {
        let found = keep(batch, |name| contacts.contains(name))?;
        if found.num_rows() > 0 {
            rows.push((moved.day, compacted(&found)?));
        }
    }
    Ok(rows)
}

fn contacts_of(rows: &[RecordBatch]) -> BTreeSet<String> {
    let columns = rows.iter().filter_map(|batch| batch.column_by_name("contact_id"));
    columns.flat_map(|column| column.as_string_view().iter().flatten().map(str::to_owned)).collect()
}

fn keep(batch: &RecordBatch, wanted: impl Fn(&str) -> bool) -> Result<RecordBatch, EngineError> {
    let contacts = batch.column(batch.schema().index_of("contact_id")?).as_string_view();
    let mask: BooleanArray = contacts.iter().map(|name| Some(name.is_some_and(&wanted))).collect();
    if mask.true_count() == batch.num_rows() {
        return Ok(batch.clone());
    }
    Ok(filter_record_batch(batch, &mask)?)
}

fn of_days(batch: &RecordBatch, days: &BTreeSet<Day>) -> Result<RecordBatch, EngineError> {
    let column = batch.column(batch.schema().index_of("started_day")?).as_primitive::<Date32Type>();
    let mask: BooleanArray = column.values().iter().map(|day| Some(days.contains(&Day::from_days(*day)))).collect();
    Ok(filter_record_batch(batch, &mask)?)
}
