//! Calls that go to another site, and calls back.

use super::{
    World,
    agenda::Happening,
    course::{Spent, Stage},
    state::State,
};
use crate::{
    chance::{draw, draw::desk},
    number::index,
    outbox::{Agent, Closing, Outlet, Said},
};

/// Promised times are those of a quarter of an hour.
const QUARTER: i64 = 900_000_000;
/// Time to note that nobody took the call.
const NOTE: i64 = 45_000_000;

impl State {
    /// Lets a live contact that begins to wait go elsewhere later, where that is foreseen.
    pub(super) fn consider_elsewhere(&mut self, world: &World, at: u32, ticket: u64) {
        let contact = self.contacts.get(at);
        let place = contact.cell.place as usize;
        let queue = &world.scenario.queues[world.scenario.places[place].queue];
        if !queue.is_live() || contact.desk.stage != Stage::First {
            return;
        }
        if let Some(overflow) = queue.desk.overflow.filter(|overflow| overflow.to != place) {
            self.agenda.add(self.now + overflow.after, Happening::Overflow { contact: at, ticket });
        }
        if let Some(callback) = queue.desk.callback {
            let offered = self.now + callback.after.as_micros();
            self.agenda.add(offered, Happening::CallbackOffer { contact: at, ticket });
        }
    }

    /// Nobody took it: it goes to another site.
    pub(super) fn overflow(&mut self, world: &World, at: u32, ticket: u64) {
        let contact = self.contacts.get(at);
        let number = world.scenario.places[contact.cell.place as usize].queue;
        let overflow = world.scenario.queues[number].desk.overflow;
        let Some(overflow) = overflow.filter(|_| contact.ticket == ticket) else { return };
        if world.timeline.is_open(number, self.now) {
            self.flow_out(world, at, Outlet::Overflow);
            self.move_on(world, at, index(overflow.to));
        }
    }

    /// The customer may choose to be called back.
    pub(super) fn offer_callback(&mut self, world: &World, at: u32, ticket: u64) {
        let contact = *self.contacts.get(at);
        let number = world.scenario.places[contact.cell.place as usize].queue;
        let callback = world.scenario.queues[number].desk.callback;
        let Some(callback) = callback.filter(|_| contact.ticket == ticket) else { return };
        let stream = contact.begun.stream.branch(draw::DESK);
        if !stream.happens(desk::CALLBACK, callback.accepted) {
            return;
        }
        let wanted = (self.now + callback.slot.as_micros() + QUARTER - 1).div_euclid(QUARTER) * QUARTER;
        let clock = world.timeline.clock(number);
        let Some(slot) = clock.map_or(Some(wanted), |clock| clock.opening(wanted)) else { return };
        self.tell(world, at, self.now, Said::CallbackRequested { slot });
        self.flow_out(world, at, Outlet::Callback);
        let (cell, started) = (contact.cell, contact.started);
        let book = self.truth.book.as_mut();
        let call = book.map(|book| book.request(cell.place, cell.day, started, self.now));
        self.contacts.get_mut(at).desk.call = call;
        self.agenda.add(slot, Happening::CallBack { contact: at });
    }

    fn flow_out(&mut self, world: &World, at: u32, to: Outlet) {
        let contact = self.step_out(at);
        if contact.counted {
            self.truth.flowed_out(contact.cell, self.now - contact.offered);
        }
        self.tell(world, at, self.now, Said::FlowedOut { to });
    }

    /// The promised time has come: the contact is offered once more.
    pub(super) fn call_back(&mut self, world: &World, at: u32) {
        let contact = self.contacts.get_mut(at);
        contact.stay += 1;
        contact.desk.stage = Stage::Callback;
        let place = contact.cell.place;
        self.move_on(world, at, place);
    }

    /// Somebody calls the customer.
    pub(super) fn dial(&mut self, world: &World, at: u32, agent: Agent) {
        let contact = *self.contacts.get(at);
        let place = &world.scenario.places[contact.cell.place as usize];
        let queue = &world.scenario.queues[place.queue];
        let badge = self.floor.badge(agent);
        if contact.desk.stage == Stage::Callback {
            self.count_answer(world, at, self.now, 0);
            self.tell(world, at, self.now, Said::Answered { agent: badge });
        }
        let (dialled, share) = queue
            .desk
            .callback
            .map_or((0, crate::Share::ONE), |callback| (callback.dialled.as_micros(), callback.reached));
        let (ring, dials) = (self.now + dialled, contact.desk.dials);
        let stream = contact.begun.stream.branch(draw::DESK);
        let reached = stream.happens(desk::REACHED + draw::NTH * u64::from(dials), share);
        self.tell_again(world, at, dials, ring, Said::Dialled { agent: badge, reached });
        if let Some((book, call)) = self.truth.book.as_mut().zip(contact.desk.call) {
            book.dial(call, ring, reached);
        }
        let nth = draw::HANDLING + draw::NTH * u64::from(contact.leg);
        let pace = place.pace * world.timeline.pace(place.site, self.now);
        let spent = if reached {
            Spent::draw(queue, contact.begun.stream, nth, pace)
        } else {
            Spent { wrap: NOTE, ..Spent::default() }
        };
        self.spend(at, badge, spent);
        let desk = &mut self.contacts.get_mut(at).desk;
        (desk.dials, desk.reached) = (dials + 1, reached);
        self.agenda.add(ring + spent.total(), Happening::Done { contact: at });
    }

    /// The customer did not take the call: once more later, or not at all.
    pub(super) fn not_reached(&mut self, world: &World, at: u32) {
        let contact = *self.contacts.get(at);
        let number = world.scenario.places[contact.cell.place as usize].queue;
        let callback = world.scenario.queues[number].desk.callback;
        let again = callback.filter(|callback| contact.desk.dials < callback.attempts);
        let later = again.and_then(|callback| {
            let later = self.now + callback.again.as_micros();
            world.timeline.clock(number).map_or(Some(later), |clock| clock.opening(later))
        });
        if let Some(later) = later {
            self.contacts.get_mut(at).desk.stage = Stage::TryAgain;
            self.agenda.add(later, Happening::TryAgain { contact: at });
            return;
        }
        self.end_leg(world, at);
        self.close_unresolved(world, at, Closing::NotReached);
        self.repeat_unresolved(world, &contact);
        self.contacts.remove(at);
    }
}
