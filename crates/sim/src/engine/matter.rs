//! What becomes of a contact after it: resolved or not, reopened, repeated, dialled again.

use super::{
    World,
    agenda::Happening,
    state::{Beginning, Cause, State},
};
use crate::{
    chance::draw,
    number::{index, micros},
    outbox::Said,
    truth::Settled,
};

const DAY: i64 = 86_400_000_000;
/// A matter that is not resolved for good is reopened within the days after which a resolution counts as durable.
const REOPENED_WITHIN: i64 = 6 * DAY;
const REPEATED_WITHIN: i64 = 5 * DAY;
/// Customers who find a queue closed come within this time of its opening.
const AFTER_OPENING: f64 = 7.2e9;

impl State {
    /// The last leg of an answered contact is over: its matter is settled, by the place that answered first.
    pub(super) fn conclude(&mut self, world: &World, at: u32) {
        let contact = *self.contacts.get(at);
        let Some(owner) = contact.owner else { return };
        let (stream, reason) = (contact.begun.stream, contact.begun.reason);
        let place = &world.scenario.places[owner.cell.place as usize];
        let after = &world.scenario.queues[place.queue].after;
        let durable = stream.happens(draw::RESOLVED, place.resolved[reason as usize]);
        let reopening = if durable { after.reopened_good } else { after.reopened_bad };
        let reopened = stream.happens(draw::REOPENED, reopening);
        let mut resolved_at = None;
        if durable || reopened {
            let at_once = stream.happens(draw::AT_ONCE, after.at_once);
            let takes = if at_once { 0 } else { after.settled_after.draw(stream, draw::RESOLVED_AFTER, 1.0) };
            let time = self.now + takes;
            resolved_at = Some(time);
            self.resolve(world, at, owner.cell.place, 0, time);
            if reopened {
                let later = after.reopened_after.draw(stream, draw::REOPENED_AFTER, 1.0).clamp(1, REOPENED_WITHIN);
                self.tell_from(world, at, owner.cell.place, 0, time + later, Said::Reopened);
                if durable {
                    let takes = after.settled_after.draw(stream, draw::RESOLVED_AFTER + draw::NTH, 1.0).max(1);
                    let again = time + later + takes;
                    resolved_at = Some(again);
                    self.resolve(world, at, owner.cell.place, 1, again);
                }
            }
        }
        if owner.counted {
            let resolution = resolved_at.map(|time| time - contact.started);
            self.truth.settled(owner.cell, reason, Settled { durable, resolution, reopened });
        }
        if !durable && self.perhaps_repeat(world, &contact.begun) && owner.counted {
            self.truth.matters(owner.cell, reason).repeated += 1;
        }
        self.contacts.remove(at);
    }

    fn resolve(&mut self, world: &World, at: u32, place: u32, nth: u8, time: i64) {
        let begun = self.contacts.get(at).begun;
        let reason = &world.scenario.queues[begun.queue as usize].reasons[begun.reason as usize];
        let choose = |weights: &crate::value::Weights| index(weights.choose(begun.stream.unit(draw::CODE)));
        let code = reason.code_weights.as_ref().map(choose);
        self.tell_from(world, at, place, nth, time, Said::Resolved { reason: begun.reason, code });
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

    /// A customer whose matter is not resolved may get in touch again. Returns whether that will happen.
    fn perhaps_repeat(&mut self, world: &World, begun: &Beginning) -> bool {
        let queue = &world.scenario.queues[begun.queue as usize];
        if !begun.stream.happens(draw::REPEATED, queue.after.repeated) {
            return false;
        }
        let later = queue.after.repeated_after.draw(begun.stream, draw::REPEATED_AFTER, 1.0).min(REPEATED_WITHIN);
        let wanted = self.now + later;
        let clock = world.timeline.clock(begun.queue as usize).filter(|_| queue.is_live());
        let Some(opening) = clock.map_or(Some(wanted), |clock| clock.opening(wanted)) else { return false };
        let at =
            if opening == wanted { wanted } else { opening + micros(AFTER_OPENING * begun.stream.unit(draw::OPENING)) };
        self.come_back(world, at, begun, Cause::Repeat)
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
