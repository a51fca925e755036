//! A small table of calls, and ways to fill it.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{AsArray, Date32Array, Int64Array, RecordBatch, StringViewArray, TimestampMicrosecondArray};
use arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use contact::Day;

use crate::{Committed, FileTags, NewFile, Snapshot, Table, TableSpec, Writes, read_file, sort_batches};

pub const DAY: i32 = 20_000;
pub const NOW: i64 = 1_790_000_000_000;

/// (contact, microseconds into the day, site, n)
pub type Row = (&'static str, i64, Option<&'static str>, i64);

pub fn now() -> i64 {
    NOW
}

/// Long after every file of a test was written.
pub fn later() -> i64 {
    9_000_000_000_000
}

pub fn day(offset: i32) -> Day {
    Day::from_days(DAY + offset)
}

pub fn spec() -> TableSpec {
    let schema = Schema::new(vec![
        Field::new("started_day", DataType::Date32, false),
        Field::new("contact_id", DataType::Utf8View, false),
        Field::new("at", DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())), true),
        Field::new("site", DataType::Utf8View, true),
        Field::new("n", DataType::Int64, true),
    ]);
    TableSpec {
        name: "calls",
        schema: Arc::new(schema),
        sort: &["contact_id", "at"],
        bloom: &["contact_id"],
        stats: &["at", "site", "n"],
        derived: false,
    }
}

/// The rows as they are given, all of one day.
pub fn batch(day: Day, rows: &[Row]) -> RecordBatch {
    let start = day.start().as_micros();
    let at = rows.iter().map(|row| (row.1 >= 0).then_some(start + row.1));
    let columns: Vec<arrow::array::ArrayRef> = vec![
        Arc::new(Date32Array::from(vec![day.as_days(); rows.len()])),
        Arc::new(StringViewArray::from_iter_values(rows.iter().map(|row| row.0))),
        Arc::new(at.collect::<TimestampMicrosecondArray>().with_timezone("UTC")),
        Arc::new(rows.iter().map(|row| row.2).collect::<StringViewArray>()),
        Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row.3))),
    ];
    RecordBatch::try_new(spec().schema, columns).unwrap()
}

pub fn tags(origins: &[&str]) -> FileTags {
    FileTags { origins: origins.iter().copied().collect(), fingerprint: None }
}

pub fn writes(app: &str, first: i64, last: i64) -> Writes<'_> {
    Writes { app, first, last }
}

pub async fn table(root: &Path) -> Table {
    Table::open_or_create(root, spec(), now).await.unwrap()
}

/// Sorts and writes rows of one day.
pub async fn file(table: &Table, day: Day, rows: &[Row], origin: &str) -> NewFile {
    let sorted = sort_batches(table.spec(), &[batch(day, rows)]).unwrap();
    table.write_day(day, &[sorted], tags(&[origin])).await.unwrap()
}

/// Writes and commits rows of one day.
pub async fn add(table: &mut Table, day: Day, rows: &[Row], origin: &str) -> Committed {
    let file = file(table, day, rows, origin).await;
    table.append(vec![file], None).await.unwrap()
}

/// The `n` of every row of a snapshot, files in order, rows in order.
pub async fn numbers(snapshot: &Snapshot) -> Vec<i64> {
    let mut numbers = Vec::new();
    for file in &snapshot.files {
        for batch in read_file(file, Some(&["n"])).await.unwrap() {
            let column = batch.column(0).as_primitive::<arrow::datatypes::Int64Type>();
            numbers.extend(column.values().iter().copied());
        }
    }
    numbers
}

/// The numbers of the newest version, ascending.
pub async fn stored(root: &Path) -> Vec<i64> {
    let table = Table::open(root, spec(), now).await.unwrap();
    let mut numbers = numbers(&table.snapshot().unwrap()).await;
    numbers.sort_unstable();
    numbers
}
