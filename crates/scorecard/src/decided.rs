//! Contacts that were decided lately, in time or missed: what alerts on a promise are made of.

use std::collections::{BTreeMap, BTreeSet};

use contact::{
    Duration, Instant, Network,
    network::{Calendar, CallbackCounts, Formula, Queue},
};
use engine::{Params, Session, View};
use futures::future::BoxFuture;

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
/// A call back may be promised for a time as long after the offer.
const SLOT_US: i64 = DAY_US;

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
    /// The same of one whose customer asked to be called back.
    pub callback: Option<String>,
    /// Whether what each queue has agreed about these goes before that.
    pub as_agreed: bool,
    /// Only contacts of these reasons; of any, and of none that is known, where absent.
    pub reasons: Option<BTreeSet<String>>,
}

impl PromiseTerm {
    /// What each queue promises itself.
    #[must_use]
    pub fn of_queue() -> Self {
        Self { as_agreed: true, ..Self::default() }
    }
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
    /// About how many legs are looked at together, at least those of a day.
    pub at_once: u64,
}

impl DecidedQuestion {
    /// So many legs that the joins of the statement take a part of the query pool, however many days are looked back at.
    pub const AT_ONCE: u64 = 100_000;
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

/// Counts what was decided lately, by provider, site, queue, channel, term and slot; rows of one name add up. A contact that waits beyond its threshold is
/// missed at once, as far as its provider has been heard.
///
/// # Errors
/// As [`crate::answer`].
#[must_use]
pub fn decided<'a>(
    view: &'a View,
    network: &'a Network,
    feeds: &'a Feeds,
    asked: &'a DecidedQuestion,
) -> BoxFuture<'a, Result<Vec<DecidedRow>, ScorecardError>> {
    Box::pin(async move {
        let mut found = Vec::new();
        for piece in pieces(view, period(network, asked), asked.at_once) {
            let (session, params) = open_decided(view, network, feeds, asked, piece).await?;
            found.extend(read(&Rows::new(DECIDED, &session.rows(DECIDED, &params).await?)?, network)?);
        }
        // Due instants are counted from slots, which may end a little after the contacts in them began.
        let held = found.into_iter().map(|row| DecidedRow { at: row.at.min(asked.now), ..row });
        Ok(held.filter(|row| row.at >= asked.from).collect())
    })
}

/// A period in pieces of whole days, with about so many legs in each.
fn pieces(view: &View, period: Period, at_once: u64) -> Vec<Period> {
    let (mut pieces, mut from, mut to) = (Vec::new(), period.from, period.from);
    while to < period.to {
        let next = to.plus_micros(DAY_US).min(period.to);
        if to > from && view.folded_rows(from, next) >= at_once {
            pieces.push(Period { from, to, zone: period.zone.clone() });
            from = to;
        }
        to = next;
    }
    pieces.push(Period { from, ..period });
    pieces
}

/// The session in which the statement can be run about the legs of a period, with the values it may declare.
async fn open_decided(
    view: &View,
    network: &Network,
    feeds: &Feeds,
    asked: &DecidedQuestion,
    period: Period,
) -> Result<(Session, Params), ScorecardError> {
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
    session.bind(promise_reasons(&asked.terms).bound()?)?;
    Ok((session, params))
}

/// `promise_terms(term, written, formula, threshold_us, short_us, less_us, from_start, overflow, callback, as_agreed,
/// any_reason)`: by what contacts are judged.
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
        ("callback", texts(|term| term.callback.clone())),
        ("as_agreed", ints(|term| Some(term.as_agreed.into()))),
        ("any_reason", ints(|term| Some(term.reasons.is_none().into()))),
    ];
    SmallTable { name: "promise_terms", columns }
}

/// `promise_reasons(term, reason)`: the reasons that terms are about which are not about any.
fn promise_reasons(terms: &[PromiseTerm]) -> SmallTable {
    let named = (0..).zip(terms).flat_map(|(number, term)| {
        let reasons = term.reasons.iter().flatten();
        reasons.map(move |reason| (Some(number), Some(reason.clone())))
    });
    let (numbers, reasons) = named.unzip();
    SmallTable {
        name: "promise_reasons",
        columns: vec![("term", Column::Ints(numbers)), ("reason", Column::Texts(reasons))],
    }
}

/// Within what a call back of a queue is in time, where some term counts it as an answer then.
fn called_back(queue: &Queue, terms: &[PromiseTerm]) -> Option<Duration> {
    let is_answer = |term: &PromiseTerm| {
        (term.as_agreed && queue.flows.callback == Some(CallbackCounts::AnsweredIfWithin))
            || term.callback.as_deref() == Some(CallbackCounts::AnsweredIfWithin.as_str())
    };
    let is_live = queue.channel.is_live() && terms.iter().any(is_answer);
    is_live.then(|| queue.flows.callback_within.unwrap_or(queue.threshold))
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
        let back =
            called_back(queue, &asked.terms).map(|within| within.as_micros().saturating_add(SLOT_US).min(REACH_US));
        given.map(move |threshold| before(calendar, threshold)).chain(back)
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
