//! A version of a table as an explicit list of files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use contact::Day;
use deltalake_core::kernel::LogicalFileView;
use serde_json::Value;

use crate::{FileTags, LakeError, Origins, STARTED_DAY, TableSpec, stats};

/// One version of a table. Later commits do not change it; its files stay on the disk for the vacuum's retention.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// The Delta version.
    pub version: u64,
    /// All files, by day and then by path.
    pub files: Vec<DataFile>,
}

/// One Parquet file of a snapshot, with what the log says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataFile {
    /// Relative to the table's directory.
    pub path: String,
    /// Absolute.
    pub full: PathBuf,
    /// In bytes.
    pub size: u64,
    /// Number of rows.
    pub rows: u64,
    /// The `started_day` of every row.
    pub day: Day,
    /// Where its rows come from.
    pub tags: FileTags,
    /// First and last instant, in UTC microseconds, of each time column with statistics; absent if all are null.
    pub ranges: BTreeMap<String, (i64, i64)>,
    /// The statistics as the log has them.
    pub(crate) stats: Value,
}

impl Snapshot {
    /// The files of each day, days ascending.
    #[must_use]
    pub fn days(&self) -> BTreeMap<Day, Vec<&DataFile>> {
        let mut days: BTreeMap<Day, Vec<&DataFile>> = BTreeMap::new();
        for file in &self.files {
            days.entry(file.day).or_default().push(file);
        }
        days
    }

    /// The files of one day, by path.
    #[must_use]
    pub fn day(&self, day: Day) -> Vec<&DataFile> {
        self.files.iter().filter(|file| file.day == day).collect()
    }

    /// The writes whose rows a day holds. Compaction does not change it, any other commit to the day does.
    #[must_use]
    pub fn origins(&self, day: Day) -> Origins {
        Origins::union(self.files.iter().filter(|file| file.day == day).map(|file| &file.tags.origins))
    }
}

impl DataFile {
    pub(crate) fn from_view(view: &LogicalFileView, dir: &Path, spec: &TableSpec) -> Result<Self, LakeError> {
        #[expect(deprecated, reason = "the only way to the tags of a file in this version of the library")]
        let add = view.add_action();
        let damaged = |detail: String| LakeError::Log { table: spec.name, path: add.path.clone(), detail };
        let day = add.partition_values.get(STARTED_DAY).and_then(Option::as_deref).unwrap_or_default();
        let day = day.parse().map_err(|_| damaged(format!("the partition is {day:?}, not a day")))?;
        let stats: Value = serde_json::from_str(add.stats.as_deref().unwrap_or("null"))
            .map_err(|error| damaged(format!("statistics: {error}")))?;
        Ok(Self {
            full: dir.join(&add.path),
            size: u64::try_from(add.size).map_err(|_| damaged(format!("size {}", add.size)))?,
            rows: stats::rows(&stats).ok_or_else(|| damaged("no row count".to_owned()))?,
            day,
            tags: FileTags::from_map(&add.tags.clone().unwrap_or_default()).map_err(damaged)?,
            ranges: stats::ranges(spec, &stats)?,
            stats,
            path: add.path.clone(),
        })
    }
}
