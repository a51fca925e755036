//! The way of a contact: offered, in line, taken, answered, handed over, given up.

use super::{
    World,
    agenda::Happening,
    course::{AtDesk, Beginning, Cause, Contact, Owner, Spent, Stage},
    floor::InLine,
    state::State,
};
use crate::{
    chance::draw,
    number::index,
    outbox::{Agent, Said},
    scenario::Place,
    truth::CellIndex,
};

impl State {
    /// A contact begins.
    pub(super) fn begin(&mut self, world: &World, begun: Beginning) {
        let queue = &world.scenario.queues[begun.queue as usize];
        let unit = begun.stream.unit(draw::SITE);
        let place = self.floor.route(&world.scenario, queue, begun.reason as usize, unit);
        let cell = CellIndex { day: index(self.day), place: index(place) };
        let legs = self.truth.legs(cell);
        legs.contacts += 1;
        legs.redials += u64::from(begun.cause == Cause::Redial);
        legs.repeats += u64::from(begun.cause == Cause::Repeat);
        self.serial += 1;
        let contact = self.contacts.insert(Contact {
            begun,
            serial: self.serial,
            started: self.now,
            received: self.now,
            offered: self.now,
            offered_open: 0,
            cell,
            counted: true,
            leg: 0,
            stay: 0,
            ticket: 0,
            agent: None,
            owner: None,
            told: 0,
            desk: AtDesk::new(queue.desk.is_spam(begun.stream)),
        });
        match queue.desk.held_for(begun.stream) {
            Some(length) => self.hold_back(world, contact, length),
            None => self.offer(world, contact),
        }
    }

    /// A contact reaches the place of its cell.
    pub(super) fn offer(&mut self, world: &World, at: u32) {
        let contact = self.contacts.get_mut(at);
        let place = contact.cell.place as usize;
        let number = world.scenario.places[place].queue;
        let queue = &world.scenario.queues[number];
        let in_hours = !queue.is_live() || world.timeline.is_open(number, self.now);
        contact.offered = self.now;
        contact.counted = in_hours && !contact.desk.spam;
        contact.offered_open = world.timeline.clock(number).map_or(self.now, |clock| clock.reading(self.now));
        let (contact, begun) = (*contact, contact.begun);
        // A queue that a contact is handed to is not told why the customer came.
        let reason = if number == begun.queue as usize { begun.reason } else { index(queue.reasons.len()) };
        let known = !world.scenario.queues[begun.queue as usize].desk.is_unknown(begun.stream);
        let recognised = known && begun.stream.happens(draw::RECOGNISED, queue.recognised);
        let legs = self.truth.legs(contact.cell);
        legs.offered += u64::from(contact.counted);
        legs.cancelled += u64::from(contact.desk.spam);
        legs.out_of_hours += u64::from(!in_hours && !contact.desk.spam);
        let customer = known.then_some(begun.customer);
        self.tell(world, at, self.now, Said::Offered { reason, customer, recognised });
        self.follow_offer(world, at, customer);
        self.perhaps_publish_unreviewed(world, at);
        if self.machine_asks(world, at) {
            return;
        }
        match self.floor.take_free(&world.scenario, place, contact.serial) {
            Some(agent) => self.take(world, at, agent),
            None => self.wait(world, at),
        }
    }

    /// Waits for whoever is free next, as long as the customer likes.
    fn wait(&mut self, world: &World, at: u32) {
        let ticket = self.line_up(at);
        let contact = *self.contacts.get(at);
        self.truth.legs(contact.cell).delayed += u64::from(contact.counted);
        let queue = &world.scenario.queues[world.scenario.places[contact.cell.place as usize].queue];
        if let Some(patience) = queue.patience.filter(|_| contact.desk.stage == Stage::First) {
            let nth = draw::PATIENCE + draw::NTH * u64::from(contact.leg);
            let leaves = self.now.saturating_add(patience.draw(contact.begun.stream, nth, 1.0));
            self.agenda.add(leaves, Happening::Leave { contact: at, ticket });
        }
        self.consider_elsewhere(world, at, ticket);
    }

    /// Takes a place in line, under a new ticket.
    fn line_up(&mut self, at: u32) -> u64 {
        self.tickets += 1;
        let (ticket, since) = (self.tickets, self.now);
        let contact = self.contacts.get_mut(at);
        contact.ticket = ticket;
        self.floor.line_up(contact.cell.place as usize, InLine { contact: at, ticket, since });
        ticket
    }

    /// A contact that was here before waits again, or is taken at once.
    pub(super) fn enter_line(&mut self, world: &World, at: u32) {
        let contact = self.contacts.get(at);
        let (place, serial) = (contact.cell.place as usize, contact.serial);
        match self.floor.take_free(&world.scenario, place, serial) {
            Some(agent) => self.take(world, at, agent),
            None => drop(self.line_up(at)),
        }
    }

    /// A contact leaves the line without having been taken.
    pub(super) fn step_out(&mut self, at: u32) -> Contact {
        let contact = self.contacts.get_mut(at);
        contact.ticket = 0;
        self.floor.step_out(contact.cell.place as usize);
        *contact
    }

    /// Somebody takes a contact.
    fn take(&mut self, world: &World, at: u32, agent: Agent) {
        let contact = self.contacts.get_mut(at);
        contact.ticket = 0;
        contact.agent = Some(agent);
        match contact.desk.stage {
            Stage::First | Stage::Asked if contact.desk.spam => self.discard(world, at),
            Stage::First | Stage::Asked => self.answer(world, at, agent),
            Stage::Turn => self.reply(world, at, agent),
            Stage::Callback | Stage::TryAgain => self.dial(world, at, agent),
        }
    }

    /// The first human answer. Live contacts are answered now, written ones when the reply is written.
    fn answer(&mut self, world: &World, at: u32, agent: Agent) {
        let contact = *self.contacts.get(at);
        let place = &world.scenario.places[contact.cell.place as usize];
        let queue = &world.scenario.queues[place.queue];
        let nth = draw::HANDLING + draw::NTH * u64::from(contact.leg);
        let spent = Spent::draw(queue, contact.begun.stream, nth, self.tempo(world, place));
        let writing = if queue.is_answered_when_taken() { 0 } else { spent.talk + spent.hold };
        let (answered, done) = (self.now + writing, self.now + spent.total());
        let goes_on = queue.desk.talk.is_some();
        self.count_answer(world, at, answered, if goes_on { 0 } else { spent.total() });
        let badge = self.floor.badge(agent);
        self.tell(world, at, answered, Said::Answered { agent: badge });
        if goes_on {
            self.spend(at, badge, spent);
        } else {
            let Spent { talk, hold, wrap } = spent;
            self.tell(world, at, done, Said::Ended { agent: badge, talk, hold, wrap });
        }
        self.agenda.add(done, Happening::Done { contact: at });
    }

    /// How long a place takes at this time, as a multiple of the queue's handling time.
    pub(super) fn tempo(&self, world: &World, place: &Place) -> f64 {
        place.pace * world.timeline.pace(place.site, self.now)
    }

    /// Counts the first human answer of a leg.
    pub(super) fn count_answer(&mut self, world: &World, at: u32, answered: i64, handle: i64) {
        let contact = self.contacts.get_mut(at);
        let number = world.scenario.places[contact.cell.place as usize].queue;
        let queue = &world.scenario.queues[number];
        let clock = world.timeline.clock(number).filter(|_| !queue.is_live());
        let wait = clock.map_or(answered - contact.offered, |clock| clock.reading(answered) - contact.offered_open);
        contact.owner.get_or_insert(Owner { cell: contact.cell, counted: contact.counted });
        let contact = *contact;
        if contact.counted {
            self.truth.answered(contact.cell, wait, handle);
        }
        self.follow_answer(&contact, answered, queue.desk.review.is_some());
    }

    pub(super) fn done(&mut self, world: &World, at: u32) {
        let agent = self.contacts.get_mut(at).agent.take();
        self.proceed(world, at, agent);
        if let Some(agent) = agent {
            self.floor.release(agent, self.now);
            self.serve(world, agent.group as usize);
        }
    }

    /// What comes after somebody has done something.
    fn proceed(&mut self, world: &World, at: u32, agent: Option<Agent>) {
        let contact = *self.contacts.get(at);
        if contact.desk.spam {
            return self.contacts.remove(at);
        }
        if contact.desk.dials > 0 && !contact.desk.reached {
            return self.not_reached(world, at);
        }
        let place = &world.scenario.places[contact.cell.place as usize];
        let queue = &world.scenario.queues[place.queue];
        if let Some((review, agent)) = queue.desk.review.zip(agent) {
            self.decide(world, at, agent, &review);
        }
        let target = place.transfer_to.filter(|_| contact.leg == 0 && contact.desk.stage == Stage::First);
        match target.filter(|_| contact.begun.stream.happens(draw::TRANSFER, queue.after.transferred)) {
            Some(target) => self.hand_over(world, at, index(target)),
            None if self.asks(world, at) => {}
            None => {
                self.end_leg(world, at);
                self.conclude(world, at);
            }
        }
    }

    fn hand_over(&mut self, world: &World, at: u32, to: u32) {
        self.end_leg(world, at);
        let contact = self.contacts.get(at);
        self.truth.legs(contact.cell).transferred += u64::from(contact.counted);
        self.tell(world, at, self.now, Said::Transferred { to });
        self.follow_transfer(at);
        self.move_on(world, at, to);
    }

    /// A contact goes to another place.
    pub(super) fn move_on(&mut self, world: &World, at: u32, to: u32) {
        let contact = self.contacts.get_mut(at);
        contact.leg += 1;
        contact.cell = CellIndex { day: index(self.day), place: to };
        self.offer(world, at);
    }

    /// A customer's patience ends.
    pub(super) fn leave(&mut self, world: &World, at: u32, ticket: u64) {
        if self.contacts.get(at).ticket != ticket {
            return;
        }
        let contact = self.step_out(at);
        if contact.counted {
            self.truth.abandoned(contact.cell, self.now - contact.offered);
        }
        self.tell(world, at, self.now, Said::Abandoned);
        self.follow_abandon(&contact);
        if contact.owner.is_some() {
            self.conclude(world, at);
        } else {
            self.perhaps_redial(world, &contact.begun);
            self.contacts.remove(at);
        }
    }

    /// Lets the people of a group take what waits for them.
    pub(super) fn serve(&mut self, world: &World, group: usize) {
        loop {
            let contacts = &self.contacts;
            let waits = |entry: &InLine| contacts.get(entry.contact).ticket == entry.ticket;
            let Some((agent, entry)) = self.floor.next_for(&world.scenario, group, waits) else { return };
            self.take(world, entry.contact, agent);
        }
    }
}
