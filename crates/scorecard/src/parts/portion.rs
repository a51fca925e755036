//! Much, in portions of a bounded number of legs. Pure.

use arrow::array::RecordBatch;

/// Legs counted at once: bounds the memory of a question about much.
pub(crate) const LEGS_AT_ONCE: usize = 200_000;

/// Parts of one length of stretch, of at most about `most` legs. `size` gives the length, and about how many legs.
pub(super) fn chunks<'a, T>(parts: &[&'a T], size: impl Fn(&T) -> (i64, usize), most: usize) -> Vec<Vec<&'a T>> {
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

/// Legs in portions of at most `most`, in their order; none of nothing.
pub(crate) fn portions(legs: Vec<RecordBatch>, most: usize) -> Vec<Vec<RecordBatch>> {
    let most = most.max(1);
    let mut portions: Vec<Vec<RecordBatch>> = Vec::new();
    let mut room = 0;
    for batch in legs {
        let mut from = 0;
        while from < batch.num_rows() {
            if room == 0 {
                portions.push(Vec::new());
                room = most;
            }
            let length = room.min(batch.num_rows() - from);
            if let Some(portion) = portions.last_mut() {
                portion.push(batch.slice(from, length));
            }
            from += length;
            room -= length;
        }
    }
    portions
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, AsArray, Int64Array};

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

    fn legs(rows: std::ops::Range<i64>) -> RecordBatch {
        let column: ArrayRef = Arc::new(Int64Array::from_iter_values(rows));
        RecordBatch::try_from_iter([("leg", column)]).expect("one column")
    }

    #[test]
    fn legs_are_portioned_without_loss() {
        let of = |batches: Vec<RecordBatch>| -> Vec<Vec<i64>> {
            let ints =
                |batch: &RecordBatch| batch.column(0).as_primitive::<arrow::datatypes::Int64Type>().values().to_vec();
            portions(batches, 4).iter().map(|portion| portion.iter().flat_map(ints).collect()).collect()
        };
        assert_eq!(of(vec![legs(0..0)]), Vec::<Vec<i64>>::new());
        assert_eq!(of(vec![legs(0..3), legs(3..3), legs(3..4), legs(4..5)]), [vec![0, 1, 2, 3], vec![4]]);
        assert_eq!(of(vec![legs(0..1), legs(1..10)]), [vec![0, 1, 2, 3], vec![4, 5, 6, 7], vec![8, 9]]);
    }
}
