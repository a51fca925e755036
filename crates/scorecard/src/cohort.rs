//! The session in which a question's cohort can be asked.

use contact::{Instant, Network};
use engine::{Params, Session, View};

use crate::{
    Bucket, Dim, Period, Question, ScorecardError,
    bound::{exclusions, open_slots, queue_terms, slots},
    buckets::buckets,
};

const DAY_US: i64 = 86_400_000_000;

/// Every parameter that the scorecard's statements may declare.
pub(crate) fn params(network: &Network, question: &Question) -> Params {
    let filters = &question.filters;
    let texts = |values: &std::collections::BTreeSet<String>| values.iter().cloned().collect::<Vec<_>>();
    let mut params = Params::default()
        .instant("from", question.period.from)
        .instant("to", question.period.to)
        .instant("now", question.now)
        .bigint("clock_end_us", clock_end(&question.period).as_micros())
        .bigint("durable_us", i64::from(network.durable_days) * DAY_US)
        .optional_text("formula", question.formula.map(contact::network::Formula::as_str))
        .optional_bigint("threshold_us", question.threshold.map(contact::Duration::as_micros))
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

/// The session in which [`crate::answer`] runs its statements, with the tables they read (`legs`, `cohort`, and those the
/// question brings along), and the values they may declare: for running the same statements on another engine.
///
/// # Errors
/// As [`crate::answer`].
pub async fn open_cohort(
    view: &View,
    network: &Network,
    question: &Question,
) -> Result<(Session, Params), ScorecardError> {
    let wanted = buckets(&question.period, question.grain)?;
    let params = params(network, question);
    let session = cohort_session(view, network, question, &params, &wanted).await?;
    Ok((session, params))
}

/// A cohort of at most so many legs is computed once and kept in memory for the statements that read it; a larger one is
/// computed for each of them, with only the columns that it reads.
const KEPT_LEGS: u64 = 200_000;

/// A session with the table `cohort`.
pub(crate) async fn cohort_session(
    view: &View,
    network: &Network,
    question: &Question,
    params: &Params,
    wanted: &[Bucket],
) -> Result<Session, ScorecardError> {
    let period = &question.period;
    let session = view.session(period.from, period.to, question.now, question.as_of).await?;
    session.bind(slots(period, wanted)?)?;
    session.bind(queue_terms(network)?)?;
    let end = clock_end(period);
    let name = format!("open_slots {} {} {end}", network.hash, period.from);
    session.bind(view.engine().remembered(name, || open_slots(network, period.from, end))?)?;
    let legs = if network.exclusions.is_empty() {
        "all_legs"
    } else {
        session.bind(exclusions(question, network)?)?;
        "ruled_legs"
    };
    session.define(legs, "ruled_legs", params).await?;
    if view.folded_rows(period.from, period.to) <= KEPT_LEGS {
        session.keep("cohort", params).await?;
    } else {
        session.define("cohort", "cohort", params).await?;
    }
    Ok(session)
}

/// Where the open clock ends: 400 days after the period. A longer wait has missed every promise; it stops counting.
fn clock_end(period: &Period) -> Instant {
    period.to.plus_micros(400 * DAY_US)
}
