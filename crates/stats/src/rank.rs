//! Nearest ranks of a distribution.

/// Nearest ranks, with the number of observations they stand on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranks {
    /// Observations.
    pub n: i64,
    /// One value per rank asked; `None` without observations.
    pub values: Vec<Option<i64>>,
}

/// The nearest ranks in percent: for each q, the smallest value w such that at least ⌈q/100·n⌉ of the n observations are
/// at most w (Hyndman and Fan 1996, definition 1). Exact.
///
/// `distribution` gives the values ascending, each with how many observations have it (0 for none); it is gone through
/// twice.
#[must_use]
pub fn nearest_ranks<I: Iterator<Item = (i64, i64)>>(distribution: impl Fn() -> I, percents: &[u8]) -> Ranks {
    let n: i64 = distribution().map(|(_, count)| count).sum();
    let mut values = vec![None; percents.len()];
    if n <= 0 {
        return Ranks { n: 0, values };
    }
    let mut upto = 0;
    for (value, count) in distribution() {
        upto += count;
        for (found, percent) in values.iter_mut().zip(percents) {
            if found.is_none() && i128::from(upto) * 100 >= i128::from(*percent) * i128::from(n) && upto > 0 {
                *found = Some(value);
            }
        }
    }
    Ranks { n, values }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(distribution: &[(i64, i64)], percents: &[u8]) -> Ranks {
        nearest_ranks(|| distribution.iter().copied(), percents)
    }

    /// The textbook example: 15, 20, 35, 40, 50.
    #[test]
    fn ranks_of_five_values() {
        let five = [(15, 1), (20, 1), (35, 1), (40, 1), (50, 1)];
        let values = of(&five, &[5, 30, 40, 50, 100]).values;
        assert_eq!(values, [Some(15), Some(20), Some(20), Some(35), Some(50)]);
    }

    #[test]
    fn values_that_nobody_has_are_no_rank() {
        assert_eq!(of(&[(1, 0), (2, 3), (3, 0)], &[1, 100]), Ranks { n: 3, values: vec![Some(2), Some(2)] });
    }

    #[test]
    fn nothing_has_no_rank() {
        assert_eq!(of(&[], &[50]), Ranks { n: 0, values: vec![None] });
        assert_eq!(of(&[(4, 0)], &[50]), Ranks { n: 0, values: vec![None] });
    }
}
