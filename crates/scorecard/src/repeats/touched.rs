//! Whose first contacts are asked anew. Pure.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use super::{
    HOUR_US,
    attempts::{Attempts, Row},
    edge::Edge,
};

/// Names of matters are looked up in a table of so many marks first.
const MARKS: usize = 1 << 16;

/// The contacts of the customers of whom something is asked anew: as the files know them, and as they are.
pub(super) struct Touched<'a> {
    pub(super) was: Vec<Row<'a>>,
    pub(super) is: Vec<Row<'a>>,
}

impl<'a> Touched<'a> {
    /// `live` are the contacts of legs folded just now, `stale` what the files say of those that moved.
    pub(super) fn new(files: &'a [Arc<Attempts>], live: &'a Attempts, stale: &'a Attempts, edge: Edge) -> Self {
        let mut matters: HashSet<u128> = live.rows().chain(stale.rows()).map(|row| row.matter).collect();
        if let Some(hour) = edge.hour() {
            // Hours before 1970 reach back from their number.
            let cut = files.iter().flat_map(|file| file.within(hour - HOUR_US, hour + HOUR_US));
            matters.extend(cut.filter(|row| edge.cuts(row.received_us)).map(|row| row.matter));
        }
        matters.remove(&0);
        let place = |matter: u128| usize::try_from(matter % MARKS as u128).unwrap_or(0);
        let mut marks = vec![false; MARKS];
        for matter in &matters {
            marks[place(*matter)] = true;
        }
        let asked = |row: &Row<'_>| match row.matter {
            0 => edge.cuts(row.received_us),
            matter => marks[place(matter)] && matters.contains(&matter),
        };
        let mut was: Vec<Row> = files.iter().flat_map(|file| file.rows()).filter(asked).collect();
        was.extend(stale.rows().filter(|row| !asked(row)));
        let mut gone: HashMap<Row, usize> = HashMap::new();
        for row in stale.rows() {
            *gone.entry(row).or_default() += 1;
        }
        let mut is = was.clone();
        is.retain(|row| match gone.get_mut(row) {
            Some(left) if *left > 0 => {
                *left -= 1;
                false
            }
            _ => true,
        });
        is.extend(live.rows());
        Self { was, is }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::attempts::tests::{attempts, told},
        *,
    };
    use crate::cohort::DAY_US;

    /// Midnight of some day.
    const DAY: i64 = 20_000 * DAY_US;

    /// Neither is anything mature, nor is it not: all is on one side.
    const NOWHERE: Edge = Edge { day: (i64::MIN, i64::MIN), until_us: 0 };

    fn sites(rows: &[Row]) -> Vec<String> {
        let mut sites: Vec<String> = told(rows.iter().copied()).into_iter().map(|(_, site)| site).collect();
        sites.sort();
        sites
    }

    /// A customer who has moved counts as he is now, with all of his contacts, wherever they lie.
    #[test]
    fn customers_who_moved_are_asked_anew_with_all_of_their_contacts() {
        let files = [
            Arc::new(attempts(&[(DAY, Some("k-1"), "was"), (DAY, Some("k-2"), "other"), (DAY, None, "stranger")])),
            Arc::new(attempts(&[(DAY + DAY_US, Some("k-1"), "stays"), (DAY + DAY_US, Some("k-3"), "other")])),
        ];
        let stale = attempts(&[(DAY, Some("k-1"), "was"), (DAY, None, "stranger")]);
        let live = attempts(&[(DAY, Some("k-1"), "is"), (DAY, None, "known now"), (DAY, Some("k-4"), "new")]);
        let touched = Touched::new(&files, &live, &stale, NOWHERE);
        assert_eq!(sites(&touched.was), ["stays", "stranger", "was"]);
        assert_eq!(sites(&touched.is), ["is", "known now", "new", "stays"]);
        let none = Attempts::default();
        let quiet = Touched::new(&files, &none, &none, NOWHERE);
        assert!(quiet.was.is_empty() && quiet.is.is_empty());
    }

    /// One of two like contacts moved: the other one stays.
    #[test]
    fn of_like_contacts_as_many_go_as_moved() {
        let files = [Arc::new(attempts(&[(DAY, Some("k-1"), "a"), (DAY, Some("k-1"), "a")]))];
        let moved = attempts(&[(DAY, Some("k-1"), "a")]);
        let none = Attempts::default();
        let touched = Touched::new(&files, &none, &moved, NOWHERE);
        assert_eq!((touched.was.len(), touched.is.len()), (2, 1));
    }

    /// In the hour that the line cuts some are mature and some are not: their customers are asked, strangers too.
    #[test]
    fn the_hour_that_is_cut_is_asked_anew() {
        let edge = Edge::new((DAY, DAY + 3 * DAY_US), DAY + 2 * HOUR_US + 5);
        let rows = [
            (DAY + HOUR_US, Some("k-1"), "before"),
            (DAY + 2 * HOUR_US, Some("k-1"), "cut"),
            (DAY + 2 * HOUR_US + 9, None, "stranger"),
            (DAY + 3 * HOUR_US, None, "later stranger"),
            (DAY + DAY_US, Some("k-2"), "other"),
            (DAY + DAY_US, Some("k-1"), "after"),
        ];
        let files = [Arc::new(attempts(&rows))];
        let none = Attempts::default();
        let touched = Touched::new(&files, &none, &none, edge);
        assert_eq!(sites(&touched.was), ["after", "before", "cut", "stranger"]);
        assert_eq!(sites(&touched.is), sites(&touched.was));
    }
}
