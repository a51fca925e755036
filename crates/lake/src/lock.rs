//! One process writes a lake; the others can read who it is.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::LakeError;
use crate::disk::{self, Disk};

/// The right to write a lake, held until dropped or until the process ends, however it ends.
#[derive(Debug)]
pub struct LakeLock {
    root: PathBuf,
    /// The system releases the lock when this is closed.
    _file: File,
}

impl LakeLock {
    /// Takes the lock file `<root>/lock`, making `root` durable if it is new, and writes there who holds it:
    /// `purpose` (the command), the process id and `since` (an instant as text, given by the caller).
    ///
    /// # Errors
    /// [`LakeError::Held`] with the holder's text when another process has it.
    pub fn acquire(root: &Path, purpose: &str, since: &str) -> Result<Self, LakeError> {
        let root = std::path::absolute(root).map_err(|error| LakeError::io(root, error))?;
        Disk::new(&root, File::sync_all).make_dir(&root)?;
        let path = root.join("lock");
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|error| LakeError::io(&path, error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(LakeError::Held { by: holder(&mut file) }),
            Err(TryLockError::Error(error)) => return Err(LakeError::io(&path, error)),
        }
        let text = format!("{purpose}, process {}, since {since}\n", std::process::id());
        write_holder(&mut file, &text).map_err(|error| LakeError::io(&path, error))?;
        Ok(Self { root, _file: file })
    }

    /// The lake this lock is for.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Removes the staging files that an earlier process left in the lake; says how many.
    ///
    /// # Errors
    /// When a directory cannot be read or a file cannot be removed.
    pub fn sweep(&self) -> Result<u64, LakeError> {
        disk::sweep(&self.root).map_err(|error| LakeError::io(&self.root, error))
    }
}

fn write_holder(file: &mut File, text: &str) -> std::io::Result<()> {
    file.set_len(0)?;
    file.seek(SeekFrom::Start(0))?;
    file.write_all(text.as_bytes())
}

fn holder(file: &mut File) -> String {
    let mut text = String::new();
    match file.read_to_string(&mut text) {
        Ok(_) if !text.trim().is_empty() => text.trim().to_owned(),
        _ => "another process that has not yet written its name".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_writer_is_told_who_holds_the_lake() {
        let home = tempfile::tempdir().unwrap();
        let root = home.path().join("new/lake");
        let first = LakeLock::acquire(&root, "vigie serve", "2026-11-02T08:00:00Z").unwrap();
        let Err(LakeError::Held { by }) = LakeLock::acquire(&root, "vigie ingest", "later") else {
            panic!("two writers at once");
        };
        assert!(by.contains("vigie serve") && by.contains("2026-11-02T08:00:00Z"), "{by}");
        assert!(by.contains(&std::process::id().to_string()), "{by}");
        drop(first);
        LakeLock::acquire(&root, "vigie ingest", "later").unwrap();
    }
}
