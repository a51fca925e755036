//! Where things lie in a lake home.

use std::path::{Path, PathBuf};

/// A lake home's directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home(PathBuf);

impl Home {
    /// The home at `path`, which may not exist yet.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        Self(std::path::absolute(path).unwrap_or_else(|_| path.to_owned()))
    }

    /// The directory.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The journal.
    #[must_use]
    pub fn journal(&self) -> PathBuf {
        self.0.join("journal.sqlite")
    }

    /// The secret key.
    #[must_use]
    pub fn key(&self) -> PathBuf {
        self.0.join("secret.key")
    }

    /// Whether there is a lake.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.journal().exists()
    }
}
