//! A contact on its way through the queues.

use crate::{
    chance::Stream,
    number::{micros, real_micros},
    outbox::Agent,
    scenario::Queue,
    truth::CellIndex,
};

/// Why a contact came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    First,
    Redial,
    Repeat,
}

/// A contact that is about to begin.
#[derive(Debug, Clone, Copy)]
pub(super) struct Beginning {
    pub(super) queue: u32,
    pub(super) reason: u32,
    pub(super) customer: u32,
    pub(super) stream: Stream,
    pub(super) cause: Cause,
}

/// The first human answer of a contact: who owns it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Owner {
    pub(super) cell: CellIndex,
    pub(super) counted: bool,
}

/// What a contact waits for, or has got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Its first human answer at this place.
    First,
    /// What a machine asked the customer for.
    Asked,
    /// A further reply.
    Turn,
    /// The promised call.
    Callback,
    /// Another attempt to call.
    TryAgain,
}

/// Time spent on a leg, in microseconds, whole milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Spent {
    pub(super) talk: i64,
    pub(super) hold: i64,
    pub(super) wrap: i64,
}

impl Spent {
    /// Handling time as a queue's people spend it.
    pub(super) fn draw(queue: &Queue, stream: Stream, at: u64, pace: f64) -> Self {
        let handle = whole_millis(queue.handling.draw(stream, at, pace));
        let part = |share: f64| whole_millis(micros(real_micros(handle) * share)).min(handle);
        let (hold, wrap) = (part(queue.hold), part(queue.wrap));
        Self { talk: (handle - hold - wrap).max(0), hold, wrap }
    }

    pub(super) fn total(self) -> i64 {
        self.talk + self.hold + self.wrap
    }

    pub(super) fn add(&mut self, other: Self) {
        self.talk += other.talk;
        self.hold += other.hold;
        self.wrap += other.wrap;
    }
}

/// Systems state handling times in milliseconds.
pub(super) fn whole_millis(micros: i64) -> i64 {
    (micros.max(0) + 500) / 1000 * 1000
}

/// A contact that is waiting or being handled.
#[derive(Debug, Clone, Copy)]
pub(super) struct Contact {
    pub(super) begun: Beginning,
    pub(super) serial: u64,
    pub(super) started: i64,
    /// Of the current leg: when it was offered, on the wall and on the clock of the queue's calendar.
    pub(super) offered: i64,
    pub(super) offered_open: i64,
    pub(super) cell: CellIndex,
    pub(super) counted: bool,
    pub(super) leg: u8,
    /// Stays at this place before the current one.
    pub(super) stay: u8,
    /// Under which it waits; 0 when it does not.
    pub(super) ticket: u64,
    pub(super) agent: Option<Agent>,
    pub(super) owner: Option<Owner>,
    /// Events told so far.
    pub(super) told: u8,
    pub(super) desk: AtDesk,
}

/// What goes beyond one answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct AtDesk {
    pub(super) stage: Stage,
    pub(super) spam: bool,
    /// Whether its content has appeared, and who has decided on it.
    pub(super) published: bool,
    pub(super) decided_by: Option<Agent>,
    /// Further messages of the customer so far.
    pub(super) messages: u8,
    /// Attempts to call back so far, and whether the last one reached the customer.
    pub(super) dials: u8,
    pub(super) reached: bool,
    /// Time spent on the leg, and who spent it last, while its end is not told.
    pub(super) spent: Spent,
    pub(super) last: Option<Agent>,
    /// Its numbers in the book: as a case, of the reply owed, of the call asked for.
    pub(super) case: Option<u32>,
    pub(super) owed: Option<u32>,
    pub(super) call: Option<u32>,
}

impl AtDesk {
    pub(super) fn new(spam: bool) -> Self {
        Self {
            stage: Stage::First,
            spam,
            published: false,
            decided_by: None,
            messages: 0,
            dials: 0,
            reached: false,
            spent: Spent::default(),
            last: None,
            case: None,
            owed: None,
            call: None,
        }
    }
}
