//! What every page has around its content: the brand, the ways to the other pages, and the form of its question.

use askama::Template;
use jiff::civil::Date;
use scorecard::Dim;

use super::{
    address::{self, Address},
    assets::{ICON, STYLE},
    lang::Lang,
    words::Words,
};

/// The frame of a page.
pub(super) struct Frame {
    pub(super) words: &'static Words,
    pub(super) brand: String,
    pub(super) style: String,
    pub(super) icon: String,
    pub(super) home: String,
    pub(super) ways: Vec<Way>,
}

/// The way to a page.
pub(super) struct Way {
    pub(super) address: String,
    pub(super) name: &'static str,
    pub(super) is_here: bool,
}

impl Frame {
    /// The frame of the page at a path; of none of them where there is none.
    pub(super) fn new(lang: Lang, brand: &str, here: Option<&str>) -> Self {
        let words = lang.words();
        let ways = [("/", words.scorecard), ("/live", words.now), ("/backlog", words.backlog)];
        let way = |(path, name)| Way { address: address::page(path, lang), name, is_here: here == Some(path) };
        Self {
            words,
            brand: brand.to_owned(),
            style: STYLE.to_string(),
            icon: ICON.to_string(),
            home: address::page("/", lang),
            ways: ways.into_iter().map(way).collect(),
        }
    }
}

/// The form in which a page is asked otherwise.
#[derive(Template)]
#[template(path = "form.html")]
pub(super) struct Form {
    words: &'static Words,
    path: &'static str,
    /// The bounds of the period; none where the page has no period.
    bounds: Vec<Bound>,
    /// The groupings to choose from, the one chosen marked; none where the page offers none.
    groupings: Vec<Choice>,
    languages: [Choice; 2],
    /// What else was given, and is asked again.
    kept: Vec<(String, String)>,
}

/// A bound of a period in the form: a date where it can be one.
struct Bound {
    name: &'static str,
    label: &'static str,
    kind: &'static str,
    value: String,
}

/// One of several values.
struct Choice {
    value: String,
    name: String,
    is_chosen: bool,
}

impl Form {
    /// The form of a page; `groupings` are the values of `by` that it offers, beside the one that is asked.
    pub(super) fn new(lang: Lang, path: &'static str, address: &Address, groupings: &[&str]) -> Self {
        let words = lang.words();
        let bound = |name, label, value: &str| {
            let is_date = value.len() == 10 && value.parse::<Date>().is_ok();
            Bound { name, label, kind: if is_date { "date" } else { "text" }, value: value.to_owned() }
        };
        let bounds =
            address.period.iter().flat_map(|(from, to)| [bound("from", words.from, from), bound("to", words.to, to)]);
        let language = |value: &str, name: &str, of| Choice {
            value: value.to_owned(),
            name: name.to_owned(),
            is_chosen: lang == of,
        };
        Self {
            words,
            path,
            bounds: bounds.collect(),
            groupings: chosen(lang, &address.by(), groupings),
            languages: [language("fr", "Français", Lang::French), language("en", "English", Lang::English)],
            kept: address.kept.iter().filter(|(name, _)| groupings.is_empty() || name != "by").cloned().collect(),
        }
    }
}

/// The groupings offered; the one asked comes first where it is none of them.
fn chosen(lang: Lang, asked: &str, offered: &[&str]) -> Vec<Choice> {
    if offered.is_empty() {
        return Vec::new();
    }
    let another = (!offered.contains(&asked)).then_some(asked);
    let choice = |value: &str| Choice {
        value: value.to_owned(),
        name: value
            .split(',')
            .map(|word| word.trim().parse::<Dim>().map_or(word, |dim| lang.dim(dim)))
            .collect::<Vec<_>>()
            .join(" · "),
        is_chosen: value == asked,
    };
    another.into_iter().chain(offered.iter().copied()).map(choice).collect()
}
