//! What another engine is handed: tables as Parquet, values as JSON, and the rows it should find.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use arrow::{
    array::{Array, ArrayRef, AsArray, RecordBatch},
    datatypes::{Int64Type, TimestampMicrosecondType},
};
use engine::{ParamType, Params, Session};
use parquet::arrow::ArrowWriter;
use serde_json::{Map, Value, json};

/// Where the situations of a case are written, and how far.
#[derive(Debug, Clone, Copy)]
pub(super) struct Folder<'a> {
    /// Has a folder per situation.
    pub(super) path: &'a Path,
    /// The statement after which no other need run.
    pub(super) until: Option<&'a str>,
}

/// A folder with a few tables and the statements to be run on them in turn.
pub(super) struct Situation {
    directory: PathBuf,
    until: Option<String>,
    params: Params,
    steps: Vec<Value>,
}

impl Situation {
    /// An empty folder, and the values that its statements bind.
    pub(super) fn new(folder: Folder, name: &str, params: Params) -> Self {
        let directory = folder.path.join(name);
        fs::create_dir_all(&directory).expect("a folder in the temporary directory");
        Self { directory, until: folder.until.map(str::to_owned), params, steps: Vec::new() }
    }

    /// A table that statements read.
    pub(super) fn table(&self, name: &str, rows: &[RecordBatch]) {
        self.write(&format!("{name}.parquet"), rows);
    }

    /// Runs a statement here, and notes the rows it gives as those the other engine should give; `keep` is the table
    /// under which later statements read them there.
    pub(super) async fn step(&mut self, session: &Session, statement: &str, keep: Option<&str>) {
        let params = self.params.clone();
        self.step_with(session, statement, keep, &params).await;
    }

    /// The same with values of its own.
    pub(super) async fn step_with(&mut self, session: &Session, statement: &str, keep: Option<&str>, params: &Params) {
        if self.has_ended() {
            return;
        }
        let rows = session.rows(statement, params).await.expect("the statement runs");
        let file = format!("{}-{statement}.expected.parquet", self.steps.len());
        let some = rows.iter().any(|batch| batch.num_rows() > 0);
        if some {
            self.write(&file, &rows);
        }
        let params = values(params);
        self.steps.push(json!({
            "statement": statement, "keep": keep, "expected": some.then_some(file), "params": params,
        }));
    }

    fn has_ended(&self) -> bool {
        self.until.as_deref().is_some_and(|until| self.steps.iter().any(|step| step["statement"] == until))
    }

    /// Writes the steps, without which the folder is none.
    pub(super) fn finish(self) -> Vec<String> {
        let steps = json!(self.steps).to_string();
        fs::write(self.directory.join("steps.json"), steps).expect("a file in the temporary directory");
        self.steps.iter().map(|step| step["statement"].as_str().unwrap_or_default().to_owned()).collect()
    }

    fn write(&self, name: &str, rows: &[RecordBatch]) {
        let file = File::create(self.directory.join(name)).expect("a file in the temporary directory");
        let schema = rows.first().expect("a table has a schema").schema();
        let mut writer = ArrowWriter::try_new(file, schema, None).expect("columns that Parquet knows");
        for batch in rows {
            writer.write(batch).expect("rows of one schema");
        }
        writer.close().expect("a whole file");
    }
}

/// Values by name, as JSON.
fn values(params: &Params) -> Map<String, Value> {
    let columns = params.columns().expect("values have columns").into_iter();
    columns
        .map(|(name, kind, column)| (name.to_owned(), json!({"type": kind, "value": value(kind, &column)})))
        .collect()
}

/// The only value of a column: instants as microseconds.
fn value(kind: ParamType, column: &ArrayRef) -> Value {
    if column.is_null(0) {
        return Value::Null;
    }
    match kind {
        ParamType::Timestamp => json!(column.as_primitive::<TimestampMicrosecondType>().value(0)),
        ParamType::Bigint | ParamType::OptionalBigint => json!(column.as_primitive::<Int64Type>().value(0)),
        ParamType::Text | ParamType::OptionalText => json!(column.as_string::<i32>().value(0)),
        ParamType::Texts => json!(column.as_list::<i32>().value(0).as_string::<i32>().iter().collect::<Vec<_>>()),
        ParamType::Boolean => json!(column.as_boolean().value(0)),
    }
}
