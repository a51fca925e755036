//! One file in overlapping parts, in any order, through both doors, with kills in between, is the file.

use std::{collections::BTreeSet, fs, time::SystemTime};

use contact::Instant;
use serde_json::Value;

use super::{
    chance::{Chance, seed},
    client,
    kill::recover_and_check,
    ledger::{Batch, Door, Ledger},
    server::Server,
    story::{Line, Story},
    tool::{Home, Tool},
};

/// Contacts of the file; about four events each.
const CONTACTS: u64 = 1_200;
const PARTS: usize = 7;
/// Lines of one post.
const POSTED: usize = 500;

/// The scorecard's rows, by site, queue and day, judged at `now`.
fn rows(tool: &Tool, home: &Home, now: Instant) -> Value {
    let from = now.plus_micros(-10 * 86_400_000_000).to_string();
    let (to, now) = (now.to_string(), now.to_string());
    let mut args = vec!["scorecard", "--format", "json", "--by", "site,queue", "--grain", "1d"];
    args.extend(["--from", &from, "--to", &to, "--now", &now]);
    let (status, said) = tool.run(home, None, &args);
    assert!(status.success(), "{status}: {said}");
    let json = &said[said.find('{').expect("JSON")..];
    let mut answer: Value = serde_json::from_str(json).expect("JSON");
    answer["rows"].take()
}

/// Parts that overlap their neighbours by a third, each in an order of its own.
fn parts(lines: &[Line], chance: &mut Chance) -> Vec<Vec<Line>> {
    let size = lines.len().div_ceil(PARTS);
    let mut parts: Vec<Vec<Line>> = (0..PARTS)
        .map(|part| {
            let (from, to) = ((part * size).saturating_sub(size / 3), (part + 1) * size + size / 3);
            lines[from.min(lines.len())..to.min(lines.len())].to_vec()
        })
        .collect();
    for part in &mut parts {
        chance.shuffle(part);
    }
    chance.shuffle(&mut parts);
    parts
}

/// Posts a part; a fault may end the server on the way, which is then started again and sent what it did not answer.
fn by_http(tool: &Tool, home: &Home, ledger: &Ledger, part: &[Line], fault: Option<&str>) {
    let mut server = Server::start(tool, home, fault).expect("it starts");
    let agent = client::agent();
    for lines in part.chunks(POSTED) {
        let number = ledger.enter(Batch::new("north", Door::Http(None), lines.to_vec()));
        let sent = client::post(&agent, &server.address, ledger, number);
        if sent == client::Sent::Gone {
            server.kill();
            server = Server::ready(tool, home).expect("it recovers");
        }
    }
    client::settle(&server.address, ledger);
    if fault.is_some() {
        server.kill();
    } else {
        server.stop().expect("it stops");
    }
}

fn by_command(tool: &Tool, home: &Home, ledger: &Ledger, number: usize, fault: Option<&str>) {
    let ended = client::ingest(tool, home, ledger, number, fault);
    assert!(ended == fault.is_none(), "the crash at {fault:?} did not come");
    if !ended {
        assert!(client::ingest(tool, home, ledger, number, None), "it ingests the file again");
    }
}

/// A provider that exports the same days twice, or whose import was cut off, would be counted twice or in part.
#[test]
fn a_file_in_overlapping_parts_through_both_doors_with_kills_between_is_the_file() {
    let (tool, seed) = (Tool::built(), seed());
    println!("files: VIGIE_SEED={seed}");
    let mut chance = Chance::new(seed);
    let now = SystemTime::UNIX_EPOCH.elapsed().expect("after 1970").as_micros();
    let now = Instant::from_micros(i64::try_from(now).expect("this age")).expect("this age");
    let lines = Story::new("north", "p", now, Chance::new(seed)).file(CONTACTS);
    let distinct: BTreeSet<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(distinct.len(), lines.len(), "a file tells each event once");

    let whole = Home::new(None);
    let ledger = Ledger::new(whole.aside.path());
    let file = Door::File(whole.aside.path().join("whole.ndjson"));
    let number = ledger.enter(Batch::new("north", file, lines.clone()));
    by_command(&tool, &whole, &ledger, number, None);
    let expected = rows(&tool, &whole, now);
    assert!(expected.as_array().is_some_and(|rows| rows.len() > 4), "{expected}");

    let home = Home::new(None);
    let ledger = Ledger::new(home.aside.path());
    for (number, part) in parts(&lines, &mut chance).iter().enumerate() {
        // Seven parts: the kills lie in an import after its commit, in a transaction, and in an import's file.
        let fault = [
            None,
            Some("lake.after_commit:1"),
            Some("journal.before_commit:2"),
            None,
            None,
            Some("lake.after_link:2"),
            None,
        ];
        if number % 2 == 0 {
            by_http(&tool, &home, &ledger, part, fault[number]);
        } else {
            let file = Door::File(home.aside.path().join(format!("part-{number}.ndjson")));
            let number_of = ledger.enter(Batch::new("north", file, part.clone()));
            by_command(&tool, &home, &ledger, number_of, fault[number]);
        }
    }
    // What waited for its contact is read again by upkeep.
    let (status, said) = tool.run(&home, None, &["compact"]);
    assert!(status.success(), "{status}: {said}");
    assert_eq!(rows(&tool, &home, now), expected, "VIGIE_SEED={seed}");
    let findings = recover_and_check(&tool, &home, &ledger, true, true);
    assert!(findings.is_empty(), "VIGIE_SEED={seed}: {findings:#?}");
    fs::remove_file(whole.network).expect("the file is ours");
}
