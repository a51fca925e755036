//! What the head of a request says about its body.

use axum::http::{HeaderMap, HeaderName, header, request::Parts};
use contact::{Network, ProviderId};
use intake::{Coding, MediaType};

use super::{KEY, PARAMETERS};
use crate::{ApiError, access, query::Parameters};

/// Longest idempotency key.
const MAX_KEY: usize = 255;

/// Who sends what.
pub(super) struct Asked {
    pub(super) provider: ProviderId,
    pub(super) media: MediaType,
    pub(super) coding: Coding,
    pub(super) key: Option<String>,
}

impl Asked {
    pub(super) fn of(head: &Parts, network: &Network) -> Result<Self, ApiError> {
        let mut given = Parameters::parse(head.uri.query(), PARAMETERS)?;
        let media = MediaType::of_header(one(&head.headers, &header::CONTENT_TYPE)?)?;
        let coding = Coding::of_header(one(&head.headers, &header::CONTENT_ENCODING)?)?;
        let provider = access::sender(network, given.one("provider").as_deref(), &head.headers)?;
        Ok(Self { provider, media, coding, key: key(&head.headers)? })
    }
}

/// A header that may be there once.
fn one<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<Option<&'h str>, ApiError> {
    let mut values = headers.get_all(name).iter();
    let (first, second) = (values.next(), values.next());
    if second.is_some() {
        return Err(ApiError::bad(name.to_string(), format!("{name} is given twice; give it once")));
    }
    let text = first.map(|value| value.to_str()).transpose();
    text.map_err(|_| ApiError::bad(name.to_string(), format!("{name} is not plain text")))
}

fn key(headers: &HeaderMap) -> Result<Option<String>, ApiError> {
    let Some(key) = one(headers, &HeaderName::from_static("idempotency-key"))? else { return Ok(None) };
    if key.is_empty() || key.len() > MAX_KEY || key.bytes().any(|byte| !byte.is_ascii_graphic()) {
        let detail = format!("the key has {} bytes; give 1 to {MAX_KEY} visible ASCII characters", key.len());
        return Err(ApiError::bad(KEY, detail));
    }
    Ok(Some(key.to_owned()))
}
