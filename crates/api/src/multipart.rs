//! The fields of a form that holds files (`multipart/form-data`, RFC 7578), from a body that is in memory.

use axum::http::StatusCode;
use bytes::Bytes;

use crate::ApiError;

/// Most fields of a form.
const MOST: usize = 16;

/// A field and what was put into it; of a file its content.
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) value: Bytes,
}

/// Whether a content type is that of such a form.
pub(crate) fn is_form(media: &str) -> bool {
    media.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("multipart/form-data"))
}

/// The fields of a form, in its order.
///
/// # Errors
/// No boundary, a form that is cut short, or one with too many fields.
pub(crate) fn fields(media: &str, body: &Bytes) -> Result<Vec<Field>, ApiError> {
    let boundary = boundary(media).ok_or_else(|| broken("its content type names no boundary"))?;
    let (first, next) = (format!("--{boundary}"), format!("\r\n--{boundary}"));
    let start = find(body, first.as_bytes()).ok_or_else(|| broken("its boundary is nowhere in it"))?;
    let mut at = start + first.len();
    let mut found = Vec::new();
    while !body[at..].starts_with(b"--") {
        if found.len() == MOST {
            return Err(broken("it has too many fields"));
        }
        let end = at + find(&body[at..], next.as_bytes()).ok_or_else(|| broken("it is cut short"))?;
        let blank = find(&body[at..end], b"\r\n\r\n").ok_or_else(|| broken("a field has no head"))?;
        let head = String::from_utf8_lossy(&body[at..at + blank]).into_owned();
        let name = name(&head).ok_or_else(|| broken("a field has no name"))?;
        found.push(Field { name, value: body.slice(at + blank + 4..end) });
        at = end + next.len();
    }
    Ok(found)
}

/// What parts its fields.
fn boundary(media: &str) -> Option<&str> {
    let value = media.split(';').skip(1).find_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.trim().eq_ignore_ascii_case("boundary").then(|| value.trim().trim_matches('"'))
    })?;
    (!value.is_empty() && value.len() <= 70).then_some(value)
}

/// The name in the head of a field.
fn name(head: &str) -> Option<String> {
    let about = head.lines().find_map(|line| {
        let (header, value) = line.split_once(':')?;
        header.trim().eq_ignore_ascii_case("content-disposition").then_some(value)
    })?;
    let name = about.split(';').find_map(|part| part.trim().strip_prefix("name="))?;
    Some(name.trim_matches('"').to_owned())
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

fn broken(what: &str) -> ApiError {
    let detail = format!("the form cannot be read: {what}; send it whole, as multipart/form-data with its boundary");
    ApiError::new(StatusCode::BAD_REQUEST, "undecodable", detail)
}
