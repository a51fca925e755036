//! Exit status, and errors in words.

use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done,
    /// Failed.
    Failed,
    /// Wrong usage or configuration.
    Usage,
    /// Done, with rejects.
    Rejects,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::Rejects => 3,
        })
    }
}

/// A mistake in what the user gave, rather than a failure.
#[derive(Debug)]
pub struct Usage(pub String);

impl std::fmt::Display for Usage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Usage {}

/// Tells the error and chooses the status.
pub fn explain(error: &anyhow::Error) -> Exit {
    eprintln!("vigie: {error:#}");
    let usage = error.chain().any(|cause| {
        cause.is::<Usage>()
            || matches!(cause.downcast_ref(), Some(scorecard::ScorecardError::Question { .. }))
            || matches!(
                cause.downcast_ref(),
                Some(
                    store::StoreError::NoLake(_)
                        | store::StoreError::NoNetwork(_)
                        | store::StoreError::Network(_)
                        | store::StoreError::UnknownProvider { .. }
                        | store::StoreError::Scorecard(scorecard::ScorecardError::Question { .. })
                )
            )
    });
    if usage { Exit::Usage } else { Exit::Failed }
}
