//! Contacts followed from their receipt on: what each legs file says of them, kept, and what moved since.
//!
//! A case is a function of the legs of its contact, and all of those lie in one legs file. So what a statement says of the
//! cases of a file is asked once and kept: as sums ([`Reading::sums`]), or as rows where every question makes something else
//! of them ([`Reading::rows`]). Contacts that moved since a file was folded are taken out of it and come as they are now.
//!
//! Invariant: sums and rows are what the statements give over all legs at once (R2), whatever is kept.

mod read;
mod session;
mod span;

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    sync::Arc,
};

use arrow::{
    array::{AsArray, BooleanArray, RecordBatch},
    compute::{cast, filter_record_batch},
    datatypes::DataType,
};
use contact::{Day, Instant, Network};
use engine::{Bound, Params, Pieces, View, Workbench};

pub(crate) use self::{session::case_session, span::Span};
use crate::{
    Question, ScorecardError,
    bound::{exclusions, families, open_slots, queue_terms},
    cohort::{DAY_US, params},
};

/// Open clocks run for so long at most: a case that is older has no age in open time.
const CLOCK_US: i64 = 20 * 366 * DAY_US;

/// Cases are kept apart by no start: what is added up is of one file, or of all that moved.
const EVER_US: i64 = i64::MAX;

/// The legs of a question about cases, and what lies between `cases` and its statements.
pub(crate) struct Reading<'a> {
    pub(crate) view: &'a View,
    network: &'a Network,
    question: &'a Question,
    /// Statements whose rows become tables, in turn, after `cases`.
    steps: &'a [&'static str],
    pieces: Pieces,
    /// Contacts that moved since their day was folded.
    moved: BTreeMap<Day, HashSet<String>>,
}

/// What statements read beside the cases of some legs.
pub(crate) struct Beside {
    /// Says all that they depend on, beside the legs and the network.
    pub(crate) name: String,
    pub(crate) bounds: Vec<Bound>,
    /// The open clocks run so far, or until the last thing that happened; microseconds.
    pub(crate) until_us: i64,
}

impl Beside {
    /// Nothing but the cases of legs of this span.
    pub(crate) fn nothing(span: Span) -> Self {
        Self { name: "ever".to_owned(), bounds: Vec::new(), until_us: span.last }
    }
}

impl<'a> Reading<'a> {
    /// Finds the legs offered in `[from, to)`, and others.
    ///
    /// # Errors
    /// As [`crate::answer`].
    pub(crate) async fn open(
        view: &'a View,
        network: &'a Network,
        question: &'a Question,
        (from, to): (Instant, Instant),
        steps: &'a [&'static str],
    ) -> Result<Self, ScorecardError> {
        let mut pieces = view.pieces(from, to, question.now, question.as_of).await?;
        // What no file adds here is not taken back either.
        let days: BTreeSet<Day> = pieces.files.iter().map(|file| file.day).collect();
        pieces.stale.retain(|day, _| days.contains(day));
        let moved = pieces.stale.iter().map(|(day, legs)| Ok((*day, contacts(legs)?)));
        let moved = moved.collect::<Result<_, ScorecardError>>()?;
        Ok(Self { view, network, question, steps, pieces, moved })
    }

    /// The legs folded just now: of whole days, and of contacts that moved.
    pub(crate) fn live(&self) -> Vec<RecordBatch> {
        self.pieces.live.clone()
    }

    /// The legs of contacts that moved, as the files say them.
    pub(crate) fn stale(&self) -> Vec<RecordBatch> {
        self.pieces.stale.values().flatten().cloned().collect()
    }

    /// A workbench with the cases of these legs, and with what the statements read beside them.
    async fn bench(&self, legs: Vec<RecordBatch>, span: Span, beside: Beside) -> Result<Workbench, ScorecardError> {
        let mut bench = self.view.engine().workbench(legs);
        let until = Instant::from_micros(span.last.max(beside.until_us)).unwrap_or(Instant::FOREVER);
        let (from, until) = clock_days(span.from(), until);
        let clocks = open_slots(self.network, from, until)?;
        for bound in [clocks, queue_terms(self.network)?, families(self.network)?].into_iter().chain(beside.bounds) {
            bench.bind(bound);
        }
        let ruled = if self.network.exclusions.is_empty() {
            "all_legs"
        } else {
            bench.bind(exclusions(self.question, self.network)?);
            "ruled_legs"
        };
        bench.define(ruled, "ruled_legs");
        bench.define("wanted_spells", "wanted_spells");
        let every = every_leg(self.network, self.question);
        bench.keep("cases", &every).await?;
        for step in self.steps {
            bench.keep(step, &every).await?;
        }
        Ok(bench)
    }

    /// What all that is kept of a file depends on, beside the statement and what it reads beside the cases.
    fn basis(&self, file: &engine::DataFile) -> String {
        format!("{} {} {:?}", file.full.display(), self.network.hash, self.question.customers)
    }
}

/// From the start of the day of one instant to the end of that of another.
fn clock_days(from: Instant, until: Instant) -> (Instant, Instant) {
    (from.max(until.plus_micros(-CLOCK_US)).day().start(), until.day().start().plus_micros(DAY_US))
}

/// The open clocks of the promise calendars from the day of one instant to the end of that of another, kept.
///
/// # Errors
/// As [`open_slots`].
pub(crate) fn clocks(view: &View, network: &Network, from: Instant, until: Instant) -> Result<Bound, ScorecardError> {
    let (from, until) = clock_days(from, until);
    let name = format!("clocks {} {from} {until}", network.hash);
    if let Some(known) = view.engine().recall::<Bound>(&name) {
        return Ok((*known).clone());
    }
    let made = open_slots(network, from, until)?;
    let bytes = made.rows.get_array_memory_size();
    view.engine().remember(name, Arc::new(made.clone()), bytes);
    Ok(made)
}

/// Every parameter that statements of cases may declare, but for those of one question only.
pub(crate) fn case_params(network: &Network, question: &Question) -> Params {
    params(network, question).bigint("stretch_us", EVER_US)
}

/// The same for statements between legs and cases: every leg counts, whatever the period asked.
pub(crate) fn every_leg(network: &Network, question: &Question) -> Params {
    case_params(network, question).instant("from", Instant::BEGINNING).instant("to", Instant::FOREVER)
}

/// The contacts of rows.
fn contacts(rows: &[RecordBatch]) -> Result<HashSet<String>, ScorecardError> {
    let mut contacts = HashSet::new();
    for batch in rows {
        contacts.extend(texts(batch)?);
    }
    Ok(contacts)
}

/// The rows of contacts that did not move.
fn unmoved(batch: &RecordBatch, moved: &HashSet<String>) -> Result<RecordBatch, ScorecardError> {
    let mask: BooleanArray = texts(batch)?.iter().map(|contact| Some(!moved.contains(contact))).collect();
    Ok(filter_record_batch(batch, &mask)?)
}

fn texts(batch: &RecordBatch) -> Result<Vec<String>, ScorecardError> {
    let column = cast(batch.column(batch.schema().index_of("contact_id")?), &DataType::Utf8View)?;
    Ok(column.as_string_view().iter().map(|text| text.unwrap_or_default().to_owned()).collect())
}
