//! One Delta table: opening it, looking at it, writing files that a commit may then name.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::Schema;
use contact::Day;
use deltalake_core::kernel::engine::arrow_conversion::TryIntoKernel;
use deltalake_core::kernel::{Add, StructField, StructType};
use deltalake_core::{DeltaTable, DeltaTableBuilder, DeltaTableError, TableProperty};
use url::Url;

use crate::disk::Naming;
use crate::{DataFile, DurableStore, FileTags, LakeError, Origins, STARTED_DAY, Snapshot, TableSpec, encode, fault};

/// Milliseconds since 1970-01-01 UTC, used only to date files in the log.
pub type Clock = fn() -> i64;

/// One table, at the version last loaded. A clone is cheap and moves on by itself.
#[derive(Clone)]
pub struct Table {
    pub(crate) spec: Arc<TableSpec>,
    pub(crate) dir: PathBuf,
    pub(crate) store: DurableStore,
    pub(crate) delta: DeltaTable,
    /// It has other columns, and what it holds is made again.
    pub(crate) outdated: bool,
    pub(crate) clock: Clock,
}

/// A data file that is whole and durable but in no version yet. Dropping it leaves an orphan for the vacuum.
#[derive(Debug, Clone)]
pub struct NewFile {
    pub(crate) add: Add,
    day: Day,
    rows: u64,
    tags: FileTags,
    /// Numbers its writes by the versions that add them.
    writer: Option<&'static str>,
}

impl NewFile {
    /// Relative to the table's directory.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.add.path
    }

    /// The day of all its rows.
    #[must_use]
    pub fn day(&self) -> Day {
        self.day
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Its origin becomes a write of `writer` with the number of the version that an append adds it in: numbers that
    /// follow the order of the commits without a counter of their own.
    #[must_use]
    pub fn written_by(self, writer: &'static str) -> Self {
        Self { writer: Some(writer), ..self }
    }

    /// What the log says of it when `version` adds it.
    pub(crate) fn added_in(&self, version: i64) -> Add {
        let Some(writer) = self.writer else { return self.add.clone() };
        let tags = FileTags { origins: Origins::of(writer, version, version), ..self.tags.clone() };
        Add { tags: Some(tags.to_map()), ..self.add.clone() }
    }
}

impl Table {
    /// Opens the table below the lake's `root`, creating it (reader 1, writer 2) if there is none; a derived one with
    /// other columns is begun anew. For the holder of the [`LakeLock`](crate::LakeLock).
    ///
    /// # Errors
    /// [`LakeError::Schema`] when the specification does not hold together or the table has other columns.
    pub async fn open_or_create(root: &Path, spec: TableSpec, clock: Clock) -> Result<Self, LakeError> {
        let mut table = Self::unloaded(root, spec, clock)?;
        if !table.delta.verify_deltatable_existence().await? {
            table.store.disk().make_dir(&table.dir)?;
            table.create().await?;
        }
        table.load().await?;
        table.renew().await?;
        Ok(table)
    }

    /// Opens a table to read it; nothing is written. A derived one with other columns has no files.
    ///
    /// # Errors
    /// [`LakeError::Absent`] when there is none, [`LakeError::Schema`] when it has other columns.
    pub async fn open(root: &Path, spec: TableSpec, clock: Clock) -> Result<Self, LakeError> {
        let mut table = Self::unloaded(root, spec, clock)?;
        if !table.delta.verify_deltatable_existence().await? {
            return Err(LakeError::Absent { path: table.dir });
        }
        table.load().await?;
        Ok(table)
    }

    fn unloaded(root: &Path, spec: TableSpec, clock: Clock) -> Result<Self, LakeError> {
        spec.check()?;
        let root = std::path::absolute(root).map_err(|error| LakeError::io(root, error))?;
        let dir = root.join(spec.name);
        let store = DurableStore::new(&root);
        let url = Url::from_directory_path(&dir).map_err(|()| LakeError::Absent { path: dir.clone() })?;
        let delta =
            DeltaTableBuilder::from_url(url.clone())?.with_storage_backend(Arc::new(store.clone()), url).build()?;
        Ok(Self { spec: Arc::new(spec), dir, store, delta, outdated: false, clock })
    }

    async fn create(&self) -> Result<(), LakeError> {
        let properties = [
            // Checkpoints, clean-up and vacuum are maintenance, never part of a commit.
            (TableProperty::CheckpointInterval, "1000000000".to_owned()),
            (TableProperty::EnableExpiredLogCleanup, "false".to_owned()),
            (TableProperty::DeletedFileRetentionDuration, "interval 30 days".to_owned()),
            (TableProperty::DataSkippingStatsColumns, self.spec.stats.join(",")),
        ];
        let mut builder = self
            .delta
            .create()
            .with_columns(self.kernel_fields()?)
            .with_partition_columns([STARTED_DAY])
            .with_commit_properties(Self::properties());
        for (key, value) in properties.into_iter().filter(|(_, value)| !value.is_empty()) {
            builder = builder.with_configuration_property(key, Some(value));
        }
        builder.await.map_err(|error| self.explain(error))?;
        Ok(())
    }

    /// Forgets what is loaded and loads the newest version from its checkpoint.
    pub(crate) async fn load(&mut self) -> Result<(), LakeError> {
        // Until it is loaded, what was loaded before stays: this may fail or be cut off.
        let mut delta = DeltaTable::new(self.delta.log_store());
        delta.load().await?;
        let stored = delta.snapshot()?.schema();
        let stored: Vec<_> = stored.fields().map(plain).collect();
        let wanted: Vec<_> = self.kernel_fields()?.iter().map(plain).collect();
        let outdated = stored != wanted;
        if outdated && !self.spec.derived {
            return Err(self.spec.refuse(format!("the table has columns {stored:?}, this program wants {wanted:?}")));
        }
        self.delta = delta;
        self.outdated = outdated;
        Ok(())
    }

    /// The columns of the specification, as the log says them.
    pub(crate) fn kernel_schema(&self) -> Result<StructType, LakeError> {
        let schema: &Schema = &self.spec.schema;
        Ok(schema.try_into_kernel()?)
    }

    fn kernel_fields(&self) -> Result<Vec<StructField>, LakeError> {
        Ok(self.kernel_schema()?.fields().cloned().collect())
    }

    /// What the table holds.
    #[must_use]
    pub fn spec(&self) -> &TableSpec {
        &self.spec
    }

    /// Its directory.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Moves on to the newest version.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn refresh(&mut self) -> Result<(), LakeError> {
        self.delta.update_state().await?;
        Ok(())
    }

    /// The version last loaded (by opening, refreshing or committing), as a list of files.
    ///
    /// # Errors
    /// [`LakeError::Log`] when the log says of a file what this program never writes.
    pub fn snapshot(&self) -> Result<Snapshot, LakeError> {
        let files = if self.outdated { Vec::new() } else { self.files()? };
        Ok(Snapshot { version: self.delta.snapshot()?.version(), files })
    }

    /// All files of the version last loaded, whatever their columns.
    pub(crate) fn files(&self) -> Result<Vec<DataFile>, LakeError> {
        let file = |view| DataFile::from_view(&view, &self.dir, &self.spec);
        let mut files = self.delta.snapshot()?.log_data().iter().map(file).collect::<Result<Vec<_>, _>>()?;
        files.sort_by(|a, b| (a.day, &a.path).cmp(&(b.day, &b.path)));
        Ok(files)
    }

    /// How far `app` has come in the newest version, looked up in the log.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn mark(&self, app: &str) -> Result<Option<i64>, LakeError> {
        let mut newest = self.clone();
        newest.refresh().await?;
        newest.mark_in_snapshot(app).await
    }

    /// How far `app` has come in the version that [`Table::snapshot`] shows, looked up in the log.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn mark_in_snapshot(&self, app: &str) -> Result<Option<i64>, LakeError> {
        Ok(self.delta.snapshot()?.transaction_version(&self.delta.log_store(), app).await?)
    }

    /// Writes the rows of one day, in the table's order over all batches, as one durable Parquet file that no version
    /// names yet.
    ///
    /// # Errors
    /// [`LakeError::Disorder`], [`LakeError::WrongDay`] or [`LakeError::Schema`] when the rows are not as promised;
    /// [`LakeError::Sync`] is fatal.
    pub async fn write_day(&self, day: Day, batches: &[RecordBatch], tags: FileTags) -> Result<NewFile, LakeError> {
        let rows = batches.iter().map(|batch| batch.num_rows() as u64).sum();
        let batches = batches.to_vec();
        self.write_stream(day, rows, tags, move |_| Ok(batches.into_iter().map(Ok))).await
    }

    /// As [`Table::write_day`], from batches made on the writing thread. `rows` is an estimate.
    pub(crate) async fn write_stream<I>(
        &self,
        day: Day,
        rows: u64,
        tags: FileTags,
        batches: impl FnOnce(&TableSpec) -> Result<I, LakeError> + Send + 'static,
    ) -> Result<NewFile, LakeError>
    where
        I: Iterator<Item = Result<RecordBatch, LakeError>>,
    {
        let path = format!("{STARTED_DAY}={day}/{}.parquet", unique_name()?);
        let full = self.dir.join(&path);
        let (spec, disk) = (Arc::clone(&self.spec), Arc::clone(self.store.disk()));
        let (written, size) = tokio::task::spawn_blocking(move || {
            let batches = batches(&spec)?;
            let written = disk.put(&full, Naming::Create, |out| encode::write(out, &spec, day, rows, batches))?;
            let size = std::fs::metadata(&full).map_err(|error| LakeError::io(&full, error))?.len();
            Ok::<_, LakeError>((written, size))
        })
        .await??;
        let size = i64::try_from(size).map_err(|_| self.spec.refuse("a file beyond 8 EiB"))?;
        let add = Add {
            path,
            partition_values: [(STARTED_DAY.to_owned(), Some(day.to_string()))].into(),
            size,
            modification_time: (self.clock)(),
            data_change: true,
            stats: Some(written.stats.to_string()),
            tags: Some(tags.to_map()),
            ..Default::default()
        };
        Ok(NewFile { add, day, rows: written.rows, tags, writer: None })
    }

    /// Turns an error of the log into ours; after a failed sync, whatever it says, it is that.
    pub(crate) fn explain(&self, error: DeltaTableError) -> LakeError {
        match self.store.disk().failed() {
            Some(failure) => failure.clone().into(),
            None => error.into(),
        }
    }

    /// The mark as an append sees it; a planted fault makes it blind.
    pub(crate) async fn mark_before_commit(&self, app: &str) -> Result<Option<i64>, LakeError> {
        if fault::planted("no_txn_read") {
            return Ok(None);
        }
        self.mark_in_snapshot(app).await
    }
}

/// What must agree between the table and the program.
fn plain(field: &StructField) -> (String, String, bool) {
    (field.name().clone(), field.data_type().to_string(), field.is_nullable())
}

/// 32 hexadecimal digits of chance: unique without a clock or a counter that a restart would repeat.
fn unique_name() -> Result<String, LakeError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| LakeError::Random(error.to_string()))?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}
