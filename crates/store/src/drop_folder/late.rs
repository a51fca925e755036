//! Files that go on being written after they were put away: what was added to them must not be lost unseen.

use std::{fs, io, path::Path};

use super::{inbox::Inbox, names, patience::Stamp, receipt::DropReceipt, take::put_back};

/// Puts back what is no longer as its receipt says. Returns the names.
///
/// # Errors
/// A folder that cannot be read or written.
pub(super) fn bring_back(inbox: &Inbox) -> io::Result<Vec<String>> {
    let mut back = Vec::new();
    for folder in [names::DONE, names::REFUSED] {
        let dir = inbox.dir.join(folder);
        if !fs::symlink_metadata(&dir).is_ok_and(|found| found.is_dir()) {
            continue;
        }
        for entry in fs::read_dir(&dir)? {
            let receipt = entry?.file_name();
            if let Some(name) = receipt.to_str().and_then(names::file_of)
                && is_written_since(&dir, name)
            {
                put_back(inbox, &dir.join(name), name)?;
                back.push(name.to_owned());
            }
        }
    }
    Ok(back)
}

/// Whether the file was written after its receipt, and is another now.
fn is_written_since(dir: &Path, name: &str) -> bool {
    let found = |name: &str| fs::symlink_metadata(dir.join(name)).ok().filter(fs::Metadata::is_file);
    let (Some(file), Some(receipt)) = (found(name), found(&names::receipt_of(name))) else { return false };
    let written = |metadata: &fs::Metadata| metadata.modified().ok();
    // Of files that stay as they are, and of which there may be many, the receipts are not read.
    let may_be = written(&file) >= written(&receipt);
    may_be && DropReceipt::read(dir, name).is_some_and(|receipt| !receipt.is_of(&Stamp::from(&file)))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::drop_folder::receipt::DropOutcome;

    fn inbox() -> (tempfile::TempDir, Inbox) {
        let home = tempfile::tempdir().expect("a folder");
        let inbox = Inbox { dir: home.path().to_owned(), provider: None, form: None };
        (home, inbox)
    }

    fn put_away(inbox: &Inbox, name: &str) -> std::path::PathBuf {
        let dir = inbox.folder(names::DONE).expect("a folder");
        let path = dir.join(name);
        fs::write(&path, "one\n").expect("written");
        let stamp = Stamp::from(&fs::symlink_metadata(&path).expect("there"));
        let receipt = DropReceipt::new(name, &stamp, DropOutcome::Counted, "counted".to_owned());
        receipt.write(&dir, name).expect("written");
        path
    }

    /// A provider's program that appends a line a minute to a file it holds open would add them where nobody looks.
    #[test]
    fn a_file_that_goes_on_being_written_comes_back_and_the_others_stay() {
        let (home, inbox) = inbox();
        let (quiet, busy) = (put_away(&inbox, "quiet.ndjson"), put_away(&inbox, "busy.ndjson"));
        assert!(bring_back(&inbox).expect("readable").is_empty());
        let mut writer = fs::OpenOptions::new().append(true).open(&busy).expect("there");
        writer.write_all(b"two\n").expect("written");
        fs::write(home.path().join("busy.ndjson"), "three\n").expect("the next one");
        assert_eq!(bring_back(&inbox).expect("readable"), ["busy.ndjson"]);
        assert!(quiet.exists() && !busy.exists());
        let read = |name: &str| fs::read_to_string(home.path().join(name)).expect("there");
        assert_eq!((read("busy.ndjson"), read("busy~2.ndjson")), ("three\n".to_owned(), "one\ntwo\n".to_owned()));
        assert!(bring_back(&inbox).expect("readable").is_empty());
    }
}
