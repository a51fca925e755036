//! Reading one field of a draft: its shape, its length, its range.

use std::{borrow::Cow, fmt::Display, str::FromStr};

use contact::{Duration, Instant, Reject, RejectCode};

use crate::{
    draft::{Draft, Scalar},
    field::Field,
};

/// Longest id, name or word, in characters.
pub(crate) const MAX_ID: usize = 128;
/// Longest `source`, in characters: it is a URI reference.
pub(crate) const MAX_SOURCE: usize = 256;

/// A value fit for a message: quoted, escaped, cut to 48 characters.
pub(crate) fn shown(value: &str) -> String {
    let mut cut: String = value.chars().take(48).collect();
    if cut.len() < value.len() {
        cut.push('…');
    }
    format!("{cut:?}")
}

/// The value of a field fit for a message; identifiers of people are never shown.
fn shown_text(field: Field, value: &str) -> Cow<'static, str> {
    match field {
        Field::Customer | Field::Agent => Cow::Borrowed("the value"),
        _ => Cow::Owned(shown(value)),
    }
}

fn bad_value(field: Field, message: impl Into<String>) -> Reject {
    Reject::new(RejectCode::BadValue, field.path(), message)
}

fn wrong_shape(draft: &Draft<'_>, field: Field, right: &str) -> Reject {
    bad_value(field, format!("{} is {}; {right}", field.path(), draft.get(field).noun()))
}

fn missing(field: Field) -> Reject {
    Reject::new(
        RejectCode::MissingField,
        field.path(),
        format!("{} is missing; events of this type need it", field.path()),
    )
}

/// Text of 1 to `max` visible characters, or nothing.
pub(crate) fn text<'d>(draft: &'d Draft<'_>, field: Field, max: usize) -> Result<Option<&'d str>, Reject> {
    match draft.get(field) {
        Scalar::Absent => Ok(None),
        Scalar::Text(text) => visible(field, text, max).map(Some),
        _ => Err(wrong_shape(draft, field, &format!("give text of 1 to {max} characters"))),
    }
}

fn visible(field: Field, text: &str, max: usize) -> Result<&str, Reject> {
    // Nearly every text, and told at a glance.
    if (1..=max).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(text);
    }
    let right = format_args!("give 1 to {max} visible characters");
    if text.is_empty() {
        return Err(bad_value(field, format!("{} is empty; {right}, or leave it out", field.path())));
    }
    if text.len() > max && text.chars().count() > max {
        return Err(bad_value(field, format!("{} has {} characters; {right}", field.path(), text.chars().count())));
    }
    if text.trim().len() != text.len() || text.chars().any(char::is_control) {
        let value = shown_text(field, text);
        return Err(bad_value(
            field,
            format!("{}: {value} has control characters or white space at an end; {right}", field.path()),
        ));
    }
    Ok(text)
}

pub(crate) fn required_text<'d>(draft: &'d Draft<'_>, field: Field, max: usize) -> Result<&'d str, Reject> {
    text(draft, field, max)?.ok_or_else(|| missing(field))
}

/// Text, or a whole number written as text, for codes that are often numbers.
pub(crate) fn code(draft: &Draft<'_>, field: Field) -> Result<Option<String>, Reject> {
    match draft.get(field) {
        Scalar::Integer(number) => Ok(Some(number.to_string())),
        _ => Ok(text(draft, field, MAX_ID)?.map(str::to_owned)),
    }
}

/// One of a list of words.
pub(crate) fn word<T: FromStr + Display>(draft: &Draft<'_>, field: Field, all: &[T]) -> Result<Option<T>, Reject> {
    let Some(text) = text(draft, field, MAX_ID)? else { return Ok(None) };
    text.parse().map(Some).map_err(|_| {
        let all: Vec<String> = all.iter().map(ToString::to_string).collect();
        bad_value(field, format!("{} is {}; give one of: {}", field.path(), shown(text), all.join(", ")))
    })
}

/// One of a list of words, kept as text.
pub(crate) fn listed(draft: &Draft<'_>, field: Field, all: &[&str]) -> Result<Option<String>, Reject> {
    match text(draft, field, MAX_ID)? {
        Some(text) if !all.contains(&text) => {
            Err(bad_value(field, format!("{} is {}; give one of: {}", field.path(), shown(text), all.join(", "))))
        }
        text => Ok(text.map(str::to_owned)),
    }
}

/// A word in lower case. A clock must not be stopped because somebody wrote `Bot`.
pub(crate) fn lower(draft: &Draft<'_>, field: Field) -> Result<Option<String>, Reject> {
    match text(draft, field, MAX_ID)? {
        Some(text) if text.chars().any(char::is_uppercase) => Err(bad_value(
            field,
            format!("{} is {}; write it in lower case, such as bot, auto or human", field.path(), shown(text)),
        )),
        text => Ok(text.map(str::to_owned)),
    }
}

/// An instant, or nothing.
pub(crate) fn time(draft: &Draft<'_>, field: Field) -> Result<Option<Instant>, Reject> {
    let bad = |message: String| Reject::new(RejectCode::BadTime, field.path(), message);
    match draft.get(field) {
        Scalar::Absent => Ok(None),
        Scalar::Instant(instant) => Ok(Some(*instant)),
        Scalar::Text(text) if text.len() <= MAX_ID => {
            text.parse().map(Some).map_err(|error: contact::TimeError| bad(format!("{}: {error}", field.path())))
        }
        Scalar::Text(text) => {
            Err(bad(format!("{}: {} is not a time; give RFC 3339 with an offset", field.path(), shown(text))))
        }
        other => Err(bad(format!("{} is {}; give RFC 3339 with an offset, as text", field.path(), other.noun()))),
    }
}

pub(crate) fn required_time(draft: &Draft<'_>, field: Field) -> Result<Instant, Reject> {
    time(draft, field)?.ok_or_else(|| missing(field))
}

/// A whole number from 0 to 2³¹ − 1.
pub(crate) fn integer(draft: &Draft<'_>, field: Field) -> Result<Option<u32>, Reject> {
    const RIGHT: &str = "give a whole number from 0 to 2147483647";
    match draft.get(field) {
        Scalar::Absent => Ok(None),
        Scalar::Integer(number) => match i32::try_from(*number).ok().and_then(|number| u32::try_from(number).ok()) {
            Some(number) => Ok(Some(number)),
            None => Err(bad_value(field, format!("{} is {number}; {RIGHT}", field.path()))),
        },
        Scalar::Number(number) => Err(bad_value(field, format!("{} is {number}; {RIGHT}", field.path()))),
        _ => Err(wrong_shape(draft, field, RIGHT)),
    }
}

/// A finite number.
#[expect(clippy::cast_precision_loss, reason = "a score beyond 2^53 has no meaning to lose")]
pub(crate) fn number(draft: &Draft<'_>, field: Field) -> Result<Option<f64>, Reject> {
    match draft.get(field) {
        Scalar::Absent => Ok(None),
        Scalar::Integer(number) => Ok(Some(*number as f64)),
        Scalar::Number(number) if number.is_finite() => Ok(Some(*number)),
        _ => Err(wrong_shape(draft, field, "give a finite number, without quotes")),
    }
}

/// Seconds from 0 to 30 days. Minus zero is refused: it is what a subtraction the wrong way round leaves behind.
pub(crate) fn duration(draft: &Draft<'_>, field: Field) -> Result<Option<Duration>, Reject> {
    let Some(seconds) = number(draft, field)? else { return Ok(None) };
    match Duration::from_seconds(seconds) {
        Some(duration) if !seconds.is_sign_negative() => Ok(Some(duration)),
        _ => {
            Err(bad_value(field, format!("{} is {seconds:?}; give seconds from 0 to 2592000 (30 days)", field.path())))
        }
    }
}

pub(crate) fn flag(draft: &Draft<'_>, field: Field) -> Result<Option<bool>, Reject> {
    match draft.get(field) {
        Scalar::Absent => Ok(None),
        Scalar::Bool(value) => Ok(Some(*value)),
        _ => Err(wrong_shape(draft, field, "give true or false, without quotes")),
    }
}
