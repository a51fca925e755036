//! From a statement's rows to sums and distributions, by the stretch in which contacts began.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use arrow::{
    array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch},
    compute::{cast, concat_batches},
    datatypes::{DataType, Int64Type},
};
use engine::Statement;

use super::{
    Totals,
    spread::Spread,
    table::{Columns, Name, Table, Word},
};
use crate::ScorecardError;

/// The column that says in which stretch a contact began; it names no row of an answer.
const STRETCH: &str = "stretch";

/// Totals by stretch.
pub(crate) type ByStretch = BTreeMap<i64, Totals>;

/// Adds a statement's rows to the totals of their stretches.
///
/// # Errors
/// A column that the header names is missing or of another type.
pub(crate) fn read(statement: &Statement, batches: &[RecordBatch], into: &mut ByStretch) -> Result<(), ScorecardError> {
    let Some(first) = batches.first() else { return Ok(()) };
    let rows = Source { statement, batch: concat_batches(&first.schema(), batches)? };
    match statement.spread() {
        Some((value, count)) => rows.spreads(value, count, into),
        None => rows.tables(into),
    }
}

struct Source<'a> {
    statement: &'a Statement,
    batch: RecordBatch,
}

impl Source<'_> {
    fn tables(&self, into: &mut ByStretch) -> Result<(), ScorecardError> {
        let columns = Arc::new(self.columns(None)?);
        let words = self.words(&columns)?;
        let sums = columns.sums.iter().map(|name| self.ints(name)).collect::<Result<Vec<_>, _>>()?;
        let stretches = self.ints(STRETCH)?;
        for row in 0..self.batch.num_rows() {
            let totals = into.entry(int(&stretches, row)).or_default();
            let table = totals.tables.entry(self.statement.id.clone());
            let table = table.or_insert_with(|| Table { columns: Arc::clone(&columns), rows: BTreeMap::new() });
            let name: Name = words.iter().map(|column| column[row].clone()).collect();
            table.rows.insert(name, sums.iter().map(|sum| int(sum, row)).collect());
        }
        Ok(())
    }

    fn spreads(&self, value: &str, count: &str, into: &mut ByStretch) -> Result<(), ScorecardError> {
        let columns = Arc::new(self.columns(Some(value))?);
        let words = self.words(&columns)?;
        let (values, counts, stretches) = (self.ints(value)?, self.ints(count)?, self.ints(STRETCH)?);
        for row in 0..self.batch.num_rows() {
            let totals = into.entry(int(&stretches, row)).or_default();
            let spread = totals.spreads.entry(self.statement.id.clone());
            let spread = spread.or_insert_with(|| Spread { columns: Arc::clone(&columns), rows: BTreeMap::new() });
            let name: Name = words.iter().map(|column| column[row].clone()).collect();
            spread.rows.entry(name).or_default().push((int(&values, row), int(&counts, row)));
        }
        let id = &self.statement.id;
        into.values_mut().filter_map(|totals| totals.spreads.get_mut(id)).for_each(Spread::settle);
        Ok(())
    }

    /// The columns, without the one whose values a distribution is over.
    fn columns(&self, value: Option<&str>) -> Result<Columns, ScorecardError> {
        let schema = self.batch.schema();
        let naming: BTreeSet<&str> = self.statement.adds_by.iter().map(String::as_str).collect();
        let mut names = Vec::new();
        for name in &self.statement.adds_by {
            let field = schema.field_with_name(name).map_err(|_| self.missing(name))?;
            let is_text = matches!(field.data_type(), DataType::Utf8 | DataType::Utf8View | DataType::LargeUtf8);
            if name != STRETCH && Some(name.as_str()) != value {
                names.push((name.clone(), is_text));
            }
        }
        let fields = schema.fields().iter().map(|field| field.name().as_str());
        let sums = fields.filter(|name| !naming.contains(name)).map(str::to_owned).collect();
        Ok(Columns { names, sums })
    }

    /// The words of each row, column by column.
    fn words(&self, columns: &Columns) -> Result<Vec<Vec<Word>>, ScorecardError> {
        let column = |(name, is_text): &(String, bool)| match is_text {
            true => self.texts(name),
            false => Ok(self.ints(name)?.iter().map(|int| int.map_or(Word::Null, Word::Int)).collect()),
        };
        columns.names.iter().map(column).collect()
    }

    fn texts(&self, name: &str) -> Result<Vec<Word>, ScorecardError> {
        let column = self.column(name, &DataType::Utf8View)?;
        let texts = column.as_string_view();
        let mut known: HashMap<&str, Word> = HashMap::new();
        let mut words = Vec::with_capacity(texts.len());
        for text in texts {
            words.push(match text {
                None => Word::Null,
                Some(text) => known.entry(text).or_insert_with_key(|text| Word::Text(Arc::from(*text))).clone(),
            });
        }
        Ok(words)
    }

    fn ints(&self, name: &str) -> Result<Int64Array, ScorecardError> {
        Ok(self.column(name, &DataType::Int64)?.as_primitive::<Int64Type>().clone())
    }

    fn column(&self, name: &str, data_type: &DataType) -> Result<ArrayRef, ScorecardError> {
        let column = self.batch.column_by_name(name).ok_or_else(|| self.missing(name))?;
        cast(column, data_type).map_err(|_| self.missing(name))
    }

    fn missing(&self, column: &str) -> ScorecardError {
        ScorecardError::Column { statement: self.statement.id.clone(), column: column.to_owned() }
    }
}

fn int(column: &Int64Array, row: usize) -> i64 {
    if column.is_valid(row) { column.value(row) } else { 0 }
}
