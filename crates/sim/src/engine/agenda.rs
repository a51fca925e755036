//! What will happen, in order of time; at the same instant, in the order in which it was decided.

use std::{cmp::Reverse, collections::BinaryHeap};

/// Something that will happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Happening {
    /// A half-hour begins: other people are on duty.
    Shift,
    /// The next first contact of a queue.
    Arrival { queue: u32 },
    /// A customer gets in touch again.
    Return { entry: u32 },
    /// A customer's patience ends, if the contact still waits under this ticket.
    Leave { contact: u32, ticket: u64 },
    /// The handling of a contact ends.
    Done { contact: u32 },
    /// A letter is put into its queue.
    Put { contact: u32 },
    /// The customer writes what was asked for.
    Wrote { contact: u32 },
    /// The customer has not written, and will not.
    Lapse { contact: u32 },
    /// A contact goes elsewhere, if it still waits under this ticket.
    Overflow { contact: u32, ticket: u64 },
    /// A call back is offered, if the contact still waits under this ticket.
    CallbackOffer { contact: u32, ticket: u64 },
    /// It is time to call back.
    CallBack { contact: u32 },
    /// It is time to try once more.
    TryAgain { contact: u32 },
}

/// The future, as far as it is decided.
#[derive(Debug, Clone, Default)]
pub(super) struct Agenda {
    entries: BinaryHeap<Reverse<(i64, u64, Happening)>>,
    sequence: u64,
}

impl Agenda {
    pub(super) fn add(&mut self, at: i64, happening: Happening) {
        self.entries.push(Reverse((at, self.sequence, happening)));
        self.sequence += 1;
    }

    pub(super) fn next_at(&self) -> Option<i64> {
        self.entries.peek().map(|Reverse((at, _, _))| *at)
    }

    pub(super) fn pop(&mut self) -> Option<(i64, Happening)> {
        self.entries.pop().map(|Reverse((at, _, happening))| (at, happening))
    }
}
