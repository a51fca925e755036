//! Events on their way: each leaves when its provider delivers it, some late, some twice.

use std::{cmp::Reverse, collections::BinaryHeap};

use contact::EventType;

use crate::{
    chance::{Stream, draw},
    scenario::Provider,
    slab::Slab,
};

/// Somebody of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Agent {
    pub(crate) group: u32,
    pub(crate) number: u32,
}

/// What an event says beside whom, when and where. Lengths of time are whole milliseconds, in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Said {
    Offered {
        reason: u32,
        customer: Option<u32>,
        recognised: bool,
    },
    /// A machine writes first.
    Acknowledged {
        is_bot: bool,
    },
    Answered {
        agent: Agent,
    },
    Abandoned,
    Transferred {
        to: u32,
    },
    Ended {
        agent: Agent,
        talk: i64,
        hold: i64,
        wrap: i64,
    },
    Resolved {
        reason: u32,
        code: Option<u32>,
    },
    Reopened,
    FlowedOut {
        to: Outlet,
    },
    Waiting,
    Resumed,
    CustomerWrote,
    Replied {
        agent: Agent,
    },
    CallbackRequested {
        slot: i64,
    },
    Dialled {
        agent: Agent,
        reached: bool,
    },
    Decided {
        agent: Agent,
        accepted: bool,
    },
    Published,
    Closed {
        why: Closing,
    },
    Cancelled,
}

/// Where a contact goes that leaves its queue unanswered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outlet {
    Overflow,
    Callback,
}

/// Why a contact is closed without a resolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Closing {
    /// The customer was asked something and never wrote.
    NoAnswer,
    /// The customer's last message asks for nothing.
    NoReplyNeeded,
    /// The customer could not be called back.
    NotReached,
    /// Nothing could be found that resolves it.
    NoSolution,
}

impl Said {
    pub(crate) fn kind(self) -> EventType {
        match self {
            Self::Offered { .. } => EventType::Offered,
            Self::Answered { .. } | Self::Acknowledged { .. } => EventType::Answered,
            Self::Abandoned => EventType::Abandoned,
            Self::Transferred { .. } => EventType::Transferred,
            Self::Ended { .. } => EventType::Ended,
            Self::Resolved { .. } => EventType::Resolved,
            Self::Reopened => EventType::Reopened,
            Self::FlowedOut { .. } => EventType::FlowedOut,
            Self::Waiting => EventType::Waiting,
            Self::Resumed => EventType::Resumed,
            Self::CustomerWrote => EventType::CustomerWrote,
            Self::Replied { .. } => EventType::Replied,
            Self::CallbackRequested { .. } => EventType::CallbackRequested,
            Self::Dialled { .. } => EventType::Dialled,
            Self::Decided { .. } => EventType::Decided,
            Self::Published => EventType::Published,
            Self::Closed { .. } => EventType::Closed,
            Self::Cancelled => EventType::Cancelled,
        }
    }
}

/// An event: what happened to which contact, when and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Emission {
    pub(crate) contact: u64,
    pub(crate) started: i64,
    pub(crate) time: i64,
    pub(crate) place: u32,
    /// Which event of its type within the contact.
    pub(crate) nth: u8,
    /// Which stay at this place (`data.leg`).
    pub(crate) stay: u8,
    pub(crate) said: Said,
}

/// Events to be delivered, by the instant of delivery.
#[derive(Debug, Clone)]
pub(crate) struct Outbox {
    due: BinaryHeap<Reverse<(i64, u64, u32)>>,
    kept: Slab<Emission>,
    sequence: u64,
}

impl Outbox {
    pub(crate) fn new() -> Self {
        Self { due: BinaryHeap::new(), kept: Slab::new(), sequence: 0 }
    }

    /// Sends an event the way its provider does. `nth` tells the events of a contact apart.
    pub(crate) fn send(&mut self, emission: Emission, provider: &Provider, stream: Stream, nth: u8) {
        let at = |what: u64| what + draw::NTH * u64::from(nth);
        let mut due = emission.time + provider.latency.draw(stream, at(draw::LATENCY), 1.0);
        if stream.happens(at(draw::LATE), provider.late) {
            due += provider.late_by.draw(stream, at(draw::LATE_BY), 1.0);
        }
        self.push(due, emission);
        if stream.happens(at(draw::TWICE), provider.twice) {
            self.push(due + provider.twice_after.draw(stream, at(draw::TWICE_AFTER), 1.0), emission);
        }
    }

    fn push(&mut self, due: i64, emission: Emission) {
        let slot = self.kept.insert(emission);
        self.due.push(Reverse((due, self.sequence, slot)));
        self.sequence += 1;
    }

    /// When the next event is delivered.
    pub(crate) fn next_due(&self) -> Option<i64> {
        self.due.peek().map(|Reverse((due, _, _))| *due)
    }

    /// The next event, and when it is delivered.
    pub(crate) fn pop(&mut self) -> Option<(i64, Emission)> {
        let Reverse((due, _, slot)) = self.due.pop()?;
        self.kept.remove(slot);
        Some((due, *self.kept.get(slot)))
    }
}
