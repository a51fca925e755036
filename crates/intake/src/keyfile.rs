//! The secret key's file: made once, private, never overwritten.
//!
//! The only file access of this crate. It lives here because the rules of the file (mode, atomic creation, refusal) are
//! what keeps the pseudonyms' promise, and every program that reads events needs them the same way.
//!
//! Content: one line, `vigie-secret-1 ` and 128 hexadecimal digits (pseudonym key, then seal key).

use std::{
    fs, io,
    io::Write,
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use ring::rand::{SecureRandom, SystemRandom};

use crate::{
    KeysError,
    keys::{KEY_LEN, Keys},
};

const HEADER: &str = "vigie-secret-1 ";

impl Keys {
    /// The brand's keys from `path` (usually `secret.key` beside the lake). A file that is not there is made, mode 0600,
    /// synced before it gets its name; of two processes that make it at once, both use the one that was first.
    ///
    /// # Errors
    /// The file is readable by others, damaged, or cannot be read or written.
    pub fn load_or_create(path: &Path) -> Result<Self, KeysError> {
        match Self::load(path) {
            Err(KeysError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                create(path)?;
                Self::load(path)
            }
            result => result,
        }
    }

    /// The brand's keys from a file that must exist.
    ///
    /// # Errors
    /// As [`Keys::load_or_create`], and when there is no such file.
    pub fn load(path: &Path) -> Result<Self, KeysError> {
        let failed = |source| KeysError::Io { path: path.to_owned(), action: "read", source };
        let mode = fs::metadata(path).map_err(failed)?.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(KeysError::Exposed { path: path.to_owned(), mode });
        }
        let text = fs::read_to_string(path).map_err(failed)?;
        let secrets = decoded(&text).ok_or_else(|| KeysError::Damaged { path: path.to_owned() })?;
        Ok(Self::from_secrets(&secrets[0], &secrets[1]))
    }
}

fn create(path: &Path) -> Result<(), KeysError> {
    let mut secret = [0; 2 * KEY_LEN];
    SystemRandom::new().fill(&mut secret).map_err(|_| KeysError::NoRandomness)?;
    let mut suffix = [0; 8];
    SystemRandom::new().fill(&mut suffix).map_err(|_| KeysError::NoRandomness)?;
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    let draft = directory.join(format!(".secret-{}.new", hex(&suffix)));
    let text = format!("{HEADER}{}\n", hex(&secret));
    let written = write_synced(&draft, &text).and_then(|()| named_once(&draft, path, &directory));
    // The draft holds a secret: it goes, whatever happened.
    let removed = fs::remove_file(&draft);
    written.and(removed).map_err(|source| KeysError::Io { path: path.to_owned(), action: "written", source })
}

fn write_synced(draft: &Path, text: &str) -> io::Result<()> {
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Gives the draft its name, unless another process was first.
fn named_once(draft: &Path, path: &Path, directory: &Path) -> io::Result<()> {
    match fs::hard_link(draft, path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => fs::File::open(directory)?.sync_all(),
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

fn decoded(text: &str) -> Option<[[u8; KEY_LEN]; 2]> {
    let digits: Vec<u8> = text
        .strip_prefix(HEADER)?
        .trim_end()
        .chars()
        .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect::<Option<_>>()?;
    let bytes: Vec<u8> = digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect();
    let (first, second) = bytes.split_at_checked(KEY_LEN)?;
    (digits.len() == 4 * KEY_LEN).then_some([first.try_into().ok()?, second.try_into().ok()?])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Person;

    #[test]
    fn the_same_file_gives_the_same_pseudonyms_after_a_restart() {
        let directory = tempfile::tempdir().expect("directory");
        let path = directory.path().join("secret.key");
        let first = Keys::load_or_create(&path).expect("made");
        let second = Keys::load_or_create(&path).expect("read");
        assert_eq!(first.pseudonym(Person::Agent, "a"), second.pseudonym(Person::Agent, "a"));
        assert_eq!(fs::metadata(&path).expect("file").permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(directory.path()).expect("directory").count(), 1, "no draft is left behind");
    }

    #[test]
    fn a_key_that_others_can_read_is_refused() {
        let directory = tempfile::tempdir().expect("directory");
        let path = directory.path().join("secret.key");
        Keys::load_or_create(&path).expect("made");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("chmod");
        let error = Keys::load_or_create(&path).expect_err("exposed");
        assert!(error.to_string().contains("mode 640"), "{error}");
    }

    #[test]
    fn a_damaged_key_is_never_replaced_by_a_new_one() {
        let directory = tempfile::tempdir().expect("directory");
        let path = directory.path().join("secret.key");
        write_synced(&path, "vigie-secret-1 abc\n").expect("written");
        assert!(matches!(Keys::load_or_create(&path), Err(KeysError::Damaged { .. })));
        assert_eq!(fs::read_to_string(&path).expect("file"), "vigie-secret-1 abc\n");
    }
}
