//! What every page has around its content: the brand, the ways to the other pages, and the form of its question.

use askama::Template;
use jiff::civil::Date;
use scorecard::Dim;

use super::{
    address::{self, Address},
    assets::{ICON, STYLE},
    lang::{LANG, Lang},
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
        let ways = [
            ("/", words.scorecard),
            ("/live", words.now),
            ("/backlog", words.backlog),
            ("/contracts", words.contracts),
            ("/alerts", words.alerts),
        ];
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
    inputs: Vec<Input>,
    /// What is chosen among several; the language comes last.
    selects: Vec<Select>,
    /// What else was given, and is asked again.
    kept: Vec<(String, String)>,
}

/// A field of a form.
pub(super) struct Input {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) kind: &'static str,
    pub(super) value: String,
    pub(super) is_required: bool,
}

/// A choice in a form.
pub(super) struct Select {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) options: Vec<Choice>,
}

/// One of several values.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) name: String,
    pub(super) is_chosen: bool,
}

impl Form {
    /// The form of a page; `groupings` are the values of `by` that it offers, beside the one that is asked.
    pub(super) fn new(lang: Lang, path: &'static str, address: &Address, groupings: &[&str]) -> Self {
        let words = lang.words();
        let bounds = address
            .period
            .iter()
            .flat_map(|(from, to)| [Input::bound("from", words.from, from), Input::bound("to", words.to, to)]);
        let language =
            |name: &str, of: Lang| Choice { value: of.code().to_owned(), name: name.to_owned(), is_chosen: lang == of };
        let languages = vec![language("Français", Lang::French), language("English", Lang::English)];
        let language = Select { name: LANG.name, label: words.language, options: languages };
        let form = Self { words, path, inputs: bounds.collect(), selects: vec![language], kept: address.kept.clone() };
        if groupings.is_empty() {
            return form;
        }
        form.choosing(Select { name: "by", label: words.by, options: chosen(lang, &address.by(), groupings) })
    }

    /// The form with one more choice.
    pub(super) fn choosing(mut self, select: Select) -> Self {
        self.kept.retain(|(name, _)| name != select.name);
        self.selects.insert(self.selects.len().saturating_sub(1), select);
        self
    }

    /// The form with one more field.
    pub(super) fn asking(mut self, input: Input) -> Self {
        self.kept.retain(|(name, _)| name != input.name);
        self.inputs.push(input);
        self
    }
}

impl Input {
    /// A bound of a period: a date where it can be one.
    fn bound(name: &'static str, label: &'static str, value: &str) -> Self {
        let is_date = value.len() == 10 && value.parse::<Date>().is_ok();
        Self { name, label, kind: if is_date { "date" } else { "text" }, value: value.to_owned(), is_required: true }
    }

    /// A bound that may be left open.
    pub(super) fn open_bound(name: &'static str, label: &'static str, value: Option<&str>) -> Self {
        let Some(value) = value else {
            return Self { name, label, kind: "date", value: String::new(), is_required: false };
        };
        Self { is_required: false, ..Self::bound(name, label, value) }
    }
}

/// The groupings offered; the one asked comes first where it is none of them.
fn chosen(lang: Lang, asked: &str, offered: &[&str]) -> Vec<Choice> {
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
