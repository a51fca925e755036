//! Whether a request was sent by a page of this server.
//!
//! A form of a foreign page can be sent here by the browser of somebody who may reach this server. Routes that take JSON are
//! safe from that, for a form cannot send JSON and no foreign page is let send it; the others ask here.

use axum::http::{HeaderMap, HeaderName, StatusCode, header};

use crate::ApiError;

/// Lets through what a browser says was sent by a page of this server: by `Sec-Fetch-Site`, else by `Origin` beside `Host`.
///
/// # Errors
/// It was sent by another page, or nothing says by which.
pub(crate) fn ours(headers: &HeaderMap) -> Result<(), ApiError> {
    if is_ours(headers) == Some(true) { Ok(()) } else { Err(refused()) }
}

/// Lets through the same, and what no browser sent.
///
/// # Errors
/// A browser says that it was sent by another page.
pub(crate) fn not_foreign(headers: &HeaderMap) -> Result<(), ApiError> {
    if is_ours(headers) == Some(false) { Err(refused()) } else { Ok(()) }
}

/// Whether a page of this server sent it; `None` where nothing says by which page it was sent.
fn is_ours(headers: &HeaderMap) -> Option<bool> {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    if let Some(site) = text(HeaderName::from_static("sec-fetch-site")) {
        return Some(site == "same-origin");
    }
    let origin = text(header::ORIGIN)?;
    Some(origin.split_once("://").is_some_and(|(_, host)| Some(host) == text(header::HOST)))
}

fn refused() -> ApiError {
    let detail =
        "this was not sent by a page of this server; send it from the page itself, or by a program that is no browser";
    ApiError::new(StatusCode::FORBIDDEN, "cross_site", detail)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn only_forms_of_our_own_pages_are_taken() {
        let host = ("host", "vigie.example:8080");
        let cases: [(&[(&str, &str)], bool); 9] = [
            (&[host, ("sec-fetch-site", "same-origin")], true),
            (&[host, ("sec-fetch-site", "same-origin"), ("origin", "http://behind.a.proxy")], true),
            (&[host, ("origin", "http://vigie.example:8080")], true),
            (&[host, ("sec-fetch-site", "cross-site"), ("origin", "http://vigie.example:8080")], false),
            (&[host, ("sec-fetch-site", "same-site")], false),
            (&[host, ("origin", "http://evil.example")], false),
            (&[host, ("origin", "null")], false),
            (&[("origin", "null")], false),
            (&[host], false),
        ];
        for (headers, is_ours) in cases {
            let headers =
                headers.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
            assert_eq!(ours(&headers.clone().collect()).is_ok(), is_ours, "{:?}", headers.collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_program_is_no_page_and_is_let_through() {
        assert!(not_foreign(&HeaderMap::new()).is_ok());
        let foreign = HeaderMap::from_iter([(header::ORIGIN, HeaderValue::from_static("https://evil.example"))]);
        assert!(not_foreign(&foreign).is_err());
    }
}
