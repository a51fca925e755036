//! Of starts that contradict each other within one file, the first in the file counts, whatever the threads do.

use std::{path::Path, sync::Arc};

use contact::{ProviderId, RejectCode};
use journal::{Reader, RejectFilter};
use store::BulkFile;

use crate::{
    equality::cases_wanted,
    kept::{offered, open},
};

/// Lines of a file that one thread reads in one go.
const CHUNK: usize = 4_096;
const WORKERS: usize = 4;

/// Contact `C-1` three times, each time with another start and at the head of a chunk. The first chunk takes long to
/// read, the others are done at once.
fn contradicting() -> String {
    let mut lines: Vec<String> = vec![offered("C-1")];
    lines.extend((2..=CHUNK).map(|n| offered(&format!("D-{n}"))));
    for second in [1, 2] {
        lines.push(
            offered("C-1").replace("o-C-1", &format!("o-{second}")).replace("08:00:00Z", &format!("08:00:0{second}Z")),
        );
        lines.extend((2..=CHUNK).map(|_| "{".to_owned()));
    }
    lines.join("\n")
}

/// Ingests the file into a new lake and says where the rejected starts stood.
fn rejected(runtime: &tokio::runtime::Runtime, file: &Path) -> Vec<String> {
    let home = tempfile::tempdir().expect("a folder");
    runtime.block_on(async {
        let store = Arc::new(open(&home.path().join("lake")).await);
        let atlas = ProviderId::new("atlas").expect("a name");
        let bulk = BulkFile { path: file.to_owned(), provider: Some(atlas), mapping: None };
        let ingesting = Arc::clone(&store);
        let report = tokio::task::spawn_blocking(move || ingesting.ingest(&bulk, WORKERS, &|_, _| {}));
        let report = report.await.expect("no panic").expect("a file");
        assert_eq!(report.stored, u64::try_from(CHUNK).expect("few"), "{report:?}");
        assert_eq!(store.journal().read(Reader::check_books).expect("books"), [], "B1");
        let filter = RejectFilter { code: Some(RejectCode::StartedAtMismatch), ..RejectFilter::default() };
        let rows = store.journal().read(|reader| reader.rejects(&filter, None, 10)).expect("rejects");
        rows.into_iter().rev().map(|row| row.position).collect()
    })
}

/// Else the same file, ingested twice into two lakes, would give two reports.
#[test]
fn the_first_start_of_a_file_counts_whatever_the_threads_do() {
    let home = tempfile::tempdir().expect("a folder");
    let file = home.path().join("calls.ndjson");
    std::fs::write(&file, contradicting()).expect("written");
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    for round in 0..cases_wanted(12).min(100) {
        assert_eq!(rejected(&runtime, &file), ["calls.ndjson line 4097", "calls.ndjson line 8193"], "round {round}");
    }
}
