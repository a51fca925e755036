//! What becomes of a contact after it: resolved or not, reopened, repeated, dialled again.

use super::{
    World,
    agenda::Happening,
    course::{Beginning, Cause, Contact},
    state::State,
};
use crate::{
    chance::{draw, draw::desk},
    number::{index, micros},
    outbox::{Closing, Said},
    truth::{Change, ReplyKind, Settled, Settlement},
};

const DAY: i64 = 86_400_000_000;
/// A matter that is not resolved for good is reopened within the days after which a resolution counts as durable.
const REOPENED_WITHIN: i64 = 6 * DAY;
const REPEATED_WITHIN: i64 = 5 * DAY;
/// Customers who find a queue closed come within this time of its opening.
const AFTER_OPENING: f64 = 7.2e9;
/// Messages that ask for nothing are read within this time, once the desk is open.
const READ_WITHIN: f64 = 1.44e10;

/// What becomes of an answered contact's matter.
#[derive(Debug, Clone, Copy)]
struct Outcome {
    /// Resolved for good.
    durable: bool,
    /// Reopened after a resolution.
    reopened: bool,
}

impl State {
    /// The last leg of an answered contact is over: its matter is settled, by the place that answered first.
    pub(super) fn conclude(&mut self, world: &World, at: u32) {
        let contact = *self.contacts.get(at);
        let Some(owner) = contact.owner else { return };
        let (stream, reason) = (contact.begun.stream, contact.begun.reason);
        let place = &world.scenario.places[owner.cell.place as usize];
        let after = &world.scenario.queues[place.queue].after;
        let (day, planned) = (owner.cell.day as usize, place.resolved[reason as usize]);
        let rate = world.timeline.rates.on(day, owner.cell.place as usize, reason as usize, planned);
        let durable = stream.happens(draw::RESOLVED, rate);
        let reopening = if durable { after.reopened_good } else { after.reopened_bad };
        let outcome = Outcome { durable, reopened: stream.happens(draw::REOPENED, reopening) };
        let resolved_at = self.resolutions(world, at, owner.cell.place, outcome);
        if owner.counted {
            let resolution = resolved_at.map(|time| time - contact.started);
            let settled = Settled { durable, resolution, reopened: outcome.reopened };
            self.truth.settled(owner.cell, reason, settled);
        }
        if !durable {
            self.repeat_unresolved(world, &contact);
        }
        self.contacts.remove(at);
    }

    /// A customer whose matter is not resolved may get in touch again.
    pub(super) fn repeat_unresolved(&mut self, world: &World, contact: &Contact) {
        let Some(owner) = contact.owner else { return };
        if self.perhaps_repeat(world, &contact.begun) && owner.counted {
            self.truth.matters(owner.cell, contact.begun.reason).repeated += 1;
        }
    }

    /// Tells how a matter is resolved, reopened, resolved again or closed. Returns the last resolution.
    fn resolutions(&mut self, world: &World, at: u32, place: u32, outcome: Outcome) -> Option<i64> {
        let contact = *self.contacts.get(at);
        let stream = contact.begun.stream;
        let queue = &world.scenario.queues[world.scenario.places[place as usize].queue];
        let after = &queue.after;
        if !(outcome.durable || outcome.reopened) {
            if queue.desk.closes {
                self.close(world, at, self.now, Closing::NoSolution);
            }
            return None;
        }
        let at_once = stream.happens(draw::AT_ONCE, after.at_once);
        let takes = if at_once { 0 } else { after.settled_after.draw(stream, draw::RESOLVED_AFTER, 1.0) };
        let time = self.now + takes;
        self.resolve(world, at, place, 0, time);
        if !outcome.reopened {
            self.thank(world, at, time);
            return Some(time);
        }
        let later = after.reopened_after.draw(stream, draw::REOPENED_AFTER, 1.0).clamp(1, REOPENED_WITHIN);
        self.tell_from(world, at, place, 0, time + later, Said::Reopened);
        self.follow_change(&contact, time + later, Change::Reopened);
        if outcome.durable || queue.desk.closes || queue.desk.review.is_some() {
            let takes = after.settled_after.draw(stream, draw::RESOLVED_AFTER + draw::NTH, 1.0).max(1);
            let again = time + later + takes;
            self.decide_again(world, at, again);
            if outcome.durable {
                self.resolve(world, at, place, 1, again);
                return Some(again);
            }
            if queue.desk.closes {
                self.close(world, at, again, Closing::NoSolution);
            }
        }
        Some(time)
    }

    fn resolve(&mut self, world: &World, at: u32, place: u32, nth: u8, time: i64) {
        let contact = *self.contacts.get(at);
        let begun = contact.begun;
        let reason = &world.scenario.queues[begun.queue as usize].reasons[begun.reason as usize];
        let choose = |weights: &crate::value::Weights| index(weights.choose(begun.stream.unit(draw::CODE)));
        let code = reason.code_weights.as_ref().map(choose);
        self.tell_from(world, at, place, nth, time, Said::Resolved { reason: begun.reason, code });
        self.follow_change(&contact, time, Change::Resolved);
    }

    /// The customer writes once more though nothing is left to be done; somebody reads it and closes.
    fn thank(&mut self, world: &World, at: u32, resolved: i64) {
        let contact = *self.contacts.get(at);
        let number = world.scenario.places[contact.cell.place as usize].queue;
        let stream = contact.begun.stream.branch(draw::DESK);
        let Some(talk) = world.scenario.queues[number].desk.talk else { return };
        if !stream.happens(desk::THANKS, talk.thanks) {
            return;
        }
        let wrote = resolved + talk.thanks_after.draw(stream, desk::THANKS_AFTER, 1.0).max(1);
        let read = wrote + micros(READ_WITHIN * stream.unit(desk::READ_AFTER)).max(1);
        let clock = world.timeline.clock(number);
        let read = clock.and_then(|clock| clock.opening(read)).unwrap_or(read);
        self.tell_again(world, at, contact.desk.messages, wrote, Said::CustomerWrote);
        let cell = contact.cell;
        if let Some(book) = self.truth.book.as_mut().filter(|_| contact.counted) {
            let owed = book.owe(ReplyKind::Next, (cell.place, cell.day), wrote, wrote);
            book.settle(owed, read, Settlement::Needless);
        }
        self.close(world, at, read, Closing::NoReplyNeeded);
    }

    /// Tells that nothing more is done.
    fn close(&mut self, world: &World, at: u32, time: i64, why: Closing) {
        let contact = *self.contacts.get(at);
        self.tell(world, at, time, Said::Closed { why });
        self.follow_change(&contact, time, Change::Closed);
    }

    /// A customer who gave up may call again while the queue is open.
    pub(super) fn perhaps_redial(&mut self, world: &World, begun: &Beginning) {
        let after = &world.scenario.queues[begun.queue as usize].after;
        if !begun.stream.happens(draw::REDIALLED, after.redialled) {
            return;
        }
        let at = self.now + after.redialled_after.draw(begun.stream, draw::REDIALLED_AFTER, 1.0);
        if world.timeline.is_open(begun.queue as usize, at) {
            self.come_back(world, at, begun, Cause::Redial);
        }
    }

    /// A customer whose matter is not resolved may get in touch again, perhaps elsewhere. Returns whether that will happen.
    fn perhaps_repeat(&mut self, world: &World, begun: &Beginning) -> bool {
        let after = &world.scenario.queues[begun.queue as usize].after;
        if !begun.stream.happens(draw::REPEATED, after.repeated) {
            return false;
        }
        let begun = elsewhere(world, begun);
        let queue = &world.scenario.queues[begun.queue as usize];
        let later = after.repeated_after.draw(begun.stream, draw::REPEATED_AFTER, 1.0).min(REPEATED_WITHIN);
        let wanted = self.now + later;
        let clock = world.timeline.clock(begun.queue as usize).filter(|_| queue.is_live());
        let Some(opening) = clock.map_or(Some(wanted), |clock| clock.opening(wanted)) else { return false };
        let at =
            if opening == wanted { wanted } else { opening + micros(AFTER_OPENING * begun.stream.unit(draw::OPENING)) };
        self.come_back(world, at, &begun, Cause::Repeat)
    }

    /// Lets a customer come back, unless the run is over by then.
    fn come_back(&mut self, world: &World, at: i64, begun: &Beginning, cause: Cause) -> bool {
        if at >= world.timeline.end {
            return false;
        }
        let name = if cause == Cause::Redial { draw::REDIAL } else { draw::REPEAT };
        let entry = self.returns.insert(Beginning { stream: begun.stream.branch(name), cause, ..*begun });
        self.agenda.add(at, Happening::Return { entry });
        true
    }
}

/// The queue that a customer turns to next, and the reason given there.
fn elsewhere(world: &World, begun: &Beginning) -> Beginning {
    let repeats = world.scenario.queues[begun.queue as usize].desk.repeats.as_ref();
    let unit = || begun.stream.branch(draw::DESK).unit(desk::REPEATED_IN);
    let chosen = repeats.and_then(|repeats| repeats.choose(unit(), begun.reason));
    chosen.map_or(*begun, |(queue, reason)| Beginning { queue, reason, ..*begun })
}
