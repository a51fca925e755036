//! A real month in overlapping parts, half of them pushed and half imported, with the program killed in between, is the
//! month.

use std::{
    fs,
    io::Cursor,
    path::{Path, PathBuf},
    process::Command,
};

use contact::{Event, Network, ProviderId};
use intake::{Context, Door, FileReader, Ground, Keys, Mapping, RowOutcome, parse_event};
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::{
    crash::chance::Chance,
    program::{binary, data, stdout, workspace},
    real,
    served::{Served, now},
    wire::wire,
};

const SEED: u64 = 1999;
const PARTS: usize = 7;
/// Rows that a part shares with each of its neighbours.
const SHARED: usize = 500;
/// Events of one request.
const POSTED: usize = 3_000;
/// Columns of the bank's export that become pseudonyms.
const CUSTOMER: usize = 2;
const AGENT: usize = 16;
/// The column of the day, `yymmdd`.
const DATE: usize = 5;

/// The bank's February as if it were a recent one, since pushed events may be 400 days old at most. No day of it
/// changes its length or its clocks.
struct Month {
    year: i16,
    header: String,
    rows: Vec<String>,
    network: Network,
    mapping: Mapping,
}

fn bank(file: &str) -> PathBuf {
    workspace().join("tests/real/anonymousbank").join(file)
}

impl Month {
    fn of(export: &str) -> Self {
        let today = now().to_timestamp().to_zoned(TimeZone::get("Asia/Jerusalem").expect("a zone")).date();
        let year = if today.month() > 2 { today.year() } else { today.year() - 1 };
        let mut lines = export.lines();
        let header = lines.next().expect("a header").to_owned();
        let text = |file: &str| fs::read_to_string(bank(file)).expect("a file of this workspace");
        Self {
            year,
            header,
            rows: lines.map(|row| dated(row, year)).collect(),
            network: Network::parse(&text("network.yaml")).expect("a valid network"),
            mapping: Mapping::parse(&text("mapping.yaml")).expect("a valid mapping"),
        }
    }

    /// Parts that overlap, each shuffled, in a shuffled order.
    fn parts(&self) -> Vec<Vec<&str>> {
        let mut chance = Chance::new(SEED);
        let rows: Vec<&str> = self.rows.iter().map(String::as_str).collect();
        let mut parts: Vec<Vec<&str>> = (0..PARTS)
            .map(|part| {
                let from = (part * rows.len() / PARTS).saturating_sub(SHARED);
                let to = ((part + 1) * rows.len() / PARTS + SHARED).min(rows.len());
                rows[from..to].to_vec()
            })
            .collect();
        for part in &mut parts {
            chance.shuffle(part);
        }
        chance.shuffle(&mut parts);
        parts
    }

    fn export(&self, rows: &[&str]) -> String {
        format!("{}\r\n{}\r\n", self.header, rows.join("\r\n"))
    }

    /// What a provider would push for these rows: the mapping's own events, people in clear. Read again, each is the
    /// same event, down to its pseudonyms.
    fn events(&self, rows: &[&str]) -> Vec<String> {
        let keys = Keys::from_secrets(&[1; 32], &[2; 32]);
        let provider = ProviderId::new("bank").expect("a name");
        let (network, now) = (&self.network, now());
        let ground = Ground { network, keys: &keys, now, operator: None };
        let pushed = Context { network, provider: &provider, keys: &keys, now, door: Door::Http };
        let export = Cursor::new(self.export(rows).into_bytes());
        let mut reader = FileReader::open("part.txt", export, self.mapping.framing()).expect("a readable export");
        let mut lines = Vec::new();
        let told = self.mapping.run(&mut reader, &ground, &mut |row| match row.outcome {
            RowOutcome::Mapped(events) => {
                let cells = rows[usize::try_from(row.line_no).expect("few") - 2];
                for event in events.into_iter().map(|parsed| parsed.event) {
                    let line = wire(&in_clear(event.clone(), cells)).to_string();
                    assert_eq!(parse_event(line.as_bytes(), &pushed).expect("acceptable").event, event, "{line}");
                    lines.push(line);
                }
            }
            RowOutcome::Skipped(_) => {}
            RowOutcome::Rejected { rejected, .. } => panic!("line {}: {:?}", row.line_no, rejected.reject),
        });
        told.expect("a readable export");
        lines
    }
}

/// The row with its day in another year.
fn dated(row: &str, year: i16) -> String {
    let mut cells: Vec<String> = row.split('\t').map(str::to_owned).collect();
    let day = cells[DATE].trim().strip_prefix("99").expect("a day of 1999").to_owned();
    cells[DATE] = format!("{:02}{day}", year % 100);
    cells.join("\t")
}

fn in_clear(mut event: Event, row: &str) -> Event {
    let cells: Vec<&str> = row.split('\t').map(str::trim).collect();
    event.people.customer = event.people.customer.and(Some(cells[CUSTOMER].to_owned()));
    event.people.agent = event.people.agent.and(Some(cells[AGENT].to_owned()));
    event
}

/// Pushes events; whatever gets no answer is sent again to a server started anew. Says how often that was.
fn push(lake: &Path, lines: &[String], fault: Option<&str>) -> usize {
    let network = bank("network.yaml");
    let mut server = Served::start(lake, Some(&network), fault);
    let mut struck = 0;
    for lines in lines.chunks(POSTED) {
        let body = lines.join("\n");
        let path = "/v1/events?provider=bank";
        let reply = if let Some(reply) = server.post(path, "application/x-ndjson", body.as_bytes()) {
            reply
        } else {
            let status = server.ended();
            assert_eq!(status.code(), None, "only the crash may leave a request without an answer: {status}");
            struck += 1;
            server = Served::start(lake, None, None);
            server.send("bank", body.as_bytes())
        };
        let told = reply.json();
        assert_eq!((reply.status, &told["received"]), (200, &lines.len().into()), "{reply:?}");
        assert_eq!(told["conflict"], 0, "{reply:?}");
    }
    if fault.is_some() {
        server.kill();
    } else {
        server.stop();
    }
    struck
}

fn import(lake: &Path, export: &Path, fault: Option<&str>) {
    if let Some(fault) = fault {
        let mut command = Command::new(binary());
        command.args(["--quiet", "ingest", "--lake"]).arg(lake).arg("--mapping").arg(bank("mapping.yaml"));
        let ended = command.arg(export).env("VIGIE_FAULT", fault).output().expect("the program starts");
        assert_eq!(ended.status.code(), None, "the crash at {fault} did not come: {ended:?}");
    }
    real::ingest(lake, "anonymousbank", export, &[]);
}

/// The scorecard's rows of February.
fn february(lake: &Path, year: i16, by: &str) -> Vec<Value> {
    let (from, to) = (format!("{year}-02-01"), format!("{year}-03-01"));
    let lake = lake.to_string_lossy();
    let mut args = vec!["--quiet", "scorecard", "--lake", &lake, "--from", &from, "--to", &to, "--now", &to];
    args.extend(["--format", "json"]);
    if !by.is_empty() {
        args.extend(["--by", by]);
    }
    let mut answer: Value = serde_json::from_str(&stdout(0, args)).expect("JSON");
    serde_json::from_value(answer["rows"].take()).expect("rows")
}

/// The brand pays by these figures: they may not depend on the door, on repeats, or on what the machine went through.
#[test]
fn a_month_half_pushed_half_imported_with_kills_between_is_the_month() {
    let Some(export) = data("anonymousbank-1999/february.txt") else { return };
    let home = tempfile::tempdir().expect("a folder");
    let (whole, halves) = (home.path().join("whole"), home.path().join("halves"));
    real::ingest(&whole, "anonymousbank", &export, &[]);
    let month = Month::of(&fs::read_to_string(&export).expect("readable"));
    let mut struck = 0;
    for (number, part) in month.parts().iter().enumerate() {
        match number {
            // Right after the start, while the lake has just been made.
            0 => Served::start(&halves, Some(&bank("network.yaml")), None).kill(),
            // Between two doors, with what was pushed still in the journal.
            3 => Served::start(&halves, None, None).kill(),
            _ => {}
        }
        if number % 2 == 0 {
            // A request that is durable and was never answered.
            let fault = (number == 2).then_some("journal.after_commit:3");
            struck += push(&halves, &month.events(part), fault);
        } else {
            let path = home.path().join(format!("part-{number}.txt"));
            fs::write(&path, month.export(part)).expect("written");
            // An import that is in the lake and not yet in the books.
            import(&halves, &path, (number == 3).then_some("lake.after_commit:1"));
        }
    }
    assert_eq!(struck, 1, "the crash within a request came once");
    for by in ["", "site", "queue"] {
        assert_eq!(february(&halves, month.year, by), february(&whole, 1999, by), "by {by:?}");
    }
    let verified = stdout(0, ["verify", "--lake", &halves.to_string_lossy()]);
    assert!(verified.contains("every invariant holds"), "{verified}");
    let rejects = stdout(0, ["rejects", "list", "--format", "json", "--lake", &halves.to_string_lossy()]);
    let rejects: Value = serde_json::from_str(&rejects).expect("JSON");
    assert_eq!(rejects["counts"], Value::Array(Vec::new()), "nothing of either half was rejected");
}
