//! Looks at what is on the disk and says where it is not what the log promises (L1, L2).

use std::collections::BTreeSet;
use std::fmt;
use std::fs::{self, File};
use std::path::Path;

use futures::TryStreamExt;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::metadata::ParquetMetaData;

use crate::order::OrderCheck;
use crate::stats::Collector;
use crate::{DataFile, LakeError, Table, TableSpec, encode};

/// One thing that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The file, relative to the table's directory.
    pub path: String,
    /// What is wrong with it.
    pub flaw: Flaw,
}

/// What can be wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    /// The log names it; it is not there.
    Missing,
    /// Its size is not the log's.
    Size {
        /// Bytes in the log.
        log: u64,
        /// Bytes on the disk.
        disk: u64,
    },
    /// It cannot be read as the table's Parquet.
    Unreadable(String),
    /// The footer counts other rows than the log.
    Rows {
        /// Rows in the log.
        log: u64,
        /// Rows in the footer.
        footer: i64,
    },
    /// The footer does not declare the table's order in every row group.
    Undeclared,
    /// A row sorts before the one above it.
    Disorder {
        /// From 0.
        row: u64,
    },
    /// A row belongs to another day.
    WrongDay(String),
    /// The log's statistics are not those of the rows.
    Statistics {
        /// In the log.
        log: String,
        /// Computed from the file.
        file: String,
    },
    /// No version and no retained removal names it: a write that was cut off before its commit. Harmless.
    Orphan,
}

impl Flaw {
    /// Whether figures may be wrong because of it.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        !matches!(self, Self::Orphan)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.path)?;
        match &self.flaw {
            Flaw::Missing => write!(f, "missing"),
            Flaw::Size { log, disk } => write!(f, "{disk} bytes on the disk, {log} in the log"),
            Flaw::Unreadable(cause) => write!(f, "unreadable: {cause}"),
            Flaw::Rows { log, footer } => write!(f, "{footer} rows in the footer, {log} in the log"),
            Flaw::Undeclared => write!(f, "the footer does not declare the table's order"),
            Flaw::Disorder { row } => write!(f, "row {row} sorts before the row above it"),
            Flaw::WrongDay(day) => write!(f, "a row has started_day {day}"),
            Flaw::Statistics { log, file } => write!(f, "statistics are {log} in the log, {file} in the file"),
            Flaw::Orphan => write!(f, "orphan: in no version"),
        }
    }
}

/// Reads every file of the loaded version completely and lists what is wrong, files by day and path, then orphans.
///
/// # Errors
/// When the log or the table's directory cannot be read; what is wrong with a data file is a finding, not an error.
pub async fn verify(table: &Table) -> Result<Vec<Finding>, LakeError> {
    let snapshot = table.snapshot()?;
    let mut known: BTreeSet<String> = table.files()?.into_iter().map(|file| file.path).collect();
    let state = table.delta.snapshot()?;
    let log = table.delta.log_store();
    let removed: Vec<_> = state.all_tombstones(&log).try_collect().await?;
    known.extend(removed.iter().map(|removed| removed.path().into_owned()));
    let (spec, dir) = (table.spec.clone(), table.dir.clone());
    tokio::task::spawn_blocking(move || {
        let mut findings = Vec::new();
        for file in &snapshot.files {
            let flaws = inspect(&spec, file);
            findings.extend(flaws.into_iter().map(|flaw| Finding { path: file.path.clone(), flaw }));
        }
        let mut present = BTreeSet::new();
        list_parquet(&dir, &dir, &mut present)?;
        findings.extend(present.difference(&known).map(|path| Finding { path: path.clone(), flaw: Flaw::Orphan }));
        Ok(findings)
    })
    .await?
}

fn inspect(spec: &TableSpec, file: &DataFile) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    match fs::metadata(&file.full) {
        Err(_) => return vec![Flaw::Missing],
        Ok(meta) if meta.len() != file.size => flaws.push(Flaw::Size { log: file.size, disk: meta.len() }),
        Ok(_) => {}
    }
    if let Err(error) = inspect_rows(spec, file, &mut flaws) {
        flaws.push(Flaw::Unreadable(error.to_string()));
    }
    flaws
}

fn inspect_rows(spec: &TableSpec, file: &DataFile, flaws: &mut Vec<Flaw>) -> Result<(), LakeError> {
    let handle = File::open(&file.full).map_err(|error| LakeError::io(&file.full, error))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(handle)?;
    inspect_footer(spec, file, builder.metadata(), flaws)?;
    let mut order = OrderCheck::new(spec)?;
    let mut stats = Collector::new(spec)?;
    let (mut disorder, mut stray) = (None, None);
    for batch in builder.build()? {
        let batch = batch?;
        if disorder.is_none() {
            disorder = order.push(&batch)?;
        }
        if stray.is_none() {
            stray = encode::stray_day(spec, &batch, file.day)?;
        }
        stats.push(&batch)?;
    }
    flaws.extend(disorder.map(|row| Flaw::Disorder { row }));
    flaws.extend(stray.map(Flaw::WrongDay));
    let found = stats.finish();
    if found != file.stats {
        flaws.push(Flaw::Statistics { log: file.stats.to_string(), file: found.to_string() });
    }
    Ok(())
}

fn inspect_footer(
    spec: &TableSpec,
    file: &DataFile,
    footer: &ParquetMetaData,
    flaws: &mut Vec<Flaw>,
) -> Result<(), LakeError> {
    let rows = footer.file_metadata().num_rows();
    if u64::try_from(rows) != Ok(file.rows) {
        flaws.push(Flaw::Rows { log: file.rows, footer: rows });
    }
    let order = encode::sorting_columns(spec)?;
    let declares = |declared: Option<&Vec<_>>| declared.map_or(&[][..], Vec::as_slice) == order;
    if !footer.row_groups().iter().all(|group| declares(group.sorting_columns())) {
        flaws.push(Flaw::Undeclared);
    }
    Ok(())
}

/// Parquet files below `dir`, relative to `top`; the log's own checkpoints are not data.
fn list_parquet(top: &Path, dir: &Path, found: &mut BTreeSet<String>) -> Result<(), LakeError> {
    let failed = |error| LakeError::io(dir, error);
    for entry in fs::read_dir(dir).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let path = entry.path();
        if entry.file_name() == "_delta_log" {
            continue;
        }
        if entry.file_type().map_err(failed)?.is_dir() {
            list_parquet(top, &path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "parquet")
            && let Ok(relative) = path.strip_prefix(top)
        {
            found.insert(relative.to_string_lossy().into_owned());
        }
    }
    Ok(())
}
