//! The files that are held against the lake, as they are sent.

use axum::{
    body::Body,
    http::{HeaderMap, StatusCode, header},
};
use bytes::Bytes;
use engine::Title;
use settlement::declared::Mistake;

use super::BYTES;
use crate::{
    Api, ApiError, body,
    multipart::{self, Field},
};

/// The field of the declared file.
pub(crate) const DECLARED: &str = "declared";

/// The field of the list of contacts.
pub(crate) const LISTED: &str = "contacts";

/// What begins a workbook: it is an archive.
const ARCHIVE: &[u8] = b"PK\x03\x04";

/// The declared file, and the contacts that the provider counts where it gives them.
pub(crate) struct Files {
    pub(crate) declared: Bytes,
    pub(crate) contacts: Option<Bytes>,
}

impl Files {
    /// Reads what a program sends: the declared file alone, or both in a form.
    pub(super) async fn receive(api: &Api, headers: &HeaderMap, sent: Body) -> Result<Self, ApiError> {
        let media = media(headers);
        let is_form = multipart::is_form(media);
        if !is_form && media.split(';').next().map(str::trim) != Some("text/csv") {
            body::discard(sent).await;
            let right =
                "use text/csv with the declared file, or multipart/form-data with the fields declared and contacts";
            let detail = format!("content type {media:?} is not supported; {right}");
            return Err(ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported", detail).field("Content-Type"));
        }
        let received = body::read(api, headers, sent, BYTES).await?;
        if !is_form {
            return Ok(Self { declared: received.bytes.clone(), contacts: None });
        }
        let (mut declared, mut contacts) = (None, None);
        for Field { name, value } in multipart::fields(media, received.bytes.clone()).await? {
            match name.as_str() {
                DECLARED => declared = Some(value),
                LISTED => contacts = Some(value).filter(|value| !value.is_empty()),
                _ => return Err(unknown(&name)),
            }
        }
        let missing = || ApiError::bad(DECLARED, "the form has no field declared; give the declared file in it");
        Ok(Self { declared: declared.ok_or_else(missing)?, contacts })
    }
}

/// The content type of a request.
pub(crate) fn media(headers: &HeaderMap) -> &str {
    headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn unknown(name: &str) -> ApiError {
    let shown: String = name.chars().take(64).flat_map(char::escape_debug).collect();
    ApiError::bad(shown.clone(), format!("there is no field {shown:?}; use declared and contacts"))
}

/// The text of a file.
pub(super) fn text(bytes: &Bytes) -> Result<&str, Vec<Mistake>> {
    if bytes.starts_with(ARCHIVE) {
        let en = "this is a workbook or another archive; save the table as CSV (UTF-8) and give that";
        let fr =
            "c’est un classeur ou une autre archive\u{a0}; enregistrez le tableau en CSV (UTF-8) et donnez ce fichier";
        return Err(wrong(1, en, fr));
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        let line = before.split(|byte| *byte == b'\n').count();
        let en = "is not written in UTF-8; save the table as “CSV UTF-8”";
        let fr = "n’est pas écrite en UTF-8\u{a0}; enregistrez le tableau en «\u{a0}CSV UTF-8\u{a0}»";
        wrong(u64::try_from(line).unwrap_or(u64::MAX), en, fr)
    })
}

fn wrong(line: u64, en: &str, fr: &str) -> Vec<Mistake> {
    let message = Title { en: en.to_owned(), fr: fr.to_owned() };
    vec![Mistake { line, column: None, message }]
}
