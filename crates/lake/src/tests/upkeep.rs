//! Upkeep changes the cost of an answer, never the answer.

use std::time::Duration;

use super::kit::*;
use crate::{FileTags, Table, compact_day, sort_batches};

#[tokio::test]
async fn tags_marks_and_ranges_survive_a_checkpoint_and_a_reload() {
    let home = tempfile::tempdir().unwrap();
    let mut table = table(home.path()).await;
    let tags = FileTags {
        origins: ["journal:1-9", "file:é \"quoted\""].into_iter().collect(),
        fingerprint: Some("events 4f2a; legs.sql 77".to_owned()),
    };
    let rows = sort_batches(table.spec(), &[batch(day(0), &[("a", 1_000, Some("x"), 1)])]).unwrap();
    let new = table.write_day(day(0), &[rows], tags.clone()).await.unwrap();
    table.append(vec![new], Some(writes("journal", 9, 9))).await.unwrap();
    add(&mut table, day(1), &[("b", 1, None, 2)], "w").await;
    let before = table.snapshot().unwrap();
    assert_eq!(before.files[0].tags, tags);

    deltalake_core::checkpoints::create_checkpoint(&table.delta, None).await.unwrap();
    // The checkpoint alone must be enough.
    for version in 0..before.version {
        std::fs::remove_file(table.dir().join(format!("_delta_log/{version:020}.json"))).unwrap();
    }
    let reopened = Table::open(home.path(), spec(), now).await.unwrap();
    let after = reopened.snapshot().unwrap();
    assert_eq!(after.files, before.files);
    assert_eq!(reopened.mark("journal").await.unwrap(), Some(9));
}

#[tokio::test]
async fn the_log_is_summed_up_every_fifty_commits() {
    let home = tempfile::tempdir().unwrap();
    let mut table = table(home.path()).await;
    let mut checkpoints = 0;
    for number in 0..120_i64 {
        add(&mut table, day(0), &[("a", number, None, number)], &format!("w{number}")).await;
        checkpoints += u32::from(table.checkpoint_if_due().await.unwrap());
    }
    assert_eq!(checkpoints, 2);
    let log: Vec<String> = std::fs::read_dir(table.dir().join("_delta_log"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let last = log.iter().filter(|name| name.contains(".checkpoint.")).max().unwrap();
    let since = log.iter().filter(|name| name.get(20..) == Some(".json") && name[..20] > last[..20]).count();
    assert!(since < 50, "{since} commits after {last}");
    let reopened = Table::open(home.path(), spec(), now).await.unwrap();
    assert_eq!(reopened.snapshot().unwrap().files, table.snapshot().unwrap().files);
    assert_eq!(stored(home.path()).await, (0..120).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_vacuum_takes_replaced_files_and_orphans_but_only_when_they_are_old() {
    let home = tempfile::tempdir().unwrap();
    let mut table = table(home.path()).await;
    add(&mut table, day(0), &[("a", 1, None, 1)], "w1").await;
    add(&mut table, day(0), &[("b", 1, None, 2)], "w2").await;
    let mut gone: Vec<_> = table.snapshot().unwrap().files.into_iter().map(|file| file.path).collect();
    compact_day(&mut table, day(0)).await.unwrap();
    gone.push(file(&table, day(0), &[("c", 1, None, 3)], "w3").await.path().to_owned());
    gone.sort();

    let keep = Duration::from_hours(30 * 24);
    assert!(table.vacuum(keep, false).await.unwrap().is_empty(), "all is younger than the retention");
    table.clock = later;
    assert_eq!(table.vacuum(keep, true).await.unwrap(), gone);
    assert!(gone.iter().all(|path| table.dir().join(path).exists()), "a dry run deletes nothing");
    assert_eq!(table.vacuum(keep, false).await.unwrap(), gone);
    assert!(!gone.iter().any(|path| table.dir().join(path).exists()));
    assert_eq!(stored(home.path()).await, [1, 2]);
    assert!(crate::verify(&table).await.unwrap().is_empty());
    add(&mut table, day(0), &[("d", 1, None, 4)], "w4").await;
    assert_eq!(stored(home.path()).await, [1, 2, 4], "the handle goes on after a vacuum");
}
