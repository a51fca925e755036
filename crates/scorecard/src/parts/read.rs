//! From a statement's rows to sums and distributions, by the stretch in which contacts began.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use arrow::{
    array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch},
    compute::{cast, concat_batches},
    datatypes::{DataType, Field, Int64Type},
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
/// A column that the header names is missing, one can be neither added up nor name a row, or two rows have one name.
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
            if table.rows.insert(name, sums.iter().map(|sum| int(sum, row)).collect()).is_some() {
                let adds_by = self.statement.adds_by.join(", ");
                return Err(ScorecardError::Twice { statement: self.statement.id.clone(), adds_by });
            }
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
        let (mut names, mut sums) = (Vec::new(), Vec::new());
        for name in &self.statement.adds_by {
            let field = schema.field_with_name(name).map_err(|_| self.missing(name))?;
            let is_text = is_text(field.data_type());
            let is_number = name == STRETCH || Some(name.as_str()) == value;
            if !is_whole(field.data_type()) && (is_number || !(is_text || is_instant(field.data_type()))) {
                return Err(self.no_sum(field));
            }
            if !is_number {
                names.push((name.clone(), is_text));
            }
        }
        for field in schema.fields().iter().filter(|field| !naming.contains(field.name().as_str())) {
            if !is_whole(field.data_type()) {
                return Err(self.no_sum(field));
            }
            sums.push(field.name().clone());
        }
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

    fn no_sum(&self, field: &Field) -> ScorecardError {
        let (statement, column) = (self.statement.id.clone(), field.name().clone());
        ScorecardError::NoSum { statement, column, given: field.data_type().to_string() }
    }

    fn missing(&self, column: &str) -> ScorecardError {
        ScorecardError::Column { statement: self.statement.id.clone(), column: column.to_owned() }
    }
}

fn is_text(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Utf8 | DataType::Utf8View | DataType::LargeUtf8)
}

/// Whole numbers, and nulls of no type.
fn is_whole(data_type: &DataType) -> bool {
    data_type.is_integer() || *data_type == DataType::Null
}

fn is_instant(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Timestamp(..) | DataType::Date32 | DataType::Date64 | DataType::Boolean)
}

/// An integer; null adds nothing.
fn int(column: &Int64Array, row: usize) -> i64 {
    if column.is_valid(row) { column.value(row) } else { 0 }
}

#[cfg(test)]
mod tests {
    use arrow::array::{Float64Array, StringViewArray};

    use super::*;

    const HEADER: &str = "-- id: x\n-- version: 1\n-- title: {en: a, fr: b}\n-- params: {stretch_us: bigint}\n";

    fn statement(rest: &str) -> Statement {
        Statement::parse("x.sql", &format!("{HEADER}{rest}--\nSELECT 1")).expect("a header")
    }

    fn ints(values: &[i64]) -> ArrayRef {
        Arc::new(Int64Array::from(values.to_vec()))
    }

    fn texts(values: &[&str]) -> ArrayRef {
        Arc::new(StringViewArray::from_iter_values(values))
    }

    fn by_stretch(statement: &Statement, columns: &[(&str, ArrayRef)]) -> Result<ByStretch, String> {
        let batch = RecordBatch::try_from_iter(columns.iter().cloned()).expect("columns of one length");
        let mut totals = ByStretch::new();
        read(statement, &[batch], &mut totals).map_err(|error| error.to_string())?;
        Ok(totals)
    }

    #[test]
    fn rows_are_kept_apart_by_stretch() {
        let rows = [("legs", ints(&[3, 4, 5])), ("stretch", ints(&[0, 24, 24])), ("site", texts(&["a", "a", "b"]))];
        let totals = by_stretch(&statement("-- adds_by: [site, stretch]\n"), &rows).expect("sums");
        let legs = |stretch: i64| -> Vec<i64> {
            totals[&stretch].tables["x"].rows.values().flat_map(|sums| sums.iter().copied()).collect()
        };
        assert_eq!((totals.len(), legs(0), legs(24)), (2, vec![3], vec![4, 5]));
        assert_eq!(totals[&24].tables["x"].columns.sums, ["legs"], "the stretch names no row, and is no sum");
    }

    #[test]
    fn a_distribution_is_read_by_name() {
        let figure = "-- figures: {f: {unit: seconds, of: wait_us, n: legs, rank: 50, en: A, fr: A}}\n";
        let statement = statement(&format!("-- adds_by: [site, wait_us, stretch]\n{figure}"));
        let rows = [
            ("site", texts(&["a", "a", "b"])),
            ("wait_us", ints(&[9, 2, 2])),
            ("stretch", ints(&[0, 0, 0])),
            ("legs", ints(&[1, 2, 3])),
        ];
        let totals = by_stretch(&statement, &rows).expect("distributions");
        let runs: Vec<_> = totals[&0].spreads["x"].rows.values().collect();
        assert_eq!(runs, [&vec![(2, 2), (9, 1)], &vec![(2, 3)]]);
    }

    /// Dropped without a word, these rows would be a figure that is too low.
    #[test]
    fn a_list_of_names_that_misses_one_is_refused() {
        let rows =
            [("legs", ints(&[3, 4])), ("stretch", ints(&[0, 0])), ("site", texts(&["a", "a"])), ("day", ints(&[1, 2]))];
        let error = by_stretch(&statement("-- adds_by: [site, stretch]\n"), &rows).expect_err("two rows of one name");
        assert!(
            error.contains("statement x gives two rows of one name; its header's adds_by (site, stretch)"),
            "{error}"
        );
        let error = by_stretch(&statement("-- adds_by: [day, stretch]\n"), &rows).expect_err("a text is no sum");
        assert!(error.contains("gives site as Utf8View") && error.contains("name it in adds_by"), "{error}");
        let error = by_stretch(&statement("-- adds_by: [team, stretch]\n"), &rows).expect_err("no team");
        assert!(error.contains("no column \"team\""), "{error}");
    }

    /// A mean is no sum: cut to a whole number and added up, it would look like one.
    #[test]
    fn a_sum_is_a_whole_number() {
        let mean: ArrayRef = Arc::new(Float64Array::from(vec![0.5]));
        let rows = [("mean", mean), ("stretch", ints(&[0]))];
        for adds_by in ["[stretch]", "[mean, stretch]"] {
            let statement = statement(&format!("-- adds_by: {adds_by}\n"));
            let error = by_stretch(&statement, &rows).expect_err("a mean");
            assert!(error.contains("gives mean as Float64"), "{error}");
        }
    }
}
