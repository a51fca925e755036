//! A pinned list of Parquet files as a table.
//!
//! Not a directory: a listing can change or be cached for ever, a list of files cannot. Row groups and pages are pruned
//! by the files' own statistics; footers are kept in the runtime's cache.

use std::{fmt, sync::Arc};

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use chrono::DateTime;
use datafusion::{
    catalog::{Session, TableProvider},
    common::{Result, ToDFSchema},
    datasource::{
        TableType,
        listing::PartitionedFile,
        object_store::ObjectStoreUrl,
        physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource, parquet::CachedParquetFileReaderFactory},
        source::DataSourceExec,
    },
    logical_expr::{Expr, TableProviderFilterPushDown, utils::conjunction},
    physical_plan::{ExecutionPlan, empty::EmptyExec},
};
use lake::DataFile;
use object_store::{ObjectMeta, path::Path};

/// Files of one table at one version.
pub(crate) struct ParquetFiles {
    schema: SchemaRef,
    files: Vec<DataFile>,
}

impl ParquetFiles {
    /// `schema` is what the scan gives; columns are found by name.
    pub(crate) fn new(schema: SchemaRef, files: Vec<DataFile>) -> Self {
        Self { schema, files }
    }

    /// Spreads the files over `count` groups of about equal size; a group is read by one task.
    fn groups(&self, count: usize) -> Result<Vec<FileGroup>> {
        let mut groups: Vec<(u64, Vec<PartitionedFile>)> = vec![(0, Vec::new()); count.min(self.files.len())];
        let mut files: Vec<&DataFile> = self.files.iter().collect();
        files.sort_by_key(|file| (std::cmp::Reverse(file.size), &file.path));
        for file in files {
            let Some(group) = groups.iter_mut().min_by_key(|(size, _)| *size) else { break };
            group.0 += file.size;
            group.1.push(partitioned(file)?);
        }
        Ok(groups.into_iter().map(|(_, files)| FileGroup::new(files)).collect())
    }
}

/// A file of the lake never changes under its name, so its time says nothing and its size is known.
fn partitioned(file: &DataFile) -> Result<PartitionedFile> {
    let location = Path::from_absolute_path(&file.full).map_err(object_store::Error::from)?;
    let meta = ObjectMeta { location, last_modified: DateTime::default(), size: file.size, e_tag: None, version: None };
    Ok(PartitionedFile::new_from_meta(meta))
}

impl fmt::Debug for ParquetFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ParquetFiles({} files)", self.files.len())
    }
}

#[async_trait]
impl TableProvider for ParquetFiles {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        // Statistics only prune; the filter itself stays in the plan.
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        if self.files.is_empty() {
            let schema = match projection {
                Some(columns) => Arc::new(self.schema.project(columns)?),
                None => Arc::clone(&self.schema),
            };
            return Ok(Arc::new(EmptyExec::new(schema)));
        }
        let url = ObjectStoreUrl::local_filesystem();
        let runtime = state.runtime_env();
        let reader = CachedParquetFileReaderFactory::new(
            runtime.object_store(&url)?,
            runtime.cache_manager.get_file_metadata_cache(),
        );
        let mut source = ParquetSource::new(Arc::clone(&self.schema))
            .with_table_parquet_options(state.default_table_options().parquet)
            .with_parquet_file_reader_factory(Arc::new(reader));
        if let Some(filter) = conjunction(filters.to_vec()) {
            let schema = Arc::clone(&self.schema).to_dfschema()?;
            source = source.with_predicate(state.create_physical_expr(filter, &schema)?);
        }
        let config = FileScanConfigBuilder::new(url, Arc::new(source))
            .with_file_groups(self.groups(state.config().target_partitions())?)
            .with_projection_indices(projection.cloned())?
            .with_limit(limit)
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }
}
