//! Finding the rows of a few values of the leading sort column, such as a handful of contacts among millions of rows.
//!
//! A bloom filter says which row groups cannot hold a value, the page index which pages can; only those pages are
//! decoded. Footers and bloom filters are kept, since a file never changes under its name.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{AsArray, RecordBatch};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowPredicateFn, ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder, RowFilter, RowSelection,
};
use parquet::bloom_filter::Sbbf;
use parquet::file::metadata::PageIndexPolicy;
use parquet::file::page_index::column_index::ColumnIndexMetaData;

use crate::read::BATCH_ROWS;
use crate::{DataFile, LakeError};

/// Footers kept at once; when more files are looked into, all are forgotten and read again.
const FOOTERS: usize = 1024;

struct Footer {
    metadata: ArrowReaderMetadata,
    /// One per row group, where the column has them.
    blooms: Vec<Option<Sbbf>>,
}

/// Looks values up by one text column by which the files are sorted.
pub struct Lookup {
    column: &'static str,
    footers: Mutex<BTreeMap<PathBuf, Arc<Footer>>>,
}

impl Lookup {
    /// By `column`, the first of the table's sort columns.
    #[must_use]
    pub fn by(column: &'static str) -> Self {
        Self { column, footers: Mutex::new(BTreeMap::new()) }
    }

    /// All rows of `file` whose column is one of `values`. Blocks.
    ///
    /// # Errors
    /// [`LakeError::Io`] when the file is gone, [`LakeError::Parquet`] when it is damaged.
    pub fn find(&self, file: &DataFile, values: &BTreeSet<String>) -> Result<Vec<RecordBatch>, LakeError> {
        let footer = self.footer(file)?;
        let mut row_groups = Vec::new();
        let mut ranges = Vec::new();
        let mut before = 0;
        for (group, bloom) in footer.blooms.iter().enumerate() {
            let rows = usize::try_from(footer.metadata.metadata().row_group(group).num_rows()).unwrap_or(0);
            let likely: Vec<&String> =
                values.iter().filter(|value| bloom.as_ref().is_none_or(|bloom| bloom.check(&value.as_str()))).collect();
            if likely.is_empty() {
                continue;
            }
            ranges.extend(
                self.pages(&footer, group, rows, &likely).into_iter().map(|(from, to)| before + from..before + to),
            );
            row_groups.push(group);
            before += rows;
        }
        if ranges.is_empty() {
            return Ok(Vec::new());
        }
        let selection = RowSelection::from_consecutive_ranges(ranges.into_iter(), before);
        let opened = File::open(&file.full).map_err(|error| LakeError::io(&file.full, error))?;
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(opened, footer.metadata.clone());
        let mask = ProjectionMask::columns(builder.parquet_schema(), [self.column]);
        let wanted = values.clone();
        let filter = ArrowPredicateFn::new(mask, move |batch| {
            let column = batch.column(0).as_string::<i32>();
            let is_wanted = |value: Option<&str>| Some(value.is_some_and(|value| wanted.contains(value)));
            Ok(column.iter().map(is_wanted).collect())
        });
        let reader = builder
            .with_row_groups(row_groups)
            .with_row_selection(selection)
            .with_row_filter(RowFilter::new(vec![Box::new(filter)]))
            .with_batch_size(BATCH_ROWS)
            .build()?;
        let batches = reader.collect::<Result<Vec<_>, _>>()?;
        Ok(batches.into_iter().filter(|batch| batch.num_rows() > 0).collect())
    }

    /// Values that cut the files into stretches of about `rows` rows, ascending; none when the files hold fewer. Page
    /// statistics are all that is read, so a stretch is longer by up to a page of each file. Blocks.
    ///
    /// # Errors
    /// As [`Lookup::find`].
    pub fn cuts(&self, files: &[DataFile], rows: usize) -> Result<Vec<String>, LakeError> {
        let mut pages = Vec::new();
        for file in files {
            let footer = self.footer(file)?;
            for group in 0..footer.blooms.len() {
                pages.extend(self.page_starts(&footer, group));
            }
        }
        pages.sort_unstable();
        let (mut cuts, mut since) = (Vec::new(), 0);
        for (least, count) in pages {
            if since >= rows && cuts.last() != Some(&least) {
                cuts.push(least);
                since = 0;
            }
            since += count;
        }
        Ok(cuts)
    }

    /// The least value of each page of the group, with the page's rows. Empty without a page index.
    fn page_starts(&self, footer: &Footer, group: usize) -> Vec<(String, usize)> {
        let metadata = footer.metadata.metadata();
        let Ok(column) = footer.metadata.schema().index_of(self.column) else { return Vec::new() };
        let index = metadata.column_index().and_then(|index| index.get(group)?.get(column));
        let offsets = metadata.offset_index().and_then(|index| index.get(group)?.get(column));
        let (Some(ColumnIndexMetaData::BYTE_ARRAY(index)), Some(offsets)) = (index, offsets) else { return Vec::new() };
        let mut ends: Vec<i64> = offsets.page_locations().iter().skip(1).map(|page| page.first_row_index).collect();
        ends.push(metadata.row_group(group).num_rows());
        let sized = offsets.page_locations().iter().zip(ends).enumerate();
        sized
            .filter_map(|(page, (start, end))| {
                let least = std::str::from_utf8(index.min_value(page)?).ok()?.to_owned();
                Some((least, usize::try_from(end - start.first_row_index).ok()?))
            })
            .collect()
    }

    fn footer(&self, file: &DataFile) -> Result<Arc<Footer>, LakeError> {
        let mut footers = self.footers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(footer) = footers.get(&file.full) {
            return Ok(Arc::clone(footer));
        }
        let opened = File::open(&file.full).map_err(|error| LakeError::io(&file.full, error))?;
        let options = ArrowReaderOptions::new().with_page_index_policy(PageIndexPolicy::Required);
        let metadata = ArrowReaderMetadata::load(&opened, options)?;
        let column = metadata.schema().index_of(self.column)?;
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(opened, metadata.clone());
        let groups = metadata.metadata().num_row_groups();
        let blooms = (0..groups)
            .map(|group| builder.get_row_group_column_bloom_filter(group, column))
            .collect::<Result<_, _>>()?;
        let footer = Arc::new(Footer { metadata, blooms });
        if footers.len() >= FOOTERS {
            footers.clear();
        }
        footers.insert(file.full.clone(), Arc::clone(&footer));
        Ok(footer)
    }

    /// Row ranges of the group's pages that may hold one of the values, ascending and joined.
    fn pages(&self, footer: &Footer, group: usize, rows: usize, values: &[&String]) -> Vec<(usize, usize)> {
        let whole = vec![(0, rows)];
        let metadata = footer.metadata.metadata();
        let Ok(column) = footer.metadata.schema().index_of(self.column) else { return whole };
        let index = metadata.column_index().and_then(|index| index.get(group)?.get(column));
        let offsets = metadata.offset_index().and_then(|index| index.get(group)?.get(column));
        let (Some(ColumnIndexMetaData::BYTE_ARRAY(index)), Some(offsets)) = (index, offsets) else { return whole };
        let starts: Vec<usize> =
            offsets.page_locations().iter().map(|page| usize::try_from(page.first_row_index).unwrap_or(0)).collect();
        let mut ranges: Vec<(usize, usize)> = Vec::new();
        for (page, start) in starts.iter().enumerate() {
            let (least, most) = (index.min_value(page), index.max_value(page));
            let may_hold = values.iter().any(|value| {
                least.is_none_or(|least| value.as_bytes() >= least) && most.is_none_or(|most| value.as_bytes() <= most)
            });
            if !may_hold {
                continue;
            }
            let end = starts.get(page + 1).copied().unwrap_or(rows);
            match ranges.last_mut() {
                Some(before) if before.1 == *start => before.1 = end,
                _ => ranges.push((*start, end)),
            }
        }
        ranges
    }
}
