//! Whatever broken senders send, the program goes on: every line is stored or rejected for a listed reason, the books
//! balance, and questions are answered. The decoders alone are tried harder by the tests of `intake`.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use contact::{EventType, Instant, RejectCode};
use serde_json::Value;

use crate::{
    crash::chance::Chance,
    program::{stdout, vigie, workspace},
    served::{Served, now},
};

const SEED: u64 = 64;
/// Mutated lines of the gate, rows among them; `VIGIE_MUTATIONS` says another number.
const LINES: usize = 20_000;
/// Events of one request, and rows of one file.
const TOGETHER: usize = 2_000;

const HOUR: i64 = 3_600_000_000;

const HOSTILE: &[&str] = &[
    "1e999",
    "-0.0",
    "18446744073709551616",
    "-9223372036854775809",
    "NaN",
    "null",
    "true",
    "\"\"",
    "\"\\ud800\"",
    "\"\\u0000\"",
    "\"\u{202e}\"",
    "[[[[[[[[",
    "{\"a\":{\"a\":{}}}",
    "\"9999-12-31T23:59:59.999999999Z\"",
    "\"0000-01-01T00:00:00Z\"",
    "\"-009999-01-01T00:00:00Z\"",
    "\"2026-02-30T00:00:00Z\"",
    "\"tunis\\u0000\"",
    "4294967296",
];

fn wanted() -> usize {
    std::env::var("VIGIE_MUTATIONS").ok().and_then(|text| text.parse().ok()).unwrap_or(LINES)
}

fn fixture(name: &str) -> PathBuf {
    workspace().join("crates/intake/fixtures").join(name)
}

/// A number below `end`.
fn below(chance: &mut Chance, end: usize) -> usize {
    usize::try_from(chance.below(end as u64)).expect("below a usize")
}

/// A valid event of any kind, of a contact that began at `began`.
fn event(chance: &mut Chance, began: Instant) -> Vec<u8> {
    let time = began.plus_micros(chance.pick(&[1, 2, 30]) * HOUR);
    let (kind, number) = (chance.pick(EventType::ALL), chance.below(5_000));
    let more = chance.pick(&[
        r#""talk_s":61.5,"wrap_s":9,"ended_by":"customer""#,
        r#""kind":"nps","score":9,"scale":"0-10","customer":"ada@example.org""#,
        r#""form":"f","criteria":{"tone":[1,2,{"x":null}]},"critical":"none","evaluator":"brand""#,
        r#""to_site":"sfax","to_queue":"sales","leg":2,"revision":1,"by":"bot""#,
        r#""slot":"2026-03-29T09:00:00Z","reached":true,"unknown":{"deep":[[[1]]]}"#,
    ]);
    format!(
        r#"{{"specversion":"1.0","id":"e-{number}","source":"/acd","type":"vigie.contact.{kind}.v1","subject":"C-{}","time":"{time}","data":{{"started_at":"{began}","site":"tunis","queue":"sales",{more}}}}}"#,
        number % 700,
    )
    .into_bytes()
}

/// A row of an export that the fixtures' mapping reads.
fn row(chance: &mut Chance) -> Vec<u8> {
    let unit = chance.pick(&["U1", "U2", "TEST"]);
    let result = chance.pick(&["OK", "LOST"]);
    let number = chance.below(100_000);
    format!("K-{number},28/03/2026,9:00:00,9:00:{},{unit},{result},Ada,61,+33612345678", 10 + number % 50).into_bytes()
}

/// One to four faults in a line; it stays one line, at most a little longer than a line may be.
fn mutated(mut bytes: Vec<u8>, other: &[u8], chance: &mut Chance) -> Vec<u8> {
    for _ in 0..=chance.below(4) {
        let place = below(chance, bytes.len());
        let end = (place + 1 + below(chance, 24)).min(bytes.len());
        match chance.below(12) {
            0 => bytes.iter_mut().skip(place).take(1).for_each(|byte| *byte ^= 1_u8 << chance.below(8)),
            1 => bytes.truncate(place.max(1)),
            2 => drop(bytes.drain(place..end)),
            3 => drop(bytes.splice(place..place, other[below(chance, other.len())..].to_vec())),
            4 if chance.one_in(50) => drop(bytes.splice(place..place, vec![b'x'; below(chance, 80_000)])),
            5 => drop(bytes.splice(place..end, vec![0xff; below(chance, 3)])),
            6..=10 => value(&mut bytes, chance),
            _ => drop(bytes.splice(place..end, chance.pick(HOSTILE).bytes())),
        }
    }
    bytes.retain(|byte| !matches!(byte, b'\n' | b'\r'));
    bytes
}

/// Another value in the place of a whole one, so that the JSON mostly stays readable.
fn value(bytes: &mut Vec<u8>, chance: &mut Chance) {
    let colons = bytes.windows(2).enumerate().filter(|(_, pair)| *pair == b"\":").map(|(place, _)| place + 2);
    let colons: Vec<usize> = colons.collect();
    let Some(start) = colons.get(below(chance, colons.len())).copied() else { return };
    let length = bytes[start..].iter().position(|byte| matches!(byte, b',' | b'}')).unwrap_or(0);
    drop(bytes.splice(start..start + length, chance.pick(HOSTILE).bytes()));
}

fn lines(count: usize, chance: &mut Chance, seed: impl Fn(&mut Chance) -> Vec<u8>) -> Vec<Vec<u8>> {
    let made = (0..count).map(|_| {
        let (line, other) = (seed(chance), seed(chance));
        mutated(line, &other, chance)
    });
    made.filter(|line| !line.trim_ascii().is_empty()).collect()
}

/// Pushes lines; every one of them is accounted for, under a listed code.
fn push(server: &Served, lines: &[Vec<u8>], met: &mut BTreeSet<RejectCode>) {
    let reply = server.send("north", &lines.join(&b'\n'));
    let told = reply.json();
    assert!(matches!(reply.status, 200 | 207 | 422), "{} {:.500}", reply.status, reply.body);
    let number = |name: &str| told[name].as_u64().expect("a count");
    assert_eq!(number("received"), lines.len() as u64);
    assert_eq!(number("received"), ["accepted", "duplicate", "conflict", "rejected"].map(number).iter().sum::<u64>());
    let rejects = told["rejects"].as_array().expect("rejects");
    assert_eq!(number("rejected"), rejects.len() as u64);
    for reject in rejects {
        let code = reject["code"].as_str().expect("a code");
        met.insert(code.parse().unwrap_or_else(|()| panic!("{code} is not a listed code")));
    }
}

/// Imports a file, which is taken whole, row by row, or refused whole with a reason. Whether it was taken.
fn import(lake: &Path, file: &Path, how: &[&str]) -> bool {
    let (lake, file) = (lake.to_string_lossy(), file.to_string_lossy());
    let mut args = vec!["--quiet", "ingest", "--lake", &lake];
    args.extend(how);
    args.push(&file);
    let output = vigie(args);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!said.contains("panicked"), "{said}");
    match output.status.code() {
        Some(0 | 3) => true,
        Some(1) => {
            assert!(said.contains("nothing of it was counted"), "{said}");
            false
        }
        _ => panic!("{output:?}"),
    }
}

/// One broken sender would stop all others, or make the books of all others wrong.
#[test]
fn mutated_lines_are_stored_or_rejected_and_the_program_goes_on() {
    let home = tempfile::tempdir().expect("a folder");
    let (lake, file) = (home.path().join("lake"), home.path().join("mutated.txt"));
    let (mut chance, mut met) = (Chance::new(SEED), BTreeSet::new());
    let began = now().plus_micros(-48 * HOUR);
    let event = |chance: &mut Chance| event(chance, began);
    let server = Served::start(&lake, Some(&fixture("network.yaml")), None);
    let pushed = lines(wanted() / 2, &mut chance, event);
    for lines in pushed.chunks(TOGETHER) {
        push(&server, lines, &mut met);
    }
    assert_eq!(server.get("/readyz").status, 200);
    server.stop();
    for code in
        [RejectCode::BadJson, RejectCode::BadEncoding, RejectCode::TooLarge, RejectCode::BadValue, RejectCode::BadTime]
    {
        assert!(met.contains(&code), "the mutations are too tame: {code} never came, only {met:?}");
    }
    let mut taken = [0, 0];
    for lines in lines(wanted() / 4, &mut chance, event).chunks(TOGETHER) {
        fs::write(&file, lines.join(&b'\n')).expect("written");
        taken[0] += usize::from(import(&lake, &file, &["--provider", "north"]));
    }
    let mapping = fixture("mapping.yaml");
    let header = b"call,day,in,out,unit,result,operator,talk,phone".to_vec();
    for rows in lines(wanted() / 4, &mut chance, row).chunks(TOGETHER / 5) {
        // One byte that is not UTF-8 refuses a whole export: half of them go without.
        let clean = |row: &Vec<u8>| String::from_utf8_lossy(row).into_owned().into_bytes();
        let rows: Vec<Vec<u8>> = if chance.one_in(2) { rows.to_vec() } else { rows.iter().map(clean).collect() };
        fs::write(&file, [vec![header.clone()], rows].concat().join(&b'\n')).expect("written");
        taken[1] += usize::from(import(&lake, &file, &["--mapping", &mapping.to_string_lossy()]));
    }
    assert!(taken.iter().all(|taken| *taken > 0), "files taken: {taken:?}");
    let told = stdout(0, ["verify", "--lake", &lake.to_string_lossy()]);
    assert!(told.contains("every invariant holds"), "{told}");
    let told = stdout(0, ["scorecard", "--by", "site,queue", "--format", "json", "--lake", &lake.to_string_lossy()]);
    let told: Value = serde_json::from_str(&told).expect("JSON");
    assert_eq!(told["residual"], 0);
    assert!(told["rows"].as_array().is_some_and(|rows| !rows.is_empty()), "{told}");
}
