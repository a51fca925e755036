//! What happens is written into the book, where a run keeps one.

use contact::Channel;

use super::{World, course::Contact, state::State};
use crate::truth::{Change, Receipt, ReplyKind, Settlement};

impl State {
    /// Writes the offer of a leg into the book.
    pub(super) fn follow_offer(&mut self, world: &World, at: u32, customer: Option<u32>) {
        let Some(book) = &mut self.truth.book else { return };
        let contact = self.contacts.get_mut(at);
        let (cell, begun) = (contact.cell, contact.begun);
        let queue = &world.scenario.queues[world.scenario.places[cell.place as usize].queue];
        let first = contact.desk.case.is_none();
        if first {
            contact.desk.case = Some(book.receive(&Receipt {
                customer,
                queue: begun.queue,
                reason: begun.reason,
                complaint: world.scenario.queues[begun.queue as usize].reasons[begun.reason as usize].complaint,
                place: cell.place,
                day: cell.day,
                at: self.now,
                out_of_hours: !contact.counted && !contact.desk.spam,
            }));
        }
        contact.desk.owed = None;
        if queue.desk.review.is_some() {
            contact.desk.owed = Some(book.owe(ReplyKind::Decision, (cell.place, cell.day), self.now, self.now));
        } else if queue.is_written() {
            let letter = first && queue.channel == Channel::Post;
            let began = if letter { contact.started } else { self.now };
            contact.desk.owed = Some(book.owe(ReplyKind::First, (cell.place, cell.day), began, self.now));
        }
    }

    /// Writes the first human answer of a leg into the book.
    pub(super) fn follow_answer(&mut self, contact: &Contact, answered: i64, is_review: bool) {
        let Some(book) = &mut self.truth.book else { return };
        if let Some(case) = contact.desk.case {
            book.answer(case, contact.cell.place, answered, !contact.counted);
        }
        if let Some(owed) = contact.desk.owed.filter(|_| !is_review) {
            book.settle(owed, answered, Settlement::Replied);
        }
    }

    /// Writes into the book that the contact is handed on.
    pub(super) fn follow_transfer(&mut self, at: u32) {
        let contact = self.contacts.get(at);
        if let Some((book, case)) = self.truth.book.as_mut().zip(contact.desk.case) {
            book.hand_on(case, contact.cell.place);
        }
    }

    /// Writes into the book that the customer gave up.
    pub(super) fn follow_abandon(&mut self, contact: &Contact) {
        if contact.owner.is_none() {
            self.follow_change(contact, self.now, Change::Abandoned);
        }
        if let Some((book, owed)) = self.truth.book.as_mut().zip(contact.desk.owed) {
            book.settle(owed, self.now, Settlement::Left);
        }
    }

    /// Writes a change of the case into the book.
    pub(super) fn follow_change(&mut self, contact: &Contact, at: i64, what: Change) {
        if let Some((book, case)) = self.truth.book.as_mut().zip(contact.desk.case) {
            book.change(case, at, what);
        }
    }
}
