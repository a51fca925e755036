//! What the form of the page sends.

use std::sync::Arc;

use axum::{extract::Request, http::StatusCode};
use bytes::Bytes;

use crate::{
    Api, ApiError, body,
    format::{FORMAT, Format},
    multipart::{self, Field},
    query::Parameters,
    reconciliations::{BYTES, DECLARED, LISTED, STATED_ONLY, media},
    same_site,
    web::lang::{LANG, Lang},
};

/// The field into which a table is pasted.
const TABLE: &str = "table";

/// Most bytes of a table that is shown again.
const SHOWN_BYTES: usize = 32 << 10;

/// What was sent.
pub(super) struct Sent {
    /// The file, else the table that was pasted.
    pub(super) declared: Option<Bytes>,
    pub(super) contacts: Option<Bytes>,
    pub(super) stated_only: bool,
}

impl Sent {
    /// Reads the form, if a page of ours sent it, and in which form its answer is wanted; none is a page.
    pub(super) async fn receive(
        api: &Arc<Api>,
        query: Option<&str>,
        request: Request,
    ) -> Result<(Self, Option<Format>), ApiError> {
        let (head, sent) = request.into_parts();
        let media = media(&head.headers);
        let checked = same_site::ours(&head.headers).and_then(|()| {
            let mut given = Parameters::parse(query, &[LANG, FORMAT])?;
            Lang::check(&mut given)?;
            let format = given.one(FORMAT.name);
            let format = format.map(|word| Format::of(Some(word.as_str()), &head.headers)).transpose()?;
            let other = || {
                let detail = format!("content type {media:?} is not that of this form; use multipart/form-data");
                ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported", detail).field("Content-Type")
            };
            if multipart::is_form(media) { Ok(format) } else { Err(other()) }
        });
        let format = match checked {
            Ok(format) => format,
            Err(error) => {
                body::discard(sent).await;
                return Err(error);
            }
        };
        let received = body::read(api, &head.headers, sent, BYTES).await?;
        Ok((Self::of(multipart::fields(media, received.bytes.clone()).await?)?, format))
    }

    fn of(fields: Vec<Field>) -> Result<Self, ApiError> {
        let (mut file, mut table, mut contacts, mut stated_only) = (None, None, None, false);
        for Field { name, value } in fields {
            // A field that was left empty is not given.
            let value = Some(value).filter(|value| !value.trim_ascii().is_empty());
            match name.as_str() {
                DECLARED => file = value,
                TABLE => table = value,
                LISTED => contacts = value,
                name if name == STATED_ONLY.name => stated_only = value.is_some(),
                _ => {
                    let shown: String = name.chars().take(64).flat_map(char::escape_debug).collect();
                    let right = format!("use {DECLARED}, {TABLE}, {LISTED}, {}", STATED_ONLY.name);
                    return Err(ApiError::bad(shown.clone(), format!("there is no field {shown:?}; {right}")));
                }
            }
        }
        Ok(Self { declared: file.or(table), contacts, stated_only })
    }

    /// The table as text, where it is one that can be shown again.
    pub(super) fn table(&self) -> Option<String> {
        let bytes = self.declared.as_ref().filter(|bytes| bytes.len() <= SHOWN_BYTES)?;
        std::str::from_utf8(bytes).ok().map(str::to_owned)
    }
}
