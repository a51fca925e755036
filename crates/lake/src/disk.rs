//! The one door through which this crate writes files: nothing gets its name before its bytes are durable.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::fault;

/// How a sync is done; tests give one that fails.
pub(crate) type SyncFn = fn(&File) -> io::Result<()>;

/// A disk did not confirm a write.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}: not durable: {cause}", path.display())]
pub(crate) struct SyncFailed {
    pub(crate) path: PathBuf,
    pub(crate) cause: String,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum DiskError {
    #[error(transparent)]
    Sync(#[from] SyncFailed),
    #[error("{}: already exists", .0.display())]
    Exists(PathBuf),
    #[error("{}: {source}", path.display())]
    Io { path: PathBuf, source: io::Error },
}

impl DiskError {
    fn io(path: &Path, source: io::Error) -> Self {
        Self::Io { path: path.to_path_buf(), source }
    }
}

/// Whether a name may already exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Naming {
    /// It must be new.
    Create,
    /// What was there is replaced at once.
    Replace,
}

/// Durable writes below one directory.
#[derive(Debug)]
pub(crate) struct Disk {
    home: PathBuf,
    sync: SyncFn,
    /// Directories whose own name is known to be durable.
    durable: Mutex<BTreeSet<PathBuf>>,
    failed: OnceLock<SyncFailed>,
    staged: AtomicU64,
}

impl Disk {
    pub(crate) fn new(home: &Path, sync: SyncFn) -> Self {
        Self {
            home: home.to_path_buf(),
            sync,
            durable: Mutex::default(),
            failed: OnceLock::new(),
            staged: AtomicU64::new(0),
        }
    }

    pub(crate) fn home(&self) -> &Path {
        &self.home
    }

    /// The first failed sync, after which every write is refused.
    pub(crate) fn failed(&self) -> Option<&SyncFailed> {
        self.failed.get()
    }

    /// Writes a file with `fill`, syncs it, gives it its name, syncs the directory. On any error the name does not
    /// appear, except when only the last sync failed; then the disk is marked failed.
    pub(crate) fn put<T, E: From<DiskError>>(
        &self,
        path: &Path,
        naming: Naming,
        fill: impl FnOnce(&mut BufWriter<&File>) -> Result<T, E>,
    ) -> Result<T, E> {
        if let Some(failure) = self.failed() {
            return Err(DiskError::from(failure.clone()).into());
        }
        let dir = path.parent().ok_or_else(|| DiskError::io(path, ErrorKind::InvalidInput.into()))?;
        self.make_dir(dir)?;
        let staging = self.staging(path);
        let done = self.stage(&staging, fill).and_then(|value| {
            publish(&staging, path, naming)?;
            self.sync_dir(dir)?;
            Ok(value)
        });
        if done.is_err() {
            remove_staging(&staging);
        }
        done
    }

    /// Makes a directory and those above it, each durable before the next is made.
    pub(crate) fn make_dir(&self, dir: &Path) -> Result<(), DiskError> {
        if self.known().contains(dir) {
            return Ok(());
        }
        if let Some(parent) = dir.parent() {
            let below_home = dir != self.home && dir.starts_with(&self.home);
            if below_home || !parent.is_dir() {
                self.make_dir(parent)?;
            }
            let made = match fs::create_dir(dir) {
                Ok(()) => true,
                Err(error) if error.kind() == ErrorKind::AlreadyExists => false,
                Err(error) => return Err(DiskError::io(dir, error)),
            };
            // A directory found in place may come from a process that ended before its sync.
            if made || below_home {
                self.sync_dir(parent)?;
            }
        }
        self.known().insert(dir.to_path_buf());
        Ok(())
    }

    fn known(&self) -> std::sync::MutexGuard<'_, BTreeSet<PathBuf>> {
        self.durable.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `name#<digits>`: listings of the object store hide such names.
    fn staging(&self, path: &Path) -> PathBuf {
        let count = self.staged.fetch_add(1, Ordering::Relaxed);
        let mut name = path.as_os_str().to_owned();
        name.push(format!("#{}{count:06}", std::process::id()));
        PathBuf::from(name)
    }

    fn stage<T, E: From<DiskError>>(
        &self,
        staging: &Path,
        fill: impl FnOnce(&mut BufWriter<&File>) -> Result<T, E>,
    ) -> Result<T, E> {
        let handle = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(staging)
            .map_err(|error| DiskError::io(staging, error))?;
        let mut writer = BufWriter::with_capacity(1 << 18, &handle);
        let value = fill(&mut writer)?;
        writer.flush().map_err(|error| DiskError::io(staging, error))?;
        drop(writer);
        fault::point("lake.before_sync");
        if !fault::planted("no_file_sync") {
            (self.sync)(&handle).map_err(|error| self.fail(staging, &error))?;
        }
        fault::point("lake.after_sync");
        Ok(value)
    }

    fn sync_dir(&self, dir: &Path) -> Result<(), DiskError> {
        if fault::planted("no_dir_sync") {
            return Ok(());
        }
        let handle = File::open(dir).map_err(|error| DiskError::io(dir, error))?;
        (self.sync)(&handle).map_err(|error| self.fail(dir, &error))
    }

    fn fail(&self, path: &Path, error: &io::Error) -> DiskError {
        let failure = SyncFailed { path: path.to_path_buf(), cause: error.to_string() };
        tracing::error!(path = %path.display(), cause = %error, "sync failed; no further write is accepted");
        DiskError::Sync(self.failed.get_or_init(|| failure).clone())
    }
}

/// Gives a synced staging file its name.
fn publish(staging: &Path, path: &Path, naming: Naming) -> Result<(), DiskError> {
    match naming {
        Naming::Replace => fs::rename(staging, path).map_err(|error| DiskError::io(path, error))?,
        Naming::Create => {
            fs::hard_link(staging, path).map_err(|error| match error.kind() {
                ErrorKind::AlreadyExists => DiskError::Exists(path.to_path_buf()),
                _ => DiskError::io(path, error),
            })?;
            remove_staging(staging);
        }
    }
    fault::point("lake.after_link");
    Ok(())
}

/// A staging file that stays behind is harmless: hidden from listings, removed by the next sweep.
fn remove_staging(staging: &Path) {
    if let Err(error) = fs::remove_file(staging)
        && error.kind() != ErrorKind::NotFound
    {
        tracing::warn!(path = %staging.display(), %error, "staging file left behind");
    }
}

/// Removes staging files below `dir`; says how many. Only for the holder of the lock: another writer may be staging.
pub(crate) fn sweep(dir: &Path) -> io::Result<u64> {
    let mut removed = 0;
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            removed += sweep(&entry.path())?;
        } else if is_staging(&entry.file_name().to_string_lossy()) {
            fs::remove_file(entry.path())?;
            removed += 1;
        }
    }
    Ok(removed)
}

fn is_staging(name: &str) -> bool {
    name.rsplit_once('#')
        .is_some_and(|(_, digits)| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(data: &'static [u8]) -> impl FnOnce(&mut BufWriter<&File>) -> Result<(), DiskError> {
        move |writer| writer.write_all(data).map_err(|error| DiskError::io(Path::new("test"), error))
    }

    #[test]
    fn the_second_create_of_a_name_is_refused_and_the_first_stays() {
        let home = tempfile::tempdir().unwrap();
        let disk = Disk::new(home.path(), File::sync_all);
        let path = home.path().join("a/b/c");
        disk.put(&path, Naming::Create, bytes(b"one")).unwrap();
        let again = disk.put(&path, Naming::Create, bytes(b"two"));
        assert!(matches!(again, Err(DiskError::Exists(_))));
        assert_eq!(fs::read(&path).unwrap(), b"one");
        disk.put(&path, Naming::Replace, bytes(b"two")).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "no staging file stays");
    }

    #[test]
    fn after_a_failed_sync_nothing_is_visible_and_nothing_more_is_written() {
        let home = tempfile::tempdir().unwrap();
        let disk = Disk::new(home.path(), |_| Err(io::Error::other("disk gone")));
        let path = home.path().join("file");
        assert!(matches!(disk.put(&path, Naming::Create, bytes(b"one")), Err(DiskError::Sync(_))));
        assert!(!path.exists());
        let mut asked = false;
        let again = disk.put(&path, Naming::Create, |_| {
            asked = true;
            Ok::<_, DiskError>(())
        });
        assert!(matches!(again, Err(DiskError::Sync(_))));
        assert!(!asked, "a second try must not even write");
    }

    #[test]
    fn a_failed_fill_leaves_no_name_and_does_not_condemn_the_disk() {
        let home = tempfile::tempdir().unwrap();
        let disk = Disk::new(home.path(), File::sync_all);
        let path = home.path().join("file");
        let failed = disk.put(&path, Naming::Create, |_| Err::<(), _>(DiskError::Exists(PathBuf::new())));
        assert!(failed.is_err());
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
        disk.put(&path, Naming::Create, bytes(b"one")).unwrap();
    }

    #[test]
    fn a_sweep_takes_staging_files_and_nothing_else() {
        let home = tempfile::tempdir().unwrap();
        let dir = home.path().join("day");
        fs::create_dir(&dir).unwrap();
        for name in ["a.parquet", "a.parquet#4242000001", "b#x", "lock"] {
            fs::write(dir.join(name), b"x").unwrap();
        }
        assert_eq!(sweep(home.path()).unwrap(), 1);
        assert!(!dir.join("a.parquet#4242000001").exists());
        assert_eq!(fs::read_dir(&dir).unwrap().count(), 3);
    }
}
