//! What changes while time passes, and how.

use super::{
    Run, World,
    agenda::{Agenda, Happening},
    course::{AtDesk, Beginning, Cause, Contact, Owner, Spent, Stage},
    floor::{Floor, InLine},
};
use crate::{
    Truth,
    arrivals::Arrivals,
    chance::{Stream, draw},
    number::index,
    outbox::{Agent, Emission, Outbox, Said},
    slab::Slab,
    staffing::Planner,
    timeline::Slot,
    truth::CellIndex,
};

/// Everything that changes.
#[derive(Debug, Clone)]
pub(super) struct State {
    pub(super) agenda: Agenda,
    pub(super) outbox: Outbox,
    pub(super) truth: Truth,
    pub(super) now: i64,
    pub(super) floor: Floor,
    pub(super) contacts: Slab<Contact>,
    pub(super) returns: Slab<Beginning>,
    arrivals: Vec<Arrivals>,
    /// Of each queue, the stream of the next first contact.
    expected: Vec<Stream>,
    planner: Planner,
    /// The day of `now`.
    pub(super) day: usize,
    /// The day whose staff is planned, its slots, the next of them, and who is on duty by group.
    planned_day: usize,
    slots: Vec<Slot>,
    slot: usize,
    staff: Vec<Vec<u32>>,
    serial: u64,
    tickets: u64,
    customers: u64,
}

impl State {
    pub(super) fn new(world: &World, run: Run) -> Self {
        let (scenario, timeline) = (&world.scenario, &world.timeline);
        let arrivals = (0..scenario.queues.len()).map(|queue| Arrivals::new(scenario, timeline, queue, run.seed));
        let mut state = Self {
            agenda: Agenda::default(),
            outbox: Outbox::new(),
            truth: Truth::new(scenario, run, timeline),
            now: timeline.days.starts[0],
            floor: Floor::new(scenario),
            contacts: Slab::new(),
            returns: Slab::new(),
            arrivals: arrivals.collect(),
            expected: vec![Stream::new(run.seed); scenario.queues.len()],
            planner: Planner::new(scenario, run.seed),
            day: 0,
            planned_day: 0,
            slots: Vec::new(),
            slot: 0,
            staff: Vec::new(),
            serial: 0,
            tickets: 0,
            customers: 0,
        };
        state.plan_day(world);
        state.agenda.add(state.now, Happening::Shift);
        for queue in 0..scenario.queues.len() {
            state.expect_arrival(world, index(queue));
        }
        state
    }

    /// Lets something happen.
    pub(super) fn happen(&mut self, world: &World, now: i64, happening: Happening) {
        self.now = now;
        while now >= world.timeline.days.starts[self.day + 1] && self.day + 2 < world.timeline.days.starts.len() {
            self.day += 1;
        }
        match happening {
            Happening::Shift => self.shift(world),
            Happening::Arrival { queue } => self.arrive(world, queue),
            Happening::Return { entry } => {
                let beginning = *self.returns.get(entry);
                self.returns.remove(entry);
                self.begin(world, beginning);
            }
            Happening::Leave { contact, ticket } => self.leave(world, contact, ticket),
            Happening::Done { contact } => self.done(world, contact),
            Happening::Put { contact } => self.put(world, contact),
            Happening::Wrote { contact } => self.wrote(world, contact),
            Happening::Lapse { contact } => self.lapse(world, contact),
            Happening::Overflow { contact, ticket } => self.overflow(world, contact, ticket),
            Happening::CallbackOffer { contact, ticket } => self.offer_callback(world, contact, ticket),
            Happening::CallBack { contact } => self.call_back(world, contact),
            Happening::TryAgain { contact } => self.enter_line(world, contact),
        }
    }

    fn plan_day(&mut self, world: &World) {
        let (scenario, timeline, day) = (&world.scenario, &world.timeline, self.planned_day);
        self.slot = 0;
        self.slots = timeline.days.slots(day, &scenario.network.zone);
        self.staff = self.planner.day(scenario, timeline, day, &self.slots);
        let peak = scenario.season.peak_months.contains(&timeline.days.dates[day].month());
        self.floor.begin_day(scenario, index(day), peak);
    }

    /// A half-hour begins.
    fn shift(&mut self, world: &World) {
        if self.slot == self.slots.len() {
            if self.planned_day + 1 == world.timeline.days.dates.len() {
                return;
            }
            self.planned_day += 1;
            self.plan_day(world);
        }
        for place in 0..world.scenario.places.len() {
            self.floor.take_newest_first(place, world.timeline.is_newest_first(place, self.now));
        }
        for group in 0..self.staff.len() {
            self.floor.staff(group, self.staff[group][self.slot], self.now);
            self.serve(world, group);
        }
        let end = self.slots[self.slot].end;
        self.slot += 1;
        if end < world.timeline.end || self.contacts.len() > 0 {
            self.agenda.add(end, Happening::Shift);
        }
    }

    fn expect_arrival(&mut self, world: &World, queue: u32) {
        let at = queue as usize;
        if let Some((time, stream)) = self.arrivals[at].next(&world.scenario, &world.timeline) {
            self.expected[at] = stream;
            self.agenda.add(time, Happening::Arrival { queue });
        }
    }

    fn arrive(&mut self, world: &World, queue: u32) {
        let stream = self.expected[queue as usize];
        let plan = &world.scenario.queues[queue as usize];
        let reason = index(plan.reason_weights.choose(stream.unit(draw::REASON)));
        // Customers take turns, in an order that looks like none: nobody comes back by accident before all were there.
        let there_are = u64::from(world.scenario.customers);
        let customer = self.customers.wrapping_mul(2_654_435_761) % there_are;
        let customer = u32::try_from(customer).expect("below a 32-bit number");
        self.customers = (self.customers + 1) % there_are;
        self.expect_arrival(world, queue);
        self.begin(world, Beginning { queue, reason, customer, stream, cause: Cause::First });
    }

    /// A contact begins.
    fn begin(&mut self, world: &World, begun: Beginning) {
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
        let pace = place.pace * world.timeline.pace(place.site, self.now);
        let spent = Spent::draw(queue, contact.begun.stream, nth, pace);
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

    fn done(&mut self, world: &World, at: u32) {
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
    fn leave(&mut self, world: &World, at: u32, ticket: u64) {
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
    fn serve(&mut self, world: &World, group: usize) {
        loop {
            let contacts = &self.contacts;
            let waits = |entry: &InLine| contacts.get(entry.contact).ticket == entry.ticket;
            let Some((agent, entry)) = self.floor.next_for(&world.scenario, group, waits) else { return };
            self.take(world, entry.contact, agent);
        }
    }

    /// Sends an event of the contact's current place.
    pub(super) fn tell(&mut self, world: &World, at: u32, time: i64, said: Said) {
        let contact = self.contacts.get(at);
        let (place, leg) = (contact.cell.place, contact.leg);
        self.tell_from(world, at, place, leg, time, said);
    }

    /// Sends an event of the contact's current place that may happen there several times.
    pub(super) fn tell_again(&mut self, world: &World, at: u32, nth: u8, time: i64, said: Said) {
        let place = self.contacts.get(at).cell.place;
        self.tell_from(world, at, place, nth, time, said);
    }

    /// Sends an event of any place.
    pub(super) fn tell_from(&mut self, world: &World, at: u32, place: u32, nth: u8, time: i64, said: Said) {
        let contact = self.contacts.get_mut(at);
        let (stay, started) = (contact.stay, contact.started);
        let emission = Emission { contact: contact.serial, started, time, place, nth, stay, said };
        let provider = &world.scenario.providers[world.scenario.places[place as usize].provider];
        self.outbox.send(emission, provider, contact.begun.stream, contact.told);
        contact.told += 1;
    }
}
