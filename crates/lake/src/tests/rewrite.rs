//! Rewrites lose no file, and compaction changes nothing but the arrangement.

use super::kit::*;
use crate::{LakeError, compact_day, read_file};

#[tokio::test]
async fn a_rewrite_that_did_not_see_a_new_file_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let mut table = table(home.path()).await;
    add(&mut table, day(0), &[("a", 1, None, 1)], "w1").await;
    let base = table.snapshot().unwrap();
    let rewritten = file(&table, day(0), &[("a", 1, None, 10)], "w1").await;
    // Late events of the same day arrive while the rewrite is being computed.
    add(&mut table.clone(), day(0), &[("b", 1, None, 2)], "w2").await;
    let refused = table.replace(&base, &base.files, vec![rewritten], true).await;
    assert!(matches!(refused, Err(LakeError::Conflict { day: found, .. }) if found == day(0)), "{refused:?}");
    assert_eq!(stored(home.path()).await, [1, 2]);
}

#[tokio::test]
async fn a_rewrite_of_files_already_replaced_is_refused_even_by_a_handle_that_moved_on() {
    let home = tempfile::tempdir().unwrap();
    let mut table = table(home.path()).await;
    add(&mut table, day(0), &[("a", 1, None, 1)], "w1").await;
    let base = table.snapshot().unwrap();
    let first = file(&table, day(0), &[("a", 1, None, 10)], "w1").await;
    let second = file(&table, day(0), &[("a", 1, None, 20)], "w1").await;
    table.replace(&base, &base.files, vec![first], true).await.unwrap();
    let refused = table.replace(&base, &base.files, vec![second], true).await;
    assert!(matches!(refused, Err(LakeError::Conflict { .. })), "{refused:?}");
    assert_eq!(stored(home.path()).await, [10]);
}

#[tokio::test]
async fn a_rewrite_is_not_disturbed_by_another_day_and_may_start_an_empty_one() {
    let home = tempfile::tempdir().unwrap();
    let mut table = table(home.path()).await;
    add(&mut table, day(0), &[("a", 1, None, 1)], "w1").await;
    let base = table.snapshot().unwrap();
    let rewritten = file(&table, day(0), &[("a", 1, None, 10)], "w1").await;
    let begun = file(&table, day(2), &[("c", 1, None, 30)], "w3").await;
    add(&mut table.clone(), day(1), &[("b", 1, None, 2)], "w2").await;
    table.replace(&base, &base.files, vec![rewritten, begun], true).await.unwrap();
    assert_eq!(stored(home.path()).await, [2, 10, 30]);

    let twice = file(&table, day(2), &[("c", 1, None, 40)], "w3").await;
    let refused = table.replace(&base, &[], vec![twice], true).await;
    assert!(matches!(refused, Err(LakeError::Conflict { .. })), "a day begun twice");
}

#[tokio::test]
async fn compaction_keeps_rows_order_origins_and_says_that_no_data_changed() {
    let home = tempfile::tempdir().unwrap();
    let mut table = table(home.path()).await;
    add(&mut table, day(0), &[("b", 2, Some("x"), 3), ("a", 5, None, 2), ("d", -1, None, 6)], "w1").await;
    add(&mut table, day(0), &[("a", 1, None, 1), ("c", 9, Some("y"), 4)], "w2").await;
    add(&mut table, day(0), &[("d", 1, None, 5)], "w3").await;
    add(&mut table, day(1), &[("e", 1, None, 7)], "w3").await;
    let before = table.snapshot().unwrap();

    let version = compact_day(&mut table, day(0)).await.unwrap().unwrap();
    let after = table.snapshot().unwrap();
    assert_eq!(after.version, version);
    assert_eq!(after.days()[&day(0)].len(), 1);
    assert_eq!(after.origins(day(0)), before.origins(day(0)));
    assert_eq!(numbers(&after).await, [1, 2, 3, 4, 5, 6, 7], "by contact, then time, nulls last; then the next day");
    let log = std::fs::read_to_string(table.dir().join(format!("_delta_log/{version:020}.json"))).unwrap();
    assert_eq!(log.matches("\"dataChange\":false").count(), 4, "{log}");
    assert!(!log.contains("\"dataChange\":true") && log.contains("OPTIMIZE"), "{log}");
    assert!(crate::verify(&table).await.unwrap().is_empty());

    assert_eq!(compact_day(&mut table, day(0)).await.unwrap(), None, "one file is compact");
    assert_eq!(numbers(&before).await.len(), 7, "an older snapshot still reads its own files");
}

#[tokio::test]
async fn merging_many_batches_gives_the_order_that_sorting_gives() {
    let home = tempfile::tempdir().unwrap();
    let mut table = table(home.path()).await;
    let names: Vec<&'static str> = (0..700).map(|n| &*format!("c{n:03}").leak()).collect();
    let mut expected = Vec::new();
    for part in 0..4_i64 {
        // Each file has more rows than a read batch, and long runs as well as interleaved rows.
        let rows: Vec<Row> = (0..9_000_i64)
            .map(|n| {
                let contact = names[usize::try_from((n * 37 + part * part) % 700).unwrap()];
                (contact, (n * 7_919 + part) % 86_400, None, part * 9_000 + n)
            })
            .collect();
        expected.extend(rows.iter().map(|row| (row.0, row.1, row.3)));
        add(&mut table, day(0), &rows, &format!("w{part}")).await;
    }
    compact_day(&mut table, day(0)).await.unwrap().unwrap();
    expected.sort_by_key(|row| (row.0, row.1));
    let snapshot = table.snapshot().unwrap();
    let numbers = numbers(&snapshot).await;
    let key = |n: i64| expected.iter().find(|row| row.2 == n).map(|row| (row.0, row.1)).unwrap();
    assert_eq!(numbers.len(), expected.len());
    assert_eq!(numbers.iter().collect::<std::collections::BTreeSet<_>>().len(), expected.len());
    for (at, number) in numbers.iter().enumerate().step_by(97) {
        assert_eq!(key(*number), (expected[at].0, expected[at].1), "row {at}");
    }
    assert!(crate::verify(&table).await.unwrap().is_empty());
    assert_eq!(read_file(&snapshot.files[0], None).await.unwrap()[0].schema(), table.spec().schema);
}
