//! The contacts of customers, small enough to be kept: what of each decides who came back, and for whom it counts.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use arrow::{
    array::{
        Array, ArrayRef, AsArray, BooleanArray, Int64Array, RecordBatch, StringViewArray, TimestampMicrosecondArray,
    },
    compute::cast,
    datatypes::{DataType, Int64Type},
};

use crate::ScorecardError;

/// The statement that names them.
pub(super) const STATEMENT: &str = "attempts";

/// Its texts, but for the customer.
const TEXTS: [&str; 8] = ["provider", "site", "queue", "team", "channel", "reason", "language", "family"];

/// Where the family is among them.
const FAMILY: usize = 7;

/// Rows of a table that are handed on together.
const ROWS: usize = 8192;

/// What many contacts have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Kind {
    texts: [Option<Arc<str>>; 8],
    customer_known: bool,
    handled: bool,
    transferred: bool,
}

/// A contact: when it was received, whose matter it is (0 when nobody can say), and what else it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Attempt {
    received_us: i64,
    matter: u128,
    kind: u32,
}

/// A contact, read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Row<'a> {
    pub(super) received_us: i64,
    pub(super) matter: u128,
    pub(super) kind: &'a Kind,
}

/// Contacts in the order of their receipt.
#[derive(Debug, Default)]
pub(super) struct Attempts {
    kinds: Vec<Kind>,
    rows: Vec<Attempt>,
    /// Stands for all that is in it.
    digest: u64,
}

impl Attempts {
    /// From the rows of the statement.
    ///
    /// # Errors
    /// One of its columns is missing.
    pub(super) fn read(batches: &[RecordBatch]) -> Result<Self, ScorecardError> {
        let mut attempts = Self::default();
        for batch in batches {
            attempts.take(batch)?;
        }
        Ok(attempts.in_order())
    }

    fn take(&mut self, batch: &RecordBatch) -> Result<(), ScorecardError> {
        let texts = TEXTS.iter().map(|name| column(batch, name, &DataType::Utf8View)).collect::<Result<Vec<_>, _>>()?;
        let customers = column(batch, "customer", &DataType::Utf8View)?;
        let received = column(batch, "received_us", &DataType::Int64)?;
        let [handled, transferred] = ["handled", "transferred"].map(|name| column(batch, name, &DataType::Boolean));
        let (handled, transferred) = (handled?, transferred?);
        let mut known: HashMap<([Option<&str>; 8], [bool; 3]), u32> = HashMap::new();
        for row in 0..batch.num_rows() {
            let texts: [Option<&str>; 8] = std::array::from_fn(|position| text(&texts[position], row));
            let customer = text(&customers, row);
            let flags = [customer.is_some(), flag(&handled, row), flag(&transferred, row)];
            let kind = *known.entry((texts, flags)).or_insert_with(|| {
                self.kinds.push(Kind {
                    texts: texts.map(|text| text.map(Arc::from)),
                    customer_known: flags[0],
                    handled: flags[1],
                    transferred: flags[2],
                });
                u32::try_from(self.kinds.len() - 1).unwrap_or(u32::MAX)
            });
            let matter = customer.zip(texts[FAMILY]).map_or(0, |(customer, family)| matter(customer, family));
            let received_us = received.as_primitive::<Int64Type>().value(row);
            self.rows.push(Attempt { received_us, matter, kind });
        }
        Ok(())
    }

    /// In an order that does not depend on that of the rows read.
    fn in_order(mut self) -> Self {
        let mut kinds = self.kinds.clone();
        kinds.sort_unstable();
        kinds.dedup();
        let number = |kind: &Kind| kinds.binary_search(kind).unwrap_or_else(|place| place);
        let numbers: Vec<u32> = self.kinds.iter().map(|kind| u32::try_from(number(kind)).unwrap_or(u32::MAX)).collect();
        for row in &mut self.rows {
            row.kind = usize::try_from(row.kind).ok().and_then(|kind| numbers.get(kind)).copied().unwrap_or(u32::MAX);
        }
        self.rows.sort_unstable();
        self.rows.shrink_to_fit();
        let mut hasher = DefaultHasher::new();
        (&kinds, &self.rows).hash(&mut hasher);
        Self { kinds, rows: self.rows, digest: hasher.finish() }
    }

    /// Every contact.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().filter_map(|row| self.row(row))
    }

    /// Those received in `[from, to)`.
    pub(super) fn within(&self, from: i64, to: i64) -> impl Iterator<Item = Row<'_>> {
        let first = self.rows.partition_point(|row| row.received_us < from);
        let rows = self.rows[first..].iter().take_while(move |row| row.received_us < to);
        rows.filter_map(|row| self.row(row))
    }

    fn row(&self, row: &Attempt) -> Option<Row<'_>> {
        let kind = self.kinds.get(usize::try_from(row.kind).ok()?)?;
        Some(Row { received_us: row.received_us, matter: row.matter, kind })
    }

    /// How many contacts.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Stands for all that is in it: files that hold the same contacts have one.
    pub(super) fn digest(&self) -> u64 {
        self.digest
    }

    /// About how many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        self.rows.len() * size_of::<Attempt>() + self.kinds.len() * 512
    }
}

/// Names a customer and a family of reasons by 128 bits: two never share one in practice.
fn matter(customer: &str, family: &str) -> u128 {
    let half = |which: u8| {
        let mut hasher = DefaultHasher::new();
        (which, customer, family).hash(&mut hasher);
        u128::from(hasher.finish())
    };
    (half(0) << 64 | half(1)).max(1)
}

/// The contacts as the table that `matters` reads. Customers are numbers, and families are told apart by the customers'.
///
/// # Errors
/// None that columns of one length can have.
pub(super) fn table<'a>(rows: impl Iterator<Item = Row<'a>>) -> Result<Vec<RecordBatch>, ScorecardError> {
    let rows: Vec<Row> = rows.collect();
    let mut known: HashMap<u128, i64> = HashMap::new();
    let mut customer = |row: &Row| {
        let next = i64::try_from(known.len()).unwrap_or(i64::MAX) + 1;
        let number = if row.matter == 0 { 0 } else { *known.entry(row.matter).or_insert(next) };
        row.kind.customer_known.then_some(number)
    };
    let mut batches = Vec::new();
    for (first, rows) in (0..).step_by(ROWS).zip(rows.chunks(ROWS)) {
        let received = || rows.iter().map(|row| row.received_us);
        let instants = TimestampMicrosecondArray::from_iter_values(received()).with_timezone("UTC");
        let contacts = (0..).zip(rows).map(|(number, _): (i64, _)| first + number);
        let flags = |of: fn(&Kind) -> bool| -> ArrayRef {
            Arc::new(rows.iter().map(|row| Some(of(row.kind))).collect::<BooleanArray>())
        };
        let mut columns: Vec<(&str, ArrayRef, bool)> = Vec::new();
        for (position, name) in TEXTS.iter().enumerate() {
            let texts = rows.iter().map(|row| row.kind.texts[position].as_deref());
            columns.push((name, Arc::new(texts.collect::<StringViewArray>()), true));
        }
        columns.push(("contact_id", Arc::new(Int64Array::from_iter_values(contacts)), true));
        columns.push(("customer", Arc::new(rows.iter().map(&mut customer).collect::<Int64Array>()), true));
        columns.push(("received_at", Arc::new(instants), true));
        columns.push(("received_us", Arc::new(Int64Array::from_iter_values(received())), true));
        columns.push(("handled", flags(|kind| kind.handled), true));
        columns.push(("transferred", flags(|kind| kind.transferred), true));
        batches.push(RecordBatch::try_from_iter_with_nullable(columns)?);
    }
    Ok(batches)
}

fn column(batch: &RecordBatch, name: &str, data_type: &DataType) -> Result<ArrayRef, ScorecardError> {
    let missing = || ScorecardError::Column { statement: STATEMENT.to_owned(), column: name.to_owned() };
    cast(batch.column_by_name(name).ok_or_else(missing)?, data_type).map_err(|_| missing())
}

fn text(column: &ArrayRef, row: usize) -> Option<&str> {
    column.is_valid(row).then(|| column.as_string_view().value(row))
}

fn flag(column: &ArrayRef, row: usize) -> bool {
    column.is_valid(row) && column.as_boolean().value(row)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Contacts: when received, of which customer, at which site.
    pub(in crate::repeats) fn attempts(rows: &[(i64, Option<&str>, &str)]) -> Attempts {
        Attempts::read(&[batch(rows)]).expect("the columns of attempts")
    }

    fn batch(rows: &[(i64, Option<&str>, &str)]) -> RecordBatch {
        let all = |text: Option<&'static str>| -> ArrayRef {
            Arc::new(rows.iter().map(|_| text).collect::<StringViewArray>())
        };
        let flags = |flag: bool| -> ArrayRef { Arc::new(rows.iter().map(|_| Some(flag)).collect::<BooleanArray>()) };
        let columns: [(&str, ArrayRef); 12] = [
            ("provider", all(Some("p"))),
            ("site", Arc::new(rows.iter().map(|row| Some(row.2)).collect::<StringViewArray>())),
            ("queue", all(Some("q"))),
            ("team", all(None)),
            ("channel", all(Some("email"))),
            ("reason", all(Some("r"))),
            ("language", all(None)),
            ("family", all(Some("f"))),
            ("customer", Arc::new(rows.iter().map(|row| row.1).collect::<StringViewArray>())),
            ("received_us", Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row.0)))),
            ("handled", flags(true)),
            ("transferred", flags(false)),
        ];
        let columns = columns.map(|(name, column)| (name, column, true));
        RecordBatch::try_from_iter_with_nullable(columns).expect("columns of one length")
    }

    /// When received, and at which site.
    pub(in crate::repeats) fn told<'a>(rows: impl IntoIterator<Item = Row<'a>>) -> Vec<(i64, String)> {
        let site = |row: &Row| row.kind.texts[1].as_deref().unwrap_or_default().to_owned();
        rows.into_iter().map(|row| (row.received_us, site(&row))).collect()
    }

    /// A day folded again without news of this kind must not make all sums anew.
    #[test]
    fn the_same_contacts_have_the_same_digest_in_whatever_order() {
        let rows = [(5, Some("k-1"), "a"), (3, Some("k-2"), "b"), (3, None, "a"), (9, Some("k-1"), "a")];
        let one = attempts(&rows);
        let mut turned = rows;
        turned.reverse();
        let parts: Vec<RecordBatch> = turned.iter().map(|row| batch(&[*row])).collect();
        let other = Attempts::read(&parts).expect("the columns of attempts");
        assert_eq!(one.digest(), other.digest());
        assert_eq!(told(one.rows()), told(other.rows()));
        assert!(one.rows().is_sorted_by_key(|row| row.received_us) && one.len() == 4);
        for (row, changed) in [(0, (6, Some("k-1"), "a")), (1, (3, Some("k-3"), "b")), (2, (3, None, "b"))] {
            let mut rows = rows;
            rows[row] = changed;
            assert_ne!(one.digest(), attempts(&rows).digest(), "{changed:?}");
        }
    }

    #[test]
    fn a_stretch_of_time_is_found() {
        let all = attempts(&[(5, None, "a"), (3, None, "b"), (7, None, "c"), (5, None, "d")]);
        assert_eq!(told(all.within(4, 7)), [(5, "a".to_owned()), (5, "d".to_owned())]);
        assert_eq!((told(all.within(7, 4)).len(), told(all.within(0, 100)).len()), (0, 4));
    }

    /// Whom nobody knows is nobody else: not even another one whom nobody knows.
    #[test]
    fn customers_are_numbered_and_strangers_are_not() {
        let all = attempts(&[(1, Some("k-1"), "a"), (2, None, "a"), (3, Some("k-2"), "a"), (4, Some("k-1"), "b")]);
        let batches = table(all.rows()).expect("columns of one length");
        let customers = batches[0].column_by_name("customer").expect("a column").as_primitive::<Int64Type>().clone();
        assert_eq!(customers.iter().collect::<Vec<_>>(), [Some(1), None, Some(2), Some(1)]);
    }
}
