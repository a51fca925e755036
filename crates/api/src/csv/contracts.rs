//! Contracts as CSV: one line for each window.

use contract::Because;
use evaluation::{CompletenessAnswer, ContractAnswer, DataState, Evaluation, WindowAnswer};

use super::{Lines, number, text, word};
use crate::contracts::BreachesAnswer;

const COLUMNS: [&str; 27] = [
    "contract",
    "provider",
    "objective",
    "length",
    "from",
    "to",
    "piece_from",
    "piece_to",
    "version",
    "state",
    "data",
    "unit",
    "better",
    "expected",
    "value",
    "good",
    "total",
    "margin",
    "pending",
    "required",
    "recent",
    "remaining",
    "chance",
    "because",
    "evidence",
    "received",
    "received_of",
];

/// Contracts as CSV, one line for each window: bounds, state, what counts, by how many contacts it was met (or missed, when
/// below 0), and of open windows the share that the rest must bring, the recent one, the volume assumed and the chance; contacts received,
/// and of how many expected, where the contract asks for complete data.
#[must_use]
pub fn evaluation(answer: &Evaluation) -> String {
    let mut lines = Lines::new();
    lines.write(COLUMNS.map(str::to_owned).to_vec());
    for (contract, objective, window) in crate::contracts::rows(answer) {
        lines.write(cells(contract, objective, window));
    }
    lines.finish()
}

/// Windows that were missed or cannot be met any more, with the columns of [`evaluation`].
#[must_use]
pub fn breaches(answer: &BreachesAnswer) -> String {
    let mut lines = Lines::new();
    lines.write(COLUMNS.map(str::to_owned).to_vec());
    for breach in &answer.breaches {
        let names = [&breach.contract, &breach.provider, &breach.objective].map(|name| text(name)).to_vec();
        lines.write([names, window_cells(&breach.window)].concat());
    }
    lines.finish()
}

fn cells(contract: &ContractAnswer, objective: &str, window: &WindowAnswer) -> Vec<String> {
    let names = [contract.name.as_str(), &contract.provider, objective].map(text).to_vec();
    [names, window_cells(window)].concat()
}

fn window_cells(window: &WindowAnswer) -> Vec<String> {
    let counted = window.closed.as_ref().map(|closed| &closed.counted);
    let counted = counted.or(window.open.as_ref().map(|open| &open.so_far));
    let outlook = window.open.as_ref().and_then(|open| open.contacts.as_ref());
    let whole = |number: Option<i64>| number.map_or_else(String::new, |number| number.to_string());
    let came = |of: fn(&CompletenessAnswer) -> u64| {
        window.completeness.as_ref().map_or_else(String::new, |completeness| of(completeness).to_string())
    };
    let margin = whole(window.closed.as_ref().and_then(|closed| closed.margin));
    vec![
        text(&window.length),
        window.window.from.to_string(),
        window.window.to.to_string(),
        window.piece.from.to_string(),
        window.piece.to.to_string(),
        window.version.to_string(),
        window.state.as_str().to_owned(),
        data(window.data).to_owned(),
        window.unit.clone(),
        window.better.clone(),
        window.expected.to_string(),
        number(window.value),
        number(counted.map(contract::Tally::good)),
        number(counted.map(contract::Tally::total)),
        margin,
        window.open.as_ref().map_or_else(String::new, |open| open.pending.to_string()),
        number(outlook.and_then(|outlook| outlook.required.mid)),
        number(outlook.and_then(|outlook| outlook.recent_share)),
        whole(outlook.map(|outlook| outlook.remaining.mid)),
        number(window.open.as_ref().and_then(|open| open.chance)),
        because(window),
        text(&window.evidence),
        came(|of| of.received),
        came(|of| of.expected),
    ]
}

fn data(state: DataState) -> &'static str {
    match state {
        DataState::Complete => "complete",
        DataState::Provisional => "provisional",
        DataState::Late { .. } => "late",
        DataState::Silent => "silent",
        DataState::Incomplete => "incomplete",
    }
}

fn because(window: &WindowAnswer) -> String {
    let closed = window.closed.as_ref().and_then(|closed| closed.because.as_ref());
    let open = window.open.as_ref().and_then(|open| open.because.as_ref());
    match closed.or(open) {
        None => window.not_counted.as_ref().map_or_else(String::new, |why| text(&why.en)),
        Some(Because::Waived(claims)) => text(&format!("waived {}", claims.join(" "))),
        Some(Because::SmallSample(found, least)) => format!("small_sample {found} of {least}"),
        Some(because) => word(because),
    }
}
