//! An evaluation in words.

use contact::Instant;
use contract::{Because, Minor, PromiseStanding};
use evaluation::{ContractAnswer, DataState, Evaluation, MoneyAnswer, State, WindowAnswer};

use crate::table::{Table, count, duration, percent};

/// Prints every contract: windows, promises, claims, money.
pub fn print_tables(answer: &Evaluation) {
    for (position, contract) in answer.contracts.iter().enumerate() {
        if position > 0 {
            println!();
        }
        print_contract(contract);
    }
    let known = answer.as_of.map_or_else(String::new, |as_of| format!(", as known at {as_of}"));
    println!("\njudged at {}{known}", answer.now);
}

fn print_contract(contract: &ContractAnswer) {
    let mode = contract.mode.as_deref().map_or_else(String::new, |mode| format!(", {mode}"));
    let versions: Vec<String> = contract.versions.iter().map(|version| version.version.to_string()).collect();
    println!(
        "{} ({} with {}; version {}{mode})",
        contract.name,
        contract.client,
        contract.provider,
        versions.join(", ")
    );
    if contract.objectives.iter().all(|objective| objective.windows.is_empty()) {
        println!("no window of it that has begun ends in the period; it is in force {}", in_force(contract));
        return;
    }
    let headings = ["objective", "window", "stands", "figure", "asked", "of contacts", "margin", "what it takes"];
    let mut table = Table::new(headings, 3);
    for objective in &contract.objectives {
        for window in &objective.windows {
            table.push(row(&objective.name, window));
        }
    }
    table.print();
    let mut lines = Vec::new();
    promises(&contract.promises, 0, &mut lines);
    if !lines.is_empty() {
        println!("\n{}", lines.join("\n"));
    }
    for line in measured(contract) {
        println!("{line}");
    }
    for claim in &contract.claims {
        let standing = match &claim.standing {
            contract::Standing::Accepted => "accepted".to_owned(),
            contract::Standing::Pending(lacks) => format!("pending: {}", words(lacks)),
            contract::Standing::Refused(why) => format!("refused: {}", words(std::slice::from_ref(why))),
        };
        println!("claim {} ({}), {} to {}: {standing}", claim.id, claim.exclusion, claim.span.from, claim.span.to);
    }
    contract.money.iter().for_each(money);
}

/// When each version holds.
fn in_force(contract: &ContractAnswer) -> String {
    let spans = contract.versions.iter().map(|version| {
        let contract::terms::Span { from, to } = version.in_force;
        if to == Instant::FOREVER { format!("from {from}") } else { format!("from {from} to {to}") }
    });
    spans.collect::<Vec<_>>().join(", ")
}

fn row(objective: &str, window: &WindowAnswer) -> Vec<String> {
    let counted = window.closed.as_ref().map(|closed| &closed.counted);
    let counted = counted.or(window.open.as_ref().map(|open| &open.so_far));
    let margin = window.closed.as_ref().and_then(|closed| closed.margin);
    vec![
        objective.to_owned(),
        bounds(window),
        stands(window),
        figure(window, window.value),
        figure(window, Some(window.expected)),
        count(counted.map(contract::Tally::total)),
        margin.map_or_else(String::new, |margin| format!("{margin:+}")),
        takes(window),
    ]
}

/// The window, and where a version cuts it the part that it holds.
fn bounds(window: &WindowAnswer) -> String {
    let days = |span: contract::terms::Span| format!("{} to {}", span.from, span.to);
    if window.piece == window.window {
        days(window.window)
    } else {
        format!("{} (v{})", days(window.piece), window.version)
    }
}

fn stands(window: &WindowAnswer) -> String {
    let state = window.state.title().en;
    let why = match (&window.not_counted, because(window)) {
        (Some(why), _) => why.en.clone(),
        (None, Some(why)) => why,
        (None, None) => match window.data {
            DataState::Late { since } => format!("nothing since {since}"),
            DataState::Silent => "nothing ever came".to_owned(),
            DataState::Provisional => "provisional".to_owned(),
            DataState::Complete | DataState::Incomplete => return state,
        },
    };
    format!("{state} ({why})")
}

fn because(window: &WindowAnswer) -> Option<String> {
    let closed = window.closed.as_ref().and_then(|closed| closed.because.as_ref());
    let open = window.open.as_ref().and_then(|open| open.because.as_ref());
    Some(match closed.or(open)? {
        Because::Waived(claims) => format!("waived by {}", claims.join(", ")),
        Because::SurplusVolume => "more came than was foreseen".to_owned(),
        Because::IncompleteData => came(window).unwrap_or_else(|| "data is not complete".to_owned()),
        Because::NoContacts => "no contact".to_owned(),
        Because::SmallSample(found, least) => format!("{found} of at least {least} contacts"),
        Because::ReadAtEnd => "read when it ends".to_owned(),
        Because::NothingForeseen => "nothing tells how many are to come".to_owned(),
    })
}

/// How much of the data came, where that is too little for the contract.
fn came(window: &WindowAnswer) -> Option<String> {
    let came = window.completeness.as_ref().filter(|came| came.short)?;
    let (share, least) = (percent(came.share), percent(Some(came.least)));
    Some(format!("{} of {} contacts came, {share}, and {least} is asked", came.received, came.expected))
}

/// What the completeness of an objective's windows is measured by, once for all that say the same.
fn measured(contract: &ContractAnswer) -> Vec<String> {
    let mut told: Vec<String> = Vec::new();
    let windows = contract.objectives.iter().flat_map(|objective| &objective.windows);
    for came in windows.filter_map(|window| window.completeness.as_ref()) {
        let line = format!("completeness: {}", came.measured_by.en);
        if !told.contains(&line) {
            told.push(line);
        }
    }
    told
}

fn figure(window: &WindowAnswer, value: Option<f64>) -> String {
    match window.unit.as_str() {
        "share" => percent(value),
        "duration" => duration(value),
        _ => value.map_or_else(|| "–".to_owned(), |value| format!("{value:.1}")),
    }
}

/// What the rest of an open window must bring, beside how it went lately.
fn takes(window: &WindowAnswer) -> String {
    let Some(outlook) = window.open.as_ref().and_then(|open| open.contacts.as_ref()) else { return String::new() };
    let chance = window.open.as_ref().and_then(|open| open.chance);
    let chance = chance.map_or_else(String::new, |chance| format!(", chance {:.0} %", chance * 100.0));
    #[expect(clippy::cast_precision_loss, reason = "a number of contacts, for showing")]
    let to_come = format!("{} to come", count(Some(outlook.remaining.mid as f64)));
    let lately = outlook.recent_share.map_or_else(String::new, |share| format!(", lately {}", percent(Some(share))));
    match (window.state, outlook.required.mid) {
        (State::Secured | State::Lost, _) | (_, None) => to_come,
        (_, required) => format!("{} of {to_come}{lately}{chance}", percent(required)),
    }
}

/// Promises as a tree; those that nothing measures say so.
fn promises(standing: &[PromiseStanding<State>], depth: usize, lines: &mut Vec<String>) {
    for promise in standing {
        let title = promise.title.get("en").unwrap_or(&promise.name);
        let says = match (promise.state, &promise.unmeasured) {
            (Some(state), _) => state.title().en,
            (None, Some(why)) => format!("not measured: {why}"),
            (None, None) => "no answer".to_owned(),
        };
        lines.push(format!("{}{title}: {says}", "  ".repeat(depth)));
        promises(&promise.promises, depth + 1, lines);
    }
}

fn words<T: serde::Serialize>(words: &[T]) -> String {
    let word = |word: &T| serde_json::to_value(word).ok().and_then(|value| value.as_str().map(str::to_owned));
    words.iter().filter_map(word).map(|word| word.replace('_', " ")).collect::<Vec<_>>().join(", ")
}

fn money(money: &MoneyAnswer) {
    let settlement = &money.settlement;
    let amount = |minor: Minor| format!("{}.{:02} {}", minor.amount() / 100, minor.amount() % 100, settlement.currency);
    let due = if settlement.due { "due" } else { "not due, in shadow" };
    println!(
        "version {}, {} to {}: credit {}, bonus {} (cap {}, {due})",
        money.version,
        money.span.from,
        money.span.to,
        amount(settlement.credit),
        amount(settlement.bonus),
        amount(settlement.cap)
    );
    for line in settlement.lines.iter().filter(|line| line.credit.amount() + line.bonus.amount() > 0) {
        println!("  {}: credit {}, bonus {}", line.objective, amount(line.credit), amount(line.bonus));
    }
    for back in &money.earned_back {
        let assumed = if back.assumed { ", at the invoice of this month: none is given for its own" } else { "" };
        let (objective, from) = (&back.objective, back.credit.window.from);
        println!("  {objective}: {} of {from} earned back{assumed}", amount(back.credit.amount));
    }
}
