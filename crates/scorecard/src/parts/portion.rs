//! Much, in portions of a bounded number of legs. Pure.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use arrow::{
    array::{BooleanArray, RecordBatch},
    compute::filter_record_batch,
};

use super::columns::texts;
use crate::ScorecardError;

/// Legs counted at once: bounds the memory of a question about much. The engine holds up to 2 KB a leg where one side of a
/// join waits for the other, out of 512 MiB.
pub(crate) const LEGS_AT_ONCE: usize = 100_000;

/// Parts of one length of stretch, of at most about `most` legs. `size` gives the length, and about how many legs.
pub(crate) fn chunks<'a, T>(parts: &[&'a T], size: impl Fn(&T) -> (i64, usize), most: usize) -> Vec<Vec<&'a T>> {
    let mut chunks: Vec<Vec<&T>> = Vec::new();
    let mut rows: usize = 0;
    for &part in parts {
        let (stretch_us, more) = size(part);
        rows = rows.saturating_add(more);
        let fits = |chunk: &Vec<&T>| chunk.first().is_some_and(|&first| size(first).0 == stretch_us);
        if let Some(chunk) = chunks.last_mut().filter(|chunk| fits(chunk) && rows <= most) {
            chunk.push(part);
        } else {
            rows = more;
            chunks.push(vec![part]);
        }
    }
    chunks
}

/// Legs in portions of about `most`, no contact in two of them; none of nothing.
pub(crate) fn portions(legs: Vec<RecordBatch>, most: usize) -> Result<Portions, ScorecardError> {
    let rows: usize = legs.iter().map(RecordBatch::num_rows).sum();
    let count = rows.div_ceil(most.max(1));
    let numbers = if count > 1 { legs.iter().map(|batch| numbers(batch, count)).collect() } else { Ok(Vec::new()) };
    Ok(Portions { legs, numbers: numbers?, count, next: 0 })
}

/// Portions of some legs, one after the other: what is not asked for yet is not copied yet.
pub(crate) struct Portions {
    legs: Vec<RecordBatch>,
    /// Which portion each leg is in, batch by batch.
    numbers: Vec<Vec<usize>>,
    count: usize,
    next: usize,
}

impl Iterator for Portions {
    type Item = Result<Vec<RecordBatch>, ScorecardError>;

    fn next(&mut self) -> Option<Self::Item> {
        let number = self.next;
        if number >= self.count {
            return None;
        }
        self.next += 1;
        if self.count == 1 {
            return Some(Ok(std::mem::take(&mut self.legs)));
        }
        let within = |(batch, numbers): (&RecordBatch, &Vec<usize>)| {
            let mask: BooleanArray = numbers.iter().map(|of| Some(*of == number)).collect();
            filter_record_batch(batch, &mask)
        };
        let portion = self.legs.iter().zip(&self.numbers).map(within).collect::<Result<_, _>>();
        Some(portion.map_err(ScorecardError::from))
    }
}

/// Which of so many portions each leg is in, by its contact; the same in every run.
fn numbers(batch: &RecordBatch, count: usize) -> Result<Vec<usize>, ScorecardError> {
    let of = |contact: Option<&str>| {
        let mut hasher = DefaultHasher::new();
        contact.hash(&mut hasher);
        usize::try_from(hasher.finish() % count as u64).unwrap_or(0)
    };
    Ok(texts(batch, "contact_id")?.iter().map(of).collect())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, AsArray, Int64Array, StringArray};

    use super::*;

    /// What is counted at once has one length of stretch; nothing is left out, and nothing is counted twice.
    #[test]
    fn parts_are_counted_in_their_order_by_length_of_stretch_and_number_of_legs() {
        let of = |parts: &[(i64, usize)]| -> Vec<Vec<(i64, usize)>> {
            let parts: Vec<&(i64, usize)> = parts.iter().collect();
            let chunks = chunks(&parts, |part| *part, 10);
            chunks.into_iter().map(|chunk| chunk.into_iter().copied().collect()).collect()
        };
        assert_eq!(of(&[]), Vec::<Vec<(i64, usize)>>::new());
        assert_eq!(of(&[(24, 4), (24, 6), (24, 1)]), [vec![(24, 4), (24, 6)], vec![(24, 1)]]);
        assert_eq!(of(&[(24, 1), (1, 2), (1, 3), (24, 4)]), [vec![(24, 1)], vec![(1, 2), (1, 3)], vec![(24, 4)]]);
        assert_eq!(of(&[(24, 50), (24, 1), (24, 9)]), [vec![(24, 50)], vec![(24, 1), (24, 9)]]);
        assert_eq!(of(&[(24, 1), (24, usize::MAX), (24, 1)]).len(), 3);
    }

    /// Legs with these numbers, two of each contact.
    fn legs(rows: std::ops::Range<i64>) -> RecordBatch {
        let contacts: ArrayRef =
            Arc::new(rows.clone().map(|leg| Some(format!("C-{}", leg / 2))).collect::<StringArray>());
        let legs: ArrayRef = Arc::new(Int64Array::from_iter_values(rows));
        RecordBatch::try_from_iter([("contact_id", contacts), ("leg", legs)]).expect("columns of one length")
    }

    fn portioned(batches: Vec<RecordBatch>, most: usize) -> Vec<Vec<i64>> {
        let ints =
            |batch: &RecordBatch| batch.column(1).as_primitive::<arrow::datatypes::Int64Type>().values().to_vec();
        let portions = portions(batches, most).expect("contacts");
        portions.map(|portion| portion.expect("legs").iter().flat_map(ints).collect()).collect()
    }

    /// A contact in two portions would be counted twice where contacts are counted whole.
    #[test]
    fn legs_are_portioned_without_loss_and_contacts_are_whole() {
        assert_eq!(portioned(vec![legs(0..0)], 4), Vec::<Vec<i64>>::new());
        assert_eq!(portioned(vec![legs(0..3), legs(3..3), legs(3..4)], 4), [vec![0, 1, 2, 3]]);
        let portions = portioned(vec![legs(0..333), legs(333..1_000)], 100);
        assert_eq!(portions.len(), 10);
        let mut all: Vec<i64> = portions.iter().flatten().copied().collect();
        all.sort_unstable();
        assert_eq!(all, (0..1_000).collect::<Vec<_>>());
        for portion in &portions {
            let twins = portion.iter().filter(|leg| portion.contains(&(*leg ^ 1))).count();
            assert_eq!(twins, portion.len(), "each leg lies with the other one of its contact");
            assert!((20..300).contains(&portion.len()), "{} legs", portion.len());
        }
    }
}
