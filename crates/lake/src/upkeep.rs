//! What keeps a table quick and small: checkpoints, compaction, vacuum. All of it may be late or cut off at any point.

use std::time::Duration;

use contact::Day;
use deltalake_core::checkpoints;
use deltalake_core::operations::vacuum::{Clock as VacuumClock, VacuumMode};

use crate::merge::Merge;
use crate::{Clock, DataFile, FileTags, LakeError, Table};

/// Commits after which the log is summed up: opening and committing slow down with every commit since.
const CHECKPOINT_COMMITS: u64 = 50;
/// Files merged at once, well below the usual limit of open files.
const MERGE_FILES: usize = 256;

impl Table {
    /// Writes a checkpoint of the newest version if 50 commits were made since the last, and loads the table again from
    /// it (without that, the old commits stay in memory). Says whether it did.
    ///
    /// # Errors
    /// When the log cannot be read or written; [`LakeError::Sync`] is fatal.
    pub async fn checkpoint_if_due(&mut self) -> Result<bool, LakeError> {
        self.refresh().await?;
        let version = self.delta.snapshot()?.version();
        if version < self.last_checkpoint()?.map_or(0, |last| last + 1) + CHECKPOINT_COMMITS - 1 {
            return Ok(false);
        }
        checkpoints::create_checkpoint(&self.delta, None).await.map_err(|error| self.explain(error))?;
        self.load().await?;
        Ok(true)
    }

    /// The version of the last checkpoint, as the log's own pointer says. A missing or torn pointer is none.
    fn last_checkpoint(&self) -> Result<Option<u64>, LakeError> {
        let path = self.dir.join("_delta_log/_last_checkpoint");
        match std::fs::read(&path) {
            Ok(bytes) => {
                let pointer: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
                Ok(pointer.get("version").and_then(serde_json::Value::as_u64))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(LakeError::io(&path, error)),
        }
    }

    /// Deletes files that no version younger than `keep` names, and orphans older than that; with `dry_run` only lists
    /// them. Returns their paths, relative to the table, ascending. A real run also drops log entries older than the
    /// log's own retention (30 days) that a checkpoint has summed up.
    ///
    /// `keep` must be longer than any write or query takes: what is written but not yet committed is an orphan too.
    ///
    /// # Errors
    /// When the log cannot be read or written; [`LakeError::Sync`] is fatal.
    pub async fn vacuum(&mut self, keep: Duration, dry_run: bool) -> Result<Vec<String>, LakeError> {
        self.refresh().await?;
        let keep = chrono::Duration::from_std(keep)
            .map_err(|_| self.spec.refuse(format!("cannot keep files for {} seconds", keep.as_secs())))?;
        let (after, metrics) = self
            .delta
            .clone()
            .vacuum()
            .with_mode(VacuumMode::Full)
            .with_retention_period(keep)
            .with_enforce_retention_duration(false)
            .with_dry_run(dry_run)
            .with_clock(std::sync::Arc::new(Millis(self.clock)))
            .with_commit_properties(Self::properties())
            .await
            .map_err(|error| self.explain(error))?;
        self.delta = after;
        if !dry_run {
            checkpoints::cleanup_metadata(&self.delta, None).await?;
        }
        let mut paths = metrics.files_deleted;
        paths.sort();
        Ok(paths)
    }
}

#[derive(Debug)]
struct Millis(Clock);

impl VacuumClock for Millis {
    fn current_timestamp_millis(&self) -> i64 {
        (self.0)()
    }
}

/// Merges the files of one day into one sorted file, says that the data did not change, and returns the version; `None`
/// if there was at most one file. The new file has the origins of all. Of more than 256 files, the first 256 are merged:
/// call again until `None`. Memory is one batch of each file and one row group.
///
/// # Errors
/// [`LakeError::Conflict`] when the day changed meanwhile; simply try later. [`LakeError::Sync`] is fatal.
pub async fn compact_day(table: &mut Table, day: Day) -> Result<Option<u64>, LakeError> {
    table.refresh().await?;
    let base = table.snapshot()?;
    let old: Vec<DataFile> = base.day(day).into_iter().take(MERGE_FILES).cloned().collect();
    if old.len() < 2 {
        return Ok(None);
    }
    let tags = FileTags::union(old.iter().map(|file| &file.tags));
    let rows: u64 = old.iter().map(|file| file.rows).sum();
    let paths: Vec<_> = old.iter().map(|file| file.full.clone()).collect();
    let new = table.write_stream(day, rows, tags, move |spec| Merge::new(spec, &paths)).await?;
    if new.rows() != rows {
        let detail = format!("the log counts {rows} rows in {day}, its files hold {}", new.rows());
        return Err(LakeError::Log { table: table.spec.name, path: old[0].path.clone(), detail });
    }
    Ok(Some(table.replace(&base, &old, vec![new], false).await?))
}
