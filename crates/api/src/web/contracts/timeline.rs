//! The windows of a period on one axis of time, drawn on the server, with the same as a table.

use askama::Template;
use contact::Instant;
use contract::terms::Span;
use evaluation::{ContractAnswer, ObjectiveAnswer, State, WindowAnswer};

use super::{
    card::in_unit,
    state::{class, height, state_badge},
    told::Told,
};
use crate::web::{
    fact::Badge,
    lang::Lang,
    table::Value,
    words::{ContractWords, Words},
};

/// How long a part of a window that ends with every day is drawn.
const DAY_US: i64 = 24 * 3_600 * 1_000_000;

/// The windows of the objectives of a contract.
#[derive(Template)]
#[template(path = "timeline.html")]
pub(super) struct Timeline {
    words: &'static Words,
    said: &'static ContractWords,
    id: String,
    /// The first and the last day of the axis.
    ends: [String; 2],
    rows: Vec<Row>,
    /// Where the present is on the axis, in hundredths.
    now: Option<String>,
    listed: Vec<Listed>,
}

/// The windows of one objective, as bars.
struct Row {
    name: String,
    /// How many windows are in which state, the gravest first.
    summary: String,
    bars: Vec<Bar>,
}

/// One window: where it lies on the axis, in hundredths of it.
struct Bar {
    class: &'static str,
    from: String,
    width: String,
    top: u32,
    height: u32,
    title: String,
}

/// One window in the table.
struct Listed {
    objective: String,
    window: String,
    badge: Badge,
    value: Option<Value>,
}

impl Timeline {
    /// The windows on an axis; `None` where there are none.
    pub(super) fn new(told: Told<'_>, id: &str, contract: &ContractAnswer, axis: Span, now: Instant) -> Option<Self> {
        let lang = told.lang;
        let objectives = contract.objectives.iter().filter(|objective| !objective.windows.is_empty());
        let rows: Vec<Row> = objectives.clone().map(|objective| row(told, objective, axis)).collect();
        if rows.is_empty() {
            return None;
        }
        let day = |at: Instant| lang.day(at.to_timestamp().to_zoned(told.zone.clone()).date());
        let listed = objectives.flat_map(move |objective| {
            objective.windows.iter().map(move |window| Listed {
                objective: objective.name.clone(),
                window: format!("{} ({})", told.span(window.piece), window.length),
                badge: state_badge(lang, window.state),
                value: window.value.map(|value| Value::new(value, in_unit(lang, window, value))),
            })
        });
        Some(Self {
            words: lang.words(),
            said: lang.contract_words(),
            id: format!("{id}-timeline"),
            ends: [day(axis.from), day(axis.to.plus_micros(-1))],
            rows,
            now: axis.holds(now).then(|| hundredths(along(now, axis))),
            listed: listed.collect(),
        })
    }
}

fn row(told: Told<'_>, objective: &ObjectiveAnswer, axis: Span) -> Row {
    let bars = objective.windows.iter().filter_map(|window| bar(told, window, axis));
    Row { name: objective.name.clone(), summary: summary(told.lang, &objective.windows), bars: bars.collect() }
}

/// A window on the axis; `None` beside it.
fn bar(told: Told<'_>, window: &WindowAnswer, axis: Span) -> Option<Bar> {
    let shown = drawn(window).within(axis)?;
    let (from, to) = (along(shown.from, axis), along(shown.to, axis));
    let height = height(window.state);
    Some(Bar {
        class: class(window.state),
        from: hundredths(from),
        // A gap keeps windows apart that follow each other.
        width: hundredths((to - from - 0.3).max(0.3)),
        top: 100 - height,
        height,
        title: format!("{}: {}", told.span(window.piece), told.lang.window_state(window.state)),
    })
}

/// What is drawn of a window: all of it, or its last day where one ends with every day.
fn drawn(window: &WindowAnswer) -> Span {
    if window.length.ends_with(" rolling") {
        return Span { from: window.piece.from.max(window.piece.to.plus_micros(-DAY_US)), to: window.piece.to };
    }
    window.piece
}

fn summary(lang: Lang, windows: &[WindowAnswer]) -> String {
    let states = State::ALL.into_iter().rev().filter_map(|state| {
        let number = windows.iter().filter(|window| window.state == state).count();
        (number > 0).then(|| lang.windows_in(number, state))
    });
    states.collect::<Vec<_>>().join(", ")
}

/// Where an instant lies on the axis, in hundredths.
#[expect(clippy::cast_precision_loss, reason = "a place in a picture")]
fn along(at: Instant, axis: Span) -> f64 {
    100.0 * at.micros_since(axis.from) as f64 / at_least_one(axis.to.micros_since(axis.from)) as f64
}

fn at_least_one(micros: i64) -> i64 {
    micros.max(1)
}

fn hundredths(place: f64) -> String {
    format!("{place:.2}")
}
