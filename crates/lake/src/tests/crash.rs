//! The process ends at the worst moments; the next one finds the lake whole and every flush exactly once.

use std::path::Path;
use std::process::Command;

use super::kit::*;
use crate::{LakeLock, Table, verify};

const ROOT: &str = "VIGIE_TEST_ROOT";

/// What a writer does: one file, one commit with a mark. Run in a process of its own by the tests below.
#[tokio::test]
#[ignore = "the body of the process that the crash tests start"]
async fn writer() {
    let Ok(root) = std::env::var(ROOT) else { return };
    let mut table = table(Path::new(&root)).await;
    let new = file(&table, day(0), &[("a", 1, None, 7)], "w7").await;
    table.append(vec![new], Some(writes("journal", 7, 7))).await.unwrap();
}

fn run(root: &Path, key: &str, value: &str) -> bool {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "tests::crash::writer", "--ignored", "--quiet"])
        .env_remove("VIGIE_FAULT")
        .env_remove("VIGIE_PLANT")
        .env(ROOT, root)
        .env(key, value)
        .output()
        .unwrap()
        .status
        .success()
}

#[tokio::test]
async fn a_process_that_ends_anywhere_in_a_flush_loses_and_doubles_nothing() {
    // Passage 1 is the data file, passage 2 the log entry.
    for (point, committed) in [
        ("lake.before_sync:1", false),
        ("lake.after_sync:1", false),
        ("lake.after_link:1", false),
        ("lake.before_commit", false),
        ("lake.before_sync:2", false),
        ("lake.after_sync:2", false),
        ("lake.after_link:2", true),
        ("lake.after_commit", true),
    ] {
        let home = tempfile::tempdir().unwrap();
        add(&mut table(home.path()).await, day(0), &[("z", 1, None, 1)], "w1").await;
        assert!(!run(home.path(), "VIGIE_FAULT", point), "{point} was not reached");
        let expected: &[i64] = if committed { &[1, 7] } else { &[1] };
        assert_eq!(stored(home.path()).await, expected, "after {point}");

        LakeLock::acquire(home.path(), "recovery", "now").unwrap().sweep().unwrap();
        assert!(run(home.path(), "VIGIE_FAULT", "none"), "recovery after {point}");
        assert_eq!(stored(home.path()).await, [1, 7], "recovered after {point}");
        let table = Table::open(home.path(), spec(), now).await.unwrap();
        let findings = verify(&table).await.unwrap();
        assert!(!findings.iter().any(|finding| finding.flaw.is_damage()), "{point}: {findings:?}");
    }
}

#[tokio::test]
#[cfg(feature = "planted")]
async fn without_reading_the_mark_a_repeated_flush_is_doubled() {
    let home = tempfile::tempdir().unwrap();
    assert!(run(home.path(), "VIGIE_PLANT", "no_txn_read"));
    assert!(run(home.path(), "VIGIE_PLANT", "no_txn_read"));
    assert_eq!(stored(home.path()).await, [7, 7], "the check above would notice");
}
