//! Bulk files: a whole file straight into the lake, counted once.

use std::{
    collections::{BTreeMap, HashMap},
    fs::File,
    io::Read,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use arrow::{array::AsArray, datatypes::TimestampMicrosecondType};
use contact::{ContactKey, Instant, Network, ProviderId};
use intake::{FileReader, Mapping};
use journal::{FileRef, PendingBulk};
use lake::Writes;
use sha2::{Digest, Sha256};

use crate::{
    Store, StoreError, bulk_books::FileBooks, bulk_parse::Reading, bulk_write::BulkWriter, replay::CLOUDEVENTS,
};

/// A file to be taken in.
pub struct BulkFile {
    /// Where it lies.
    pub path: PathBuf,
    /// Who sends it; may be absent when the mapping says.
    pub provider: Option<ProviderId>,
    /// How its rows become events; a file of CloudEvents when absent.
    pub mapping: Option<Arc<Mapping>>,
}

/// Told while a file is read: bytes read, and events made so far.
pub type BulkProgress<'a> = dyn Fn(u64, u64) + Sync + 'a;

/// What became of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BulkReport {
    /// The file.
    pub file: String,
    /// The receipt.
    pub receipt: String,
    /// Whether the very same file was counted before: then nothing was stored.
    pub known: bool,
    /// Rows or lines read.
    pub rows_read: u64,
    /// Rows of which events were made.
    pub mapped: u64,
    /// Rows left out on purpose, by name.
    pub skipped: BTreeMap<String, u64>,
    /// Events stored.
    pub stored: u64,
    /// Rows rejected, by reason: rows read are those mapped, those skipped and these.
    pub rejected: BTreeMap<String, u64>,
    /// Events of mapped rows that were rejected late, since they contradict what is known of their contact, by reason.
    pub late: BTreeMap<String, u64>,
    /// What was accepted with a remark, by remark.
    pub warnings: BTreeMap<String, u64>,
}

impl BulkReport {
    /// How many rejects there are, of rows and of events.
    #[must_use]
    pub fn rejects(&self) -> u64 {
        self.rejected.values().chain(self.late.values()).sum()
    }
}

impl Store {
    /// Takes in a file: whole and once, or not at all. Blocks; call it off the asynchronous threads.
    ///
    /// # Errors
    /// The file cannot be opened or taken apart (nothing of it counts), or the disk.
    pub fn ingest(
        &self,
        bulk: &BulkFile,
        workers: usize,
        progress: &BulkProgress<'_>,
    ) -> Result<BulkReport, StoreError> {
        self.check_provider(bulk)?;
        let file = File::open(&bulk.path).map_err(|source| StoreError::Io { path: bulk.path.clone(), source })?;
        self.take_in(bulk, file, None, workers, progress)
    }

    /// As [`Store::ingest`], from a file that is open already; only if its content is the one `expected`, if one is.
    pub(crate) fn take_in(
        &self,
        bulk: &BulkFile,
        file: File,
        expected: Option<&[u8; 32]>,
        workers: usize,
        progress: &BulkProgress<'_>,
    ) -> Result<BulkReport, StoreError> {
        let label = bulk.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let digest = Arc::new(Mutex::new(Sha256::new()));
        let read = Arc::new(std::sync::atomic::AtomicU64::new(0));
        let tee = Tee { inner: file, digest: Arc::clone(&digest), read: Arc::clone(&read) };
        let framing = bulk.mapping.as_ref().and_then(|mapping| mapping.framing());
        let mut reader = FileReader::open(&label, tee, framing)
            .map_err(|error| StoreError::File { file: label.clone(), source: error.into() })?;
        let received_at = self.journal().now();
        let network = self.network();
        let reading = self.reading_of(bulk, &label, &network, received_at, workers);
        let table = tokio::runtime::Handle::current().block_on(self.events.lock()).clone();
        let mut writer = BulkWriter::new(self.journal(), table, received_at)?;
        let mut books = FileBooks::default();
        reading.run(&mut reader, &mut |parsed| {
            let (events, origin) = books.enter(parsed);
            let rejects = writer.take(events, &origin)?;
            books.reject(rejects);
            progress(read.load(std::sync::atomic::Ordering::Relaxed), writer.stored);
            Ok(())
        })?;
        drop(reader);
        let (written, rejects) = writer.finish()?;
        books.reject(rejects);
        let digest: [u8; 32] = digest.lock().unwrap_or_else(PoisonError::into_inner).clone().finalize().into();
        if expected.is_some_and(|expected| *expected != digest) {
            return Err(StoreError::Changed(label));
        }
        self.commit_bulk(bulk, FileRef { label, digest }, received_at, books, written)
    }

    fn check_provider(&self, bulk: &BulkFile) -> Result<(), StoreError> {
        let network = self.network();
        let known = || network.providers.keys().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        match &bulk.provider {
            Some(provider) if !network.providers.contains_key(provider) => {
                Err(StoreError::UnknownProvider { provider: provider.to_string(), known: known() })
            }
            None if bulk.mapping.is_none() => {
                Err(StoreError::UnknownProvider { provider: String::new(), known: known() })
            }
            _ => Ok(()),
        }
    }

    fn reading_of<'a>(
        &'a self,
        bulk: &'a BulkFile,
        label: &'a str,
        network: &'a Network,
        now: Instant,
        workers: usize,
    ) -> Reading<'a> {
        let (provider, mapping) = (bulk.provider.as_ref(), bulk.mapping.as_deref());
        Reading { label, network, keys: self.keys(), provider, mapping, now, workers }
    }

    fn commit_bulk(
        &self,
        bulk: &BulkFile,
        file: FileRef,
        received_at: Instant,
        books: FileBooks,
        written: crate::bulk_write::Written,
    ) -> Result<BulkReport, StoreError> {
        let digest = file.digest;
        let counted = self.journal().read(|reader| reader.receipts_of_file(&digest))?;
        if let Some(receipt) = counted.first() {
            // What was written for it is an orphan that vacuum removes.
            return Ok(BulkReport { receipt: receipt.id.clone(), known: true, ..books.report(file.label) });
        }
        let format =
            bulk.mapping.as_ref().map_or(CLOUDEVENTS.to_owned(), |mapping| format!("mapping:{}", mapping.hash()));
        let report = books.report(file.label.clone());
        let data_files = written.files.iter().map(|file| file.path().to_owned()).collect();
        let named = bulk.mapping.as_ref().and_then(|mapping| mapping.sole_provider());
        let provider = bulk.provider.as_ref().or(named).cloned();
        let start = books.start(file, provider, format, received_at, data_files);
        let receipt = self.journal().begin_bulk(start)?;
        tokio::runtime::Handle::current().block_on(self.append_bulk(written.files, &digest))?;
        self.journal().finish_bulk(&digest, by_key(written.starts))?;
        Ok(BulkReport { receipt, ..report })
    }

    async fn append_bulk(&self, files: Vec<lake::NewFile>, digest: &[u8; 32]) -> Result<(), StoreError> {
        let mut events = self.events.lock().await;
        events.append(files, Some(Writes { app: &mark_of(digest), first: 1, last: 1 })).await?;
        self.show(&events).await?;
        Ok(())
    }

    /// Files that were being taken in when the last process ended: finished when the lake has their mark, else undone.
    pub(crate) async fn recover_bulks(&self) -> Result<(), StoreError> {
        for pending in self.journal().read(journal::Reader::pending_bulks)? {
            let mark = self.events.lock().await.mark(&mark_of(&pending.digest)).await?;
            if mark.is_some() {
                let starts = self.starts_of(&pending).await?;
                self.journal().finish_bulk(&pending.digest, by_key(starts))?;
                tracing::info!(file = pending.label, "finished a file that was in the lake already");
            } else {
                self.journal().abandon_bulk(&pending.digest)?;
                tracing::info!(file = pending.label, "undid a file that had not reached the lake; ingest it again");
            }
        }
        Ok(())
    }

    /// The same within a run, after a file could not be taken in: what has reached the lake counts and shows, what has
    /// not can be taken in again.
    pub(crate) async fn settle_bulks(&self) -> Result<(), StoreError> {
        self.recover_bulks().await?;
        let mut events = self.events.lock().await;
        events.refresh().await?;
        self.show(&events).await?;
        Ok(())
    }

    async fn starts_of(&self, pending: &PendingBulk) -> Result<HashMap<i64, Instant>, StoreError> {
        let snapshot = self.events.lock().await.snapshot()?;
        let mut starts = HashMap::new();
        for file in snapshot.files.iter().filter(|file| pending.data_files.contains(&file.path)) {
            for batch in lake::read_file(file, Some(&["contact_id", "started_at"])).await? {
                let contacts = batch.column(0).as_string::<i32>();
                let times = batch.column(1).as_primitive::<TimestampMicrosecondType>();
                for (contact, micros) in contacts.iter().flatten().zip(times.values()) {
                    if let Ok(start) = Instant::from_micros(*micros) {
                        starts.insert(ContactKey::from_stored(contact).hash64(), start);
                    }
                }
            }
        }
        Ok(starts)
    }
}

/// In the order in which the journal keeps them.
fn by_key(starts: HashMap<i64, Instant>) -> Vec<(i64, Instant)> {
    let mut starts: Vec<_> = starts.into_iter().collect();
    starts.sort_unstable_by_key(|(key, _)| *key);
    starts
}

/// The name of a file's mark in the table's log.
fn mark_of(digest: &[u8; 32]) -> String {
    format!("file:{}", hex(digest))
}

/// A digest in hexadecimal.
pub(crate) fn hex(digest: &[u8; 32]) -> String {
    use std::fmt::Write as _;
    digest.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Hashes and counts the bytes of a file as they are read.
pub(crate) struct Tee {
    pub(crate) inner: File,
    pub(crate) digest: Arc<Mutex<Sha256>>,
    pub(crate) read: Arc<std::sync::atomic::AtomicU64>,
}

impl Read for Tee {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.digest.lock().unwrap_or_else(PoisonError::into_inner).update(&buffer[..n]);
        self.read.fetch_add(n as u64, std::sync::atomic::Ordering::Relaxed);
        Ok(n)
    }
}
