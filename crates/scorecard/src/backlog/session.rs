//! The tables that the statements of a backlog read.

use contact::{Instant, Network};
use engine::{Params, Session, View};

use super::{BacklogQuestion, pace::windows};
use crate::{
    Bucket, Period, Question, ScorecardError,
    bound::{Stretch, moments, stretches},
    buckets::buckets,
    cases::{case_params, case_session},
    cohort::DAY_US,
};

/// Stretches of one answer, at most: each open case is held against the end of each.
const STRETCHES: usize = 400;

/// How far back a case is looked for.
const BACK_US: i64 = 10 * 366 * DAY_US;

/// The period as far as it has come.
pub(super) struct Cut {
    /// Its stretches; those that run end at `now`.
    pub(super) stretches: Vec<Bucket>,
    /// The start of each stretch, and the end of the last: what happens at that instant is not yet in it.
    pub(super) moments: Vec<Instant>,
}

/// Cuts the period of a question at its `now`, which is within.
///
/// # Errors
/// A period that has not begun, or more than 400 stretches.
pub(super) fn cut(question: &Question) -> Result<Cut, ScorecardError> {
    let end = question.period.to.min(question.now.plus_micros(1));
    let mut stretches = buckets(&question.period, question.grain)?;
    stretches.retain(|stretch| stretch.from < end);
    stretches.iter_mut().for_each(|stretch| stretch.to = stretch.to.min(end));
    if stretches.is_empty() {
        let message = format!("the period begins after now, {}; give an earlier one", question.now);
        return Err(ScorecardError::question("from", message));
    }
    if stretches.len() > STRETCHES {
        let message = format!("the period has over {STRETCHES} stretches of this grain; use a coarser one");
        return Err(ScorecardError::question("grain", message));
    }
    let moments = stretches.iter().map(|stretch| stretch.from).chain([end]).collect();
    Ok(Cut { stretches, moments })
}

/// The session in which [`super::backlog`] runs its statements, and the values it binds: for running the same statements on
/// another engine.
///
/// # Errors
/// As [`super::backlog`].
pub async fn open_backlog(
    view: &View,
    network: &Network,
    asked: &BacklogQuestion,
) -> Result<(Session, Params), ScorecardError> {
    let question = &asked.question;
    let cut = cut(question)?;
    let end = cut.moments.last().copied().unwrap_or(question.period.to);
    let earliest = question.period.from.plus_micros(-BACK_US);
    let first = view.first_event().map_or(question.period.from, |first| first.max(earliest));
    let from = first.min(question.period.from);
    let range = Period { from, to: end, zone: question.period.zone.clone() };
    let session = case_session(view, network, question, &range, &buckets(&question.period, None)?).await?;
    let flows = flow_stretches(network, question, &cut);
    let since = flows.iter().map(|stretch| stretch.from).min().unwrap_or(from);
    session.bind(moments(&cut.moments)?)?;
    session.bind(stretches(&flows)?)?;
    view.add_events(&session)?;
    let params = case_params(network, question)
        .instant("since", since)
        .bigint("at_us", end.as_micros())
        .bigint("most", i64::try_from(asked.oldest).unwrap_or(i64::MAX));
    session.keep("followed", &params).await?;
    session.keep("spells", &params).await?;
    Ok((session, params))
}

/// The stretches of the answer, and after them, numbered in the same order, those of the pace at the end of each.
fn flow_stretches(network: &Network, question: &Question, cut: &Cut) -> Vec<Stretch> {
    let mut all = Vec::new();
    for (number, stretch) in (0..).zip(&cut.stretches) {
        all.push(Stretch { number, calendar: None, from: stretch.from, to: stretch.to });
    }
    for (number, stretch) in (i64::try_from(cut.stretches.len()).unwrap_or(0)..).zip(&cut.stretches) {
        all.extend(windows(network, &question.period.zone, stretch.to, number));
    }
    all
}
