//! Exit status, and errors in words.

use std::process::ExitCode;

use settlement::SettlementError;

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

/// The error and its causes, each said once: many an error says its cause itself.
fn told(error: &anyhow::Error) -> String {
    let mut text = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !text.contains(&cause) {
            text.push_str(": ");
            text.push_str(&cause);
        }
    }
    text
}

/// Tells the error and chooses the status.
pub fn explain(error: &anyhow::Error) -> Exit {
    eprintln!("vigie: {}", told(error));
    let usage = error.chain().any(|cause| {
        cause.is::<Usage>()
            || matches!(cause.downcast_ref(), Some(scorecard::ScorecardError::Question { .. }))
            || matches!(
                cause.downcast_ref(),
                Some(
                    SettlementError::Question { .. }
                        | SettlementError::Declared(_)
                        | SettlementError::NoStatement { .. }
                        | SettlementError::Scorecard(scorecard::ScorecardError::Question { .. })
                )
            )
            || matches!(
                cause.downcast_ref(),
                Some(
                    evaluation::EvaluationError::Question { .. }
                        | evaluation::EvaluationError::Filed(_)
                        | evaluation::EvaluationError::Scorecard(scorecard::ScorecardError::Question { .. })
                )
            )
            || cause.is::<evaluation::FiledError>()
            || matches!(
                cause.downcast_ref(),
                Some(
                    store::StoreError::NoLake(_)
                        | store::StoreError::NoNetwork(_)
                        | store::StoreError::Network(_)
                        | store::StoreError::OtherNetwork(_)
                        | store::StoreError::UnknownProvider { .. }
                        | store::StoreError::Filed(_)
                        | store::StoreError::Scorecard(scorecard::ScorecardError::Question { .. })
                )
            )
    });
    if usage { Exit::Usage } else { Exit::Failed }
}

#[cfg(test)]
mod tests {
    use anyhow::Context;

    use super::*;

    #[test]
    fn a_cause_is_said_once_whoever_says_it() {
        let path = "calls.csv".into();
        let source = std::io::Error::other("the disk is gone");
        let error = Err::<(), _>(store::StoreError::Io { path, source }).context("cannot ingest").unwrap_err();
        assert_eq!(told(&error), "cannot ingest: calls.csv: the disk is gone");
    }
}
