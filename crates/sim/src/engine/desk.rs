//! Writing back and forth: letters that lie somewhere, machines that write first, questions, further messages, spam.

use super::{
    World,
    agenda::Happening,
    course::{Spent, Stage, whole_millis},
    state::State,
};
use crate::{
    chance::{Stream, draw, draw::desk},
    outbox::{Agent, Closing, Said},
    scenario::Desk,
    truth::{Change, ReplyKind, Settled, Settlement},
};

const MINUTE: i64 = 60_000_000;
/// Time to see that something is spam.
const GLANCE: i64 = MINUTE / 3;
/// Customers write what a machine asks for within this time.
const ASKED_WITHIN: i64 = 6 * 24 * 60 * MINUTE;
/// Nobody asks more often.
const MOST_MESSAGES: u8 = 4;

impl Desk {
    pub(super) fn is_spam(&self, stream: Stream) -> bool {
        self.spam.get() > 0.0 && stream.branch(draw::DESK).happens(desk::SPAM, self.spam)
    }

    pub(super) fn is_unknown(&self, stream: Stream) -> bool {
        self.unknown.get() > 0.0 && stream.branch(draw::DESK).happens(desk::UNKNOWN, self.unknown)
    }

    /// For how long a letter lies somewhere, if it does.
    pub(super) fn held_for(&self, stream: Stream) -> Option<i64> {
        let held = self.held?;
        let stream = stream.branch(draw::DESK);
        stream.happens(desk::HELD, held.share).then(|| held.length.draw(stream, desk::HELD_FOR, 1.0))
    }
}

impl State {
    /// A letter lies somewhere before it is put into its queue, in opening hours.
    pub(super) fn hold_back(&mut self, world: &World, at: u32, length: i64) {
        let contact = self.contacts.get(at);
        let cell = contact.cell;
        let later = self.now + length;
        let clock = world.timeline.clock(contact.begun.queue as usize);
        let put = clock.and_then(|clock| clock.opening(later)).unwrap_or(later);
        self.truth.legs(cell).held += 1;
        self.agenda.add(put, Happening::Put { contact: at });
    }

    pub(super) fn put(&mut self, world: &World, at: u32) {
        self.contacts.get_mut(at).cell.day = crate::number::index(self.day);
        self.offer(world, at);
    }

    /// A machine writes, perhaps. Returns whether it asked for something, so that nobody takes the contact yet.
    pub(super) fn machine_asks(&mut self, world: &World, at: u32) -> bool {
        let contact = *self.contacts.get(at);
        let queue = &world.scenario.queues[world.scenario.places[contact.cell.place as usize].queue];
        let Some(machine) = queue.desk.machine.filter(|_| !contact.desk.spam && contact.leg == 0) else { return false };
        let stream = contact.begun.stream.branch(draw::DESK);
        if !stream.happens(desk::MACHINE, machine.share) {
            return false;
        }
        let writes = self.now + machine.after.draw(stream, desk::MACHINE_AFTER, 1.0);
        self.truth.legs(contact.cell).acknowledged += u64::from(contact.counted);
        self.tell(world, at, writes, Said::Acknowledged { is_bot: machine.is_bot });
        if !stream.happens(desk::MACHINE_ASKS, machine.asks) {
            return false;
        }
        let takes = machine.asked_for.draw(stream, desk::ASKED_FOR, 1.0).clamp(MINUTE, ASKED_WITHIN);
        self.tell_again(world, at, contact.desk.messages, writes, Said::Waiting);
        self.contacts.get_mut(at).desk.stage = Stage::Asked;
        if let Some((book, owed)) = self.truth.book.as_mut().zip(contact.desk.owed) {
            book.pause(owed, writes);
        }
        self.agenda.add(writes + takes, Happening::Wrote { contact: at });
        true
    }

    /// The reply asks the customer something, perhaps: the clock is paused until they write, or do not.
    pub(super) fn asks(&mut self, world: &World, at: u32) -> bool {
        let contact = *self.contacts.get(at);
        let queue = &world.scenario.queues[world.scenario.places[contact.cell.place as usize].queue];
        let Some(talk) = queue.desk.talk else { return false };
        let stream = contact.begun.stream.branch(draw::DESK);
        let nth = draw::NTH * u64::from(contact.desk.messages);
        if contact.desk.messages >= MOST_MESSAGES || !stream.happens(desk::ASKS + nth, talk.asks) {
            return false;
        }
        self.tell_again(world, at, contact.desk.messages, self.now, Said::Waiting);
        let lapses = talk.lapses.as_micros();
        if stream.happens(desk::WRITES + nth, talk.writes) {
            let takes = talk.writes_after.draw(stream, desk::WRITES_AFTER + nth, 1.0);
            self.agenda.add(self.now + takes.clamp(1, lapses.max(2) - 1), Happening::Wrote { contact: at });
        } else {
            self.agenda.add(self.now + lapses, Happening::Lapse { contact: at });
        }
        true
    }

    /// The customer writes what was asked for.
    pub(super) fn wrote(&mut self, world: &World, at: u32) {
        let nth = self.contacts.get(at).desk.messages;
        self.tell_again(world, at, nth, self.now, Said::CustomerWrote);
        self.tell_again(world, at, nth, self.now, Said::Resumed);
        let contact = self.contacts.get_mut(at);
        contact.desk.messages += 1;
        let asked_by_machine = contact.desk.stage == Stage::Asked;
        contact.desk.stage = if asked_by_machine { Stage::First } else { Stage::Turn };
        if let Some(book) = &mut self.truth.book {
            match contact.desk.owed.filter(|_| asked_by_machine) {
                Some(owed) => book.resume(owed, self.now),
                None if asked_by_machine => {}
                None => {
                    let cell = contact.cell;
                    contact.desk.owed = Some(book.owe(ReplyKind::Next, (cell.place, cell.day), self.now, self.now));
                }
            }
        }
        self.enter_line(world, at);
    }

    /// A further reply.
    pub(super) fn reply(&mut self, world: &World, at: u32, agent: Agent) {
        let contact = *self.contacts.get(at);
        let place = &world.scenario.places[contact.cell.place as usize];
        let pace = place.pace * world.timeline.pace(place.site, self.now);
        let stream = contact.begun.stream.branch(draw::DESK);
        let nth = draw::NTH * u64::from(contact.desk.messages);
        let talk = world.scenario.queues[place.queue].desk.talk;
        let talk = talk.map_or(0, |talk| whole_millis(talk.reply.draw(stream, desk::REPLY + nth, pace)));
        let (badge, done) = (self.floor.badge(agent), self.now + talk);
        self.tell_again(world, at, contact.desk.messages, done, Said::Replied { agent: badge });
        self.spend(at, badge, Spent { talk, ..Spent::default() });
        if let Some((book, owed)) = self.truth.book.as_mut().zip(contact.desk.owed) {
            book.settle(owed, done, Settlement::Replied);
        }
        self.agenda.add(done, Happening::Done { contact: at });
    }

    /// The customer did not write: nothing more is done.
    pub(super) fn lapse(&mut self, world: &World, at: u32) {
        self.end_leg(world, at);
        self.close_unresolved(world, at, Closing::NoAnswer);
        self.contacts.remove(at);
    }

    /// A contact that was answered is closed without a resolution, for now.
    pub(super) fn close_unresolved(&mut self, world: &World, at: u32, why: Closing) {
        let contact = *self.contacts.get(at);
        self.tell(world, at, self.now, Said::Closed { why });
        self.follow_change(&contact, self.now, Change::Closed);
        if let Some(owner) = contact.owner.filter(|owner| owner.counted) {
            let unresolved = Settled { durable: false, resolution: None, reopened: false };
            self.truth.settled(owner.cell, contact.begun.reason, unresolved);
        }
    }

    /// Somebody sees that it is none of the brand's business.
    pub(super) fn discard(&mut self, world: &World, at: u32) {
        let seen = self.now + GLANCE;
        self.tell(world, at, seen, Said::Cancelled);
        let contact = *self.contacts.get(at);
        self.follow_change(&contact, seen, Change::Cancelled);
        if let Some((book, owed)) = self.truth.book.as_mut().zip(contact.desk.owed) {
            book.settle(owed, seen, Settlement::Void);
        }
        self.agenda.add(seen, Happening::Done { contact: at });
    }

    /// Time is spent on a leg whose end is told later.
    pub(super) fn spend(&mut self, at: u32, badge: Agent, spent: Spent) {
        let contact = self.contacts.get_mut(at);
        contact.desk.spent.add(spent);
        contact.desk.last = Some(badge);
    }

    /// Tells the end of a leg, unless that was done when it was answered.
    pub(super) fn end_leg(&mut self, world: &World, at: u32) {
        let contact = self.contacts.get_mut(at);
        let Some(agent) = contact.desk.last.take() else { return };
        let spent = std::mem::take(&mut contact.desk.spent);
        let (counted, cell) = (contact.counted, contact.cell);
        if counted {
            self.truth.legs(cell).handle_us += crate::number::span(spent.total());
        }
        let Spent { talk, hold, wrap } = spent;
        self.tell(world, at, self.now, Said::Ended { agent, talk, hold, wrap });
    }
}
