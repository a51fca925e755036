//! One day of rows becomes one Parquet file.

use std::io::Write;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::{max, min};
use arrow::datatypes::{DataType, Date32Type};
use contact::Day;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::metadata::SortingColumn;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use serde_json::Value;

use crate::order::OrderCheck;
use crate::stats::Collector;
use crate::{LakeError, STARTED_DAY, TableSpec};

/// Rows of a row group: small enough to prune and to bound memory, large enough to compress.
pub(crate) const GROUP_ROWS: usize = 128 * 1024;
/// Rows of a page: looking up a few contacts reads a page of each column, not a row group.
const PAGE_ROWS: usize = 4096;
/// One lookup in a hundred reads a row group for nothing.
const BLOOM_FALSE_POSITIVES: f64 = 0.01;

/// What a file turned out to hold.
pub(crate) struct Written {
    pub(crate) rows: u64,
    pub(crate) stats: Value,
}

/// The order as a Parquet footer declares it.
pub(crate) fn sorting_columns(spec: &TableSpec) -> Result<Vec<SortingColumn>, LakeError> {
    let column = |name: &&str| {
        let column_idx = i32::try_from(spec.column(name)?).map_err(|_| spec.refuse("too many columns"))?;
        Ok(SortingColumn { column_idx, descending: false, nulls_first: false })
    };
    spec.sort.iter().map(column).collect()
}

/// `rows` is an estimate; it sizes the bloom filters.
fn properties(spec: &TableSpec, rows: u64) -> Result<WriterProperties, LakeError> {
    let mut builder = WriterProperties::builder()
        .set_created_by(concat!("vigie version ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_data_page_row_count_limit(PAGE_ROWS)
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_sorting_columns(Some(sorting_columns(spec)?).filter(|columns| !columns.is_empty()));
    for field in spec.schema.fields() {
        if matches!(field.data_type(), DataType::Timestamp(..) | DataType::Int64) {
            builder = builder
                .set_column_dictionary_enabled(field.name().as_str().into(), false)
                .set_column_encoding(field.name().as_str().into(), Encoding::DELTA_BINARY_PACKED);
        }
    }
    let distinct = rows.clamp(1, GROUP_ROWS as u64);
    for &name in spec.bloom {
        builder = builder
            .set_column_bloom_filter_fpp(name.into(), BLOOM_FALSE_POSITIVES)
            .set_column_bloom_filter_max_ndv(name.into(), distinct);
    }
    Ok(builder.build())
}

/// Writes the batches of one day, checking what the log will claim of them: columns, day, order (L2), statistics.
pub(crate) fn write<W: Write + Send>(
    out: W,
    spec: &TableSpec,
    day: Day,
    rows: u64,
    batches: impl Iterator<Item = Result<RecordBatch, LakeError>>,
) -> Result<Written, LakeError> {
    let mut writer = ArrowWriter::try_new(out, spec.schema.clone(), Some(properties(spec, rows)?))?;
    let mut order = OrderCheck::new(spec)?;
    let mut stats = Collector::new(spec)?;
    for batch in batches {
        let batch = fit(spec, &batch?)?;
        check_day(spec, &batch, day)?;
        if let Some(row) = order.push(&batch)? {
            return Err(LakeError::Disorder { table: spec.name, row, sort: spec.sort.join(", ") });
        }
        stats.push(&batch)?;
        writer.write(&batch)?;
    }
    writer.close()?;
    if stats.rows() == 0 {
        return Err(spec.refuse("a file needs at least one row"));
    }
    Ok(Written { rows: stats.rows(), stats: stats.finish() })
}

/// The batch under the table's own schema, so that no column is misnamed, of another type or null where it may not be.
fn fit(spec: &TableSpec, batch: &RecordBatch) -> Result<RecordBatch, LakeError> {
    let given = batch.schema();
    let names =
        |schema: &arrow::datatypes::Schema| schema.fields().iter().map(|f| f.name().clone()).collect::<Vec<_>>();
    if names(&given) != names(&spec.schema) {
        let (given, wanted) = (names(&given).join(", "), names(&spec.schema).join(", "));
        return Err(spec.refuse(format!("columns are ({given}), not ({wanted})")));
    }
    Ok(RecordBatch::try_new(spec.schema.clone(), batch.columns().to_vec())?)
}

fn check_day(spec: &TableSpec, batch: &RecordBatch, day: Day) -> Result<(), LakeError> {
    match stray_day(spec, batch, day)? {
        None => Ok(()),
        Some(found) => Err(LakeError::WrongDay { table: spec.name, found, day }),
    }
}

/// A `started_day` in the batch that is not `day`, as text.
pub(crate) fn stray_day(spec: &TableSpec, batch: &RecordBatch, day: Day) -> Result<Option<String>, LakeError> {
    let days = batch
        .column(spec.column(STARTED_DAY)?)
        .as_primitive_opt::<Date32Type>()
        .ok_or_else(|| spec.refuse("started_day must be a Date32"))?;
    if days.null_count() > 0 {
        return Ok(Some("null".to_owned()));
    }
    let stray = [min(days), max(days)].into_iter().flatten().find(|&found| found != day.as_days());
    Ok(stray.map(|found| Day::from_days(found).to_string()))
}
