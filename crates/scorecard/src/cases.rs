//! The session in which statements of cases run: contacts from their receipt on, each at its owner.

use contact::{Instant, Network};
use engine::{Params, Session, View};

use crate::{
    Bucket, Period, Question, ScorecardError,
    bound::{asked, exclusions, families, queue_terms, slots},
    cohort::{clock_end, open_slots_until, params},
};

/// Every parameter that statements of cases may declare, but for those of one question only.
pub(crate) fn case_params(network: &Network, question: &Question) -> Params {
    params(network, question).instant("as_of", question.as_of)
}

/// A session with the table `cases`: the contacts received within `range`, and others. Open clocks run from the range's start
/// to the question's `now`, or [`crate::cohort::CLOCK_US`] after the range's end. `wanted` are the stretches of the question's
/// own period.
///
/// # Errors
/// As [`crate::answer`].
pub(crate) async fn case_session(
    view: &View,
    network: &Network,
    question: &Question,
    range: &Period,
    wanted: &[Bucket],
) -> Result<Session, ScorecardError> {
    let session = view.session(range.from, range.to, question.now, question.as_of).await?;
    let bounds = [
        slots(&question.period, wanted)?,
        queue_terms(network)?,
        asked(question.now, clock_end(range))?,
        open_slots_until(view, network, range, question.now)?,
        families(network)?,
    ];
    for bound in bounds {
        session.bind(bound)?;
    }
    let ruled = if network.exclusions.is_empty() {
        "all_legs"
    } else {
        session.bind(exclusions(question, network)?)?;
        "ruled_legs"
    };
    // A contact of the range may reach its owner after it.
    let params = case_params(network, question).instant("from", range.from).instant("to", Instant::FOREVER);
    session.define(ruled, "ruled_legs", &params).await?;
    session.define("cases", "cases", &params).await?;
    Ok(session)
}
