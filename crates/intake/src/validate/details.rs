//! What was known of the contact, and what single types of event add.

use contact::{Details, EventType, Known, Reject, RejectCode};

use super::read::{MAX_ID, code, duration, flag, listed, lower, number, text, time};
use crate::{draft::Draft, field::Field};

pub(super) fn known(draft: &Draft<'_>, kind: EventType) -> Result<Known, Reject> {
    let word = |field| -> Result<_, Reject> { Ok(text(draft, field, MAX_ID)?.map(str::to_owned)) };
    Ok(Known {
        reason: if states_cause(kind) { None } else { word(Field::Reason)? },
        language: word(Field::Language)?,
        priority: code(draft, Field::Priority)?,
        complaint: flag(draft, Field::Complaint)?,
        recognised: flag(draft, Field::Recognised)?,
    })
}

/// On these types `data.reason` says why it happened, not why the customer got in touch.
fn states_cause(kind: EventType) -> bool {
    matches!(kind, EventType::Reopened | EventType::Closed | EventType::Cancelled)
}

pub(super) fn details(draft: &Draft<'_>, kind: EventType) -> Result<Details, Reject> {
    use EventType as T;
    let mut details = Details::default();
    let word = |field: Field| -> Result<Option<String>, Reject> {
        if field.belongs_to(kind) { Ok(text(draft, field, MAX_ID)?.map(str::to_owned)) } else { Ok(None) }
    };
    match kind {
        T::Answered | T::Replied | T::CustomerWrote => details.actor = lower(draft, Field::By)?,
        T::FlowedOut | T::Transferred => {
            if kind == T::FlowedOut {
                details.flowed_to = listed(draft, Field::To, &["overflow", "voicemail", "callback", "closed"])?;
            }
            details.to_site = word(Field::ToSite)?;
            details.to_queue = word(Field::ToQueue)?;
        }
        T::Waiting => details.waiting_on = word(Field::On)?,
        T::CallbackRequested | T::Dialled => {
            details.slot = time(draft, Field::Slot)?;
            details.reached = flag(draft, Field::Reached)?;
        }
        T::Decided | T::Published => details.decision = word(Field::Decision)?,
        T::Ended => {
            details.talk = duration(draft, Field::TalkS)?;
            details.hold = duration(draft, Field::HoldS)?;
            details.wrap = duration(draft, Field::WrapS)?;
            details.ended_by = word(Field::EndedBy)?;
        }
        T::Resolved => {
            details.actor = lower(draft, Field::By)?;
            details.resolution = code(draft, Field::Resolution)?;
        }
        T::Reopened | T::Closed | T::Cancelled => details.cause = word(Field::Reason)?,
        T::Surveyed => survey(draft, &mut details)?,
        T::Evaluated => evaluation(draft, &mut details)?,
        T::Offered | T::Abandoned | T::Resumed | T::Classified => {}
    }
    Ok(details)
}

fn survey(draft: &Draft<'_>, details: &mut Details) -> Result<(), Reject> {
    details.survey = listed(draft, Field::Kind, &["csat", "nps", "ces"])?;
    details.score = score(draft)?;
    details.scale = code(draft, Field::Scale)?;
    Ok(())
}

fn evaluation(draft: &Draft<'_>, details: &mut Details) -> Result<(), Reject> {
    details.form = text(draft, Field::Form, MAX_ID)?.map(str::to_owned);
    details.score = score(draft)?;
    if let Some(score) = details.score
        && !(0.0..=100.0).contains(&score)
    {
        let message = format!("data.score of an evaluation is {score}; give 0 to 100");
        return Err(Reject::new(RejectCode::BadValue, "data.score", message));
    }
    details.critical = listed(draft, Field::Critical, &["none", "customer", "business", "compliance"])?;
    details.criteria = draft.text(Field::Criteria).map(str::to_owned);
    details.evaluator = listed(draft, Field::Evaluator, &["brand", "provider"])?;
    Ok(())
}

/// A score; minus zero is zero, so that equal answers have equal digests.
fn score(draft: &Draft<'_>) -> Result<Option<f64>, Reject> {
    Ok(number(draft, Field::Score)?.map(|score| score + 0.0))
}
