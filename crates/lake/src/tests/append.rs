//! Appends happen exactly once, whoever else writes.

use super::kit::*;
use crate::{Committed, LakeError, Table};

#[tokio::test]
async fn a_flush_repeated_after_a_lost_answer_is_not_counted_twice() {
    let home = tempfile::tempdir().unwrap();
    let mut table = table(home.path()).await;
    assert_eq!(table.mark("journal").await.unwrap(), None);
    let first = file(&table, day(0), &[("a", 1, None, 1)], "w1").await;
    let again = first.clone();
    assert!(matches!(table.append(vec![first], Some(writes("journal", 7, 7))).await.unwrap(), Committed::New { .. }));
    assert_eq!(table.append(vec![again], Some(writes("journal", 7, 7))).await.unwrap(), Committed::Already { mark: 7 });

    let earlier = file(&table, day(0), &[("a", 1, None, 1)], "w1").await;
    assert_eq!(
        table.append(vec![earlier], Some(writes("journal", 3, 3))).await.unwrap(),
        Committed::Already { mark: 7 }
    );
    let other = file(&table, day(0), &[("b", 1, None, 2)], "w2").await;
    assert!(matches!(table.append(vec![other], Some(writes("file:x", 1, 1))).await.unwrap(), Committed::New { .. }));

    assert_eq!(stored(home.path()).await, [1, 2]);
    let reopened = Table::open(home.path(), spec(), now).await.unwrap();
    assert_eq!(reopened.mark("journal").await.unwrap(), Some(7));
}

/// Whoever does not know that a flush was committed flushes it again together with what came since.
#[tokio::test]
async fn a_flush_repeated_together_with_later_writes_is_not_counted_twice() {
    let home = tempfile::tempdir().unwrap();
    let mut table = table(home.path()).await;
    let mut unaware = table.clone();
    let first = file(&table, day(0), &[("a", 1, None, 1)], "w1").await;
    assert!(matches!(table.append(vec![first], Some(writes("journal", 1, 7))).await.unwrap(), Committed::New { .. }));

    for (first, last) in [(1, 9), (7, 9)] {
        let again = file(&unaware, day(0), &[("a", 1, None, 1), ("b", 1, None, 2)], "w1").await;
        let refused = unaware.append(vec![again], Some(writes("journal", first, last))).await.unwrap();
        assert_eq!(refused, Committed::Already { mark: 7 }, "{first} to {last}");
    }
    assert_eq!(stored(home.path()).await, [1], "nothing of it is there");
    let rest = file(&unaware, day(0), &[("b", 1, None, 2)], "w2").await;
    assert!(matches!(unaware.append(vec![rest], Some(writes("journal", 8, 9))).await.unwrap(), Committed::New { .. }));
    assert_eq!(stored(home.path()).await, [1, 2]);
    assert_eq!(unaware.mark("journal").await.unwrap(), Some(9));
}

#[tokio::test]
async fn an_append_survives_another_writers_append_and_rewrite() {
    let home = tempfile::tempdir().unwrap();
    let mut stale = table(home.path()).await;
    let mut other = stale.clone();
    let waiting = file(&stale, day(0), &[("z", 1, None, 3)], "w3").await;

    add(&mut other, day(0), &[("a", 1, None, 1)], "w1").await;
    let base = other.snapshot().unwrap();
    let changed = file(&other, day(0), &[("a", 1, None, 2)], "w2").await;
    other.replace(&base, &base.files, vec![changed], true).await.unwrap();

    assert!(matches!(stale.append(vec![waiting], Some(writes("journal", 1, 1))).await.unwrap(), Committed::New { .. }));
    assert_eq!(stored(home.path()).await, [2, 3]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_writers_with_one_mark_exactly_one_commits() {
    let home = tempfile::tempdir().unwrap();
    let start = table(home.path()).await;
    let mut tasks = Vec::new();
    for writer in 0..6 {
        let mut table = start.clone();
        let app = if writer < 4 { "journal".to_owned() } else { format!("file:{writer}") };
        let file = file(&table, day(writer), &[("a", 1, None, i64::from(writer))], "w").await;
        tasks.push(tokio::spawn(async move { table.append(vec![file], Some(writes(&app, 1, 1))).await.unwrap() }));
    }
    let mut new = 0;
    for task in tasks {
        new += usize::from(matches!(task.await.unwrap(), Committed::New { .. }));
    }
    assert_eq!(new, 3, "one of four with the same mark, and both others");
    let numbers = stored(home.path()).await;
    assert_eq!(numbers.len(), 3, "{numbers:?}");
    assert_eq!(numbers[1..], [4, 5]);
}

#[tokio::test]
async fn a_reader_can_ask_for_the_mark_of_the_very_version_it_reads() {
    let home = tempfile::tempdir().unwrap();
    let mut writer = table(home.path()).await;
    let first = file(&writer, day(0), &[("a", 1, None, 1)], "w1").await;
    writer.append(vec![first], Some(writes("journal", 1, 1))).await.unwrap();
    let reader = Table::open(home.path(), spec(), now).await.unwrap();
    let second = file(&writer, day(0), &[("b", 1, None, 2)], "w2").await;
    writer.append(vec![second], Some(writes("journal", 2, 2))).await.unwrap();
    assert_eq!(reader.mark_in_snapshot("journal").await.unwrap(), Some(1));
    assert_eq!(reader.mark("journal").await.unwrap(), Some(2));
    assert_eq!(numbers(&reader.snapshot().unwrap()).await, [1], "a snapshot does not move");
}

#[tokio::test]
async fn a_table_is_absent_until_created_and_then_must_have_the_columns_expected() {
    let home = tempfile::tempdir().unwrap();
    let absent = Table::open(home.path(), spec(), now).await;
    assert!(matches!(absent, Err(LakeError::Absent { .. })));
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0, "reading writes nothing");
    let table = table(home.path()).await;
    let protocol = table.delta.snapshot().unwrap().protocol().clone();
    assert_eq!((protocol.min_reader_version(), protocol.min_writer_version()), (1, 2));

    let mut other = spec();
    let fields: Vec<_> = other.schema.fields().iter().take(4).cloned().collect();
    other.schema = std::sync::Arc::new(arrow::datatypes::Schema::new(fields));
    other.stats = &["at"];
    let refused = Table::open(home.path(), other, now).await;
    assert!(matches!(refused, Err(LakeError::Schema { .. })));
}

/// An import that lost against another commit must not carry that commit's number: legs made after the other would
/// be taken for legs that know the import.
#[tokio::test]
async fn an_import_is_numbered_by_the_version_that_really_added_it() {
    let home = tempfile::tempdir().unwrap();
    let mut stale = table(home.path()).await;
    let mut other = stale.clone();
    let import = |table: &Table, n| {
        let table = table.clone();
        async move { file(&table, day(0), &[("a", 1, None, n)], "unused").await.written_by("file") }
    };
    let late = import(&stale, 2).await;
    let first = import(&other, 1).await;
    let Committed::New { version: one } = other.append(vec![first], None).await.unwrap() else { panic!("not added") };
    let Committed::New { version: two } = stale.append(vec![late], None).await.unwrap() else { panic!("not added") };
    assert!(two > one);
    let snapshot = stale.snapshot().unwrap();
    let mut origins: Vec<_> = snapshot.files.iter().map(|file| file.tags.origins.iter().collect::<String>()).collect();
    origins.sort();
    let mut expected = [one, two].map(|version| format!("file:{version}-{version}"));
    expected.sort();
    assert_eq!(origins, expected);
    let reopened = Table::open(home.path(), spec(), now).await.unwrap().snapshot().unwrap();
    assert_eq!(reopened.files, snapshot.files, "kept in the log");
}
