//! One `CloudEvents` JSON object becomes an event or a reject.

use contact::{Reject, RejectCode};

use crate::{Context, Parsed, RawLine, Rejected, draft::Draft, json, validate::validate};

/// Most bytes of one event.
pub const MAX_EVENT_BYTES: usize = 64 * 1024;

/// Parses, checks and pseudonymises one event.
///
/// # Errors
/// The reject, with one of the codes of [`RejectCode`] but those that need other events
/// (`started_at_mismatch`, `unknown_contact`) or a mapping. Its message never holds a customer's or agent's identifier.
pub fn parse_event(bytes: &[u8], context: &Context<'_>) -> Result<Parsed, Box<Rejected>> {
    if bytes.len() > MAX_EVENT_BYTES {
        return Err(Box::new(too_large(bytes.len())));
    }
    let text = decoded(bytes)?;
    let mut draft = Draft::new();
    if let Err(error) = json::read(text, &mut draft) {
        return Err(Box::new(unreadable(text, &error)));
    }
    validate(&mut draft, context)
}

/// Like [`parse_event`], for a line of a file, which may be longer than was kept of it.
///
/// # Errors
/// As [`parse_event`].
pub fn parse_line(line: &RawLine<'_>, context: &Context<'_>) -> Result<Parsed, Box<Rejected>> {
    if line.overlong {
        return Err(Box::new(too_large(line.bytes.len() + 1)));
    }
    parse_event(line.bytes, context)
}

pub(crate) fn too_large(length: usize) -> Rejected {
    let message = format!("at least {length} bytes; an event or row may have {MAX_EVENT_BYTES} (64 KiB)");
    Reject::new(RejectCode::TooLarge, None, message).into()
}

/// The text of the bytes: UTF-8 without a byte-order mark.
pub(crate) fn decoded(bytes: &[u8]) -> Result<&str, Box<Rejected>> {
    let wrong = |message: String| Box::new(Rejected::from(Reject::new(RejectCode::BadEncoding, None, message)));
    let text = std::str::from_utf8(bytes)
        .map_err(|error| wrong(format!("byte {} is not UTF-8; send UTF-8", error.valid_up_to() + 1)))?;
    if text.starts_with('\u{feff}') {
        return Err(wrong("it begins with a byte-order mark; send UTF-8 without one".to_owned()));
    }
    Ok(text)
}

/// Whether it is no JSON at all, JSON that this reader refuses, or JSON that is no object.
fn unreadable(text: &str, error: &serde_json::Error) -> Rejected {
    let is_object = text.trim_start_matches([' ', '\t', '\r', '\n']).starts_with('{');
    let reject = if !is_object && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() {
        let message = "a JSON value, but not an object; give one CloudEvents object";
        Reject::new(RejectCode::BadEnvelope, None, message)
    } else if is_object {
        Reject::new(RejectCode::BadJson, None, format!("{}; give one JSON object", what(error)))
    } else {
        Reject::new(RejectCode::BadJson, None, "not JSON; give one JSON object")
    };
    reject.into()
}

/// The reader's complaint with its place as a byte of the event. It never quotes a value.
pub(crate) fn what(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    match text.strip_suffix(&place) {
        Some(what) if error.line() <= 1 => format!("{what}, at byte {}", error.column()),
        _ => text,
    }
}
