//! A day is folded in stretches of contacts: a contact cut in two would be counted twice, one left out not at all.

use std::collections::BTreeMap;

use arrow::array::AsArray;

use super::kit::*;
use crate::{Lookup, Snapshot, Table, read_file};

/// Rows of a page, which is the finest that a cut is made.
const PAGE: usize = 4096;

/// Writes so many rows of each contact into one file of the day.
async fn write(table: &mut Table, contacts: impl IntoIterator<Item = (String, i64)>, origin: &str) {
    let mut rows: Vec<Row> = Vec::new();
    for (contact, count) in contacts {
        let contact: &'static str = contact.leak();
        rows.extend((0..count).map(|n| (contact, n, None, n)));
    }
    add(table, day(0), &rows, origin).await;
}

fn numbered(prefix: &str, numbers: std::ops::Range<i32>, rows: i64) -> impl Iterator<Item = (String, i64)> {
    numbers.map(move |number| (format!("{prefix}-{number:05}"), rows))
}

/// How many rows each contact has in all files.
async fn contacts(snapshot: &Snapshot) -> BTreeMap<String, usize> {
    let mut contacts = BTreeMap::new();
    for file in &snapshot.files {
        for batch in read_file(file, Some(&["contact_id"])).await.unwrap() {
            for contact in batch.column(0).as_string_view().iter().flatten() {
                *contacts.entry(contact.to_owned()).or_default() += 1;
            }
        }
    }
    contacts
}

/// The rows of each contact in each stretch, as a reader takes them: from a cut on, up to the next.
fn stretches<'a>(cuts: &[String], contacts: &'a BTreeMap<String, usize>) -> Vec<BTreeMap<&'a str, usize>> {
    let stretch = |number: usize| {
        let from = number.checked_sub(1).and_then(|before| cuts.get(before));
        let to = cuts.get(number);
        let within = |contact: &String| from.is_none_or(|from| contact >= from) && to.is_none_or(|to| contact < to);
        let inside = contacts.iter().filter(|(contact, _)| within(contact));
        inside.map(|(contact, rows)| (contact.as_str(), *rows)).collect()
    };
    (0..=cuts.len()).map(stretch).collect()
}

/// Every contact is in one stretch and no more, and no stretch is empty.
#[track_caller]
fn parted(stretches: &[BTreeMap<&str, usize>], contacts: &BTreeMap<String, usize>) {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for stretch in stretches {
        assert!(!stretch.is_empty(), "a stretch without a contact among {}", stretches.len());
        for contact in stretch.keys() {
            *seen.entry(contact).or_default() += 1;
        }
    }
    let twice: Vec<_> = seen.iter().filter(|(_, stretches)| **stretches > 1).collect();
    assert!(twice.is_empty(), "in more than one stretch: {twice:?}");
    let lost: Vec<_> = contacts.keys().filter(|contact| !seen.contains_key(contact.as_str())).collect();
    assert!(lost.is_empty(), "in no stretch: {lost:?}");
}

/// Contacts lie across pages (three rows do not divide one) and across files, and the files overlap in part.
#[tokio::test]
async fn every_contact_is_in_exactly_one_stretch_whatever_its_length() {
    let home = tempfile::tempdir().unwrap();
    let mut table = table(home.path()).await;
    write(&mut table, numbered("c", 0..6_000, 3), "w1").await;
    write(&mut table, numbered("c", 2_000..8_000, 1), "w2").await;
    let snapshot = table.snapshot().unwrap();
    let contacts = contacts(&snapshot).await;
    assert_eq!((contacts.len(), contacts.values().sum::<usize>()), (8_000, 24_000));
    let lookup = Lookup::by("contact_id");
    for (rows, at_least) in [(1, 5), (PAGE, 4), (5_000, 3), (10_000, 2)] {
        let cuts = lookup.cuts(&snapshot.files, rows).unwrap();
        let stretches = stretches(&cuts, &contacts);
        parted(&stretches, &contacts);
        assert!(stretches.len() >= at_least, "{} stretches of {rows} rows", stretches.len());
        let longest = stretches.iter().map(|stretch| stretch.values().sum::<usize>()).max();
        // The last page of a stretch goes over, and a page of each file may have begun before it.
        let bound = rows + PAGE * (1 + snapshot.files.len());
        assert!(longest <= Some(bound), "{longest:?} rows in a stretch of {rows}");
    }
}

#[tokio::test]
async fn a_contact_larger_than_a_stretch_is_not_cut() {
    let home = tempfile::tempdir().unwrap();
    let mut table = table(home.path()).await;
    let big = ("b".to_owned(), 20_000);
    write(&mut table, numbered("a", 0..5_000, 1).chain([big.clone()]).chain(numbered("c", 0..9_000, 1)), "w1").await;
    write(&mut table, [big], "w2").await;
    let snapshot = table.snapshot().unwrap();
    let contacts = contacts(&snapshot).await;
    let cuts = Lookup::by("contact_id").cuts(&snapshot.files, 4_000).unwrap();
    let stretches = stretches(&cuts, &contacts);
    parted(&stretches, &contacts);
    assert_eq!(stretches.iter().filter_map(|stretch| stretch.get("b")).collect::<Vec<_>>(), [&40_000_usize]);
    assert!(stretches.first().is_some_and(|first| !first.contains_key("b")), "cut before it");
    assert!(stretches.last().is_some_and(|last| !last.contains_key("b")), "cut after it");
}

#[tokio::test]
async fn what_fits_into_one_stretch_is_not_cut() {
    let home = tempfile::tempdir().unwrap();
    let mut table = table(home.path()).await;
    let lookup = Lookup::by("contact_id");
    assert_eq!(lookup.cuts(&[], 1).unwrap(), Vec::<String>::new(), "no files");
    write(&mut table, [("a".to_owned(), 1)], "w1").await;
    let one_row = table.snapshot().unwrap();
    assert_eq!(lookup.cuts(&one_row.files, 1).unwrap(), Vec::<String>::new(), "one row");
    write(&mut table, numbered("c", 0..3_000, 3), "w2").await;
    let snapshot = table.snapshot().unwrap();
    assert_eq!(lookup.cuts(&snapshot.files, 9_001).unwrap(), Vec::<String>::new(), "as many rows as there are");
}
