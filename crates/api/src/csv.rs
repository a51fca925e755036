//! Scorecards and comparisons as CSV, one line for each figure; the same bytes from the server and the command line.
//!
//! Text that a spreadsheet would take for a formula is preceded by an apostrophe; numbers stay numbers.

mod contracts;
mod reconciliation;

use std::collections::{BTreeMap, BTreeSet};

use contact::{Figure, FigureState, Instant};
use scorecard::{
    Answer, AnswerRow, BacklogAnswer, Bucket, ComplaintsAnswer, Dim, DiscoveredAnswer, HomogeneityAnswer, LiveAnswer,
    PeriodAnswer, RepeatsAnswer,
};
use serde::Serialize;
use serde_json::Value;

pub use contracts::{breaches, evaluation};
pub use reconciliation::reconciliation;

/// The columns after the key.
const COLUMNS: [&str; 15] = [
    "bucket_from",
    "bucket_to",
    "figure",
    "value",
    "numerator",
    "denominator",
    "n",
    "low",
    "high",
    "design_effect",
    "state",
    "state_reason",
    "unit",
    "definition",
    "finding",
];

/// A scorecard as CSV: the key's columns, then `bucket_from`, `bucket_to` (the period's own bounds without a grain),
/// `figure`, its fields, the value of the previous period where that was asked, and the dated events that the row spans,
/// joined by `;`. Ends of lines are LF.
#[must_use]
pub fn scorecard(answer: &Answer) -> String {
    let dims: BTreeSet<Dim> = answer.rows.iter().flat_map(|row| row.key.keys().copied()).collect();
    let compares = answer.previous_period.is_some();
    let mut lines = Lines::new();
    let columns = COLUMNS.into_iter().chain(compares.then_some("previous_value")).chain(["cuts"]);
    lines.write(dims.iter().map(|dim| dim.as_str()).chain(columns).map(str::to_owned).collect());
    for row in &answer.rows {
        for (id, figure) in &row.figures {
            let mut cells: Vec<String> = dims
                .iter()
                .map(|dim| text(row.key.get(dim).and_then(|value| value.as_deref()).unwrap_or("")))
                .collect();
            cells.extend(bucket(answer, row).map(|instant| instant.to_string()));
            cells.extend(figure_cells(figure));
            if compares {
                let before = row.previous.as_ref().and_then(|figures| figures.get(id));
                cells.push(number(before.and_then(|figure| figure.value)));
            }
            cells.push(text(&row.cuts.join(";")));
            lines.write(cells);
        }
    }
    lines.finish()
}

/// A comparison as CSV: `part` says whether the line is about the `network`, a `site` or `provider`, or a `reason`; then
/// its key, the period, `figure` and its fields.
#[must_use]
pub fn homogeneity(answer: &HomogeneityAnswer) -> String {
    let mut lines = Lines::new();
    let key = ["part", "provider", "site", "reason", "channel", "language"];
    lines.write(key.into_iter().chain(COLUMNS).map(str::to_owned).collect());
    let mut write = |key: [&str; 6], figures: &BTreeMap<String, Figure>| {
        for figure in figures.values() {
            let mut cells: Vec<String> = key.map(text).to_vec();
            cells.extend([answer.period.from, answer.period.to].map(|instant| instant.to_string()));
            cells.extend(figure_cells(figure));
            lines.write(cells);
        }
    };
    write(["network", "", "", "", "", ""], &answer.figures);
    for row in &answer.rows {
        let name = |dim: Dim| row.key.get(&dim).and_then(|name| name.as_deref()).unwrap_or("");
        write([answer.by.as_str(), name(Dim::Provider), name(Dim::Site), "", "", ""], &row.figures);
    }
    for row in &answer.reasons {
        let (channel, language) = (row.channel.as_deref().unwrap_or(""), row.language.as_deref().unwrap_or(""));
        write(["reason", "", "", &row.reason, channel, language], &row.figures);
    }
    lines.finish()
}

/// The present as CSV: `part` says whether the line is about `all` rows or about one `row`; then its key, `at`, the providers
/// whose feed is `late`, `figure` and its fields.
#[must_use]
pub fn live(answer: &LiveAnswer) -> String {
    let dims: BTreeSet<Dim> = answer.rows.iter().flat_map(|row| row.key.keys().copied()).collect();
    let key = ["part"].into_iter().chain(dims.iter().map(|dim| dim.as_str())).chain(["at", "late"]);
    let mut lines = Lines::new();
    lines.write(key.chain(COLUMNS[2..].iter().copied()).map(str::to_owned).collect());
    let parts = [("all", &answer.total)].into_iter().chain(answer.rows.iter().map(|row| ("row", row)));
    for (part, row) in parts {
        for figure in row.figures.values() {
            let name = |dim: &Dim| text(row.key.get(dim).and_then(|value| value.as_deref()).unwrap_or(""));
            let mut cells = vec![part.to_owned()];
            cells.extend(dims.iter().map(name));
            cells.extend([answer.now.to_string(), text(&row.late.join(";"))]);
            cells.extend(figure_cells(figure));
            lines.write(cells);
        }
    }
    lines.finish()
}

/// A backlog as CSV: the key's columns, then `bucket_from`, `bucket_to`, `figure` and its fields. The oldest cases are not
/// among them.
#[must_use]
pub fn backlog(answer: &BacklogAnswer) -> String {
    keyed(&answer.period, answer.rows.iter().map(|row| (&row.key, row.bucket, &row.figures)))
}

/// Complaints as CSV: the key's columns, then `bucket_from`, `bucket_to`, `figure` and its fields. Neither the curves nor
/// the open complaints are among them.
#[must_use]
pub fn complaints(answer: &ComplaintsAnswer) -> String {
    keyed(&answer.period, answer.rows.iter().map(|row| (&row.key, row.bucket, &row.figures)))
}

/// First contacts as CSV: the key's columns, then `bucket_from`, `bucket_to`, `figure` and its fields.
#[must_use]
pub fn repeats(answer: &RepeatsAnswer) -> String {
    keyed(&answer.period, answer.rows.iter().map(|row| (&row.key, row.bucket, &row.figures)))
}

/// A row: its key, its stretch of time, its figures.
type Keyed<'a> = (&'a BTreeMap<Dim, Option<String>>, Option<Bucket>, &'a BTreeMap<String, Figure>);

fn keyed<'a>(period: &PeriodAnswer, rows: impl Iterator<Item = Keyed<'a>> + Clone) -> String {
    let dims: BTreeSet<Dim> = rows.clone().flat_map(|(key, ..)| key.keys().copied()).collect();
    let mut lines = Lines::new();
    lines.write(dims.iter().map(|dim| dim.as_str()).chain(COLUMNS).map(str::to_owned).collect());
    for (key, bucket, figures) in rows {
        let [from, to] = bucket.map_or([period.from, period.to], |bucket| [bucket.from, bucket.to]);
        for figure in figures.values() {
            let name = |dim: &Dim| text(key.get(dim).and_then(|value| value.as_deref()).unwrap_or(""));
            let mut cells: Vec<String> = dims.iter().map(name).collect();
            cells.extend([from, to].map(|instant| instant.to_string()));
            cells.extend(figure_cells(figure));
            lines.write(cells);
        }
    }
    lines.finish()
}

fn bucket(answer: &Answer, row: &AnswerRow) -> [Instant; 2] {
    row.bucket.map_or([answer.period.from, answer.period.to], |bucket| [bucket.from, bucket.to])
}

fn figure_cells(figure: &Figure) -> [String; 13] {
    [
        text(&figure.id),
        number(figure.value),
        number(figure.numerator),
        number(figure.denominator),
        if matches!(figure.state, FigureState::None) { String::new() } else { figure.n.to_string() },
        number(figure.low),
        number(figure.high),
        number(figure.design_effect),
        word(&figure.state),
        figure.reason.as_ref().map_or_else(String::new, word),
        word(&figure.unit),
        text(&figure.definition),
        figure.finding.as_ref().map_or_else(String::new, word),
    ]
}

/// Discovered names as CSV, one line for each.
#[must_use]
pub fn discovered(answer: &DiscoveredAnswer) -> String {
    records(&answer.names, &["kind", "name", "provider", "events", "first_seen_at", "last_seen_at"])
}

/// Rows of an answer as CSV: the columns of `first`, then the others by name. Nested values are columns of their own,
/// such as `events.received`; lists are joined by `;`.
#[must_use]
pub fn records<T: Serialize>(rows: &[T], first: &[&str]) -> String {
    let rows: Vec<BTreeMap<String, String>> =
        rows.iter().map(|row| flat(&serde_json::to_value(row).unwrap_or_default())).collect();
    let mut columns: Vec<String> = first.iter().map(ToString::to_string).collect();
    let others: BTreeSet<&String> = rows.iter().flat_map(BTreeMap::keys).collect();
    columns.extend(others.into_iter().filter(|name| !first.contains(&name.as_str())).cloned());
    let mut lines = Lines::new();
    lines.write(columns.clone());
    for row in &rows {
        lines.write(columns.iter().map(|column| row.get(column).cloned().unwrap_or_default()).collect());
    }
    lines.finish()
}

fn flat(value: &Value) -> BTreeMap<String, String> {
    let mut cells = BTreeMap::new();
    let Value::Object(fields) = value else { return cells };
    for (name, value) in fields {
        match value {
            Value::Object(_) => {
                cells.extend(flat(value).into_iter().map(|(inner, cell)| (format!("{name}.{inner}"), cell)));
            }
            Value::Array(items) => {
                let items: Vec<String> = items.iter().map(cell).collect();
                cells.insert(name.clone(), text(&items.join(";")));
            }
            other => {
                cells.insert(name.clone(), cell(other));
            }
        }
    }
    cells
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(words) => text(words),
        other => other.to_string(),
    }
}

/// A text cell that no spreadsheet takes for a formula.
#[must_use]
pub fn text(value: &str) -> String {
    let is_formula = value.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠']);
    if is_formula { format!("'{value}") } else { value.to_owned() }
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

/// The word that JSON has for a value of a fixed list.
fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// Lines of quoted cells.
struct Lines(csv::Writer<Vec<u8>>);

impl Lines {
    fn new() -> Self {
        Self(csv::Writer::from_writer(Vec::new()))
    }

    fn write(&mut self, cells: Vec<String>) {
        self.0.write_record(cells).expect("every line has as many cells as the first, and memory does not fail");
    }

    fn finish(self) -> String {
        let bytes = self.0.into_inner().expect("memory does not fail");
        String::from_utf8(bytes).expect("cells are text")
    }
}
