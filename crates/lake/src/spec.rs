//! What a table holds, said once: schema, order, filters, statistics.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use arrow::datatypes::{DataType, SchemaRef, TimeUnit};

use crate::{LakeError, Origins};

/// The partition column: a `Date32`, present in every table and physically in every file.
pub const STARTED_DAY: &str = "started_day";

const TAG_ORIGINS: &str = "vigie.origins";
const TAG_FINGERPRINT: &str = "vigie.fingerprint";

/// Where a table lives and what it holds.
#[derive(Debug, Clone)]
pub struct TableSpec {
    /// Its directory below the lake's root.
    pub name: &'static str,
    /// All columns, [`STARTED_DAY`] among them. Strings may be views; times are UTC microseconds.
    pub schema: SchemaRef,
    /// Column names of the order within a file: ascending, nulls last.
    pub sort: &'static [&'static str],
    /// Columns with a bloom filter.
    pub bloom: &'static [&'static str],
    /// Columns whose smallest and largest value go into the log: times, days, integers, texts.
    pub stats: &'static [&'static str],
    /// Its rows can be made again from what lies elsewhere: with the columns of another program the table counts as empty,
    /// and whoever writes begins it anew.
    pub derived: bool,
}

/// How a column's bounds are kept in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// UTC microseconds.
    Micros,
    /// Days since 1970-01-01.
    Days,
    Integer,
    Text,
}

impl Kind {
    pub(crate) fn of(data_type: &DataType) -> Option<Self> {
        match data_type {
            DataType::Timestamp(TimeUnit::Microsecond, Some(_)) => Some(Self::Micros),
            DataType::Date32 => Some(Self::Days),
            DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::Int64 => Some(Self::Integer),
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Some(Self::Text),
            _ => None,
        }
    }
}

impl TableSpec {
    /// Refuses a specification that names columns it does not have.
    pub(crate) fn check(&self) -> Result<(), LakeError> {
        let day = self.column(STARTED_DAY)?;
        if self.schema.field(day).data_type() != &DataType::Date32 {
            return Err(self.refuse("started_day must be a Date32"));
        }
        for name in self.sort.iter().chain(self.bloom) {
            self.column(name)?;
        }
        for name in self.stats {
            self.kind(name)?;
        }
        Ok(())
    }

    pub(crate) fn column(&self, name: &str) -> Result<usize, LakeError> {
        self.schema.index_of(name).map_err(|_| self.refuse(format!("no column {name}")))
    }

    pub(crate) fn kind(&self, name: &str) -> Result<Kind, LakeError> {
        let data_type = self.schema.field(self.column(name)?).data_type();
        Kind::of(data_type).ok_or_else(|| {
            self.refuse(format!("no statistics for {name}: {data_type} is not a UTC time, a day, an integer or a text"))
        })
    }

    pub(crate) fn refuse(&self, detail: impl Into<String>) -> LakeError {
        LakeError::Schema { table: self.name, detail: detail.into() }
    }
}

/// What a file remembers of where its rows come from. Kept in the Delta log beside the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileTags {
    /// The writes whose rows are in the file; a merged file carries those of all its inputs.
    pub origins: Origins,
    /// For a derived table: what the file was computed from, as free text.
    pub fingerprint: Option<String>,
}

impl FileTags {
    /// Of a file that holds the rows of all these: all origins; the fingerprint only if they agree on it.
    pub(crate) fn union<'a>(tags: impl IntoIterator<Item = &'a Self>) -> Self {
        let tags: Vec<&Self> = tags.into_iter().collect();
        let origins = Origins::union(tags.iter().map(|tag| &tag.origins));
        let mut fingerprints: BTreeSet<_> = tags.iter().map(|tag| tag.fingerprint.clone()).collect();
        let fingerprint = if fingerprints.len() == 1 { fingerprints.pop_first().flatten() } else { None };
        Self { origins, fingerprint }
    }

    pub(crate) fn to_map(&self) -> HashMap<String, Option<String>> {
        let origins = serde_json::Value::from(self.origins.iter().collect::<Vec<_>>());
        let mut map = BTreeMap::from([(TAG_ORIGINS.to_owned(), Some(origins.to_string()))]);
        if let Some(fingerprint) = &self.fingerprint {
            map.insert(TAG_FINGERPRINT.to_owned(), Some(fingerprint.clone()));
        }
        map.into_iter().collect()
    }

    /// `Err` says what is wrong with the text.
    pub(crate) fn from_map(map: &HashMap<String, Option<String>>) -> Result<Self, String> {
        let text = |key| map.get(key).and_then(Option::as_deref);
        let origins = match text(TAG_ORIGINS) {
            Some(json) => serde_json::from_str::<Vec<String>>(json).map_err(|error| format!("origins: {error}"))?,
            None => Vec::new(),
        };
        let origins = origins.iter().map(String::as_str).collect();
        Ok(Self { origins, fingerprint: text(TAG_FINGERPRINT).map(str::to_owned) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(origins: &[&str], fingerprint: Option<&str>) -> FileTags {
        FileTags { origins: origins.iter().copied().collect(), fingerprint: fingerprint.map(str::to_owned) }
    }

    #[test]
    fn tags_come_back_as_they_were_said() {
        for tag in [tags(&[], None), tags(&["journal:7", "file:\"é\""], Some("a b"))] {
            assert_eq!(FileTags::from_map(&tag.to_map()).unwrap(), tag);
        }
        let damaged = HashMap::from([(TAG_ORIGINS.to_owned(), Some("7".to_owned()))]);
        assert!(FileTags::from_map(&damaged).is_err());
    }

    #[test]
    fn a_merged_file_claims_a_fingerprint_only_if_all_inputs_had_it() {
        let same = FileTags::union([&tags(&["a"], Some("f")), &tags(&["b"], Some("f"))]);
        assert_eq!(same, tags(&["a", "b"], Some("f")));
        let mixed = FileTags::union([&tags(&["a"], Some("f")), &tags(&["b"], None)]);
        assert_eq!(mixed, tags(&["a", "b"], None));
    }

    /// Every tag is in the log, read whole at every start: a day that is touched for a year must not make it grow.
    #[test]
    fn the_tags_of_a_day_stay_small_over_a_thousand_compactions() {
        let mut merged = FileTags::default();
        let mut all = Vec::new();
        for number in 0..1_000_i64 {
            let sequence = 17 * number;
            all.push(FileTags { origins: Origins::of("journal", sequence, sequence + 4), fingerprint: None });
            all.push(FileTags { origins: Origins::of("file", sequence + 5, sequence + 5), fingerprint: None });
            merged = FileTags::union([&merged].into_iter().chain(&all[all.len() - 2..]));
            let length: usize =
                merged.to_map().iter().map(|(key, text)| key.len() + text.as_ref().map_or(0, String::len)).sum();
            assert!(length < 100, "{length} bytes after {number} compactions");
        }
        assert_eq!(merged, FileTags::union(&all), "merging step by step or at once says the same");
        assert!(all.iter().all(|tags| tags.origins.is_subset(&merged.origins)));
    }
}
