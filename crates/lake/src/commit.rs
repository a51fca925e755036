//! Commits: appends that happen once, rewrites that lose nothing.

use std::collections::BTreeSet;

use contact::Day;
use deltalake_core::DeltaTableError;
use deltalake_core::kernel::transaction::{CommitBuilder, CommitProperties, TransactionError};
use deltalake_core::kernel::{Action, MetadataExt as _, Remove, Transaction};
use deltalake_core::protocol::{DeltaOperation, SaveMode};

use crate::{DataFile, LakeError, NewFile, STARTED_DAY, Snapshot, Table, fault};

/// Attempts of one commit. A lost attempt means that another writer got through, so this many in a row is a crowd.
const ATTEMPTS: u32 = 100;

/// The writes that an append brings. A writer numbers its own from 1 and leaves no number out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Writes<'a> {
    /// The writer, named as in the log.
    pub app: &'a str,
    /// The first of them.
    pub first: i64,
    /// The last of them: the writer's mark from then on.
    pub last: i64,
}

/// How an append ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Committed {
    /// In this version.
    New {
        /// The Delta version.
        version: u64,
    },
    /// The log already had some of these writes; nothing was written.
    Already {
        /// The mark found. What is above it is in no version: append that alone.
        mark: i64,
    },
}

impl Table {
    /// Adds files in one commit, together with the mark of the `writes` they hold, if given. If the log has a mark of
    /// the same writer that covers any of them, nothing is written. The mark is read in exactly the version that the
    /// commit builds on, at every attempt, so a write can neither be doubled nor be lost.
    ///
    /// # Errors
    /// [`LakeError::Busy`] when other writers win every attempt; [`LakeError::Sync`] is fatal. After any error, and when
    /// this future was dropped, the commit may be there, may not, or may still come: append the same writes again, alone
    /// or with later ones.
    pub async fn append(&mut self, files: Vec<NewFile>, writes: Option<Writes<'_>>) -> Result<Committed, LakeError> {
        for _ in 0..ATTEMPTS {
            self.refresh().await?;
            if let Some(Writes { app, first, .. }) = writes
                && let Some(mark) = self.mark_before_commit(app).await?
                && mark >= first
            {
                return Ok(Committed::Already { mark });
            }
            // A commit is made on exactly the loaded version, so its own is the next.
            let next = i64::try_from(self.delta.snapshot()?.version() + 1).unwrap_or(i64::MAX);
            let actions = files.iter().map(|file| Action::Add(file.added_in(next))).collect();
            let operation = write_operation(SaveMode::Append);
            let mark = writes.map(|writes| (writes.app, writes.last));
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

    /// Gives an outdated table the columns of its specification, and no files: what they held is made again.
    ///
    /// # Errors
    /// [`LakeError::Busy`] when other writers win every attempt; [`LakeError::Sync`] is fatal.
    pub(crate) async fn renew(&mut self) -> Result<(), LakeError> {
        let schema = self.kernel_schema()?;
        for _ in 0..ATTEMPTS {
            if !self.outdated {
                return Ok(());
            }
            let metadata = self.delta.snapshot()?.metadata().clone();
            let metadata = metadata.with_schema(&schema).map_err(DeltaTableError::from)?;
            let mut actions = self.rewrite(&self.files()?, Vec::new(), true);
            actions.push(Action::Metadata(metadata));
            self.try_commit(actions, None, write_operation(SaveMode::Overwrite)).await?;
            self.load().await?;
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
