//! The fields of a form that holds files (`multipart/form-data`, RFC 7578), from a body that is in memory.

use std::convert::Infallible;

use axum::http::StatusCode;
use bytes::Bytes;
use futures::stream;
use multer::Multipart;

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
pub(crate) async fn fields(media: &str, body: Bytes) -> Result<Vec<Field>, ApiError> {
    let boundary = multer::parse_boundary(media).map_err(broken)?;
    let whole = stream::once(async move { Ok::<_, Infallible>(body) });
    let mut form = Multipart::new(whole, boundary);
    let mut found = Vec::new();
    while let Some(field) = form.next_field().await.map_err(broken)? {
        if found.len() == MOST {
            return Err(broken("it has too many fields"));
        }
        let name = field.name().map(str::to_owned).ok_or_else(|| broken("a field has no name"))?;
        found.push(Field { name, value: field.bytes().await.map_err(broken)? });
    }
    Ok(found)
}

fn broken(what: impl std::fmt::Display) -> ApiError {
    let detail = format!("the form cannot be read: {what}; send it whole, as multipart/form-data with its boundary");
    ApiError::new(StatusCode::BAD_REQUEST, "undecodable", detail)
}
