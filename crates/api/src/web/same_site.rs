//! Whether a form was sent by a page of this server.
//!
//! A form of a foreign page can be sent here by the browser of somebody who may reach this server. The JSON routes are safe
//! from that, for a form cannot send JSON and no foreign page is let read or send it; routes that take forms ask here.

use axum::http::{HeaderMap, StatusCode, header};

use crate::ApiError;

/// Lets through what a browser says was sent by a page of this server: by `Sec-Fetch-Site`, else by `Origin` beside `Host`.
///
/// # Errors
/// It was sent by another page, or nothing says by which.
pub(super) fn check(headers: &HeaderMap) -> Result<(), ApiError> {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let is_ours = match (text(header::HeaderName::from_static("sec-fetch-site")), text(header::ORIGIN)) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => origin.split_once("://").is_some_and(|(_, host)| Some(host) == text(header::HOST)),
        (None, None) => false,
    };
    if is_ours {
        return Ok(());
    }
    let detail = "this was not sent by a page of this server; open the page of alerts and say it there, or send JSON to \
                  /v1/alerts/{id}/acknowledgement";
    Err(ApiError::new(StatusCode::FORBIDDEN, "cross_site", detail))
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

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
            assert_eq!(check(&headers.clone().collect()).is_ok(), is_ours, "{:?}", headers.collect::<Vec<_>>());
        }
    }
}
