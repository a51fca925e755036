//! A workbench: tables in memory, and statements run on them by plans that are kept from one question to the next.
//!
//! Planning is most of the cost of a small question. A plan depends on the statement, its parameters and the columns of
//! its tables, not on their rows, so it serves as often as the same is asked of other rows: every run takes a copy of it
//! that has run nothing yet. How many rows there are, within a power of eight, only decides how well it fits.

mod plans;

use std::{
    collections::BTreeMap,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    sync::Arc,
};

use arrow::{array::RecordBatch, datatypes::SchemaRef};
use datafusion::physical_plan::{collect, execution_plan::reset_plan_states};
use futures::future::BoxFuture;

use crate::{
    Bound, Engine, EngineError, Params,
    session::{failed, nullable},
    slot::{Rows, Slot},
    tables::legs_view,
    together::side_by_side,
};

/// Tables of fewer rows are not split.
const SPLIT_ROWS: usize = 20_000;

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

    /// A workbench whose one table holds these rows of a statement; `None` without rows, for nobody knows their columns.
    ///
    /// # Errors
    /// Rows of several statements.
    pub fn workbench_on(&self, name: &str, rows: Vec<RecordBatch>) -> Result<Option<Workbench>, EngineError> {
        let Some(first) = rows.first() else { return Ok(None) };
        let (schema, rows) = nullable(first.schema(), rows)?;
        Ok(Some(self.workbench_of(name, schema, rows)))
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
    #[must_use]
    pub fn keep<'a>(&'a mut self, statement: &'a str, params: &'a Params) -> BoxFuture<'a, Result<(), EngineError>> {
        Box::pin(async move { self.keep_as(statement, statement, params).await })
    }

    /// Runs a statement and puts its rows on the bench, under another name.
    ///
    /// # Errors
    /// As [`Workbench::keep`].
    #[must_use]
    pub fn keep_as<'a>(
        &'a mut self,
        statement: &'a str,
        alias: &'a str,
        params: &'a Params,
    ) -> BoxFuture<'a, Result<(), EngineError>> {
        Box::pin(async move {
            let (schema, rows) = self.run(statement, params).await?;
            let (schema, rows) = nullable(schema, rows)?;
            self.give(alias, schema, rows);
            Ok(())
        })
    }

    /// Whether a statement reads a table.
    ///
    /// # Errors
    /// Unknown statement, or a text that is no statement.
    pub fn reads(&self, statement: &str, table: &str) -> Result<bool, EngineError> {
        Ok(self.read_by(self.engine.catalog().get(statement)?)?.contains(table))
    }

    /// Runs statements side by side and gives the rows of each.
    ///
    /// # Errors
    /// As [`Workbench::keep`]; the first one.
    #[must_use]
    pub fn all<'a>(
        &'a self,
        statements: &'a [&'a str],
        params: &'a Params,
    ) -> BoxFuture<'a, Result<Vec<Vec<RecordBatch>>, EngineError>> {
        Box::pin(async move {
            let one = |statement: String| {
                let (bench, params) = (self.clone(), params.clone());
                async move { bench.rows(&statement, &params).await }
            };
            side_by_side(statements, one).await
        })
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
        // Many rows and few want different plans.
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
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use arrow::{
        array::{ArrayRef, AsArray, Int64Array, StringArray},
        datatypes::Int64Type,
    };
    use datafusion::physical_plan::ExecutionPlan;

    use super::*;
    use crate::{Catalog, EngineOptions};

    /// Id, parameters and text.
    const STATEMENTS: [(&str, &str, &str); 4] = [
        ("lost", "{}", "SELECT n FROM cells"),
        ("twice", "{}", "SELECT 2 * n AS n FROM things"),
        ("summed", "{extra: bigint}", "SELECT CAST(coalesce(sum(n), 0) AS BIGINT) + $extra AS n FROM doubled"),
        ("met", "{}", "SELECT count(*) AS n FROM things INNER JOIN others ON things.n = others.n"),
    ];

    fn engine() -> Engine {
        let directory = tempfile::tempdir().expect("a temporary directory");
        for (id, params, sql) in STATEMENTS {
            let text =
                format!("-- id: {id}\n-- version: 1\n-- title: {{en: a, fr: b}}\n-- params: {params}\n--\n{sql}\n");
            std::fs::write(directory.path().join(format!("{id}.sql")), text).expect("a file");
        }
        let catalog = Catalog::built_in().expect("headers").with_directory(directory.path()).expect("headers");
        Engine::new(catalog, &EngineOptions { partitions: 2, ..EngineOptions::default() }).expect("an engine")
    }

    fn bound(name: &'static str, column: ArrayRef) -> Bound {
        Bound { name, rows: RecordBatch::try_from_iter_with_nullable([("n", column, true)]).expect("one column") }
    }

    fn ints(values: &[i64]) -> ArrayRef {
        Arc::new(Int64Array::from(values.to_vec()))
    }

    fn bench(engine: &Engine, things: ArrayRef, others: &[i64]) -> Workbench {
        let mut bench = engine.workbench(Vec::new());
        bench.bind(bound("things", things));
        bench.bind(bound("others", ints(others)));
        bench.define("twice", "doubled");
        bench
    }

    fn extra(value: i64) -> Params {
        Params::default().bigint("extra", value)
    }

    async fn number(bench: &Workbench, statement: &str) -> i64 {
        let rows = bench.all(&[statement], &extra(1)).await.expect("rows");
        let mut numbers =
            rows[0].iter().flat_map(|batch| batch.column(0).as_primitive::<Int64Type>().values().to_vec());
        numbers.next().expect("a row")
    }

    fn name(bench: &Workbench, statement: &str, params: &Params) -> String {
        let statement = bench.engine.catalog().get(statement).expect("a statement");
        bench.plan_name(statement, params).expect("statements that exist")
    }

    /// A plan that kept anything of the rows it ran on first would answer every later question with them.
    #[tokio::test]
    async fn a_plan_serves_for_other_rows_and_for_none() {
        let engine = engine();
        let mut names = BTreeSet::new();
        let runs: [(&[i64], i64); 5] = [(&[1, 2], 7), (&[5], 11), (&[], 1), (&[3, 3, 3], 19), (&[5], 11)];
        for (things, sum) in runs {
            let bench = bench(&engine, ints(things), &[]);
            assert_eq!(number(&bench, "summed").await, sum, "{things:?}");
            names.insert(name(&bench, "summed", &extra(1)));
        }
        assert_eq!(names.len(), 1, "one plan for all of them: {names:#?}");
        assert!(names.iter().all(|name| engine.recall::<Arc<dyn ExecutionPlan>>(name).is_some()), "it is kept");
    }

    /// A join holds one of its sides; it must not hold that of the run before.
    #[tokio::test]
    async fn a_join_begins_anew_with_every_run() {
        let engine = engine();
        let runs: [(&[i64], &[i64], i64); 5] =
            [(&[1, 2, 3], &[2, 3], 2), (&[], &[2], 0), (&[1], &[1], 1), (&[9], &[1], 0), (&[2], &[2], 1)];
        for (things, others, met) in runs {
            assert_eq!(number(&bench(&engine, ints(things), others), "met").await, met, "{things:?} {others:?}");
        }
    }

    #[tokio::test]
    async fn statements_run_side_by_side_do_not_meet() {
        let bench = bench(&engine(), ints(&[1, 2]), &[2]);
        let rows = bench.all(&["summed", "met", "summed", "twice"], &extra(0)).await.expect("rows");
        let numbers = |rows: &Vec<RecordBatch>| -> Vec<i64> {
            rows.iter().flat_map(|batch| batch.column(0).as_primitive::<Int64Type>().values().to_vec()).collect()
        };
        let numbers: Vec<Vec<i64>> = rows.iter().map(numbers).collect();
        assert_eq!(numbers, [vec![6], vec![1], vec![6], vec![2, 4]]);
    }

    #[tokio::test]
    async fn a_table_that_is_not_there_is_named_beside_those_that_are() {
        let bench = bench(&engine(), ints(&[1]), &[]);
        let error = bench.all(&["lost"], &extra(0)).await.expect_err("no such table").to_string();
        assert_eq!(error, "statement lost reads cells, which is not there; it can read legs, others, things, doubled");
    }

    /// Tables that nobody reads are not made: one that is read through another is made all the same.
    #[test]
    fn what_a_statement_reads_through_another_is_read_too() {
        let bench = bench(&engine(), ints(&[1]), &[]);
        let reads = |table: &str| bench.reads("summed", table).expect("statements that exist");
        assert_eq!([reads("doubled"), reads("things"), reads("others")], [true, true, false]);
    }

    #[test]
    fn a_plan_is_named_by_all_that_it_depends_on() {
        let engine = engine();
        let few = bench(&engine, ints(&[1]), &[]);
        let named = |bench: &Workbench, value: i64| name(bench, "summed", &extra(value));
        let texts = Arc::new(StringArray::from(vec!["1"]));
        let mut undefined = bench(&engine, ints(&[1]), &[]);
        undefined.defined.clear();
        let names = BTreeSet::from([
            named(&few, 1),
            named(&few, 2),
            named(&bench(&engine, texts, &[]), 1),
            named(&bench(&engine, ints(&[1; 1_000]), &[]), 1),
            named(&undefined, 1),
            name(&few, "met", &extra(1)),
        ]);
        assert_eq!(names.len(), 6, "{names:#?}");
        assert_eq!(named(&few, 1), named(&bench(&engine, ints(&[7, 8]), &[]), 1));
        assert_eq!(name(&few, "met", &extra(1)), name(&few, "met", &extra(2)), "it declares no such parameter");
        let others = bench(&engine, ints(&[1]), &[0; 1_000]);
        assert_eq!(named(&few, 1), named(&others, 1), "it does not read them");
        assert_ne!(name(&few, "met", &extra(1)), name(&others, "met", &extra(1)));
    }
}
