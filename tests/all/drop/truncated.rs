//! P12: a file cut anywhere counts nothing, and the whole one counts once.

use store::DropOutcome::{self, Counted, Refused};

use super::bench::{Bench, POLICY, gzip, receipt_beside, zstd};
use crate::kept::offered;

/// Bytes between two cuts.
const STEP: usize = 64;

/// Names that compression makes little of, so that there is something to cut.
fn contacts(rows: u64) -> impl Iterator<Item = String> {
    (1..=rows).map(|n| format!("{:016x}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
}

fn events(rows: u64) -> Vec<u8> {
    contacts(rows).map(|contact| offered(&contact) + "\n").collect::<String>().into_bytes()
}

fn export(rows: u64) -> Vec<u8> {
    let rows = contacts(rows).map(|call| format!("{call},2026-10-01 08:00:00\n"));
    format!("call,at\n{}", rows.collect::<String>()).into_bytes()
}

/// How many rows a file of which only so much is there is known to have; `None` when it is known to be cut.
type Known = fn(&[u8], usize) -> Option<usize>;

fn lines(bytes: &[u8]) -> usize {
    bytes.split(|byte| *byte == b'\n').count() - 1
}

/// An object that is closed lacks nothing but its line end.
fn known_of_events(whole: &[u8], cut: usize) -> Option<usize> {
    let closed = whole[cut] == b'\n';
    let between = cut > 0 && (closed || whole[cut - 1] == b'\n');
    between.then(|| lines(&whole[..cut]) + usize::from(closed))
}

/// A row without a line end may be cut.
fn known_of_export(whole: &[u8], cut: usize) -> Option<usize> {
    (cut > 0 && whole[cut - 1] == b'\n').then(|| lines(&whole[..cut]) - 1)
}

fn never(_: &[u8], _: usize) -> Option<usize> {
    None
}

fn outcomes(all: &[(String, DropOutcome)], name: &str) -> Vec<DropOutcome> {
    all.iter().filter(|(file, _)| file == name).map(|(_, outcome)| *outcome).collect()
}

/// Drops a file cut at every 64th byte, all of them at once, and then the file. Gives the number of cuts.
fn cut_everywhere(folder: &str, end: &str, whole: &[u8], rows: u64, known: Known) -> usize {
    let mut bench = Bench::new();
    let cuts: Vec<usize> = (0..whole.len()).step_by(STEP).collect();
    for cut in &cuts {
        bench.put(&format!("{folder}/cut-{cut}.{end}"), &whole[..*cut]);
    }
    let counted = bench.settle();
    let refused = bench.look(POLICY.patience.as_secs());
    let mut accepted = 0;
    for cut in &cuts {
        let name = format!("cut-{cut}.{end}");
        let (at_once, later) = (outcomes(&counted, &name), outcomes(&refused, &name));
        if let Some(rows) = known(whole, *cut) {
            assert_eq!((at_once, later), (vec![Counted], vec![]), "{name}");
            let receipt = receipt_beside(&bench.place(&format!("{folder}/done/{name}")));
            assert_eq!(receipt.events.map(|events| events.accepted), Some(rows as u64), "{name}: {receipt:?}");
            accepted += rows as u64;
        } else {
            assert_eq!((at_once, later), (vec![], vec![Refused]), "{name}");
            let receipt = receipt_beside(&bench.place(&format!("{folder}/refused/{name}")));
            assert!(receipt.message.contains("nothing of it was counted"), "{name}: {receipt:?}");
            let kept = std::fs::read(bench.place(&format!("{folder}/refused/{name}"))).expect("it is still there");
            assert!(kept == whole[..*cut], "{name} is as it was dropped");
        }
    }
    assert_eq!(bench.books().received, accepted, "nothing of what is cut is in the books");
    bench.put(&format!("{folder}/whole.{end}"), whole);
    assert_eq!(bench.settle(), [(format!("whole.{end}"), Counted)]);
    assert_eq!(bench.books().accepted, accepted + rows, "and the whole file is, once");
    cuts.len()
}

/// Half a day of a provider would look like a bad day of that provider.
#[test]
fn events_cut_at_every_64th_byte_count_nothing() {
    let whole = events(40);
    assert!(cut_everywhere("atlas", "ndjson", &whole, 40, known_of_events) > 100);
    let whole = events(300);
    assert!(cut_everywhere("atlas", "ndjson.gz", &gzip(&whole), 300, never) > 40);
    assert!(cut_everywhere("atlas", "ndjson.zst", &zstd(&whole), 300, never) > 40);
}

/// The same of exports, of whose last row nobody can tell by looking whether it is cut.
#[test]
fn exports_cut_at_every_64th_byte_count_nothing() {
    let whole = export(240);
    assert!(cut_everywhere("atlas/calls", "csv", &whole, 240, known_of_export) > 100);
    let whole = export(400);
    assert!(cut_everywhere("atlas/calls", "csv.gz", &gzip(&whole), 400, never) > 40);
    assert!(cut_everywhere("atlas/calls", "csv.zst", &zstd(&whole), 400, never) > 40);
}
