//! The language of a page: what the address says, else what the browser prefers, else English.

use axum::http::{HeaderMap, header};
use url::form_urlencoded;

use crate::{
    ApiError,
    query::{Parameter, Parameters, Shape},
};

/// The parameter `lang`.
pub(super) const LANG: Parameter =
    Parameter::new("lang", Shape::Word(&["fr", "en"]), "language of the page; else by `Accept-Language`");

/// A language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lang {
    /// English.
    English,
    /// French.
    French,
}

impl Lang {
    /// The language of a request, even of one that cannot be answered.
    pub(super) fn of(query: Option<&str>, headers: &HeaderMap) -> Self {
        let mut pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
        let given = pairs.find(|(name, _)| name == LANG.name).and_then(|(_, value)| Self::named(&value));
        given.or_else(|| accepted(headers)).unwrap_or(Self::English)
    }

    /// Takes `lang` from the parameters.
    ///
    /// # Errors
    /// A language that no page has.
    pub(super) fn check(given: &mut Parameters) -> Result<(), ApiError> {
        match given.one(LANG.name) {
            Some(other) if Self::named(&other).is_none() => {
                Err(ApiError::bad(LANG.name, format!("{other:?} is no language of the pages; use fr or en")))
            }
            _ => Ok(()),
        }
    }

    /// The word in addresses, headers and markup.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
        }
    }

    fn named(text: &str) -> Option<Self> {
        [Self::English, Self::French].into_iter().find(|lang| lang.code() == text)
    }
}

/// The language that `Accept-Language` prefers among those there are; of equals the first.
fn accepted(headers: &HeaderMap) -> Option<Lang> {
    let lists = headers.get_all(header::ACCEPT_LANGUAGE).into_iter().filter_map(|value| value.to_str().ok());
    let ranges = lists.flat_map(|list| list.split(',')).filter_map(range);
    let best = ranges.reduce(|best, next| if next.1 > best.1 { next } else { best });
    best.map(|(lang, _)| lang)
}

/// One range of `Accept-Language` with its weight, such as `fr-CA;q=0.8`; `None` for other languages and weight 0.
fn range(text: &str) -> Option<(Lang, f64)> {
    let mut parts = text.split(';').map(str::trim);
    let tag = parts.next()?.to_ascii_lowercase();
    let lang = Lang::named(tag.split('-').next()?)?;
    let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(Some(1.0), |weight| weight.parse().ok())?;
    (weight > 0.0).then_some((lang, weight))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn lang(query: Option<&str>, accept: &str) -> Lang {
        let value = HeaderValue::from_str(accept).expect("a header");
        Lang::of(query, &HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, value)]))
    }

    #[test]
    fn a_browser_is_answered_in_the_language_it_prefers() {
        let cases = [
            ("fr-CA,fr;q=0.9,en;q=0.8", Lang::French),
            ("de, fr;q=0.3, en;q=0.7", Lang::English),
            ("FR", Lang::French),
            ("en;q=0, fr;q=0.1", Lang::French),
            ("de", Lang::English),
            ("*", Lang::English),
            ("", Lang::English),
            ("fr;q=high, en;q=0.1", Lang::English),
        ];
        for (accept, expected) in cases {
            assert_eq!(lang(None, accept), expected, "{accept}");
        }
    }

    #[test]
    fn a_link_is_read_in_the_language_it_was_sent_in() {
        assert_eq!(lang(Some("from=2026-10-01&lang=fr"), "en"), Lang::French);
        assert_eq!(lang(Some("lang=en"), "fr"), Lang::English);
        assert_eq!(lang(Some("lang=de"), "fr"), Lang::French);
    }
}
