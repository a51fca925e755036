//! A derived table that a program with other columns left behind is begun anew, and never in the way.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, ListArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema, TimeUnit, TimestampMicrosecondType};

use super::kit::*;
use crate::{FileTags, LakeError, Table, TableSpec, read_file, verify};

fn instants() -> DataType {
    let instant = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    DataType::List(Arc::new(Field::new_list_field(instant, true)))
}

/// The table of calls as an earlier program had it: without its last column.
fn earlier() -> TableSpec {
    let fields: Vec<_> = spec().schema.fields().iter().filter(|field| field.name() != "n").cloned().collect();
    TableSpec { schema: Arc::new(Schema::new(fields)), stats: &["at", "site"], derived: true, ..spec() }
}

/// As it is today: with that column, and one of lists.
fn today() -> TableSpec {
    let mut fields = spec().schema.fields().to_vec();
    fields.push(Arc::new(Field::new("pauses", instants(), true)));
    TableSpec { schema: Arc::new(Schema::new(fields)), derived: true, ..spec() }
}

fn with_pauses(rows: &[Row], pauses: Vec<Option<Vec<Option<i64>>>>) -> RecordBatch {
    let rows = batch(day(0), rows);
    let lists = ListArray::from_iter_primitive::<TimestampMicrosecondType, _, _>(pauses);
    let lists: ArrayRef = cast(&lists, &instants()).unwrap();
    let columns = rows.columns().iter().cloned().chain([lists]).collect();
    RecordBatch::try_new(today().schema, columns).unwrap()
}

/// A table with a file of the earlier columns; gives its version.
async fn left_behind(root: &Path) -> u64 {
    let mut table = Table::open_or_create(root, earlier(), now).await.unwrap();
    let rows = batch(day(0), &[("a", 1, None, 1)]).project(&[0, 1, 2, 3]).unwrap();
    let file = table.write_day(day(0), &[rows], tags(&["w1"])).await.unwrap();
    table.append(vec![file], None).await.unwrap();
    table.snapshot().unwrap().version
}

/// Whoever only looks may not write, and must not fail either: what the table held is made again while it is asked for.
#[tokio::test]
async fn a_reader_finds_it_empty_and_leaves_it_as_it_is() {
    let home = tempfile::tempdir().unwrap();
    let version = left_behind(home.path()).await;
    let table = Table::open(home.path(), today(), now).await.unwrap();
    let snapshot = table.snapshot().unwrap();
    assert_eq!((snapshot.version, snapshot.files.len()), (version, 0));
    assert_eq!(verify(&table).await.unwrap(), [], "the files of the version are no orphans");
    let again = Table::open(home.path(), earlier(), now).await.unwrap();
    assert_eq!(again.snapshot().unwrap().files.len(), 1);
}

#[tokio::test]
async fn a_writer_begins_it_anew_with_the_columns_of_today() {
    let home = tempfile::tempdir().unwrap();
    let version = left_behind(home.path()).await;
    let mut table = Table::open_or_create(home.path(), today(), now).await.unwrap();
    let begun = table.snapshot().unwrap();
    assert_eq!((begun.version, begun.files.len()), (version + 1, 0));
    let pauses = vec![Some(vec![Some(5), None]), None];
    let rows = with_pauses(&[("a", 1, None, 2), ("b", 1, None, 3)], pauses);
    let file = table.write_day(day(0), std::slice::from_ref(&rows), FileTags::default()).await.unwrap();
    table.append(vec![file], None).await.unwrap();

    let table = Table::open_or_create(home.path(), today(), now).await.unwrap();
    let snapshot = table.snapshot().unwrap();
    assert_eq!((snapshot.version, snapshot.files.len()), (version + 2, 1), "begun once");
    let read = read_file(&snapshot.files[0], None).await.unwrap();
    assert_eq!(read, [rows]);
    assert_eq!(read[0].column(5).as_list::<i32>().value(0).len(), 2);
    assert_eq!(verify(&table).await.unwrap(), [], "what was left behind is removed, not forgotten");
}

/// What cannot be made again is not thrown away because a program does not know it.
#[tokio::test]
async fn a_table_that_is_not_derived_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let version = left_behind(home.path()).await;
    for derived in [true, false] {
        let wanted = TableSpec { derived, ..spec() };
        let read = Table::open(home.path(), wanted.clone(), now).await;
        assert_eq!(matches!(read, Err(LakeError::Schema { .. })), !derived);
    }
    let written = Table::open_or_create(home.path(), spec(), now).await;
    assert!(matches!(written, Err(LakeError::Schema { .. })));
    let table = Table::open(home.path(), earlier(), now).await.unwrap();
    assert_eq!(table.snapshot().unwrap().version, version);
}
