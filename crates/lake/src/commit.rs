//! Commits: appends that happen once, rewrites that lose nothing.

use std::collections::BTreeSet;

use contact::Day;
use deltalake_core::DeltaTableError;
use deltalake_core::kernel::transaction::{CommitBuilder, CommitProperties, TransactionError};
use deltalake_core::kernel::{Action, Remove, Transaction};
use deltalake_core::protocol::{DeltaOperation, SaveMode};

use crate::{DataFile, LakeError, NewFile, STARTED_DAY, Snapshot, Table, fault};

/// Attempts of one commit. A lost attempt means that another writer got through, so this many in a row is a crowd.
const ATTEMPTS: u32 = 100;

/// How an append ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Committed {
    /// In this version.
    New {
        /// The Delta version.
        version: u64,
    },
    /// The log already had this mark or a later one; nothing was written.
    Already {
        /// The mark found.
        mark: i64,
    },
}

impl Table {
    /// Adds files in one commit, together with the mark `(app, n)` if given: `app` has now written everything up to
    /// `n`. If the log already has a mark of `app` of at least `n`, nothing is written. The mark is read in exactly the
    /// version that the commit builds on, at every attempt, so a commit can neither be doubled nor be lost.
    ///
    /// # Errors
    /// [`LakeError::Busy`] when other writers win every attempt; [`LakeError::Sync`] is fatal. After any error the
    /// commit may or may not be there: ask again with the same mark.
    pub async fn append(&mut self, files: Vec<NewFile>, mark: Option<(&str, i64)>) -> Result<Committed, LakeError> {
        for _ in 0..ATTEMPTS {
            self.refresh().await?;
            if let Some((app, wanted)) = mark
                && let Some(found) = self.mark_before_commit(app).await?
                && found >= wanted
            {
                return Ok(Committed::Already { mark: found });
            }
            // A commit is made on exactly the loaded version, so its own is the next.
            let next = i64::try_from(self.delta.snapshot()?.version() + 1).unwrap_or(i64::MAX);
            let actions = files.iter().map(|file| Action::Add(file.added_in(next))).collect();
            let operation = write_operation(SaveMode::Append);
            if let Some(version) = self.try_commit(actions, mark, operation).await? {
                return Ok(Committed::New { version });
            }
        }
        Err(self.busy())
    }

    /// Removes `old` and adds `new` in one commit. `base` is the snapshot from which the rewrite was computed: if any
    /// day of `old` or `new` has other files by now, nothing is written. Commits to other days do not disturb.
    /// `data_change = false` says that the rows are the same as before, only arranged better.
    ///
    /// # Errors
    /// [`LakeError::Conflict`] when a day has changed: reload and compute again. [`LakeError::Busy`] as for an append;
    /// [`LakeError::Sync`] is fatal.
    pub async fn replace(
        &mut self,
        base: &Snapshot,
        old: &[DataFile],
        new: Vec<NewFile>,
        data_change: bool,
    ) -> Result<u64, LakeError> {
        let days: BTreeSet<Day> = old.iter().map(|file| file.day).chain(new.iter().map(NewFile::day)).collect();
        let before = paths(base, &days);
        if let Some(stranger) = old.iter().find(|file| !before.contains(&(file.day, file.path.as_str()))) {
            return Err(self.conflict(stranger.day, base.version));
        }
        let actions = self.rewrite(old, new, data_change);
        for _ in 0..ATTEMPTS {
            self.refresh().await?;
            let now = self.snapshot()?;
            if let Some((day, _)) = paths(&now, &days).symmetric_difference(&before).next() {
                return Err(self.conflict(*day, base.version));
            }
            let operation = if data_change {
                write_operation(SaveMode::Overwrite)
            } else {
                DeltaOperation::Optimize { predicate: None, target_size: 0 }
            };
            if let Some(version) = self.try_commit(actions.clone(), None, operation).await? {
                return Ok(version);
            }
        }
        Err(self.busy())
    }

    fn rewrite(&self, old: &[DataFile], new: Vec<NewFile>, data_change: bool) -> Vec<Action> {
        let removed_at = (self.clock)();
        let removes = old.iter().map(|file| {
            Action::Remove(Remove {
                path: file.path.clone(),
                data_change,
                deletion_timestamp: Some(removed_at),
                extended_file_metadata: Some(true),
                size: i64::try_from(file.size).ok(),
                partition_values: Some([(STARTED_DAY.to_owned(), Some(file.day.to_string()))].into()),
                ..Default::default()
            })
        });
        let adds = new.into_iter().map(|mut file| {
            file.add.data_change = data_change;
            Action::Add(file.add)
        });
        removes.chain(adds).collect()
    }

    /// Commits on exactly the loaded version; `None` when another writer was first.
    async fn try_commit(
        &mut self,
        actions: Vec<Action>,
        mark: Option<(&str, i64)>,
        operation: DeltaOperation,
    ) -> Result<Option<u64>, LakeError> {
        let mut properties = Self::properties();
        if let Some((app, mark)) = mark {
            properties = properties.with_application_transaction(Transaction::new(app, mark));
        }
        fault::point("lake.before_commit");
        let done = CommitBuilder::from(properties)
            .with_actions(actions)
            .build(Some(self.delta.snapshot()?), self.delta.log_store(), operation)
            .await;
        match done {
            Ok(commit) => {
                fault::point("lake.after_commit");
                self.delta.state = Some(commit.snapshot());
                Ok(Some(commit.version()))
            }
            Err(DeltaTableError::Transaction {
                source: TransactionError::MaxCommitAttempts(_) | TransactionError::CommitConflict(_),
            }) => Ok(None),
            Err(error) => Err(self.explain(error)),
        }
    }

    /// No retry by the library (its conflict check would not read our mark, and accepts a stale rewrite), no
    /// checkpoint and no clean-up inside a commit.
    pub(crate) fn properties() -> CommitProperties {
        CommitProperties::default()
            .with_max_retries(0)
            .with_create_checkpoint(false)
            .with_cleanup_expired_logs(Some(false))
    }

    fn busy(&self) -> LakeError {
        LakeError::Busy { table: self.spec.name, attempts: ATTEMPTS }
    }

    fn conflict(&self, day: Day, base: u64) -> LakeError {
        LakeError::Conflict { table: self.spec.name, day, base }
    }
}

fn paths<'a>(snapshot: &'a Snapshot, days: &BTreeSet<Day>) -> BTreeSet<(Day, &'a str)> {
    snapshot.files.iter().filter(|file| days.contains(&file.day)).map(|file| (file.day, file.path.as_str())).collect()
}

fn write_operation(mode: SaveMode) -> DeltaOperation {
    DeltaOperation::Write { mode, partition_by: Some(vec![STARTED_DAY.to_owned()]), predicate: None }
}
