//! The comparison of sites, from events to what a manager reads: the worked example of the definitions, through the real
//! program; and the cells it is made from, against the oracle.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use arrow::{
    array::{ArrayRef, AsArray, RecordBatch},
    compute::cast,
    datatypes::{DataType, Int64Type},
};
use contact::Instant;
use scorecard::open_cohort;
use serde_json::Value;
use tests::{
    histories::{Case, to_batches},
    oracle::{self, Dimension, Query},
};

use crate::{
    equality::{cases_wanted, engine, question, runtime, view_of},
    program::{binary, stdout},
    sampled::{fixed_cases, united},
};

const NETWORK: &str = "\
brand: coast
zone: Europe/Paris
providers: [{name: north}, {name: south}]
sites:
  - {name: sofia, provider: north}
  - {name: manila, provider: south}
  - {name: san-jose, provider: south}
queues:
  - {name: voice-en, channel: voice}
";

/// `(provider, site, reason, contacts, resolved)`: the crude table accuses Manila, refunds at Sofia are the matter.
const CELLS: [(&str, &str, &str, u32, u32); 9] = [
    ("north", "sofia", "booking change", 2000, 1800),
    ("south", "manila", "booking change", 800, 720),
    ("south", "san-jose", "booking change", 1200, 1098),
    ("north", "sofia", "refund", 1200, 780),
    ("south", "manila", "refund", 800, 592),
    ("south", "san-jose", "refund", 1000, 740),
    ("north", "sofia", "damage dispute", 300, 120),
    ("south", "manila", "damage dispute", 2400, 1000),
    ("south", "san-jose", "damage dispute", 300, 126),
];

const PERIOD: [&str; 6] = ["--from", "2026-10-05", "--to", "2026-10-06", "--now", "2026-10-20"];

/// The events of a provider's contacts, one a line.
fn events(provider: &str) -> String {
    let mut text = String::new();
    let mut contact = 0;
    for (_, site, reason, contacts, resolved) in CELLS.iter().filter(|cell| cell.0 == provider) {
        for nth in 0..*contacts {
            contact += 1;
            let minute = format!("2026-10-05T{:02}:{:02}", 8 + contact / 60 % 10, contact % 60);
            let mut event = |kind: &str, second: u32| {
                writeln!(
                    text,
                    r#"{{"specversion":"1.0","id":"{kind}-{contact}","source":"/acd","type":"vigie.contact.{kind}.v1","subject":"C-{contact}","time":"{minute}:{second:02}+02:00","data":{{"started_at":"{minute}:00+02:00","site":"{site}","queue":"voice-en","reason":"{reason}"}}}}"#
                )
                .expect("memory");
            };
            event("offered", 0);
            event("answered", 10);
            if nth < *resolved {
                event("resolved", 50);
            }
        }
    }
    text
}

struct Home {
    folder: tempfile::TempDir,
}

impl Home {
    /// A lake with the worked example.
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("network.yaml"), NETWORK).expect("written");
        let home = Self { folder };
        for provider in ["north", "south"] {
            let file = home.path(&format!("{provider}.ndjson"));
            std::fs::write(&file, events(provider)).expect("written");
            let (lake, network) = (home.path("lake"), home.path("network.yaml"));
            let args = ["--quiet", "ingest", "--lake", &lake, "--network", &network, "--provider", provider, &file];
            stdout(0, args);
        }
        home
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_string_lossy().into_owned()
    }

    /// What a command says of the example's day.
    fn told(&self, command: &str, more: &[&str]) -> String {
        let lake = self.path("lake");
        let args = ["--quiet", command, "--lake", &lake].into_iter().chain(PERIOD).chain(more.iter().copied());
        stdout(0, args)
    }

    fn json(&self, command: &str, more: &[&str]) -> Value {
        let more = [more, &["--format", "json"]].concat();
        serde_json::from_str(&self.told(command, &more)).expect("JSON")
    }
}

/// A server over a lake. Killed when dropped.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(lake: &Path) -> Self {
        let mut command = Command::new(binary());
        command.args(["serve", "--listen", "127.0.0.1:0", "--lake"]).arg(lake).stdout(Stdio::piped());
        command.env_remove("VIGIE_LAKE").env_remove("VIGIE_NETWORK");
        let mut child = command.spawn().expect("the program starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line).expect("a line");
        let address = line.trim_end().strip_prefix("listening on ").expect("an address").to_owned();
        Self { child, address }
    }

    fn get(&self, path: &str) -> Value {
        let config = ureq::Agent::config_builder().proxy(None).build();
        let agent: ureq::Agent = config.into();
        let mut response = agent.get(format!("{}{path}", self.address)).call().expect("an answer");
        serde_json::from_str(&response.body_mut().read_to_string().expect("text")).expect("JSON")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that has ended already needs no kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[track_caller]
fn reads(figure: &Value, expected: [&str; 3]) {
    let told =
        ["value", "low", "high"].map(|field| figure[field].as_f64().map_or("-".to_owned(), |n| format!("{n:.1}")));
    assert_eq!(told, expected, "{figure}");
}

fn row<'a>(rows: &'a Value, site: &str) -> &'a Value {
    let mut rows = rows.as_array().expect("rows").iter();
    rows.find(|row| row["key"]["site"] == site).expect("the site has a row")
}

/// A manager who trusted the crude table would send a coach to the wrong country.
#[test]
fn the_worked_example_reads_the_same_from_events_to_the_api() {
    let home = Home::new();
    let answer = home.json("homogeneity", &[]);
    let figures = &answer["figures"];
    reads(&figures["resolution_homogeneity"], ["95.5", "93.8", "98.4"]);
    reads(&figures["equivalent_gap"], ["4.5", "1.6", "6.2"]);
    reads(&figures["noise_floor"], ["2.1", "-", "-"]);
    assert_eq!(figures["resolution_homogeneity"]["finding"], "uncertain");
    assert_eq!(figures["resolution_homogeneity"]["state"], "final");
    assert_eq!((&figures["coverage"]["value"], &figures["level"]["value"]), (&Value::from(1.0), &Value::from(0.6976)));
    for (site, gap, finding) in [
        ("sofia", ["-3.9", "-5.7", "-2.2"], "lower"),
        ("manila", ["1.7", "-0.3", "3.6"], "not_settled"),
        ("san-jose", ["2.8", "1.0", "4.6"], "not_settled"),
    ] {
        let figure = &row(&answer["rows"], site)["figures"]["resolution_gap"];
        reads(figure, gap);
        assert_eq!(figure["finding"], finding, "{site}");
    }
    let share = row(&answer["rows"], "sofia")["figures"]["spread_share"]["value"].as_f64().expect("a share");
    assert!((share - 0.64).abs() < 0.005, "Sofia carries 64 % of it: {share}");
    let refund = answer["reasons"].as_array().expect("reasons").iter().find(|row| row["reason"] == "refund");
    assert!(refund.expect("a row")["figures"]["spread_share"]["value"].as_f64() > Some(1.0), "all of it is on refunds");
    let server = Server::start(Path::new(&home.path("lake")));
    let mut told = server.get("/v1/homogeneity?from=2026-10-05&to=2026-10-06&now=2026-10-20");
    let mut answer = answer;
    // The server folds what moved, which makes new versions of the same.
    told["lake"].take();
    answer["lake"].take();
    assert_eq!(told, answer, "the command line and the API say the same");
}

#[test]
fn the_scorecard_by_site_shows_the_gap_and_what_it_says() {
    let home = Home::new();
    let card = home.json("scorecard", &["--by", "site"]);
    let sofia = &row(&card["rows"], "sofia")["figures"]["resolution_gap"];
    reads(sofia, ["-3.9", "-5.7", "-2.2"]);
    assert_eq!(sofia["finding"], "lower");
    let south = home.json("scorecard", &["--by", "provider,site", "--provider", "south"]);
    reads(&row(&south["rows"], "manila")["figures"]["resolution_gap"], ["1.7", "-0.3", "3.6"]);
    assert_eq!(home.json("scorecard", &[])["rows"][0]["figures"]["resolution_gap"], Value::Null);
    let table = home.told("scorecard", &["--by", "site"]);
    let sofia = table.lines().find(|line| line.starts_with("sofia")).expect("a line");
    assert!(sofia.split_whitespace().rev().take(2).eq(["lower", "-3.9"]), "{table}");
}

#[test]
fn the_table_says_it_in_words() {
    let home = Home::new();
    let table = home.told("homogeneity", &[]);
    for words in [
        "Resolution homogeneity: 95.5 out of 100 (93.8 to 98.4)",
        "uncertain: a difference is possible but not proven",
        "solves 4.5 fewer requests in 100",
        "a gap of up to 2.1 points",
        "comparable 100.0 %, resolution rate 69.8 %",
        "-5.7 to -2.2",
    ] {
        assert!(table.contains(words), "{words:?} is not in\n{table}");
    }
    let by_provider = home.json("homogeneity", &["--by", "provider"]);
    assert_eq!(by_provider["rows"].as_array().map(Vec::len), Some(2));
    assert_eq!(by_provider["rows"][0]["figures"]["resolution_gap"]["finding"], "lower");
}

type Counts = BTreeMap<[Option<String>; 3], (i64, i64)>;

fn told(rows: &[RecordBatch]) -> Counts {
    let mut counts = Counts::new();
    for batch in rows {
        let column = |name: &str, kind: &DataType| -> ArrayRef {
            cast(batch.column_by_name(name).expect("a column"), kind).expect("of that kind")
        };
        let names = ["reason", "channel", "site"].map(|name| column(name, &DataType::Utf8));
        let numbers = ["mature", "resolved"].map(|name| column(name, &DataType::Int64));
        for row in 0..batch.num_rows() {
            let key =
                names.each_ref().map(|names| names.as_string::<i32>().iter().nth(row).flatten().map(str::to_owned));
            let [mature, resolved] = numbers.each_ref().map(|numbers| numbers.as_primitive::<Int64Type>().value(row));
            let count = counts.entry(key).or_default();
            *count = (count.0 + mature, count.1 + resolved);
        }
    }
    counts.retain(|_, (mature, _)| *mature > 0);
    counts
}

fn expected(case: &Case) -> Counts {
    const BY: [Dimension; 3] = [Dimension::Reason, Dimension::Channel, Dimension::Site];
    let legs = oracle::fold(&case.received, case.as_of, case.query.now);
    let query = Query { by: BY.into(), ..case.query.clone() };
    let rows = oracle::scorecard(&legs, &case.network, &query);
    let counted = rows.into_iter().filter(|row| row.contacts.mature > 0);
    counted
        .map(|row| {
            let key = BY.map(|dimension| row.key.get(&dimension).cloned().flatten());
            (key, (row.contacts.mature, row.contacts.resolved))
        })
        .collect()
}

/// The statement counts what the definitions count, in histories full of corrections, reopenings and late answers.
#[test]
fn the_cells_are_what_the_oracle_counts() {
    let wanted = cases_wanted(40) as usize;
    let mut cases = fixed_cases(wanted);
    let year = united(fixed_cases((10 * wanted).clamp(400, 1_000)));
    // Judged at the end of time every contact is mature, and nearly every site has a cell for each reason and channel.
    let late = Case { query: Query { now: Instant::FOREVER, ..year.query.clone() }, ..year.clone() };
    cases.extend([year, late]);
    let (engine, runtime) = (engine(), runtime());
    let mut seen = 0;
    for case in &cases {
        let view = view_of(&engine, to_batches(&case.received, &[7, 50]));
        let rows = runtime.block_on(async {
            let (session, params) = open_cohort(&view, &case.network, &question(case)).await.expect("a cohort");
            session.rows("homogeneity", &params).await.expect("the statement runs")
        });
        let expected = expected(case);
        assert_eq!(told(&rows), expected);
        seen += expected.len();
    }
    assert!(seen > 100, "only {seen} cells were compared");
}
