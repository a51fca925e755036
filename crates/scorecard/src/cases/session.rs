//! The session in which statements of cases run over all legs at once.

use contact::{Instant, Network};
use engine::{Session, View};

use super::{Span, case_params, clocks, every_leg};
use crate::{
    Bucket, Question, ScorecardError,
    bound::{asked, exclusions, families, queue_terms, slots},
    cohort::clock_end,
};

/// A session with the table `cases`: the contacts received in `[from, to)`, and others; and with the tables that statements
/// of cases read beside them, but for those of one question only. `wanted` are the stretches of the question's own period.
///
/// # Errors
/// As [`crate::answer`].
pub(crate) async fn case_session(
    view: &View,
    network: &Network,
    question: &Question,
    (from, to): (Instant, Instant),
    wanted: &[Bucket],
) -> Result<Session, ScorecardError> {
    let session = view.session(from, to, question.now, question.as_of).await?;
    let span = Span::of(&session.table_rows("legs").await?)?;
    let first = span.map_or(question.period.from, |span| span.from().min(question.period.from));
    let last = span.and_then(|span| Instant::from_micros(span.last).ok()).unwrap_or(question.period.to);
    // The open clock of a question ends, however late it is asked.
    let until = question.now.min(clock_end(&question.period)).max(question.period.to).max(last);
    let bounds = [
        slots(&question.period, wanted)?,
        queue_terms(network)?,
        asked(question.now, clock_end(&question.period))?,
        clocks(view, network, first, until)?,
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
    let every = every_leg(network, question);
    session.define(ruled, "ruled_legs", &every).await?;
    session.define("cases", "cases", &case_params(network, question)).await?;
    Ok(session)
}
