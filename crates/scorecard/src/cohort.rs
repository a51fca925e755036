//! The session in which a question's cohort can be asked.

use contact::{Instant, Network, Viewpoint, network};
use engine::{Bound, Params, Session, View, Workbench};
use futures::future::BoxFuture;

use crate::{
    Bucket, Dim, Period, Question, ScorecardError,
    bound::{asked, exclusions, open_slots, queue_terms, slots, slots_of},
    buckets::buckets,
    parts::{Along, Concern},
    promised::promised,
    rows::Rows,
};

pub(crate) const DAY_US: i64 = 86_400_000_000;

/// How long before its offer the clock of a leg may begin: letters count from their receipt.
const BEFORE_US: i64 = 35 * DAY_US;

/// How long the open clock of a leg runs at least: a longer wait has missed every promise, and may stop counting.
pub(crate) const CLOCK_US: i64 = 400 * DAY_US;

/// Every parameter that the scorecard's statements may declare.
pub(crate) fn params(network: &Network, question: &Question) -> Params {
    let filters = &question.filters;
    let texts = |values: &std::collections::BTreeSet<String>| values.iter().cloned().collect::<Vec<_>>();
    let mut params = Params::default()
        .instant("from", question.period.from)
        .instant("to", question.period.to)
        .instant("now", question.now)
        .bigint("durable_us", durable_us(network))
        .bigint("stretch_us", DAY_US)
        .optional_text("formula", question.formula.map(contact::network::Formula::as_str))
        .optional_bigint("threshold_us", question.threshold.map(contact::Duration::as_micros))
        .boolean("whole", false)
        .optional_text("overflow_counts_as", question.counting.overflow.map(network::OverflowCounts::as_str))
        .optional_text("callback_counts_as", question.counting.callback.map(network::CallbackCounts::as_str))
        .boolean("any_channel", filters.channels.is_empty())
        .texts("channels", filters.channels.iter().map(|channel| channel.as_str()));
    let lists = [
        ("any_provider", "providers", &filters.providers),
        ("any_site", "sites", &filters.sites),
        ("any_queue", "queues", &filters.queues),
        ("any_reason", "reasons", &filters.reasons),
    ];
    for (any, list, values) in lists {
        params = params.boolean(any, values.is_empty()).texts(list, texts(values).iter().map(String::as_str));
    }
    Dim::ALL.into_iter().fold(params, |params, dim| params.boolean(dim.flag(), question.by.contains(&dim)))
}

/// The same for every leg of the contacts, whatever its place and period: `journeys` chooses when it has contacts whole.
#[must_use]
pub fn every_leg(params: &Params) -> Params {
    let any = ["any_provider", "any_site", "any_queue", "any_channel", "any_reason"];
    let params =
        params.clone().instant("from", Instant::BEGINNING).instant("to", Instant::FOREVER).boolean("whole", true);
    any.into_iter().fold(params, |params, any| params.boolean(any, true))
}

fn durable_us(network: &Network) -> i64 {
    i64::from(network.durable_days) * DAY_US
}

/// The lengths of time that a parameter gives, if it gives any, and the legs that each concerns: always as many for one
/// network and threshold, in one order.
pub(crate) fn spans(network: &Network, question: &Question, along: &Along, param: &str) -> Option<Vec<(i64, Concern)>> {
    match param {
        "durable_us" => Some(vec![(durable_us(network), Concern::All)]),
        "promised_us" => Some(promised(network, question)),
        _ => along.turning(network, question, param),
    }
}

/// The session in which the statements of [`crate::answer`] can be run over all legs at once, with the tables they read
/// (`legs`, `cohort`, `replies`, and those the question brings along), and the values they may declare: for running the
/// same statements on another engine. Where contacts are counted whole, `stays` is what `cohort` gives of [`every_leg`],
/// and `cohort` what `journeys` makes of it.
///
/// # Errors
/// As [`crate::answer`].
#[must_use]
pub fn open_cohort<'a>(
    view: &'a View,
    network: &'a Network,
    question: &'a Question,
) -> BoxFuture<'a, Result<(Session, Params), ScorecardError>> {
    Box::pin(async move {
        let wanted = buckets(&question.period, question.grain)?;
        let params = params(network, question);
        let session = cohort_session(view, network, question, &params, &wanted).await?;
        Ok((session, params))
    })
}

/// A cohort of at most so many legs is computed once and kept in memory for the statements that read it; a larger one is
/// computed for each of them, with only the columns that it reads.
const KEPT_LEGS: u64 = 200_000;

/// Where contacts are counted whole, the table of all their legs.
const STAYS: &str = "stays";

/// The statement that makes contacts of them.
const JOURNEYS: &str = "journeys";

/// Since when opening hours are read.
const EARLIEST: &str = "earliest_offer";

/// Puts the table `cohort` on a bench: legs, or contacts counted whole.
///
/// # Errors
/// A defect of the statements.
pub(crate) async fn keep_cohort(
    bench: &mut Workbench,
    question: &Question,
    params: &Params,
) -> Result<(), ScorecardError> {
    match question.counting.viewpoint {
        Viewpoint::Provider => bench.keep("cohort", params).await?,
        Viewpoint::Brand => {
            bench.keep_as("cohort", STAYS, &every_leg(params)).await?;
            bench.keep_as(JOURNEYS, "cohort", params).await?;
        }
    }
    Ok(())
}

/// Since when opening hours must be known: contacts counted whole may have come in before the period.
///
/// # Errors
/// A defect of the statement.
pub(crate) async fn earliest(
    bench: &Workbench,
    question: &Question,
    params: &Params,
) -> Result<Instant, ScorecardError> {
    if question.counting.viewpoint == Viewpoint::Provider {
        return Ok(question.period.from);
    }
    let rows = bench.all(&[EARLIEST], params).await?;
    begun(&Rows::new(EARLIEST, rows.first().map_or(&[], Vec::as_slice))?, &question.period)
}

/// The start of the day of the earliest offer, or of the period.
fn begun(rows: &Rows, period: &Period) -> Result<Instant, ScorecardError> {
    let firsts = rows.ints("first_offered_at")?;
    let first = (0..rows.len()).filter_map(|row| Instant::from_micros(firsts.get(row)?).ok()).min();
    Ok(first.map_or(period.from, |first| first.day().start().min(period.from)))
}

/// A session with the tables `cohort` and `replies`.
pub(crate) async fn cohort_session(
    view: &View,
    network: &Network,
    question: &Question,
    params: &Params,
    wanted: &[Bucket],
) -> Result<Session, ScorecardError> {
    let period = &question.period;
    let session = view.session(period.from, period.to, question.now, question.as_of).await?;
    let is_whole = question.counting.viewpoint == Viewpoint::Brand;
    let since = if is_whole {
        begun(&Rows::new(EARLIEST, &session.rows(EARLIEST, params).await?)?, period)?
    } else {
        period.from
    };
    let slots = slots(period, wanted)?;
    let (bounds, ruled) = terms(view, network, question, slots, (since, clock_end(period)))?;
    for bound in bounds {
        session.bind(bound)?;
    }
    let all = every_leg(params);
    let steps = if is_whole {
        vec![("cohort", STAYS, &all), (JOURNEYS, "cohort", params)]
    } else {
        vec![("cohort", "cohort", params)]
    };
    session.define(ruled, "ruled_legs", if is_whole { &all } else { params }).await?;
    let keeps = view.folded_rows(period.from, period.to) <= KEPT_LEGS;
    for (statement, alias, params) in steps {
        if keeps {
            session.keep_as(statement, alias, params).await?;
        } else {
            session.define(statement, alias, params).await?;
        }
    }
    session.define("replies", "replies", params).await?;
    Ok(session)
}

/// The tables that a question brings along, and the statement whose rows are `ruled_legs`. No leg is offered before `since`;
/// none has its outcome after `until`, and none is judged later.
pub(crate) fn terms(
    view: &View,
    network: &Network,
    question: &Question,
    slots: Bound,
    (since, until): (Instant, Instant),
) -> Result<(Vec<Bound>, &'static str), ScorecardError> {
    let period = &question.period;
    let mut bounds = vec![
        slots,
        queue_terms(network)?,
        asked(question.now, clock_end(period))?,
        open_slots_between(view, network, period, (since, until))?,
    ];
    let ruled = ruled(network, question, &mut bounds)?;
    Ok((bounds, ruled))
}

/// The statement whose rows are `ruled_legs`, with the table that it reads.
pub(crate) fn ruled(
    network: &Network,
    question: &Question,
    bounds: &mut Vec<Bound>,
) -> Result<&'static str, ScorecardError> {
    if network.exclusions.is_empty() {
        return Ok("all_legs");
    }
    bounds.push(exclusions(question, network)?);
    Ok("ruled_legs")
}

/// The open quarter-hours from the earliest begin of a clock of what is offered from `since` on to the end of the day of
/// `until`, kept.
pub(crate) fn open_slots_between(
    view: &View,
    network: &Network,
    period: &Period,
    (since, until): (Instant, Instant),
) -> Result<Bound, ScorecardError> {
    let day_end = until.max(period.to).day().start().plus_micros(DAY_US);
    let end = clock_end(period).min(day_end);
    let name = format!("open_slots {} {since} {end}", network.hash);
    if let Some(known) = view.engine().recall::<Bound>(&name) {
        return Ok((*known).clone());
    }
    let made = open_slots(network, since.plus_micros(-BEFORE_US), end)?;
    let bytes = made.rows.get_array_memory_size();
    view.engine().remember(name, std::sync::Arc::new(made.clone()), bytes);
    Ok(made)
}

/// `clock_slots`: the open quarter-hours of these calendars, whoever promises them, as [`open_slots_until`]; kept.
pub(crate) fn clock_slots(
    view: &View,
    network: &Network,
    period: &Period,
    until: Instant,
    calendars: &[String],
) -> Result<Bound, ScorecardError> {
    let day_end = until.max(period.to).day().start().plus_micros(DAY_US);
    let end = clock_end(period).min(day_end);
    let name = format!("clock_slots {} {} {end} {calendars:?}", network.hash, period.from);
    if let Some(known) = view.engine().recall::<Bound>(&name) {
        return Ok((*known).clone());
    }
    let made = slots_of(network, calendars, period.from.plus_micros(-BEFORE_US), end)?;
    let bytes = made.rows.get_array_memory_size();
    view.engine().remember(name, std::sync::Arc::new(made.clone()), bytes);
    Ok(made)
}

/// Where the open clock ends.
pub(crate) fn clock_end(period: &Period) -> Instant {
    period.to.plus_micros(CLOCK_US)
}
