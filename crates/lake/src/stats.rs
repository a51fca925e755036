//! The statistics of a file as the Delta log keeps them, computed from the rows themselves.
//!
//! The log's reader trusts them blindly, so the writer computes them from what it wrote and `verify` computes them
//! again from what is on the disk.

use std::collections::BTreeMap;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::{cast, max, max_string_view, min, min_string_view};
use arrow::datatypes::{DataType, Int64Type};
use chrono::{DateTime, SecondsFormat};
use contact::Day;
use serde_json::{Map, Value};

use crate::spec::Kind;
use crate::{LakeError, TableSpec};

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Bound {
    Number(i64),
    Text(String),
}

struct Column {
    name: &'static str,
    index: usize,
    kind: Kind,
    low: Option<Bound>,
    high: Option<Bound>,
    nulls: usize,
}

/// Collects the statistics of one file, batch by batch.
pub(crate) struct Collector {
    rows: u64,
    columns: Vec<Column>,
}

impl Collector {
    pub(crate) fn new(spec: &TableSpec) -> Result<Self, LakeError> {
        let column = |&name: &&'static str| {
            Ok(Column { name, index: spec.column(name)?, kind: spec.kind(name)?, low: None, high: None, nulls: 0 })
        };
        Ok(Self { rows: 0, columns: spec.stats.iter().map(column).collect::<Result<_, LakeError>>()? })
    }

    pub(crate) fn push(&mut self, batch: &RecordBatch) -> Result<(), LakeError> {
        self.rows += batch.num_rows() as u64;
        for column in &mut self.columns {
            let values = batch.column(column.index);
            column.nulls += values.null_count();
            let (low, high) = bounds(column.kind, values.as_ref())?;
            // `None` sorts first, so it needs care for the lower bound only.
            column.low = [column.low.take(), low].into_iter().flatten().min();
            column.high = column.high.take().max(high);
        }
        Ok(())
    }

    pub(crate) fn rows(&self) -> u64 {
        self.rows
    }

    /// `{"numRecords":…,"minValues":{…},"maxValues":{…},"nullCount":{…}}`, the per-file statistics of the Delta protocol.
    pub(crate) fn finish(&self) -> Value {
        let pick = |side: fn(&Column) -> Option<&Bound>| -> Map<String, Value> {
            let value = |column| Some((column_name(column), side(column)?.to_json(column.kind)?));
            self.columns.iter().filter_map(value).collect()
        };
        let nulls: Map<_, _> =
            self.columns.iter().map(|column| (column_name(column), Value::from(column.nulls))).collect();
        Value::Object(Map::from_iter([
            ("numRecords".to_owned(), Value::from(self.rows)),
            ("minValues".to_owned(), pick(|column| column.low.as_ref()).into()),
            ("maxValues".to_owned(), pick(|column| column.high.as_ref()).into()),
            ("nullCount".to_owned(), nulls.into()),
        ]))
    }
}

fn column_name(column: &Column) -> String {
    column.name.to_owned()
}

fn bounds(kind: Kind, values: &dyn Array) -> Result<(Option<Bound>, Option<Bound>), LakeError> {
    if kind == Kind::Text {
        let texts = cast(values, &DataType::Utf8View)?;
        let texts = texts.as_string_view();
        let bound = |text: &str| Bound::Text(text.to_owned());
        return Ok((min_string_view(texts).map(bound), max_string_view(texts).map(bound)));
    }
    let numbers = cast(values, &DataType::Int64)?;
    let numbers = numbers.as_primitive::<Int64Type>();
    Ok((min(numbers).map(Bound::Number), max(numbers).map(Bound::Number)))
}

impl Bound {
    fn to_json(&self, kind: Kind) -> Option<Value> {
        match (self, kind) {
            (Self::Text(text), _) => Some(Value::from(text.as_str())),
            (Self::Number(micros), Kind::Micros) => {
                let instant = DateTime::from_timestamp_micros(*micros)?;
                Some(Value::from(instant.to_rfc3339_opts(SecondsFormat::Micros, true)))
            }
            (Self::Number(days), Kind::Days) => {
                Some(Value::from(Day::from_days(i32::try_from(*days).ok()?).to_string()))
            }
            (Self::Number(number), _) => Some(Value::from(*number)),
        }
    }
}

/// The number of rows that statistics claim.
pub(crate) fn rows(stats: &Value) -> Option<u64> {
    stats.get("numRecords")?.as_u64()
}

/// First and last instant, in microseconds, of every time column that has statistics.
pub(crate) fn ranges(spec: &TableSpec, stats: &Value) -> Result<BTreeMap<String, (i64, i64)>, LakeError> {
    let mut ranges = BTreeMap::new();
    for &name in spec.stats {
        if spec.kind(name)? != Kind::Micros {
            continue;
        }
        let side = |side: &str| micros(stats.get(side)?.get(name)?.as_str()?);
        if let (Some(low), Some(high)) = (side("minValues"), side("maxValues")) {
            ranges.insert(name.to_owned(), (low, high));
        }
    }
    Ok(ranges)
}

fn micros(text: &str) -> Option<i64> {
    DateTime::parse_from_rfc3339(text).ok().map(|instant| instant.timestamp_micros())
}
