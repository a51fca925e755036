//! What changed cases, in order.

use super::Book;

/// What makes of an open case one that is not, or opens it again; at one instant, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Change {
    /// The matter is solved.
    Resolved,
    /// Content was decided upon.
    Decided,
    /// Nothing more is done.
    Closed,
    /// The customer gave up before anybody answered.
    Abandoned,
    /// It never counted.
    Cancelled,
    /// It is open again.
    Reopened,
}

/// A change of a case.
#[derive(Debug, Clone, Copy)]
pub(super) struct Changed {
    case: u32,
    pub(super) at: i64,
    pub(super) what: Change,
}

/// The changes of every case.
pub(super) struct Histories {
    changes: Vec<Changed>,
    /// Where those of each case begin, and where the last ones end.
    starts: Vec<usize>,
}

impl Histories {
    /// What changed one case until `now`, in order.
    pub(super) fn until(&self, case: usize, now: i64) -> &[Changed] {
        let all = &self.changes[self.starts[case]..self.starts[case + 1]];
        &all[..all.partition_point(|changed| changed.at <= now)]
    }
}

impl Book {
    /// Something changes a case.
    pub(crate) fn change(&mut self, case: u32, at: i64, what: Change) {
        self.changes.push(Changed { case, at, what });
    }

    pub(super) fn histories(&self) -> Histories {
        let mut changes = self.changes.clone();
        changes.sort_by_key(|changed| (changed.case, changed.at, changed.what));
        let mut starts = Vec::with_capacity(self.cases.len() + 1);
        let mut next = 0;
        for case in 0..=self.cases.len() {
            next += changes[next..].partition_point(|changed| (changed.case as usize) < case);
            starts.push(next);
        }
        Histories { changes, starts }
    }
}
