//! Whatever a broken sender sends ends in an event or in a listed code, never in a crash.

use std::io::Cursor;

use crate::common::{Chance, MUTATIONS, World, cases, read};
use contact::RejectCode;
use intake::{Door, FileReader, Framing, Mapping, RowOutcome, parse_event};

const HOSTILE: &[&str] = &[
    "1e999",
    "-0",
    "-0.0",
    "1e-400",
    "18446744073709551616",
    "-9223372036854775809",
    "0.1e+308",
    "01",
    "+1",
    "NaN",
    "null",
    "true",
    "\"\"",
    "\"\\ud800\"",
    "\"\\u0000\"",
    "\"\u{202e}x\"",
    "[]",
    "{}",
    "[[[[",
    "{\"a\":{\"a\":",
    "\"9999-12-31T23:59:59.999999999Z\"",
    "\"0000-01-01T00:00:00Z\"",
    "\"-009999-01-01T00:00:00Z\"",
    "\"2026-03-29T08:00:60+23:59\"",
    "\"2026-02-30T00:00:00Z\"",
    "1e308",
    "2147483648",
];

fn seeds() -> Vec<Vec<u8>> {
    let base = String::from_utf8(read("accepted.json")).expect("UTF-8");
    let data = [
        ("ended", r#""talk_s":61.5,"hold_s":0,"wrap_s":9,"ended_by":"customer","#),
        ("surveyed", r#""kind":"nps","score":9,"scale":"0-10","customer":"ada@example.org","#),
        (
            "evaluated",
            r#""form":"f","score":88,"criteria":{"tone":[1,2,{"x":null}]},"critical":"none","evaluator":"brand","#,
        ),
        ("transferred", r#""to_site":"sfax","to_queue":"sales","leg":2,"revision":1,"#),
        ("dialled", r#""slot":"2026-03-29T09:00:00Z","reached":true,"unknown":{"deep":[[[1]]]},"#),
    ];
    data.iter()
        .map(|(kind, data)| {
            base.replace("answered", kind).replace("\"data\":{", &format!("\"data\":{{{data}")).into_bytes()
        })
        .collect()
}

fn mutated(seed: &[u8], other: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=chance.below(4) {
        let place = chance.below(bytes.len());
        let end = (place + 1 + chance.below(24)).min(bytes.len());
        match chance.below(8) {
            0 if !bytes.is_empty() => bytes[place] ^= 1 << chance.below(8),
            1 => bytes.truncate(place),
            2 => drop(bytes.drain(place..end)),
            3 => drop(bytes.splice(place..place, other[chance.below(other.len())..].to_vec())),
            4 => drop(bytes.splice(place..end, HOSTILE[chance.below(HOSTILE.len())].bytes())),
            5 => drop(
                bytes.splice(place..place, std::iter::repeat_n(b"x[{\"\\ "[chance.below(6)], chance.below(70_000))),
            ),
            6 => hostile_value(&mut bytes, chance),
            _ => {
                drop(bytes.splice(
                    place..end,
                    (0..chance.below(6)).map(|_| chance.next().to_le_bytes()[0]).collect::<Vec<_>>(),
                ));
            }
        }
    }
    bytes
}

/// Replaces one whole value by a hostile one, so that the JSON mostly stays readable.
fn hostile_value(bytes: &mut Vec<u8>, chance: &mut Chance) {
    let colons: Vec<usize> =
        bytes.windows(2).enumerate().filter(|(_, pair)| *pair == b"\":").map(|(place, _)| place + 2).collect();
    let Some(start) = colons.get(chance.below(colons.len())) else { return };
    let length = bytes[*start..].iter().position(|byte| matches!(byte, b',' | b'}')).unwrap_or(0);
    bytes.splice(*start..start + length, HOSTILE[chance.below(HOSTILE.len())].bytes());
}

#[test]
fn mutated_events_are_accepted_or_rejected_with_a_listed_code() {
    let world = World::new();
    let seeds = seeds();
    for seed in &seeds {
        parse_event(seed, &world.context(Door::Http))
            .unwrap_or_else(|rejected| panic!("a seed is wrong: {:?}", rejected.reject));
    }
    let mut met = std::collections::BTreeSet::new();
    for case in 0..cases(MUTATIONS) {
        let mut chance = Chance::new(case);
        let seed = &seeds[chance.below(seeds.len())];
        let other = &seeds[chance.below(seeds.len())];
        let bytes = mutated(seed, other, &mut chance);
        if let Err(rejected) = parse_event(&bytes, &world.context(Door::Http)) {
            assert!(rejected.reject.message.len() < 600, "case {case}: {}", rejected.reject.message);
            met.insert(rejected.reject.code);
        }
    }
    let reached = [
        RejectCode::BadJson,
        RejectCode::BadEncoding,
        RejectCode::TooLarge,
        RejectCode::BadValue,
        RejectCode::BadTime,
        RejectCode::MissingField,
    ];
    for code in reached {
        assert!(met.contains(&code), "the mutations are too tame: {code} never came, only {met:?}");
    }
}

#[test]
fn mutated_exports_balance_or_fail_as_a_whole() {
    let world = World::new();
    let text = String::from_utf8(read("mapping.yaml")).expect("UTF-8");
    let mapping = Mapping::parse(&text).expect("valid");
    let skipped = b"K-2,28/03/2026,9:00:00,9:00:12,TEST,OK,Ada,61,+33612345678".to_vec();
    let good = [read("accepted.csv"), skipped, read("no_rule.csv"), read("unmapped_value.csv")].join(&b'\n');
    let mut met = [0_u64; 3];
    for case in 0..cases(3_000) {
        let bytes = mutated(&good, b"\"x\n\",28/03/2026,\xff,24:00:00\r\n,TEST", &mut Chance::new(case));
        let Ok(mut reader) = FileReader::open("x.csv", Cursor::new(bytes), mapping.framing()) else { continue };
        let ledger = mapping.run(&mut reader, &world.ground(), &mut |row| match row.outcome {
            RowOutcome::Mapped(_) => met[0] += 1,
            RowOutcome::Skipped(_) => met[1] += 1,
            RowOutcome::Rejected { .. } => met[2] += 1,
        });
        if let Ok(ledger) = ledger {
            assert!(ledger.balances(), "case {case}: {ledger:?}");
        }
    }
    assert!(met.iter().all(|count| *count > 0), "the mutations are too tame: {met:?}");
}

#[test]
fn mutated_arrays_and_compressed_files_never_crash() {
    let world = World::new();
    let array = [b"[".to_vec(), seeds().join(&b','), b"]".to_vec()].concat();
    let zstd = zstd::encode_all(&array[..], 1).expect("in memory");
    for case in 0..cases(2_000) {
        let mut chance = Chance::new(case);
        let seed = if chance.below(2) == 0 { &array } else { &zstd };
        let bytes = mutated(seed, b"]]}{,,\"", &mut chance);
        let Ok(mut reader) = FileReader::open("x", Cursor::new(bytes), Some(Framing::JsonArray)) else { continue };
        while let Ok(Some(chunk)) = reader.next_chunk(2) {
            for line in chunk.lines() {
                assert!(line.bytes.len() <= intake::MAX_EVENT_BYTES);
                let _ = intake::parse_line(&line, &world.context(Door::File));
            }
        }
    }
}

#[test]
fn mutated_mappings_are_read_or_told_what_is_wrong() {
    let good = read("mapping.yaml");
    for case in 0..cases(1_500) {
        let bytes = mutated(&good, b"{prev.x} '%Q' (not (a = 'b'", &mut Chance::new(case));
        if let Err(mistakes) = Mapping::parse(&String::from_utf8_lossy(&bytes)) {
            assert!(!mistakes.is_empty(), "case {case}");
        }
    }
}
