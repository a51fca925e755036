//! A store with a drop folder, looked into when a test says so, at an instant that it says.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use journal::{Counts, Reader};
use store::{DropFolder, DropOutcome, DropPolicy, DropReceipt, Store};

use crate::kept::open;

/// Reads `call,at`: a contact that is offered.
pub(super) const MAPPING: &str = "
name: calls
format: {kind: csv}
zone: UTC
source: /calls
contact: {id: '{call}', started_at: at}
times:
  at: {column: at, format: '%Y-%m-%d %H:%M:%S'}
event_id: '{call}-{$type}'
fields: {site: tunis, queue: voice-fr}
rules:
  - {emit: [{type: offered, at: at}]}
";

pub(super) const POLICY: DropPolicy =
    DropPolicy { settle: Duration::from_secs(10), patience: Duration::from_mins(10), workers: 1 };

pub(super) struct Bench {
    pub(super) store: Arc<Store>,
    folder: DropFolder,
    runtime: tokio::runtime::Runtime,
    now: Instant,
    home: tempfile::TempDir,
}

impl Bench {
    /// With the folders of the provider `atlas` for events, and for the exports that `calls.yaml` reads.
    pub(super) fn new() -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let root = home.path().join("drop");
        fs::create_dir_all(root.join("atlas/calls")).expect("made");
        fs::write(root.join("calls.yaml"), MAPPING).expect("written");
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let store = Arc::new(runtime.block_on(open(&home.path().join("lake"))));
        let folder = DropFolder::open(&root, POLICY).expect("a drop folder");
        Self { store, folder, runtime, now: Instant::now(), home }
    }

    /// A place below the drop folder.
    pub(super) fn place(&self, name: &str) -> PathBuf {
        self.home.path().join("drop").join(name)
    }

    /// Writes a file where it is dropped.
    pub(super) fn put(&self, name: &str, bytes: &[u8]) {
        fs::write(self.place(name), bytes).expect("written");
    }

    /// Looks again after so many seconds; gives what was put away, by name.
    pub(super) fn look(&mut self, seconds: u64) -> Vec<(String, DropOutcome)> {
        let receipts = self.receipts(seconds, usize::MAX);
        receipts.into_iter().map(|receipt| (receipt.file, receipt.outcome)).collect()
    }

    /// Looks again after so many seconds, and is told to stop after `most` files.
    pub(super) fn receipts(&mut self, seconds: u64, most: usize) -> Vec<DropReceipt> {
        self.now += Duration::from_secs(seconds);
        let asked = std::cell::Cell::new(0);
        let goes_on = || asked.replace(asked.get() + 1) < most;
        let _runtime = self.runtime.enter();
        self.folder.scan(&self.store, self.now, &goes_on).expect("nothing fatal")
    }

    /// Sees what was put there, then looks once it has been quiet for long enough.
    pub(super) fn settle(&mut self) -> Vec<(String, DropOutcome)> {
        assert_eq!(self.look(1), [], "nothing is taken at first sight");
        self.look(POLICY.settle.as_secs())
    }

    /// Events in the books, once it is clear that the books balance.
    pub(super) fn books(&self) -> Counts {
        assert_eq!(self.store.journal().read(Reader::check_books).expect("books"), [], "B1");
        self.store.journal().read(Reader::books).expect("books").events
    }
}

/// The receipt beside a file that was put away.
pub(super) fn receipt_beside(path: &Path) -> DropReceipt {
    let name = format!("{}.receipt.json", path.file_name().expect("a name").to_string_lossy());
    let text = fs::read(path.with_file_name(name)).expect("a receipt beside it");
    serde_json::from_slice(&text).expect("a receipt")
}

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

pub(super) fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).expect("memory")
}
