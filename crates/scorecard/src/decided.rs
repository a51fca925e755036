//! Contacts that were decided lately, in time or missed: what alerts on a promise are made of.

use std::collections::{BTreeMap, BTreeSet};

use contact::{
    Duration, Instant, Network,
    network::{Calendar, Formula},
};
use engine::{Params, Session, View};

use crate::{
    Column, Counting, Feeds, Filters, Period, Question, ScorecardError, SmallTable,
    bound::heard,
    buckets::buckets,
    cohort::{DAY_US, cohort_session, params},
    promised::since,
    rows::Rows,
};

/// The statement.
const DECIDED: &str = "decided";

const HOUR_US: i64 = 3_600_000_000;
/// How long before the oldest decision a contact may have been offered; what was awaited for longer is old news.
const REACH_US: i64 = 45 * DAY_US;

/// By what contacts are judged; each queue's own where absent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PromiseTerm {
    /// Only what is owed in writing, or only calls, chats and video; all where absent.
    pub written: Option<bool>,
    /// The formula of calls.
    pub formula: Option<Formula>,
    /// The threshold.
    pub threshold: Option<Duration>,
    /// Up to this an abandon is short.
    pub short: Option<Duration>,
    /// Whether exactly the threshold is late.
    pub exclusive: bool,
    /// Whether the clock of a call starts when the contact began.
    pub from_start: bool,
    /// How a call counts that left the queue, in the words of contracts; as the formula says where absent.
    pub overflow: Option<String>,
}

/// What is asked of the latest decisions.
#[derive(Debug, Clone)]
pub struct DecidedQuestion {
    /// The instant as of which contacts that wait are judged.
    pub now: Instant,
    /// Nothing that was decided before.
    pub from: Instant,
    /// Contacts decided within so long of each other are counted together, back from `now`.
    pub slot: Duration,
    /// Pseudonyms of the customers that exclusion rules name.
    pub customers: BTreeMap<String, String>,
    /// The terms: every contact is counted by each that is about its kind.
    pub terms: Vec<PromiseTerm>,
}

/// Contacts of one queue of one site that were decided together, by one of the terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecidedRow {
    /// The provider.
    pub provider: String,
    /// The site.
    pub site: String,
    /// The queue.
    pub queue: String,
    /// The channel, stated or the queue's.
    pub channel: String,
    /// The place of the term among those asked.
    pub term: usize,
    /// When: within a slot before.
    pub at: Instant,
    /// Contacts.
    pub contacts: i64,
    /// Those that were not in time.
    pub missed: i64,
}

/// Counts what was decided lately, by provider, site, queue, channel, term and slot. A contact that waits beyond its threshold is
/// missed at once, as far as its provider has been heard.
///
/// # Errors
/// As [`crate::answer`].
pub async fn decided(
    view: &View,
    network: &Network,
    feeds: &Feeds,
    asked: &DecidedQuestion,
) -> Result<Vec<DecidedRow>, ScorecardError> {
    let (session, params) = open_decided(view, network, feeds, asked).await?;
    let rows = Rows::new(DECIDED, &session.rows(DECIDED, &params).await?)?;
    let found = read(&rows, network)?.into_iter();
    // Due instants are counted from slots, which may end a little after the contacts in them began.
    let held = found.map(|row| DecidedRow { at: row.at.min(asked.now), ..row });
    Ok(held.filter(|row| row.at >= asked.from).collect())
}

/// The session in which the statement can be run, with the values it may declare.
async fn open_decided(
    view: &View,
    network: &Network,
    feeds: &Feeds,
    asked: &DecidedQuestion,
) -> Result<(Session, Params), ScorecardError> {
    let period = period(network, asked);
    let wanted = buckets(&period, None)?;
    let question = Question {
        period,
        by: BTreeSet::new(),
        grain: None,
        filters: Filters::default(),
        now: asked.now,
        as_of: Instant::FOREVER,
        formula: None,
        threshold: None,
        counting: Counting::default(),
        customers: asked.customers.clone(),
    };
    let params = params(network, &question)
        .bigint("decided_from_us", asked.from.as_micros())
        .bigint("slot_us", asked.slot.as_micros().max(1));
    let session = cohort_session(view, network, &question, &params, &wanted).await?;
    session.bind(heard(feeds)?)?;
    session.bind(promise_terms(&asked.terms).bound()?)?;
    Ok((session, params))
}

/// `promise_terms(term, written, formula, threshold_us, short_us, less_us, from_start, overflow)`: by what contacts are judged.
fn promise_terms(terms: &[PromiseTerm]) -> SmallTable {
    let ints = |of: fn(&PromiseTerm) -> Option<i64>| Column::Ints(terms.iter().map(of).collect());
    let texts = |of: fn(&PromiseTerm) -> Option<String>| Column::Texts(terms.iter().map(of).collect());
    let columns = vec![
        ("term", Column::Ints((0..).take(terms.len()).map(Some).collect())),
        ("written", ints(|term| term.written.map(i64::from))),
        ("formula", texts(|term| term.formula.map(|formula| formula.as_str().to_owned()))),
        ("threshold_us", ints(|term| term.threshold.map(Duration::as_micros))),
        ("short_us", ints(|term| term.short.map(Duration::as_micros))),
        ("less_us", ints(|term| Some(term.exclusive.into()))),
        ("from_start", ints(|term| Some(term.from_start.into()))),
        ("overflow", texts(|term| term.overflow.clone())),
    ];
    SmallTable { name: "promise_terms", columns }
}

/// From the earliest offer that may have been decided since, on whole hours: what is kept of a stretch serves for an hour.
fn period(network: &Network, asked: &DecidedQuestion) -> Period {
    let before = |calendar: Option<&Calendar>, threshold: Duration| {
        since(calendar, threshold.as_micros(), asked.from).min(REACH_US)
    };
    let promises = network.queues.values().flatten();
    let longest = promises.flat_map(|queue| {
        let calendar = queue.calendar.as_deref().and_then(|name| network.calendars.get(name));
        let given = asked.terms.iter().map(|term| term.threshold.unwrap_or(queue.threshold));
        given.map(move |threshold| before(calendar, threshold))
    });
    // Of queues that the network does not name.
    let unnamed = asked.terms.iter().filter_map(|term| term.threshold).map(|threshold| before(None, threshold));
    let reach = longest.chain(unnamed).max().unwrap_or(0).max(Duration::from_secs(60).as_micros());
    let hour = |at: Instant| at.plus_micros(-at.as_micros().rem_euclid(HOUR_US));
    Period {
        from: hour(asked.from.plus_micros(-reach)),
        to: hour(asked.now).plus_micros(HOUR_US),
        zone: network.zone.clone(),
    }
}

fn read(rows: &Rows, network: &Network) -> Result<Vec<DecidedRow>, ScorecardError> {
    let texts = |name: &str| rows.texts(name);
    let [providers, sites, queues, channels, calendars] =
        [texts("provider")?, texts("site")?, texts("queue")?, texts("channel")?, texts("calendar")?];
    let [open, at, contacts, missed] =
        [rows.ints("open_us")?, rows.ints("at_us")?, rows.ints("contacts")?, rows.ints("missed")?];
    let terms = rows.ints("term")?;
    let row = |row: usize| {
        let begun = Instant::from_micros(at.get(row)?).ok()?;
        let at = match calendars[row].as_deref().and_then(|name| network.calendars.get(name)) {
            // What a calendar never lets come due is never decided.
            Some(calendar) => calendar.due(begun, Duration::from_micros(open.get(row)?))?,
            None => begun,
        };
        Some(DecidedRow {
            provider: providers[row].clone()?,
            site: sites[row].clone()?,
            queue: queues[row].clone()?,
            channel: channels[row].clone()?,
            term: usize::try_from(terms.get(row)?).ok()?,
            at,
            contacts: contacts.get(row)?,
            missed: missed.get(row)?,
        })
    };
    Ok((0..rows.len()).filter_map(row).collect())
}
