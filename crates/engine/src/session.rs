//! The engine: one bounded runtime, and sessions that see only the tables they are given.

use std::{any::Any, collections::BTreeSet, sync::Arc};

use arrow::{
    array::RecordBatch,
    datatypes::{Field, Schema, SchemaRef},
};
use datafusion::{
    catalog::CatalogProviderList as _,
    catalog::{CatalogProvider, MemoryCatalogProvider, MemoryCatalogProviderList, MemorySchemaProvider, TableProvider},
    dataframe::DataFrame,
    error::DataFusionError,
    execution::{
        TaskContext,
        context::{SQLOptions, SessionConfig, SessionContext},
        disk_manager::{DiskManagerBuilder, DiskManagerMode},
        memory_pool::{GreedyMemoryPool, TrackConsumersPool},
        runtime_env::RuntimeEnvBuilder,
        session_state::{SessionState, SessionStateBuilder},
    },
    physical_plan::ExecutionPlan,
};
use futures::future::BoxFuture;

use lake::Lookup;

use crate::{Bound, Catalog, EngineError, Params, Statement, kept::Kept, tables::table, together::side_by_side};

/// Bounds of the engine.
#[derive(Debug, Clone)]
pub struct EngineOptions {
    /// Memory that all queries together may track, in bytes.
    pub memory_bytes: usize,
    /// Memory for Parquet footers, in bytes.
    pub footer_bytes: usize,
    /// Memory for legs files as they are read, in bytes.
    pub decoded_bytes: usize,
    /// Memory for what was computed from files and may be asked again, in bytes.
    pub kept_bytes: usize,
    /// Parts of one query that run at once.
    pub partitions: usize,
    /// Rows a batch.
    pub batch_rows: usize,
}

impl Default for EngineOptions {
    fn default() -> Self {
        let partitions = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            memory_bytes: 512 << 20,
            footer_bytes: 64 << 20,
            decoded_bytes: 64 << 20,
            kept_bytes: 224 << 20,
            partitions,
            batch_rows: 8192,
        }
    }
}

/// Plans and runs statements.
#[derive(Clone)]
pub struct Engine {
    template: SessionState,
    catalog: Arc<Catalog>,
    lookup: Arc<Lookup>,
    pub(crate) decoded: Arc<Kept>,
    kept: Arc<Kept>,
}

impl Engine {
    /// Sets up the runtime.
    ///
    /// # Errors
    /// The disk for spilling cannot be used.
    pub fn new(catalog: Catalog, options: &EngineOptions) -> Result<Self, EngineError> {
        let started = |error| EngineError::Start(Box::new(error));
        // Not the fair pool: it hands each of the many operators of a fold a share too small to begin with.
        let pool = TrackConsumersPool::new(
            GreedyMemoryPool::new(options.memory_bytes),
            std::num::NonZeroUsize::MIN.saturating_add(4),
        );
        let disk = DiskManagerBuilder::default().with_mode(DiskManagerMode::OsTmpDirectory);
        let runtime = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(pool))
            .with_disk_manager_builder(disk)
            .with_metadata_cache_limit(options.footer_bytes)
            .build_arc()
            .map_err(started)?;
        let mut config = SessionConfig::new()
            .with_target_partitions(options.partitions)
            .with_batch_size(options.batch_rows)
            .with_information_schema(false);
        // The ordered aggregation of the fold needs its input left in place.
        config.options_mut().optimizer.subset_repartition_threshold = 1;
        config.options_mut().execution.parquet.pushdown_filters = false;
        // One pass finds all that the statements offer; planning is most of the cost of a small question.
        config.options_mut().optimizer.max_passes = 1;
        config.options_mut().optimizer.enable_dynamic_filter_pushdown = false;
        config.options_mut().optimizer.enable_round_robin_repartition = false;
        let template =
            SessionStateBuilder::new().with_config(config).with_runtime_env(runtime).with_default_features().build();
        Ok(Self {
            template,
            catalog: Arc::new(catalog),
            lookup: Arc::new(Lookup::by("contact_id")),
            decoded: Arc::new(Kept::new(options.decoded_bytes)),
            kept: Arc::new(Kept::new(options.kept_bytes)),
        })
    }

    /// Parts of one query that run at once.
    #[must_use]
    pub fn partitions(&self) -> usize {
        self.template.config().target_partitions()
    }

    /// Finds contacts in events files.
    pub(crate) fn lookup(&self) -> &Lookup {
        &self.lookup
    }

    /// What was kept under `name`. The name says everything that the value depends on, so whoever finds it need not look
    /// further.
    #[must_use]
    pub fn recall<T: Any + Send + Sync>(&self, name: &str) -> Option<Arc<T>> {
        self.kept.get(name)
    }

    /// Keeps a value of about `bytes` bytes, until room is needed.
    pub fn remember<T: Any + Send + Sync>(&self, name: String, value: Arc<T>, bytes: usize) {
        self.kept.put(name, value, bytes);
    }

    /// The statements.
    #[must_use]
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// Names of the tables that a statement reads, kept.
    ///
    /// # Errors
    /// The text cannot be parsed.
    pub(crate) fn tables_of(&self, statement: &Statement) -> Result<Arc<BTreeSet<String>>, EngineError> {
        let name = format!("tables {}", statement.definition());
        if let Some(known) = self.recall(&name) {
            return Ok(known);
        }
        let dialect = self.template.config_options().sql_parser.dialect;
        let parsed = self.template.sql_to_statement(&statement.sql, &dialect).map_err(failed(statement))?;
        let references = self.template.resolve_table_references(&parsed).map_err(failed(statement))?;
        let tables: BTreeSet<String> = references.iter().map(|reference| reference.table().to_owned()).collect();
        let tables = Arc::new(tables);
        self.remember(name, Arc::clone(&tables), tables.iter().map(|table| table.len() + 48).sum());
        Ok(tables)
    }

    /// What a plan of so many parts runs in.
    pub(crate) fn context(&self, partitions: usize) -> TaskContext {
        let config = self.template.config().clone().with_target_partitions(partitions);
        TaskContext::from(&self.template).with_session_config(config)
    }

    /// A session that sees no table yet.
    ///
    /// # Errors
    /// A defect in the set-up.
    pub fn session(&self) -> Result<Session, EngineError> {
        self.session_of(self.partitions())
    }

    /// A session whose queries run in so many parts.
    pub(crate) fn session_of(&self, partitions: usize) -> Result<Session, EngineError> {
        let started = |error| EngineError::Start(Box::new(error));
        let catalogs = MemoryCatalogProviderList::new();
        let default = MemoryCatalogProvider::new();
        default.register_schema("public", Arc::new(MemorySchemaProvider::new())).map_err(started)?;
        catalogs.register_catalog("datafusion".to_owned(), Arc::new(default));
        let config = self.template.config().clone().with_target_partitions(partitions);
        let state = SessionStateBuilder::new_from_existing(self.template.clone())
            .with_config(config)
            .with_catalog_list(Arc::new(catalogs))
            .build();
        Ok(Session { context: SessionContext::new_with_state(state), catalog: Arc::clone(&self.catalog) })
    }
}

/// One question's tables.
#[derive(Clone)]
pub struct Session {
    context: SessionContext,
    catalog: Arc<Catalog>,
}

impl Session {
    /// Gives the session a table.
    ///
    /// # Errors
    /// The name is taken.
    pub fn register(&self, name: &str, table: Arc<dyn TableProvider>) -> Result<(), EngineError> {
        self.context
            .register_table(name, table)
            .map(|_| ())
            .map_err(|source| EngineError::Statement { statement: format!("table {name}"), source: Box::new(source) })
    }

    /// Runs a statement and gives its rows.
    ///
    /// # Errors
    /// Unknown statement, missing or mistyped parameter, or DataFusion's own.
    #[must_use]
    pub fn rows<'a>(
        &'a self,
        statement: &'a str,
        params: &'a Params,
    ) -> BoxFuture<'a, Result<Vec<RecordBatch>, EngineError>> {
        Box::pin(async move {
            let statement = self.catalog.get(statement)?;
            let frame = self.frame(statement, params).await?;
            frame.collect().await.map_err(failed(statement))
        })
    }

    /// Runs statements side by side and gives the rows of each: planning takes as long as running, so a second core helps.
    ///
    /// # Errors
    /// As [`Session::rows`]; the first one.
    #[must_use]
    pub fn all<'a>(
        &'a self,
        statements: &'a [&'a str],
        params: &'a Params,
    ) -> BoxFuture<'a, Result<Vec<Vec<RecordBatch>>, EngineError>> {
        Box::pin(async move {
            let one = |statement: String| {
                let (session, params) = (self.clone(), params.clone());
                async move { session.rows(&statement, &params).await }
            };
            side_by_side(statements, one).await
        })
    }

    /// Gives the session a small table.
    ///
    /// # Errors
    /// The name is taken.
    pub fn bind(&self, bound: Bound) -> Result<(), EngineError> {
        let schema = bound.rows.schema();
        self.register(bound.name, table(&schema, vec![bound.rows], 1)?)
    }

    /// Runs a statement, keeps its rows as a table of the statement's id, and gives them.
    ///
    /// # Errors
    /// As [`Session::rows`].
    #[must_use]
    pub fn keep<'a>(
        &'a self,
        statement: &'a str,
        params: &'a Params,
    ) -> BoxFuture<'a, Result<Vec<RecordBatch>, EngineError>> {
        Box::pin(async move { self.keep_as(statement, statement, params).await })
    }

    /// Runs a statement, keeps its rows as the table `alias`, and gives them.
    ///
    /// # Errors
    /// As [`Session::rows`].
    #[must_use]
    pub fn keep_as<'a>(
        &'a self,
        statement: &'a str,
        alias: &'a str,
        params: &'a Params,
    ) -> BoxFuture<'a, Result<Vec<RecordBatch>, EngineError>> {
        Box::pin(async move {
            let text = self.catalog.get(statement)?;
            let frame = self.frame(text, params).await?;
            let planned = Arc::new(frame.schema().as_arrow().clone());
            let rows = frame.collect().await.map_err(failed(text))?;
            let (schema, rows) = nullable(planned, rows)?;
            let partitions = self.context.state().config().target_partitions();
            self.register(alias, table(&schema, rows.clone(), partitions)?)?;
            Ok(rows)
        })
    }

    /// Registers a statement's rows as the table `alias`, to be computed where it is used.
    ///
    /// # Errors
    /// As [`Session::rows`].
    #[must_use]
    pub fn define<'a>(
        &'a self,
        statement: &'a str,
        alias: &'a str,
        params: &'a Params,
    ) -> BoxFuture<'a, Result<(), EngineError>> {
        Box::pin(async move {
            let statement = self.catalog.get(statement)?;
            let view = self.frame(statement, params).await?.into_view();
            self.register(alias, view)
        })
    }

    /// The rows of one of its tables, as a statement would read them: for handing the same rows to another engine.
    ///
    /// # Errors
    /// There is no such table, or its files cannot be read.
    #[must_use]
    pub fn table_rows<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Vec<RecordBatch>, EngineError>> {
        Box::pin(async move {
            let failed =
                |source| EngineError::Statement { statement: format!("table {name}"), source: Box::new(source) };
            self.context.table(name).await.map_err(failed)?.collect().await.map_err(failed)
        })
    }

    /// How a statement would be run.
    pub(crate) async fn plan(
        &self,
        statement: &Statement,
        params: &Params,
    ) -> Result<Arc<dyn ExecutionPlan>, EngineError> {
        let frame = self.frame(statement, params).await?;
        frame.create_physical_plan().await.map_err(failed(statement))
    }

    async fn frame(&self, statement: &Statement, params: &Params) -> Result<DataFrame, EngineError> {
        let read_only = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
        let frame = self.context.sql_with_options(&statement.sql, read_only).await.map_err(failed(statement))?;
        if statement.params.is_empty() {
            return Ok(frame);
        }
        frame.with_param_values(params.for_statement(statement)?).map_err(failed(statement))
    }
}

/// The rows under a schema in which every column may be null: what is planned and what is run differ in that.
pub(crate) fn nullable(
    planned: SchemaRef,
    rows: Vec<RecordBatch>,
) -> Result<(SchemaRef, Vec<RecordBatch>), EngineError> {
    let schema = rows.first().map_or(planned, RecordBatch::schema);
    let fields: Vec<Field> = schema.fields().iter().map(|field| field.as_ref().clone().with_nullable(true)).collect();
    let schema = Arc::new(Schema::new(fields));
    let rows = rows.into_iter().map(|batch| RecordBatch::try_new(Arc::clone(&schema), batch.columns().to_vec()));
    Ok((Arc::clone(&schema), rows.collect::<Result<_, _>>()?))
}

pub(crate) fn failed(statement: &Statement) -> impl Fn(DataFusionError) -> EngineError {
    let statement = statement.id.clone();
    move |source| EngineError::Statement { statement: statement.clone(), source: Box::new(source) }
}
