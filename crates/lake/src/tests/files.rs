//! A file is refused unless it is what the log will say of it.

use arrow::array::{AsArray, RecordBatch};
use arrow::compute::concat_batches;
use arrow::datatypes::{Date32Type, Int64Type};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::Encoding;

use super::kit::*;
use crate::{FileTags, LakeError, read_file, sort_batches, sort_days, split_days};

#[tokio::test]
async fn rows_out_of_order_are_refused_within_and_across_batches() {
    let home = tempfile::tempdir().unwrap();
    let table = table(home.path()).await;
    let refused = |batches: Vec<RecordBatch>| {
        let table = &table;
        async move { table.write_day(day(0), &batches, FileTags::default()).await }
    };
    let within = refused(vec![batch(day(0), &[("b", 1, None, 1), ("a", 1, None, 2)])]).await;
    assert!(matches!(within, Err(LakeError::Disorder { row: 1, .. })), "{within:?}");
    let nulls_first = refused(vec![batch(day(0), &[("a", -1, None, 1), ("a", 1, None, 2)])]).await;
    assert!(matches!(nulls_first, Err(LakeError::Disorder { row: 1, .. })), "{nulls_first:?}");
    let across = refused(vec![batch(day(0), &[("a", 5, None, 1)]), batch(day(0), &[("a", 4, None, 2)])]).await;
    assert!(matches!(across, Err(LakeError::Disorder { row: 1, .. })), "{across:?}");
    assert!(files_below(table.dir()).is_empty(), "a refused file leaves nothing behind");
    refused(vec![batch(day(0), &[("a", 4, None, 1)]), batch(day(0), &[("a", 4, None, 2)])]).await.unwrap();
}

#[tokio::test]
async fn rows_of_another_day_foreign_columns_and_no_rows_are_refused() {
    let home = tempfile::tempdir().unwrap();
    let table = table(home.path()).await;
    let other = table.write_day(day(0), &[batch(day(1), &[("a", 1, None, 1)])], FileTags::default()).await;
    assert!(matches!(other, Err(LakeError::WrongDay { .. })), "{other:?}");
    let narrow = batch(day(0), &[("a", 1, None, 1)]).project(&[0, 1]).unwrap();
    let narrow = table.write_day(day(0), &[narrow], FileTags::default()).await;
    assert!(matches!(narrow, Err(LakeError::Schema { .. })), "{narrow:?}");
    let empty = table.write_day(day(0), &[batch(day(0), &[])], FileTags::default()).await;
    assert!(matches!(empty, Err(LakeError::Schema { .. })), "{empty:?}");
    assert!(files_below(table.dir()).is_empty());
}

#[tokio::test]
async fn a_file_is_invisible_until_committed_and_then_says_what_it_holds() {
    let home = tempfile::tempdir().unwrap();
    let mut table = table(home.path()).await;
    let rows = [("a", 1_500, Some("lyon"), 1), ("b", 7, Some("angers"), 2), ("c", -1, None, 3)];
    let new = file(&table, day(0), &rows, "w1").await;
    table.refresh().await.unwrap();
    assert!(table.snapshot().unwrap().files.is_empty());
    let path = new.path().to_owned();
    table.append(vec![new], None).await.unwrap();
    let snapshot = table.snapshot().unwrap();
    let [file] = &snapshot.files[..] else { panic!("{snapshot:?}") };
    assert_eq!((file.path.as_str(), file.rows, file.day), (path.as_str(), 3, day(0)));
    assert!(path.starts_with("started_day=2024-10-04/"), "{path}");
    assert_eq!(file.size, std::fs::metadata(&file.full).unwrap().len());
    let start = day(0).start().as_micros();
    assert_eq!(file.ranges["at"], (start + 7, start + 1_500));
    assert_eq!(file.stats["minValues"]["site"], "angers");
    assert_eq!(file.stats["nullCount"], serde_json::json!({"at": 1, "site": 1, "n": 0}));
    let missing = read_file(file, Some(&["agent"])).await;
    assert!(missing.unwrap_err().to_string().contains("agent"));
}

#[tokio::test]
async fn a_file_has_the_layout_that_readers_count_on() {
    let home = tempfile::tempdir().unwrap();
    let table = table(home.path()).await;
    let rows: Vec<Row> = (0..10_000).map(|n| ("a", n, Some("x"), n)).collect();
    let new = file(&table, day(0), &rows, "w").await;
    let handle = std::fs::File::open(table.dir().join(new.path())).unwrap();
    let options = parquet::arrow::arrow_reader::ArrowReaderOptions::new()
        .with_page_index_policy(parquet::file::metadata::PageIndexPolicy::Required);
    let builder = ParquetRecordBatchReaderBuilder::try_new_with_options(handle, options).unwrap();
    let footer = builder.metadata();
    assert!(footer.file_metadata().created_by().unwrap().starts_with("vigie"));
    let group = footer.row_group(0);
    assert_eq!(group.sorting_columns().unwrap().len(), 2);
    let column = |name: &str| group.columns().iter().position(|c| c.column_path().string() == name).unwrap();
    let has_bloom = |name| group.column(column(name)).bloom_filter_offset().is_some();
    assert!(has_bloom("contact_id") && !has_bloom("site"));
    let encodings: Vec<_> = group.column(column("at")).encodings().collect();
    assert!(encodings.contains(&Encoding::DELTA_BINARY_PACKED), "{encodings:?}");
    assert!(!encodings.contains(&Encoding::RLE_DICTIONARY), "{encodings:?}");
    assert!(group.column(column("site")).dictionary_page_offset().is_some());
    let pages = footer.offset_index().unwrap()[0][column("at")].page_locations().len();
    assert_eq!(pages, 3, "pages of 4,096 rows");
}

#[test]
fn sorting_puts_nulls_last_and_keeps_ties_as_they_came() {
    let parts = [
        batch(day(0), &[("b", -1, None, 1), ("b", 3, None, 2), ("a", 3, None, 3)]),
        batch(day(0), &[("a", 3, None, 4), ("b", 2, None, 5)]),
    ];
    let sorted = sort_batches(&spec(), &parts).unwrap();
    assert_eq!(sorted.column(4).as_primitive::<Int64Type>().values()[..], [3, 4, 5, 2, 1]);
    assert_eq!(sort_batches(&spec(), &[]).unwrap().num_rows(), 0);
}

#[test]
fn splitting_by_day_loses_and_mixes_nothing() {
    let parts =
        [batch(day(1), &[("a", 1, None, 1)]), batch(day(0), &[("b", 1, None, 2)]), batch(day(1), &[("c", 1, None, 3)])];
    let all = concat_batches(&spec().schema, &parts).unwrap();
    let split = split_days(&all).unwrap();
    let numbers: Vec<_> = split
        .iter()
        .map(|(day, rows)| {
            assert!(rows.column(0).as_primitive::<Date32Type>().values().iter().all(|d| *d == day.as_days()));
            (*day, rows.column(4).as_primitive::<Int64Type>().values().to_vec())
        })
        .collect();
    assert_eq!(numbers, [(day(0), vec![2]), (day(1), vec![1, 3])]);
    assert!(split_days(&all.project(&[1]).unwrap()).is_err());
}

#[test]
fn sorting_by_day_at_once_gives_the_rows_of_sorting_and_splitting() {
    let parts = [
        batch(day(1), &[("b", -1, None, 1), ("b", 3, None, 2), ("a", 3, None, 3)]),
        batch(day(0), &[("b", 2, Some("x"), 4), ("a", 2, None, 5), ("b", 2, None, 6)]),
        batch(day(1), &[("a", 3, None, 7)]),
    ];
    let in_two_steps = |parts: &[_]| split_days(&sort_batches(&spec(), parts).unwrap()).unwrap();
    assert_eq!(sort_days(&spec(), &parts).unwrap(), in_two_steps(&parts[..]));
    assert_eq!(sort_days(&spec(), &parts[1..2]).unwrap(), in_two_steps(&parts[1..2]));
    assert!(sort_days(&spec(), &[]).unwrap().is_empty());
}

fn files_below(dir: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.ends_with("_delta_log") {
            continue;
        }
        if path.is_dir() { found.extend(files_below(&path)) } else { found.push(path) }
    }
    found
}
