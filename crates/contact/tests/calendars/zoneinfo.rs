//! Open time and due times against Python's `zoneinfo`, which shares neither code nor method: it looks at every minute.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use contact::{Duration, Instant, Network, network::Calendar};
use serde_json::{Value, json};

use crate::{
    chance::Chance,
    generated::{Case, case},
};

/// Questions for each calendar.
const QUESTIONS: usize = 50;

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

fn python() -> PathBuf {
    let usual = PathBuf::from(std::env::var("HOME").unwrap_or_default()).join(".cache/vigie/venv/bin/python");
    match std::env::var("VIGIE_PYTHON") {
        Ok(named) => named.into(),
        Err(_) if usual.exists() => usual,
        Err(_) => "python3".into(),
    }
}

/// Asks Python about the cases, one a line.
fn asked(cases: &[Value]) -> Output {
    let (python, script) = (python(), Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/zoneinfo/open_time.py"));
    let mut command = Command::new(&python);
    command.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn();
    assert!(child.is_ok(), "cannot run {}: {child:?}", python.display());
    let mut child = child.expect("it runs");
    let mut input = child.stdin.take().expect("piped");
    for case in cases {
        // A script that gave up says why when it has ended.
        let _ = writeln!(input, "{case}");
    }
    drop(input);
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.code() != Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

fn told(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text).into_owned()).concat()
}

/// An instant of the window; often one at which something opens or closes, or beside it.
fn instant(case: &Case, bounds: &[Instant], chance: &mut Chance) -> Instant {
    let anywhere = case.from.plus_micros(chance.below(case.to.micros_since(case.from)));
    if bounds.is_empty() || !chance.one_in(4) {
        return anywhere;
    }
    let beside = chance.pick(bounds).plus_micros(chance.below(3) - 1);
    if beside < case.from || beside >= case.to { anywhere } else { beside }
}

fn answered(case: &Case, chance: &mut Chance) -> Value {
    let text = case.network.to_string();
    let network = Network::parse(&text);
    assert!(network.is_ok(), "{text}: {network:#?}");
    let network = network.expect("no mistake");
    let calendar: &Calendar = &network.calendars["hours"];
    let spans = calendar.open_spans(case.from, case.to);
    let bounds: Vec<Instant> = spans.iter().flat_map(|span| [span.from, span.to]).collect();
    let mut questions = Vec::new();
    for _ in 0..QUESTIONS {
        let (a, b) = (instant(case, &bounds, chance), instant(case, &bounds, chance));
        // At most what the window still has, so that Python can see when it is due.
        let left = calendar.open_time_between(a, case.to);
        let open_us = if chance.one_in(4) { left } else { chance.below(left + 1) };
        let open: Duration = format!("{open_us}us").parse().expect("a duration");
        let due = calendar.due(a, open).expect("it is due within the window");
        questions.push(json!({
            "a": a.as_micros(), "b": b.as_micros(), "open_us": open_us, "is_open": calendar.is_open(a),
            "between_us": calendar.open_time_between(a, b), "due": due.as_micros(),
        }));
    }
    json!({
        "network": case.network, "from": case.from.as_micros(), "to": case.to.as_micros(),
        "clock_changes": case.clock_changes, "questions": questions,
    })
}

fn cases(instants: u64, seed: u64) -> Vec<Value> {
    let mut chance = Chance::new(seed);
    let calendars = instants.div_ceil(QUESTIONS as u64);
    let mut next = || {
        let case = case(&mut chance);
        answered(&case, &mut chance)
    };
    (0..calendars).map(|_| next()).collect()
}

/// A promise of four open hours would be kept or broken by whoever reads the clock change another way.
#[test]
fn open_time_and_due_times_are_those_of_python() {
    let (instants, seed) = (number("VIGIE_INSTANTS", 5_000), number("VIGIE_SEED", 1));
    let cases = cases(instants, seed);
    let changes: u64 = cases.iter().filter_map(|case| case["clock_changes"].as_u64()).sum();
    assert!(2 * changes > cases.len() as u64, "only {changes} clock changes prove little");
    let output = asked(&cases);
    assert!(output.status.success(), "VIGIE_SEED={seed}: {}", told(&output));
    let line = format!("{} instants equal, in windows with {changes} clock changes", cases.len() * QUESTIONS);
    assert!(told(&output).contains(&line), "{}", told(&output));
    eprintln!("{line}");
}

/// A comparison that cannot fail proves nothing: here one answer of many is wrong by a microsecond.
#[test]
fn one_microsecond_is_seen() {
    for name in ["between_us", "due"] {
        let mut cases = cases(500, 2);
        let answer = &mut cases[7]["questions"][3][name];
        *answer = json!(answer.as_i64().expect("a number") + 1);
        let output = asked(&cases);
        assert_eq!(output.status.code(), Some(1), "{}", told(&output));
        assert!(told(&output).starts_with(&format!("1 answers differ\n{name}: ")), "{}", told(&output));
    }
}
