//! What contacts go through beside one answer: letters, machines, pauses, further messages, reviews, other sites, calls
//! back. A queue without any of it is one of [`DeskPlan::default`].

use contact::Duration;

use crate::{Length, Share};

/// What happens to the contacts of a queue on their way.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DeskPlan {
    /// The share of customers whom no event names.
    pub unknown: Share,
    /// The share that is none of the brand's business, and cancelled by whoever opens it.
    pub spam: Share,
    /// Whether what cannot be resolved is closed; else it stays as it is.
    pub closes: bool,
    /// Letters that are put into their queue later than they were received.
    pub held: Option<Held>,
    /// Machines that write first.
    pub machine: Option<Machine>,
    /// What follows the first reply; without it a contact has one reply.
    pub talk: Option<Talk>,
    /// The contact is content to be reviewed, and its answer a decision.
    pub review: Option<Review>,
    /// What nobody takes goes to another site.
    pub overflow: Option<Overflow>,
    /// Who waits long is offered to be called back.
    pub callback: Option<Callback>,
    /// The queues, with weights, in which customers get in touch again: the same one when there are none. They give the
    /// same reason where the queue has it, else the first one of its family, else they stay with the queue they came from.
    pub repeated_in: Vec<(String, f64)>,
}

/// Letters: a contact begins when its letter is received, and is offered when it is put into the queue.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Held {
    /// The share that lies somewhere first.
    pub share: Share,
    /// For how long.
    pub length: Length,
}

/// A machine that writes before a human does. It stops no clock.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Machine {
    /// Whether it is a bot that converses (`by: bot`) or an automatic acknowledgement (`by: auto`).
    pub is_bot: bool,
    /// The share of contacts that it writes to.
    pub share: Share,
    /// How long after the offer.
    pub after: Length,
    /// Among them, the share that it asks something without which nobody can begin: the clock is paused until the
    /// customer writes.
    pub asks: Share,
    /// How long the customer takes to write, at most six days.
    pub asked_for: Length,
}

/// Messages back and forth, once a human has replied.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Talk {
    /// The share of replies that ask the customer something: the clock is paused.
    pub asks: Share,
    /// The share of customers who write then; the matter of the others lapses.
    pub writes: Share,
    /// How long they take, less than [`Talk::lapses`].
    pub writes_after: Length,
    /// After how long a matter is closed because the customer does not write.
    pub lapses: Duration,
    /// How long a further reply takes to write.
    pub reply: Length,
    /// The share of customers who write once more when their matter is resolved for good; it is closed because no reply
    /// is needed.
    pub thanks: Share,
    /// How long after the resolution.
    pub thanks_after: Length,
}

/// Review of content before it appears: somebody takes it, decides, and what is accepted is published.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Review {
    /// The share that is refused.
    pub refused: Share,
    /// From the decision (or from the offer, when nothing is reviewed first) to the publication.
    pub published_after: Length,
}

/// Live contacts that nobody takes go to another site of the same queue, perhaps another provider's.
#[derive(Debug, Clone, PartialEq)]
pub struct Overflow {
    /// How long they wait first.
    pub after: Duration,
    /// The site.
    pub to: String,
}

/// Calls back: who has waited for some time may choose to be called at a later time instead, while the queue is open.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Callback {
    /// After how long it is offered.
    pub after: Duration,
    /// The share that accepts.
    pub accepted: Share,
    /// From then to the promised time.
    pub slot: Duration,
    /// From somebody's taking it to the first ring.
    pub dialled: Duration,
    /// The share of attempts that reach the customer.
    pub reached: Share,
    /// How many attempts there are.
    pub attempts: u8,
    /// From one to the next.
    pub again: Duration,
}
