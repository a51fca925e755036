//! A workbench: tables in memory, and statements run on them by plans that are kept from one question to the next.
//!
//! Planning is most of the cost of a small question. A plan depends on the statement, its parameters and the columns of
//! its tables, not on their rows, so it serves as often as the same is asked of other rows.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    sync::Arc,
};

use arrow::{array::RecordBatch, datatypes::SchemaRef};
use datafusion::{
    error::DataFusionError,
    physical_plan::{ExecutionPlan, collect, execution_plan::reset_plan_states},
};
use tokio::task::JoinSet;

use crate::{
    Bound, Engine, EngineError, Params, Session, Statement,
    session::{failed, nullable},
    slot::{Rows, Slot},
    tables::legs_view,
};

/// Tables of fewer rows are not split.
const SPLIT_ROWS: usize = 20_000;

/// About what a kept plan takes.
const PLAN_BYTES: usize = 128 << 10;

/// Tables by name, and statements run on them.
#[derive(Clone)]
pub struct Workbench {
    engine: Engine,
    partitions: usize,
    slots: BTreeMap<String, Slot>,
    /// Says what `slots` hold, but for the rows.
    kinds: BTreeMap<String, u64>,
    rows: Rows,
    /// Statements whose rows stand for a table: alias and statement.
    defined: Vec<(&'static str, &'static str)>,
}

impl Engine {
    /// A workbench whose table `legs` holds these rows.
    #[must_use]
    pub fn workbench(&self, legs: Vec<RecordBatch>) -> Workbench {
        self.workbench_of("legs", legs_view(), legs)
    }

    /// A workbench with one table, whose size decides whether tables are split.
    pub(crate) fn workbench_of(&self, name: &str, schema: SchemaRef, rows: Vec<RecordBatch>) -> Workbench {
        let count: usize = rows.iter().map(RecordBatch::num_rows).sum();
        let partitions = if count < SPLIT_ROWS { 1 } else { self.partitions() };
        let mut bench = Workbench {
            engine: self.clone(),
            partitions,
            slots: BTreeMap::new(),
            kinds: BTreeMap::new(),
            rows: Rows::default(),
            defined: Vec::new(),
        };
        bench.give(name, schema, rows);
        bench
    }
}

impl Workbench {
    /// Puts a small table on it.
    pub fn bind(&mut self, bound: Bound) {
        self.give(bound.name, bound.rows.schema(), vec![bound.rows]);
    }

    /// Lets the rows of a statement stand for the table `alias`, to be computed where it is used.
    pub fn define(&mut self, statement: &'static str, alias: &'static str) {
        self.defined.push((alias, statement));
    }

    /// Runs a statement and puts its rows on the bench, under its id.
    ///
    /// # Errors
    /// Unknown statement, missing or mistyped parameter, or DataFusion's own.
    pub async fn keep(&mut self, statement: &str, params: &Params) -> Result<(), EngineError> {
        let (schema, rows) = self.run(statement, params).await?;
        let (schema, rows) = nullable(schema, rows)?;
        self.give(statement, schema, rows);
        Ok(())
    }

    /// Runs statements side by side and gives the rows of each.
    ///
    /// # Errors
    /// As [`Workbench::keep`]; the first one.
    pub async fn all(&self, statements: &[&str], params: &Params) -> Result<Vec<Vec<RecordBatch>>, EngineError> {
        let mut running = JoinSet::new();
        for (position, statement) in statements.iter().map(|id| (*id).to_owned()).enumerate() {
            let (bench, params) = (self.clone(), params.clone());
            running.spawn(async move { (position, bench.run(&statement, &params).await) });
        }
        let mut all = vec![Vec::new(); statements.len()];
        while let Some(done) = running.join_next().await {
            let (position, ran) =
                done.map_err(|source| EngineError::Start(Box::new(DataFusionError::External(Box::new(source)))))?;
            all[position] = ran?.1;
        }
        Ok(all)
    }

    /// Runs a statement and gives its rows.
    pub(crate) async fn rows(&self, statement: &str, params: &Params) -> Result<Vec<RecordBatch>, EngineError> {
        Ok(self.run(statement, params).await?.1)
    }

    fn give(&mut self, name: &str, schema: SchemaRef, rows: Vec<RecordBatch>) {
        let count: usize = rows.iter().map(RecordBatch::num_rows).sum();
        let mut parts: Vec<Vec<RecordBatch>> = vec![Vec::new(); self.partitions];
        for (index, batch) in rows.into_iter().enumerate() {
            parts[index % self.partitions].push(batch);
        }
        let mut kind = DefaultHasher::new();
        // Many rows and few want different plans, within a power of eight.
        (format!("{schema:?}"), count.max(1).ilog2() / 3).hash(&mut kind);
        self.kinds.insert(name.to_owned(), kind.finish());
        self.rows.0.insert(name.to_owned(), Arc::new(parts));
        let slot = Slot { name: name.to_owned(), schema, partitions: self.partitions, rows: count };
        self.slots.insert(name.to_owned(), slot);
    }

    async fn run(&self, statement: &str, params: &Params) -> Result<(SchemaRef, Vec<RecordBatch>), EngineError> {
        let statement = self.engine.catalog().get(statement)?;
        let plan = reset_plan_states(self.plan(statement, params).await?).map_err(failed(statement))?;
        let schema = plan.schema();
        let context = self.engine.context(self.partitions);
        let config = context.session_config().clone().with_extension(Arc::new(self.rows.clone()));
        let rows = collect(plan, Arc::new(context.with_session_config(config))).await;
        Ok((schema, rows.map_err(failed(statement))?))
    }

    async fn plan(&self, statement: &Statement, params: &Params) -> Result<Arc<dyn ExecutionPlan>, EngineError> {
        let name = self.plan_name(statement, params)?;
        if let Some(known) = self.engine.recall::<Arc<dyn ExecutionPlan>>(&name) {
            return Ok(Arc::clone(&known));
        }
        let session = self.session(params).await?;
        let plan = session.plan(statement, params).await?;
        self.engine.remember(name, Arc::new(Arc::clone(&plan)), PLAN_BYTES);
        Ok(plan)
    }

    /// Says everything that a plan depends on.
    fn plan_name(&self, statement: &Statement, params: &Params) -> Result<String, EngineError> {
        let mut name = format!("plan {} {}", statement.definition(), self.partitions);
        for (alias, id) in &self.defined {
            let defined = self.engine.catalog().get(id)?;
            let _ = write!(name, " {alias}={} {}", defined.definition(), params.named(defined));
        }
        let _ = write!(name, " {:?} {}", self.kinds, params.named(statement));
        Ok(name)
    }

    async fn session(&self, params: &Params) -> Result<Session, EngineError> {
        let session = self.engine.session_of(self.partitions)?;
        for (name, slot) in &self.slots {
            session.register(name, Arc::new(slot.clone()))?;
        }
        for (alias, statement) in &self.defined {
            session.define(statement, alias, params).await?;
        }
        Ok(session)
    }
}
