//! `GET /v1/feeds`: what each provider delivered, and whether it is late.

mod assemble;
mod lateness;

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use contact::{Instant, Network};
use engine::View;
use journal::{Discrepancy, JournalError, LedgerLine, Reader, SkippedLine};
use schemars::JsonSchema;
use scorecard::{Feeds, LiveFeed};
use serde::Serialize;

use crate::{
    Api, ApiError, Ask,
    format::json,
    openapi::{Given, Operation},
    query::{Parameter, Parameters, Shape},
};
use lateness::Lateness;

const HOUR: i64 = 3_600_000_000;
const DAY: i64 = 24 * HOUR;
/// Days of receipt looked at when the question does not say.
const DAYS: i64 = 30;

/// What every provider delivered.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FeedsAnswer {
    /// First hour of receipt counted.
    #[schemars(with = "String")]
    pub from: Instant,
    /// End of the hours of receipt counted, exclusive.
    #[schemars(with = "String")]
    pub to: Instant,
    /// The instant at which lateness is judged.
    #[schemars(with = "String")]
    pub now: Instant,
    /// Whether the books balance everywhere: received = accepted + duplicate + conflict + rejected.
    pub balanced: bool,
    /// Where they do not.
    pub discrepancies: Vec<DiscrepancyAnswer>,
    /// `id@version:hash` of the statement that counts repeats and lateness.
    pub definition: String,
    /// Every provider of the network, also one that never sent, and whatever else delivered.
    pub feeds: Vec<FeedAnswer>,
}

/// A place where the books do not balance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DiscrepancyAnswer {
    /// The UTC hour of receipt.
    #[schemars(with = "String")]
    pub hour: Instant,
    /// The provider, empty when it is not known or all are meant.
    pub provider: String,
    /// The source, empty when it is not known or all are meant.
    pub source: String,
    /// Which sum does not hold, with its numbers.
    pub what: String,
}

/// What one provider delivered.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FeedAnswer {
    /// When it was heard last; its name is empty for rows that are nobody's.
    #[serde(flatten)]
    pub heard: LiveFeed,
    /// Whether its books balance.
    pub balanced: bool,
    /// Its sources.
    pub sources: Vec<SourceAnswer>,
}

/// What one source delivered in the hours counted.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct SourceAnswer {
    /// The source, empty when it is not known.
    pub source: String,
    /// Events received, and what became of them at the door.
    pub events: EventCounts,
    /// Rows of files.
    pub rows: RowCounts,
    /// Rows skipped on purpose, by the mapping's name for the reason.
    pub skipped: BTreeMap<String, u64>,
    /// Stored events whose identity, revision and content were stored before; the fold counts them once.
    pub repeats: u64,
    /// Stored events beside another content of the same identity and revision.
    pub conflicts: u64,
    /// Events received more than an hour after they happened.
    pub late_events: u64,
    /// The earliest event's own time.
    #[schemars(with = "Option<String>")]
    pub first_event_at: Option<Instant>,
    /// The latest event's own time.
    #[schemars(with = "Option<String>")]
    pub last_event_at: Option<Instant>,
    /// When something last came in.
    #[schemars(with = "Option<String>")]
    pub last_received_at: Option<Instant>,
    /// Whether its books balance.
    pub balanced: bool,
}

/// Events received, and what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EventCounts {
    /// All.
    pub received: u64,
    /// Stored.
    pub accepted: u64,
    /// Known before, not stored again.
    pub duplicate: u64,
    /// Stored beside another content.
    pub conflict: u64,
    /// Kept as rejects.
    pub rejected: u64,
}

/// Rows of files, and what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RowCounts {
    /// Rows read.
    pub read: u64,
    /// Rows of which events were made.
    pub mapped: u64,
    /// Rows skipped under some name.
    pub skipped: u64,
    /// Rows of which no event could be made.
    pub rejected: u64,
}

const PARAMETERS: &[Parameter] = &[
    Parameter::new(
        "from",
        Shape::Text,
        "received from this day or instant; 30 days before the last delivery when absent",
    ),
    Parameter::new("to", Shape::Text, "received before this day or instant; the last delivery when absent"),
    Parameter::new("zone", Shape::Text, "zone in which dates are read; the network's when absent"),
    Parameter::new("provider", Shape::List, "only these providers"),
    Parameter::new("now", Shape::Text, "the instant at which lateness is judged"),
];

pub(crate) fn about() -> Operation {
    Operation::new("What each provider delivered, whether the books balance, and who is late")
        .parameters(PARAMETERS.to_vec())
        .asks()
        .gives::<FeedsAnswer>("every provider", Given::Json)
}

pub(crate) async fn list(State(api): State<Arc<Api>>, RawQuery(query): RawQuery) -> Result<Response, ApiError> {
    let mut given = Parameters::parse(query.as_deref(), PARAMETERS)?;
    let ask = Ask::take(&mut given);
    let asking = Arc::clone(&api);
    api.ask(async move {
        let store = asking.store();
        let view = store.view()?;
        let feeds = store.feeds(&view).await?;
        let hours = Hours::of(&ask, asking.network(), &feeds, store.ask_now(&feeds))?;
        let (from, to) = (hours.from, hours.to);
        let books = asking.block(move |api| api.store().journal().read(|reader| Books::read(reader, from, to))).await?;
        json(&found(&view, asking.network(), feeds, &hours, books).await?)
    })
    .await
}

/// What every provider delivered, for the command line: `ask` in words, the rest one state of a lake.
///
/// # Errors
/// A question that cannot be answered, or files that cannot be read.
pub async fn feeds_answer(
    ask: &Ask,
    view: &View,
    network: &Network,
    feeds: Feeds,
    now: Instant,
    reader: &Reader,
) -> Result<FeedsAnswer, ApiError> {
    let hours = Hours::of(ask, network, &feeds, now)?;
    let books = Books::read(reader, hours.from, hours.to)?;
    found(view, network, feeds, &hours, books).await
}

async fn found(
    view: &View,
    network: &Network,
    feeds: Feeds,
    hours: &Hours,
    books: Books,
) -> Result<FeedsAnswer, ApiError> {
    let lateness = lateness::lateness(view, hours.from, hours.to).await?;
    Ok(assemble::answer(network, hours, &Found { lateness, books, definition: definition(view)?, feeds }))
}

/// Which hours of receipt are counted, and for whom.
struct Hours {
    from: Instant,
    to: Instant,
    now: Instant,
    providers: std::collections::BTreeSet<String>,
}

impl Hours {
    fn of(ask: &Ask, network: &Network, feeds: &Feeds, now: Instant) -> Result<Self, ApiError> {
        let end = feeds.values().map(|feed| feed.last_received).max().unwrap_or(now).plus_micros(1);
        let to = ask.to.clone().unwrap_or_else(|| end.to_string());
        let start = ask.to.is_none().then(|| end.plus_micros(-DAYS * DAY).to_string());
        let from = ask.from.clone().or(start);
        let question = Ask { from, to: Some(to), ..ask.clone() }.question(network, now, BTreeMap::new())?;
        let period = question.period;
        // The ledger is kept by hour.
        let hour = |micros: i64| Instant::from_micros(micros.div_euclid(HOUR) * HOUR).unwrap_or(period.from);
        Ok(Self {
            from: hour(period.from.as_micros()),
            to: hour(period.to.as_micros() + HOUR - 1),
            now: question.now,
            providers: question.filters.providers,
        })
    }
}

/// What the journal knows of those hours.
struct Books {
    ledger: Vec<LedgerLine>,
    skipped: Vec<SkippedLine>,
    discrepancies: Vec<Discrepancy>,
}

impl Books {
    fn read(reader: &Reader, from: Instant, to: Instant) -> Result<Self, JournalError> {
        let (ledger, skipped) = (reader.ledger(from, to)?, reader.skipped(from, to)?);
        Ok(Self { ledger, skipped, discrepancies: reader.check_books()? })
    }
}

/// Everything the answer is made from.
struct Found {
    feeds: Feeds,
    lateness: Vec<Lateness>,
    books: Books,
    definition: String,
}

fn definition(view: &View) -> Result<String, ApiError> {
    Ok(view.engine().catalog().get("lateness")?.definition())
}
