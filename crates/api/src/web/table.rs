//! A table of figures as its template shows it: made from rows of an answer alone, nothing is computed here.

use std::collections::BTreeMap;

use askama::Template;
use contact::{Figure, FigureState, Unit};
use scorecard::Dim;

use super::{caption::Caption, lang::Lang, words::Words};

/// The order of groupings on pages: the site first.
pub(super) const DIMS: [Dim; 6] = [Dim::Site, Dim::Provider, Dim::Queue, Dim::Channel, Dim::Reason, Dim::Team];

/// A row of an answer, as a table is made from it.
pub(super) struct Told<'a> {
    /// The value of each grouping; `None` for what all rows are together.
    pub(super) key: Option<&'a BTreeMap<Dim, Option<String>>>,
    /// Its figures by id.
    pub(super) figures: &'a BTreeMap<String, Figure>,
    /// What is said beside them.
    pub(super) beside: Option<Cell>,
}

/// Rows of figures, shown with their volume, their interval and their state.
#[derive(Template)]
#[template(path = "table.html")]
pub(super) struct Table {
    words: &'static Words,
    /// Its name within the page.
    id: &'static str,
    caption: Caption,
    dims: Vec<&'static str>,
    columns: Vec<Column>,
    /// The heading of what is said beside the figures.
    beside: Option<&'static str>,
    rows: Vec<Row>,
}

/// The heading of a figure.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    /// The colour under which a bar shows it, if one does.
    pub(super) colour: Option<&'static str>,
}

/// One row.
struct Row {
    names: Vec<Name>,
    bar: Vec<Part>,
    cells: Vec<Cell>,
    beside: Option<Cell>,
    state: &'static str,
}

/// A value of a grouping.
struct Name {
    text: String,
    link: Option<String>,
    /// How many columns it takes.
    span: usize,
}

/// A figure as shown, or what is said beside figures.
pub(super) struct Cell {
    /// The name of the state, for the style sheet.
    pub(super) class: &'static str,
    pub(super) value: Option<Value>,
    /// What stands below the value: interval, volume, finding, state; or why there is none.
    pub(super) below: Vec<String>,
}

/// A number, exact and as people read it.
pub(super) struct Value {
    pub(super) exact: String,
    pub(super) text: String,
}

/// A part of a bar, in hundredths of its length.
struct Part {
    colour: &'static str,
    from: String,
    width: String,
}

impl Table {
    /// A table of these columns and rows; rows of groupings in the order of their names. `beside` is the heading of what is
    /// said beside the figures, `link` the address of a site.
    pub(super) fn new(
        lang: Lang,
        (id, caption): (&'static str, Caption),
        columns: Vec<Column>,
        beside: Option<&'static str>,
        mut told: Vec<Told<'_>>,
        link: impl Fn(&str) -> Option<String>,
    ) -> Self {
        let dims: Vec<Dim> = told.iter().find_map(|row| row.key).map(ordered).unwrap_or_default();
        // All rows together come first, names that were not stated last.
        told.sort_by_cached_key(|row| row.key.map(|key| sorted(key, &dims)));
        let rows = told.into_iter().map(|told| {
            let shown = columns.iter().filter_map(|column| told.figures.get(column.id));
            let state = lang.row_state(shown);
            Row {
                names: names(lang, told.key, &dims, &link),
                bar: bar(&columns, told.figures),
                cells: columns.iter().map(|column| cell(lang, told.figures, column.id, state)).collect(),
                beside: told.beside,
                state,
            }
        });
        let rows = rows.collect();
        let dims = dims.into_iter().map(|dim| lang.dim(dim)).collect();
        Self { words: lang.words(), id, caption, dims, columns, beside, rows }
    }
}

/// The groupings of a key in the order of pages.
fn ordered(key: &BTreeMap<Dim, Option<String>>) -> Vec<Dim> {
    DIMS.into_iter().filter(|dim| key.contains_key(dim)).collect()
}

fn name(key: &BTreeMap<Dim, Option<String>>, dim: Dim) -> Option<&str> {
    key.get(&dim).and_then(Option::as_deref)
}

fn sorted(key: &BTreeMap<Dim, Option<String>>, dims: &[Dim]) -> Vec<(bool, String)> {
    let names = dims.iter().map(|dim| name(key, *dim));
    names.map(|name| (name.is_none(), name.unwrap_or_default().to_owned())).collect()
}

fn names(
    lang: Lang,
    key: Option<&BTreeMap<Dim, Option<String>>>,
    dims: &[Dim],
    link: impl Fn(&str) -> Option<String>,
) -> Vec<Name> {
    let Some(key) = key else {
        return vec![Name { text: lang.words().all.to_owned(), link: None, span: dims.len().max(1) }];
    };
    let named = |dim: &Dim| {
        let name = name(key, *dim);
        let link = name.filter(|_| *dim == Dim::Site).and_then(&link);
        Name { text: name.unwrap_or(lang.words().not_stated).to_owned(), link, span: 1 }
    };
    dims.iter().map(named).collect()
}

/// A figure with what stands below it; its state only where the row's is another.
fn cell(lang: Lang, figures: &BTreeMap<String, Figure>, id: &str, state_of_row: &str) -> Cell {
    let Some(figure) = figures.get(id) else {
        return Cell::none(lang.state(FigureState::None));
    };
    let Some(value) = figure.value else {
        return Cell::none(figure.reason.map_or_else(|| lang.state(figure.state), |reason| lang.no_value(reason)));
    };
    let is_count = figure.unit == Unit::Count;
    let interval = figure.low.zip(figure.high).map(|(low, high)| lang.interval(figure.unit, low, high));
    let volume = (!is_count).then(|| format!("n\u{a0}{}", lang.count(figure.n)));
    let finding = figure.finding.map(|finding| lang.finding(finding).to_owned());
    let state = Some(lang.state(figure.state)).filter(|state| *state != state_of_row).map(str::to_owned);
    Cell {
        class: if figure.state == FigureState::Final { "final" } else { "open" },
        value: Some(Value::new(value, lang.value(figure.unit, value))),
        below: [finding, interval, volume, state].into_iter().flatten().collect(),
    }
}

/// The counts of the columns that have a colour, as parts of one bar; nothing where they are nothing together.
fn bar(columns: &[Column], figures: &BTreeMap<String, Figure>) -> Vec<Part> {
    let counted = columns.iter().filter_map(|column| {
        let count = figures.get(column.id)?.value?;
        Some((column.colour?, count))
    });
    let counted: Vec<(&'static str, f64)> = counted.collect();
    let all: f64 = counted.iter().map(|(_, count)| count).sum();
    if all <= 0.0 {
        return Vec::new();
    }
    let mut from = 0.0;
    let part = |(colour, count): (&'static str, f64)| {
        let width = 100.0 * count / all;
        let part = Part { colour, from: format!("{from:.2}"), width: format!("{width:.2}") };
        from += width;
        part
    };
    counted.into_iter().filter(|(_, count)| *count > 0.0).map(part).collect()
}

impl Column {
    pub(super) fn plain((id, title): (&'static str, &'static str)) -> Self {
        Self { id, title, colour: None }
    }
}

impl Cell {
    /// No number, and why.
    fn none(why: &str) -> Self {
        Self { class: "none", value: None, below: vec![why.to_owned()] }
    }

    /// Words, with the number that they hold.
    pub(super) fn said(value: Option<Value>, words: Vec<String>) -> Self {
        Self { class: "said", value, below: words }
    }
}

impl Value {
    pub(super) fn new(exact: f64, text: String) -> Self {
        Self { exact: exact.to_string(), text }
    }
}
