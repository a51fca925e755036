//! What lies in a drop folder beside whole files, and what becomes of files dropped twice, late or wrongly.

use std::{
    fs::{self, File, OpenOptions},
    io::Write,
    os::unix::fs::{PermissionsExt, symlink},
    process::Command,
};

use store::DropOutcome::{Counted, Duplicate, Refused};

use super::bench::{Bench, POLICY, gzip, receipt_beside};
use crate::kept::offered;

fn events(contacts: &[&str]) -> Vec<u8> {
    contacts.iter().map(|contact| offered(contact) + "\n").collect::<String>().into_bytes()
}

fn named(name: &str, outcome: store::DropOutcome) -> (String, store::DropOutcome) {
    (name.to_owned(), outcome)
}

/// A provider that sends its file again, to be sure, must not count twice, and must be told.
#[test]
fn a_file_dropped_again_under_another_name_is_a_duplicate_and_says_so() {
    let mut bench = Bench::new();
    bench.put("atlas/monday.ndjson", &events(&["C-1", "C-2"]));
    assert_eq!(bench.settle(), [named("monday.ndjson", Counted)]);
    let first = receipt_beside(&bench.place("atlas/done/monday.ndjson"));
    assert_eq!(first.events.map(|events| (events.received, events.accepted)), Some((2, 2)));
    assert_eq!(first.rows.as_ref().map(|rows| (rows.read, rows.mapped)), Some((2, 2)));

    bench.put("atlas/again.ndjson", &events(&["C-1", "C-2"]));
    bench.put("atlas/monday.ndjson", &events(&["C-1", "C-2"]));
    bench.look(1);
    let mut again = bench.look(POLICY.settle.as_secs());
    again.sort_by(|one, other| one.0.cmp(&other.0));
    // The one of the same name is put away beside the first.
    assert_eq!(again, [named("again.ndjson", Duplicate), named("monday.ndjson", Duplicate)]);
    for name in ["again.ndjson", "monday~2.ndjson"] {
        let receipt = receipt_beside(&bench.place("atlas/done").join(name));
        assert_eq!((&receipt.receipt, receipt.events), (&first.receipt, None), "{receipt:?}");
        assert!(receipt.message.contains("monday.ndjson"), "{receipt:?}");
    }
    assert_eq!(bench.books().received, 2);
}

/// Two uploads of one export that end together: which of them counts is no matter, that both do would be.
#[test]
fn of_two_files_of_the_same_content_at_once_one_counts() {
    let mut bench = Bench::new();
    bench.put("atlas/a.ndjson", &events(&["C-1"]));
    bench.put("atlas/b.ndjson", &events(&["C-1"]));
    assert_eq!(bench.settle(), [named("a.ndjson", Counted), named("b.ndjson", Duplicate)]);
    assert_eq!(bench.books().received, 1);
}

/// The daily `export.ndjson`: each is kept, with a receipt of its own.
#[test]
fn files_of_one_name_and_other_content_all_count_and_are_all_kept() {
    let mut bench = Bench::new();
    for (contact, kept) in [("C-1", "export.ndjson"), ("C-2", "export~2.ndjson"), ("C-3", "export~3.ndjson")] {
        let content = events(&[contact]);
        bench.put("atlas/export.ndjson", &content);
        assert_eq!(bench.settle(), [named("export.ndjson", Counted)]);
        assert_eq!(fs::read(bench.place("atlas/done").join(kept)).expect("kept"), content);
        assert_eq!(receipt_beside(&bench.place("atlas/done").join(kept)).outcome, Counted);
    }
    assert_eq!(bench.books().accepted, 3);
}

/// What is written slowly would be counted in part.
#[test]
fn a_file_still_being_written_waits_and_one_under_a_temporary_name_for_ever() {
    let mut bench = Bench::new();
    let whole = events(&["C-1", "C-2", "C-3"]);
    let mut file = File::create(bench.place("atlas/slow.ndjson")).expect("made");
    bench.put("atlas/.hidden.ndjson", &whole);
    bench.put("atlas/upload.ndjson.part", &whole);
    for part in whole.chunks(whole.len() / 7) {
        file.write_all(part).expect("written");
        assert_eq!(bench.look(POLICY.settle.as_secs() - 1), []);
    }
    assert_eq!(bench.look(POLICY.settle.as_secs()), [named("slow.ndjson", Counted)]);
    assert_eq!(bench.look(POLICY.patience.as_secs()), []);
    fs::rename(bench.place("atlas/upload.ndjson.part"), bench.place("atlas/upload.ndjson")).expect("renamed");
    assert_eq!(bench.settle(), [named("upload.ndjson", Duplicate)]);
    assert!(bench.place("atlas/.hidden.ndjson").exists());
    assert_eq!(bench.books().received, 3);
}

/// A file that ends between two rows looks whole. If more comes, it must not be added where nobody looks.
#[test]
fn what_is_written_to_after_it_was_put_away_comes_back_and_counts() {
    let mut bench = Bench::new();
    bench.put("atlas/log.ndjson", &events(&["C-1"]));
    let mut writer = OpenOptions::new().append(true).open(bench.place("atlas/log.ndjson")).expect("held open");
    assert_eq!(bench.settle(), [named("log.ndjson", Counted)]);
    writer.write_all(&events(&["C-2"])).expect("written");
    drop(writer);
    assert_eq!(bench.look(60), [], "it is back, and waits like any other");
    assert_eq!(bench.look(POLICY.settle.as_secs()), [named("log.ndjson", Counted)]);
    let kept = fs::read(bench.place("atlas/done/log~2.ndjson")).expect("kept");
    assert_eq!(kept, events(&["C-1", "C-2"]));
    assert_eq!(bench.books().accepted, 3, "the first event twice; the fold leaves one of them");
}

/// A provider needs to know at once that what it sent is of no use, and why.
#[test]
fn garbage_is_refused_with_its_reason_and_a_bad_row_is_only_a_reject() {
    let mut bench = Bench::new();
    let mut damaged = gzip(&events(&["C-1"; 200]));
    // In the checksum behind the text.
    let at = damaged.len() - 6;
    damaged[at] ^= 1;
    bench.put("atlas/damaged.ndjson.gz", &damaged);
    bench.put("atlas/named.ndjson.gz", &events(&["C-1"]));
    bench.put("atlas/picture.png", b"\x89PNG\r\n\x1a\n");
    bench.put("atlas/calls/other.csv", b"agent,day\n7,2026-10-01\n");
    bench.put("atlas/row.ndjson", &[events(&["C-1"]), b"{not json\n".to_vec()].concat());
    let mut settled = bench.settle();
    settled.sort_by(|one, other| one.0.cmp(&other.0));
    let expected = [
        named("damaged.ndjson.gz", Refused),
        named("named.ndjson.gz", Refused),
        named("other.csv", Refused),
        named("picture.png", Refused),
        named("row.ndjson", Counted),
    ];
    assert_eq!(settled, expected);
    for (path, said) in [
        ("atlas/refused/damaged.ndjson.gz", "gzip cannot be decoded"),
        ("atlas/refused/named.ndjson.gz", "wrongly named"),
        ("atlas/refused/picture.png", "give a mapping"),
        ("atlas/calls/refused/other.csv", "is not in the export"),
    ] {
        let receipt = receipt_beside(&bench.place(path));
        assert!(receipt.message.contains(said) && receipt.message.contains("nothing of it was counted"), "{receipt:?}");
        assert!(bench.place(path).exists(), "{path}");
    }
    let receipt = receipt_beside(&bench.place("atlas/done/row.ndjson"));
    assert_eq!(receipt.rows.map(|rows| (rows.read, rows.mapped, rows.rejected["bad_json"])), Some((2, 1, 1)));
    assert!(!bench.place("atlas/calls/done/other.csv.receipt.json").exists(), "nothing says that it was taken");
    let books = bench.books();
    assert_eq!((books.received, books.accepted, books.rejected), (2, 1, 1));
}

/// A provider may write to its folder. It must not make the program read, or write, elsewhere.
#[test]
fn nothing_outside_the_folder_is_read_or_written() {
    let mut bench = Bench::new();
    let outside = tempfile::tempdir().expect("a folder");
    let secret = outside.path().join("secret.ndjson");
    fs::write(&secret, events(&["C-1"])).expect("written");
    fs::create_dir(outside.path().join("calls")).expect("made");
    fs::write(outside.path().join("calls/x.csv"), "call,at\nC-2,2026-10-01 08:00:00\n").expect("written");
    symlink(&secret, bench.place("atlas/link.ndjson")).expect("linked");
    symlink(outside.path(), bench.place("borea")).expect("linked");
    symlink(outside.path().join("calls"), bench.place("atlas/other")).expect("linked");
    symlink(outside.path(), bench.place("atlas/calls/done")).expect("linked");
    let pipe = bench.place("atlas/pipe.ndjson");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs").success());
    bench.put("atlas/calls/mine.csv", b"call,at\nC-3,2026-10-01 08:00:00\n");
    bench.put("stray.ndjson", &events(&["C-4"]));
    fs::create_dir(bench.place("unknown")).expect("made");
    bench.put("unknown/x.ndjson", &events(&["C-5"]));
    assert_eq!(bench.settle(), []);
    assert_eq!(bench.look(POLICY.patience.as_secs()), []);
    for name in ["atlas/link.ndjson", "atlas/pipe.ndjson", "atlas/calls/mine.csv", "stray.ndjson", "unknown/x.ndjson"] {
        assert!(fs::symlink_metadata(bench.place(name)).is_ok(), "{name} stays");
    }
    assert_eq!(fs::read_dir(outside.path()).expect("readable").count(), 2, "nothing was put there");
    assert_eq!(bench.books().received, 0);

    fs::remove_file(bench.place("atlas/calls/done")).expect("unlinked");
    assert_eq!(bench.look(POLICY.patience.as_secs()), [named("mine.csv", Counted)]);
}

/// A file whose permissions come after it, or never.
#[test]
fn a_file_that_may_not_be_read_waits_for_its_permissions() {
    let mut bench = Bench::new();
    bench.put("atlas/mine.ndjson", &events(&["C-1"]));
    let path = bench.place("atlas/mine.ndjson");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o0)).expect("set");
    // To the superuser all is readable.
    let is_readable = File::open(&path).is_ok();
    let settled = bench.settle();
    if !is_readable {
        assert_eq!(settled, []);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("set");
        assert_eq!(bench.settle(), [named("mine.ndjson", Counted)]);
    }
    assert_eq!(bench.books().received, 1);
}

/// Told to stop, the program must not begin another file; and one provider's many files must not hold up another's one.
#[test]
fn it_ends_between_two_files_and_folders_take_turns() {
    let mut bench = Bench::new();
    for n in 1..=3 {
        bench.put(&format!("atlas/calls/{n}.csv"), format!("call,at\nC-{n},2026-10-01 08:00:00\n").as_bytes());
    }
    bench.put("atlas/9.ndjson", &events(&["C-9"]));
    bench.look(1);
    let first = bench.receipts(POLICY.settle.as_secs(), 2);
    let mut first: Vec<String> = first.into_iter().map(|receipt| receipt.file).collect();
    first.sort();
    assert_eq!(first, ["1.csv", "9.ndjson"]);
    assert_eq!(bench.look(1), [named("2.csv", Counted), named("3.csv", Counted)]);
    assert_eq!(bench.books().accepted, 4);
}
