//! `verify` finds each kind of damage that it is for.

use std::fs::{self, OpenOptions};

use super::kit::*;
use crate::{Finding, Flaw, Table, verify};

async fn sound(root: &std::path::Path) -> Table {
    let mut table = table(root).await;
    add(&mut table, day(0), &[("a", 1, Some("x"), 1), ("b", 1, None, 2)], "w1").await;
    assert_eq!(verify(&table).await.unwrap(), []);
    table
}

fn only(table: &Table) -> crate::DataFile {
    table.snapshot().unwrap().files.remove(0)
}

fn flaws(findings: Vec<Finding>) -> Vec<Flaw> {
    findings.into_iter().map(|finding| finding.flaw).collect()
}

#[tokio::test]
async fn a_missing_a_cut_and_a_corrupt_file_are_found() {
    let home = tempfile::tempdir().unwrap();
    let table = sound(home.path()).await;
    let file = only(&table);
    let whole = fs::read(&file.full).unwrap();

    OpenOptions::new().write(true).open(&file.full).unwrap().set_len(file.size - 9).unwrap();
    let found = flaws(verify(&table).await.unwrap());
    assert!(matches!(found[..], [Flaw::Size { .. }, Flaw::Unreadable(_)]), "{found:?}");

    let mut corrupt = whole.clone();
    corrupt[4..40].fill(0xAA);
    fs::write(&file.full, &corrupt).unwrap();
    let found = flaws(verify(&table).await.unwrap());
    assert!(matches!(found[..], [Flaw::Unreadable(_)]), "{found:?}");

    fs::remove_file(&file.full).unwrap();
    assert_eq!(flaws(verify(&table).await.unwrap()), [Flaw::Missing]);
}

#[tokio::test]
async fn a_file_swapped_for_another_is_found_by_its_order_day_rows_and_statistics() {
    let home = tempfile::tempdir().unwrap();
    let table = sound(home.path()).await;
    let file = only(&table);
    // Another table of the same columns, unsorted, whose file of the next day is put in place of ours.
    let mut unsorted = spec();
    unsorted.name = "unsorted";
    unsorted.sort = &[];
    let other = Table::open_or_create(home.path(), unsorted, now).await.unwrap();
    let rows = batch(day(1), &[("b", 1, None, 1), ("a", 1, None, 2), ("c", 1, None, 3)]);
    let new = other.write_day(day(1), &[rows], tags(&[])).await.unwrap();
    fs::copy(other.dir().join(new.path()), &file.full).unwrap();

    let found = flaws(verify(&table).await.unwrap());
    assert!(found.contains(&Flaw::Rows { log: 2, footer: 3 }), "{found:?}");
    assert!(found.contains(&Flaw::Undeclared), "{found:?}");
    assert!(found.contains(&Flaw::Disorder { row: 1 }), "{found:?}");
    assert!(found.contains(&Flaw::WrongDay("2024-10-05".to_owned())), "{found:?}");
    assert!(found.iter().any(|flaw| matches!(flaw, Flaw::Statistics { .. })), "{found:?}");
}

#[tokio::test]
async fn a_file_that_was_written_but_never_committed_is_an_orphan_and_no_damage() {
    let home = tempfile::tempdir().unwrap();
    let mut table = sound(home.path()).await;
    add(&mut table, day(0), &[("c", 1, None, 3)], "w2").await;
    crate::compact_day(&mut table, day(0)).await.unwrap();
    let orphan = file(&table, day(3), &[("z", 1, None, 9)], "w9").await;
    let found = verify(&table).await.unwrap();
    assert_eq!(found, [Finding { path: orphan.path().to_owned(), flaw: Flaw::Orphan }], "replaced files are none");
    assert!(!found[0].flaw.is_damage());
    assert!(found[0].to_string().contains("orphan"));
}
