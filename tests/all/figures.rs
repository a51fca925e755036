//! Every figure that leaves the program agrees with itself, whatever is asked of however little, and is the same at the
//! command line.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use contact::Instant;
use serde_json::{Value, json};
use tests::histories::{Hours, network_text};

use crate::{
    crash::chance::Chance,
    equality::cases_wanted,
    program::{stdout, vigie},
    sampled::{fixed_cases, united},
    served::{Served, now},
    wire::wire,
};

const SEED: u64 = 7;
/// Random histories told together as one.
const TOGETHER: usize = 12;
/// Every so many questions one is asked at the command line too.
const TWICE: u32 = 4;

const DIMS: [&str; 6] = ["provider", "site", "queue", "channel", "reason", "team"];
/// From, to, and the grains for few groupings and for many.
const SPANS: [(&str, &str, &[&str], &[&str]); 4] = [
    ("2025-12-31", "2027-01-01", &["", "1mo", "1w"], &[""]),
    ("2026-03-28", "2026-03-31", &["", "1d", "1h"], &["", "1d"]),
    ("2026-10-25T00:30:00Z", "2026-10-25T02:15:00Z", &["", "15m", "1h"], &["", "15m"]),
    ("2026-04-01", "2026-04-15", &["", "1d"], &[""]),
];
const FILTERS: [(&str, [&str; 2]); 5] = [
    ("provider", ["atlas", "boreal,cirrus"]),
    ("site", ["atlas-0", "boreal-1,atlas-1"]),
    ("queue", ["voice-fr", "mail-fr,chat-fr"]),
    ("channel", ["voice", "email,chat"]),
    ("reason", ["delivery", "refund,ping"]),
];
const MOMENTS: [&str; 3] = ["2026-03-29T01:00:05Z", "2026-04-08T00:00:00Z", "2026-10-25T01:00:00Z"];

/// A network file, and what each provider sends.
struct Told {
    network: String,
    lines: BTreeMap<String, Vec<String>>,
}

impl Told {
    /// Two weeks of six calls a day: enough days for intervals.
    fn steady() -> Self {
        let began: Instant = "2026-04-01T08:00:00Z".parse().expect("a time");
        let mut lines: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (day, call) in (0..14_i64).flat_map(|day| (0..6_i64).map(move |call| (day, call))) {
            let provider = ["atlas", "boreal"][usize::from(call % 2 == 1)];
            let started = began.plus_micros((day * 86_400 + call * 600) * 1_000_000);
            let wait = started.plus_micros((day * 7 + call * 11) % 45 * 1_000_000);
            let outcome = if call == 5 { "abandoned" } else { "answered" };
            for (kind, time) in [("offered", started), (outcome, wait)] {
                let event = json!({
                    "specversion": "1.0", "id": format!("{day}-{call}-{kind}"), "source": "/acd",
                    "type": format!("vigie.contact.{kind}.v1"), "subject": format!("S-{day}-{call}"), "time": time,
                    "data": {"started_at": started, "site": format!("{provider}-0"), "queue": "voice-fr"},
                });
                lines.entry(provider.to_owned()).or_default().push(event.to_string());
            }
        }
        Self { network: network_text(Hours::Always, 7), lines }
    }

    /// Answered calls, each resolved so many seconds after its offer.
    fn resolved_after(seconds: &[i64]) -> Self {
        let began: Instant = "2026-04-01T08:00:00Z".parse().expect("a time");
        let offered = began.plus_micros(4 * 3600 * 1_000_000);
        let mut told = Vec::new();
        for (call, seconds) in seconds.iter().enumerate() {
            for (kind, after) in [("offered", 0), ("answered", 10), ("resolved", *seconds)] {
                let event = json!({
                    "specversion": "1.0", "id": format!("{call}-{kind}"), "source": "/acd",
                    "type": format!("vigie.contact.{kind}.v1"), "subject": format!("R-{call}"),
                    "time": offered.plus_micros(after * 1_000_000),
                    "data": {"started_at": began, "site": "atlas-0", "queue": "voice-fr"},
                });
                told.push(event.to_string());
            }
        }
        Self { network: network_text(Hours::Always, 7), lines: [("atlas".to_owned(), told)].into() }
    }

    /// Random histories, a dozen at a time.
    fn random(lakes: usize) -> Vec<Self> {
        let cases = fixed_cases(TOGETHER * lakes);
        let told = cases.chunks(TOGETHER).map(|cases| {
            let case = united(cases.to_vec());
            let mut lines: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for event in case.received.iter().map(|received| &received.event) {
                lines.entry(event.identity.provider.to_string()).or_default().push(wire(event).to_string());
            }
            Self { network: case.network_text, lines }
        });
        told.collect()
    }

    /// Ingests it; what breaks a rule is rejected. Gives an instant after each provider's file.
    fn ingest(&self, home: &Path, lake: &Path) -> Vec<Instant> {
        let (network, file) = (home.join("network.yaml"), home.join("events.ndjson"));
        fs::write(&network, &self.network).expect("written");
        let mut moments = Vec::new();
        for (provider, lines) in &self.lines {
            fs::write(&file, lines.join("\n")).expect("written");
            let (lake, network, file) = (lake.to_string_lossy(), network.to_string_lossy(), file.to_string_lossy());
            let args = ["--quiet", "ingest", "--lake", &lake, "--network", &network, "--provider", provider, &file];
            let output = vigie(args);
            assert!(matches!(output.status.code(), Some(0 | 3)), "{output:?}");
            moments.push(now());
        }
        moments
    }
}

/// A random question by these groupings, as parameters.
fn question(chance: &mut Chance, by: u32, moments: &[Instant]) -> Vec<(&'static str, String)> {
    let dims: Vec<&str> = (0..6).filter(|bit| (by >> bit) & 1 == 1).map(|bit| DIMS[bit]).collect();
    let (from, to, few, many) = chance.pick(&SPANS);
    let mut asked = vec![("from", from.to_owned()), ("to", to.to_owned())];
    if !dims.is_empty() {
        asked.push(("by", dims.join(",")));
    }
    let grain = chance.pick(if dims.len() < 3 { few } else { many });
    if !grain.is_empty() {
        asked.push(("grain", grain.to_owned()));
    }
    for (name, values) in FILTERS {
        if chance.one_in(5) {
            asked.push((name, chance.pick(&values).to_owned()));
        }
    }
    let as_of: Vec<String> = moments.iter().map(ToString::to_string).collect();
    let as_of: Vec<&str> = as_of.iter().map(String::as_str).collect();
    let more: [(&str, u64, &[&str]); 9] = [
        ("zone", 4, &["America/St_Johns"]),
        ("formula", 4, &["a", "c", "d", "e", "f", "g"]),
        ("threshold_s", 4, &["0", "3", "600"]),
        ("now", 3, &MOMENTS),
        ("as_of", 4, &as_of),
        ("compare", 5, &["previous"]),
        ("view", 3, &["brand"]),
        ("overflow_counts_as", 4, &["miss", "neutral", "excluded"]),
        ("callback_counts_as", 4, &["answered_if_within", "neutral", "miss"]),
    ];
    for (name, odds, values) in more {
        if chance.one_in(odds) {
            asked.push((name, chance.pick(values).to_owned()));
        }
    }
    asked
}

/// What the figures had to show, so that a check that passes has met it.
#[derive(Default)]
struct Met {
    words: BTreeSet<String>,
    quotients: usize,
    intervals: usize,
}

impl Met {
    fn answer(&mut self, answer: &Value, asked: &str) {
        assert_eq!(answer["residual"], 0, "{asked}");
        let is_whole = asked.contains("view=brand");
        assert_eq!(answer["view"], if is_whole { "brand" } else { "provider" }, "{asked}");
        let conserved = &answer["conservation"];
        assert_eq!(conserved["residual"], if is_whole { json!(0) } else { Value::Null }, "{asked}");
        for row in answer["rows"].as_array().expect("rows") {
            self.row(&row["figures"], asked);
            if !row["previous"].is_null() {
                self.row(&row["previous"], asked);
            }
        }
    }

    fn row(&mut self, figures: &Value, asked: &str) {
        let all = figures.as_object().expect("figures");
        assert!(all.len() > 30, "{asked}: {figures}");
        for (id, figure) in all {
            self.figure(id, figure, asked);
        }
        let value = |id: &str| figures[id]["value"].as_f64();
        if let Some(offered) = value("offered") {
            let outcomes = ["answered", "abandoned", "flowed_out", "overdue", "pending"];
            let sum: Option<f64> = outcomes.iter().map(|id| value(id)).sum();
            assert_eq!(Some(offered), sum, "{asked}: every leg has one outcome: {figures}");
        }
        let level = |letter: &str| value(&format!("service_level_{letter}"));
        for (low, high) in [("a", "b"), ("b", "c"), ("c", "d"), ("b", "g"), ("g", "e"), ("d", "e"), ("c", "g")] {
            if let (Some(one), Some(other)) = (level(low), level(high)) {
                assert!(one <= other, "{asked}: formula {low} gives {one}, formula {high} {other}");
            }
        }
        let waits: Vec<f64> =
            ["wait_p50_s", "wait_p90_s", "wait_p95_s", "wait_max_s"].iter().filter_map(|id| value(id)).collect();
        assert!(waits.is_sorted(), "{asked}: {waits:?}");
    }

    fn figure(&mut self, id: &str, figure: &Value, asked: &str) {
        let number = |name: &str| figure[name].as_f64();
        let [value, numerator, denominator] = ["value", "numerator", "denominator"].map(number);
        let bounds = (number("low"), number("high"));
        let (state, reason) = (figure["state"].as_str().expect("a state"), figure["reason"].as_str());
        self.words.extend([state].into_iter().chain(reason).map(str::to_owned));
        let what = || format!("{asked}: {figure}");
        assert_eq!(figure["id"], id, "{}", what());
        let definition = figure["definition"].as_str().expect("a definition");
        assert!(definition.starts_with(&format!("{id}@")), "{}", what());
        assert_eq!(value.is_none(), matches!(state, "suppressed" | "none"), "{}", what());
        assert_eq!(value.is_none(), reason.is_some(), "{}", what());
        let Some(value) = value else {
            assert_eq!((numerator, denominator, bounds), (None, None, (None, None)), "{}", what());
            return;
        };
        if let (Some(numerator), Some(denominator)) = (numerator, denominator) {
            assert!(denominator > 0.0, "{}", what());
            assert!((value - numerator / denominator).abs() <= 1e-12 * value.abs().max(1.0), "{}", what());
            self.quotients += 1;
        }
        match bounds {
            (None, None) => {}
            (Some(low), Some(high)) => {
                assert!(0.0 <= low && low <= value && value <= high && high <= 1.0, "{}", what());
                self.intervals += 1;
            }
            _ => panic!("half an interval: {}", what()),
        }
        match figure["unit"].as_str().expect("a unit") {
            "share" => assert!((0.0..=1.0).contains(&value), "{}", what()),
            "count" => assert!(value >= 0.0 && value.fract() == 0.0, "{}", what()),
            _ => assert!(value >= 0.0, "{}", what()),
        }
    }
}

fn at_the_command_line(lake: &Path, asked: &[(&str, String)]) -> Value {
    let mut args: Vec<String> = ["--quiet", "scorecard", "--format", "json", "--lake"].map(str::to_owned).into();
    args.push(lake.to_string_lossy().into_owned());
    for (name, value) in asked {
        args.extend([format!("--{}", name.replace('_', "-")), value.clone()]);
    }
    serde_json::from_str(&stdout(0, args)).expect("JSON")
}

/// Asks by every set of groupings once, or by every so many.
fn ask_all(told: &Told, every: usize, chance: &mut Chance, met: &mut Met) {
    let home = tempfile::tempdir().expect("a folder");
    let lake = home.path().join("lake");
    let moments = told.ingest(home.path(), &lake);
    let server = Served::start(&lake, None, None);
    for by in (0..1_u32 << DIMS.len()).step_by(every) {
        let mut asked = question(chance, by, &moments);
        let twice = by % TWICE == 0;
        if twice && !asked.iter().any(|(name, _)| matches!(*name, "now" | "as_of")) {
            // Without it, both would be judged as of the moment of asking, which is not the same moment.
            asked.push(("now", moments.last().expect("someone sent something").to_string()));
        }
        let query: Vec<String> = asked.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let query = query.join("&");
        let reply = server.get(&format!("/v1/scorecards?{query}"));
        assert_eq!(reply.status, 200, "{query}: {reply:?}");
        let answer = reply.json();
        met.answer(&answer, &query);
        if twice {
            // Not by assert_eq: two whole answers help nobody.
            assert!(at_the_command_line(&lake, &asked) == answer, "the command line says otherwise: {query}");
        }
    }
}

/// A clock that runs ahead must not make a site the fastest of all.
#[test]
fn resolved_before_the_offer_is_resolved_but_in_no_time_that_counts() {
    let home = tempfile::tempdir().expect("a folder");
    let lake = home.path().join("lake");
    Told::resolved_after(&[-3600, -5, 3600, 7200, 30 * 3600]).ingest(home.path(), &lake);
    let asked = [("from", "2026-04-01"), ("to", "2026-04-02"), ("now", "2026-05-01T00:00:00Z")];
    let answer = at_the_command_line(&lake, &asked.map(|(name, value)| (name, value.to_owned())));
    let figures = &answer["rows"][0]["figures"];
    let ratio = |id: &str| (figures[id]["numerator"].as_f64(), figures[id]["denominator"].as_f64());
    assert_eq!(ratio("resolution_rate"), (Some(5.0), Some(5.0)), "{figures}");
    assert_eq!(ratio("resolved_24h"), (Some(3.0), Some(5.0)), "{figures}");
    assert_eq!(ratio("resolved_48h"), (Some(4.0), Some(5.0)), "{figures}");
    assert_eq!(figures["resolution_p50_s"]["value"], 3600.0, "of 0 s, 1 h, 2 h and 30 h: {figures}");
}

/// One wrong figure in a report, and no other is believed.
#[test]
fn every_figure_agrees_with_itself_at_both_doors() {
    let lakes = usize::try_from(cases_wanted(1).min(20)).expect("few");
    let (mut chance, mut met) = (Chance::new(SEED), Met::default());
    ask_all(&Told::steady(), 3, &mut chance, &mut met);
    for told in Told::random(lakes) {
        ask_all(&told, 1, &mut chance, &mut met);
    }
    for word in ["final", "provisional", "suppressed", "no_traffic", "no_data", "too_few"] {
        assert!(met.words.contains(word), "the questions are too tame: no figure was {word}, only {:?}", met.words);
    }
    assert!(met.quotients > 0 && met.intervals > 0, "{} quotients, {} intervals", met.quotients, met.intervals);
}
