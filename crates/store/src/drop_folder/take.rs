//! One file, from the look into it to its receipt. At every point at which the process may end, the file still lies in
//! its folder, or where it was put away with a receipt beside it.

use std::{
    fs::{self, File},
    io::{self, ErrorKind, Seek},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use intake::{ContainerError, Ending};
use journal::Receipt;
use sha2::{Digest, Sha256};

use super::{
    inbox::{Form, Inbox},
    names,
    patience::Stamp,
    receipt::{DropOutcome, DropReceipt, withdraw},
};
use crate::{
    BulkFile, Store, StoreError,
    bulk::{Tee, hex},
};

/// Most files of one name that are put away beside each other.
const NAMESAKES: usize = 100_000;

/// A file to be looked into.
pub(super) struct Case<'a> {
    pub(super) store: &'a Store,
    pub(super) inbox: &'a Inbox,
    pub(super) name: &'a str,
    /// As it was found.
    pub(super) stamp: Stamp,
    /// Threads that parse.
    pub(super) workers: usize,
}

/// What came of it.
pub(super) enum Outcome {
    /// It was put away with this receipt.
    Settled(Box<DropReceipt>),
    /// It is not ready, and stays.
    Unready(String),
    /// It is gone, or another than was found: the next look will tell.
    Passed,
}

/// What a file is that was read to its end.
enum Judged {
    Whole([u8; 32]),
    Cut(String),
    Unreadable(ContainerError),
}

impl Case<'_> {
    /// Looks into the file; when it is whole, takes it in and puts it away.
    ///
    /// # Errors
    /// What is no fault of the file: the disk, the journal, a folder that may not be written.
    pub(super) fn take(&self) -> Result<Outcome, StoreError> {
        let file = match self.open() {
            Ok(Some(file)) => file,
            Ok(None) => return Ok(Outcome::Passed),
            Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                let why = format!("it cannot be opened ({error}); let the user that runs this program read it");
                return Ok(Outcome::Unready(why));
            }
            Err(error) => return Err(self.failed(error)),
        };
        if self.stamp.bytes == 0 {
            let why = "it is empty, as a file is that was only just made; remove it if nothing is to come";
            return Ok(Outcome::Unready(why.to_owned()));
        }
        let again = file.try_clone().map_err(|error| self.failed(error))?;
        match self.judge(again) {
            Judged::Whole(digest) => self.count(file, &digest),
            Judged::Cut(why) => Ok(Outcome::Unready(why)),
            Judged::Unreadable(why) => self.refuse(&why.to_string()),
        }
    }

    /// Puts the file away as one of which nothing counts.
    ///
    /// # Errors
    /// The disk, or the folder may not be written.
    pub(super) fn refuse(&self, why: &str) -> Result<Outcome, StoreError> {
        let (dir, target) = self.place(names::REFUSED, None)?;
        let message = format!("{why}; nothing of it was counted, drop it again once it is mended");
        self.put_away(&dir, &target, self.receipt(DropOutcome::Refused, message))
    }

    fn path(&self) -> PathBuf {
        self.inbox.dir.join(self.name)
    }

    fn failed(&self, source: io::Error) -> StoreError {
        StoreError::Io { path: self.path(), source }
    }

    /// Opens the very file that was found, and no other that took its name, such as a link out of the folder.
    fn open(&self) -> io::Result<Option<File>> {
        let path = self.path();
        let is_found = |metadata: &fs::Metadata| metadata.is_file() && Stamp::from(metadata) == self.stamp;
        let looked = fs::symlink_metadata(&path).and_then(|metadata| {
            if !is_found(&metadata) {
                return Ok(None);
            }
            let file = File::open(&path)?;
            let opened = file.metadata()?;
            Ok(is_found(&opened).then_some(file))
        });
        match looked {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            looked => looked,
        }
    }

    fn judge(&self, file: File) -> Judged {
        let digest = Arc::new(Mutex::new(Sha256::new()));
        let tee = Tee { inner: file, digest: Arc::clone(&digest), read: Arc::default() };
        let framing = self.inbox.form.as_ref().and_then(|form| form.mapping.framing());
        match Ending::of(self.name, tee, framing) {
            Ok(Ending::Whole) => {
                let digest = digest.lock().unwrap_or_else(PoisonError::into_inner).clone();
                Judged::Whole(digest.finalize().into())
            }
            Ok(Ending::Cut(why)) => Judged::Cut(why),
            Err(error) => Judged::Unreadable(error),
        }
    }

    /// Takes a whole file in, unless its content counts already, and puts it away.
    fn count(&self, mut file: File, digest: &[u8; 32]) -> Result<Outcome, StoreError> {
        let sha256 = hex(digest);
        let (dir, target) = self.place(names::DONE, Some(&sha256))?;
        let receipt = |outcome, message| DropReceipt { sha256: Some(sha256.clone()), ..self.receipt(outcome, message) };
        if let Some(known) = self.known(digest)? {
            let receipt = match DropReceipt::read(&dir, &target) {
                Some(beside) => self.go_on(beside).in_books(&known),
                // Its events are in the receipt that it names, and not once more in this one.
                None => DropReceipt {
                    events: None,
                    ..receipt(DropOutcome::Duplicate, told_before(&known)).in_books(&known)
                },
            };
            return self.put_away(&dir, &target, receipt);
        }
        if let Some(form) = &self.inbox.form {
            self.remember(form)?;
        }
        let taking = "it is being taken in; if the program stops meanwhile, it goes on at the next start";
        let begun = receipt(DropOutcome::Taking, taking.to_owned()).write(&dir, &target);
        begun.and_then(|()| file.rewind()).map_err(|error| self.failed(error))?;
        let bulk = BulkFile {
            path: self.path(),
            provider: self.inbox.provider.clone(),
            mapping: self.inbox.form.as_ref().map(|form| Arc::clone(&form.mapping)),
        };
        let report = match self.store.take_in(&bulk, file, Some(digest), self.workers, &|_, _| {}) {
            Err(StoreError::File { source, .. }) => {
                withdraw(&dir, &target).map_err(|error| self.failed(error))?;
                return self.refuse(&source.to_string());
            }
            Err(StoreError::Changed(_)) => {
                withdraw(&dir, &target).map_err(|error| self.failed(error))?;
                return Ok(Outcome::Passed);
            }
            report => report?,
        };
        lake::fault::point("drop.counted");
        let message = match report.rejects() {
            0 => "counted".to_owned(),
            rejects => format!("counted, with {rejects} rejected; see them with `vigie rejects list`"),
        };
        let counted = receipt(DropOutcome::Counted, message).with_rows(report);
        let counted = match self.known(digest)? {
            Some(known) => counted.in_books(&known),
            None => counted,
        };
        self.put_away(&dir, &target, counted)
    }

    fn receipt(&self, outcome: DropOutcome, message: String) -> DropReceipt {
        DropReceipt {
            provider: self.inbox.provider.clone(),
            mapping: self.inbox.form.as_ref().map(|form| form.name.clone()),
            ..DropReceipt::new(self.name, &self.stamp, outcome, message)
        }
    }

    /// The receipt beside the place of this very content, which an earlier run or look has left there: what it began to
    /// say is so by now.
    fn go_on(&self, beside: DropReceipt) -> DropReceipt {
        let DropReceipt { bytes, modified_at, .. } = self.receipt(beside.outcome, String::new());
        if beside.outcome == DropOutcome::Taking {
            let message = "counted; the program was stopped before it could say more".to_owned();
            return DropReceipt { outcome: DropOutcome::Counted, message, bytes, modified_at, ..beside };
        }
        DropReceipt { bytes, modified_at, ..beside }
    }

    /// Where the content was counted, if it was.
    fn known(&self, digest: &[u8; 32]) -> Result<Option<Receipt>, StoreError> {
        let receipts = self.store.journal().read(|reader| reader.receipts_of_file(digest))?;
        Ok(receipts.into_iter().next())
    }

    /// Rejected rows are read again by the mapping that read them first.
    fn remember(&self, form: &Form) -> Result<(), StoreError> {
        let journal = self.store.journal();
        if journal.read(|reader| reader.document("mapping", form.mapping.hash()))?.is_none() {
            journal.store_document("mapping", &form.text)?;
        }
        Ok(())
    }

    /// A name in the folder that is free, or whose receipt already is of this content.
    fn place(&self, folder: &str, sha256: Option<&str>) -> Result<(PathBuf, String), StoreError> {
        let failed = |source| StoreError::Io { path: self.inbox.dir.join(folder), source };
        let dir = self.inbox.folder(folder).map_err(failed)?;
        let name = (1..=NAMESAKES).map(|nth| names::variant(self.name, nth)).find(|name| is_free(&dir, name, sha256));
        let full = || failed(io::Error::other(format!("it holds {NAMESAKES} files of this name; clear it out")));
        Ok((dir.clone(), name.ok_or_else(full)?))
    }

    /// First the receipt, then the file beside it: a file that is put away is never without one.
    fn put_away(&self, dir: &Path, target: &str, receipt: DropReceipt) -> Result<Outcome, StoreError> {
        receipt.write(dir, target).map_err(|error| self.failed(error))?;
        lake::fault::point("drop.told");
        let away = dir.join(target);
        match fs::rename(self.path(), &away) {
            // Whoever dropped it took it back. It counts as the receipt says.
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Outcome::Settled(Box::new(receipt))),
            moved => moved.map_err(|error| self.failed(error))?,
        }
        let moved = fs::symlink_metadata(&away).map_err(|error| self.failed(error))?;
        if !Stamp::from(&moved).has_content_of(&self.stamp) {
            // What was moved is not what the receipt is of: it was written to, or replaced, at the last moment.
            put_back(self.inbox, &away, self.name).map_err(|error| self.failed(error))?;
        }
        let synced = [dir, &self.inbox.dir].into_iter().try_for_each(|dir| File::open(dir)?.sync_all());
        synced.map_err(|error| self.failed(error))?;
        Ok(Outcome::Settled(Box::new(receipt)))
    }
}

/// What to say of content that counts already.
fn told_before(known: &Receipt) -> String {
    let name = known.file_label.as_deref().unwrap_or("another file");
    format!(
        "the same content was counted as {name:?}, received at {}, receipt {}; it is not counted again",
        known.received_at, known.id
    )
}

/// Whether a file may be put away under this name: nothing has it, and no receipt but one of this content.
fn is_free(dir: &Path, name: &str, sha256: Option<&str>) -> bool {
    let is_missing = |name: &str| fs::symlink_metadata(dir.join(name)).is_err();
    let is_its_own = || {
        let receipt = DropReceipt::read(dir, name);
        sha256.is_some() && receipt.is_some_and(|receipt| receipt.sha256.as_deref() == sha256)
    };
    is_missing(name) && (is_missing(&names::receipt_of(name)) || is_its_own())
}

/// Moves a file back to where files are looked into, under its name or one like it.
pub(super) fn put_back(inbox: &Inbox, away: &Path, name: &str) -> io::Result<()> {
    let free = (1..=NAMESAKES).map(|nth| inbox.dir.join(names::variant(name, nth)));
    let free = free.into_iter().find(|path| fs::symlink_metadata(path).is_err());
    let Some(path) = free else { return Err(ErrorKind::AlreadyExists.into()) };
    fs::rename(away, path)
}
