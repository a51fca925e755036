//! What changes while time passes, and how.

use super::{
    Run, World,
    agenda::{Agenda, Happening},
    floor::{Floor, InLine},
};
use crate::{
    Truth,
    arrivals::Arrivals,
    chance::{Stream, draw},
    number::{index, micros, real_micros},
    outbox::{Agent, Emission, Outbox, Said},
    slab::Slab,
    staffing::Planner,
    timeline::Slot,
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

/// A contact that is waiting or being handled.
#[derive(Debug, Clone, Copy)]
pub(super) struct Contact {
    pub(super) begun: Beginning,
    serial: u64,
    pub(super) started: i64,
    /// Of the current leg: when it was offered, on the wall and on the clock of the queue's calendar.
    offered: i64,
    offered_open: i64,
    cell: CellIndex,
    counted: bool,
    leg: u8,
    /// Under which it waits; 0 when it does not.
    ticket: u64,
    agent: Option<Agent>,
    pub(super) owner: Option<Owner>,
    /// Events told so far.
    told: u8,
}

/// Everything that changes.
#[derive(Debug, Clone)]
pub(super) struct State {
    pub(super) agenda: Agenda,
    pub(super) outbox: Outbox,
    pub(super) truth: Truth,
    pub(super) now: i64,
    floor: Floor,
    pub(super) contacts: Slab<Contact>,
    pub(super) returns: Slab<Beginning>,
    arrivals: Vec<Arrivals>,
    /// Of each queue, the stream of the next first contact.
    expected: Vec<Stream>,
    planner: Planner,
    /// The day of `now`.
    day: usize,
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
            ticket: 0,
            agent: None,
            owner: None,
            told: 0,
        });
        self.offer(world, contact);
    }

    /// A contact reaches the place of its cell.
    fn offer(&mut self, world: &World, at: u32) {
        let contact = self.contacts.get_mut(at);
        let place = contact.cell.place as usize;
        let number = world.scenario.places[place].queue;
        let queue = &world.scenario.queues[number];
        contact.offered = self.now;
        contact.counted = !queue.is_live() || world.timeline.is_open(number, self.now);
        contact.offered_open = world.timeline.clock(number).map_or(self.now, |clock| clock.reading(self.now));
        let (counted, serial, begun) = (contact.counted, contact.serial, contact.begun);
        let reason = if contact.leg == 0 { begun.reason } else { index(queue.reasons.len()) };
        let recognised = begun.stream.happens(draw::RECOGNISED, queue.recognised);
        let legs = self.truth.legs(self.contacts.get(at).cell);
        legs.offered += u64::from(counted);
        legs.out_of_hours += u64::from(!counted);
        self.tell(world, at, self.now, Said::Offered { reason, customer: begun.customer, recognised });
        match self.floor.take_free(&world.scenario, place, serial) {
            Some(agent) => self.take(world, at, agent),
            None => self.wait(world, at),
        }
    }

    fn wait(&mut self, world: &World, at: u32) {
        self.tickets += 1;
        let (ticket, now) = (self.tickets, self.now);
        let contact = self.contacts.get_mut(at);
        contact.ticket = ticket;
        let place = contact.cell.place as usize;
        self.truth.legs(contact.cell).delayed += u64::from(contact.counted);
        self.floor.line_up(place, InLine { contact: at, ticket, since: now });
        let queue = &world.scenario.queues[world.scenario.places[place].queue];
        if let Some(patience) = queue.patience {
            let nth = draw::PATIENCE + draw::NTH * u64::from(contact.leg);
            let leaves = now.saturating_add(patience.draw(contact.begun.stream, nth, 1.0));
            self.agenda.add(leaves, Happening::Leave { contact: at, ticket });
        }
    }

    /// Somebody takes a contact. Live ones are answered now, written ones when the reply is written.
    fn take(&mut self, world: &World, at: u32, agent: Agent) {
        let contact = self.contacts.get_mut(at);
        let place = &world.scenario.places[contact.cell.place as usize];
        let queue = &world.scenario.queues[place.queue];
        let nth = draw::HANDLING + draw::NTH * u64::from(contact.leg);
        let handle = whole_millis(queue.handling.draw(contact.begun.stream, nth, place.pace));
        let part = |share: f64| whole_millis(micros(real_micros(handle) * share)).min(handle);
        let (hold, wrap) = (part(queue.hold), part(queue.wrap));
        let talk = (handle - hold - wrap).max(0);
        let handle = talk + hold + wrap;
        let answered = if queue.is_live() { self.now } else { self.now + talk + hold };
        let clock = world.timeline.clock(place.queue).filter(|_| !queue.is_live());
        let wait = clock.map_or(answered - contact.offered, |clock| clock.reading(answered) - contact.offered_open);
        contact.ticket = 0;
        contact.agent = Some(agent);
        if contact.counted {
            self.truth.answered(contact.cell, wait, handle);
        }
        contact.owner.get_or_insert(Owner { cell: contact.cell, counted: contact.counted });
        let agent = self.floor.badge(agent);
        self.tell(world, at, answered, Said::Answered { agent });
        let done = self.now + handle;
        self.tell(world, at, done, Said::Ended { agent, talk, hold, wrap });
        self.agenda.add(done, Happening::Done { contact: at });
    }

    fn done(&mut self, world: &World, at: u32) {
        let contact = self.contacts.get_mut(at);
        let agent = contact.agent.take();
        let place = &world.scenario.places[contact.cell.place as usize];
        let share = world.scenario.queues[place.queue].after.transferred;
        let target = place.transfer_to.filter(|_| contact.leg == 0);
        match target.filter(|_| contact.begun.stream.happens(draw::TRANSFER, share)) {
            Some(target) => self.hand_over(world, at, index(target)),
            None => self.conclude(world, at),
        }
        if let Some(agent) = agent {
            self.floor.release(agent, self.now);
            self.serve(world, agent.group as usize);
        }
    }

    fn hand_over(&mut self, world: &World, at: u32, to: u32) {
        let contact = self.contacts.get(at);
        self.truth.legs(contact.cell).transferred += u64::from(contact.counted);
        self.tell(world, at, self.now, Said::Transferred { to });
        let contact = self.contacts.get_mut(at);
        contact.leg += 1;
        contact.cell = CellIndex { day: index(self.day), place: to };
        self.offer(world, at);
    }

    /// A customer's patience ends.
    fn leave(&mut self, world: &World, at: u32, ticket: u64) {
        let contact = self.contacts.get_mut(at);
        if contact.ticket != ticket {
            return;
        }
        contact.ticket = 0;
        let contact = *contact;
        self.floor.step_out(contact.cell.place as usize);
        if contact.counted {
            self.truth.abandoned(contact.cell, self.now - contact.offered);
        }
        self.tell(world, at, self.now, Said::Abandoned);
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
    fn tell(&mut self, world: &World, at: u32, time: i64, said: Said) {
        let contact = self.contacts.get(at);
        let (place, leg) = (contact.cell.place, contact.leg);
        self.tell_from(world, at, place, leg, time, said);
    }

    /// Sends an event of any place.
    pub(super) fn tell_from(&mut self, world: &World, at: u32, place: u32, nth: u8, time: i64, said: Said) {
        let contact = self.contacts.get_mut(at);
        let emission = Emission { contact: contact.serial, started: contact.started, time, place, nth, said };
        let provider = &world.scenario.providers[world.scenario.places[place as usize].provider];
        self.outbox.send(emission, provider, contact.begun.stream, contact.told);
        contact.told += 1;
    }
}

/// Systems state handling times in milliseconds.
fn whole_millis(micros: i64) -> i64 {
    (micros.max(0) + 500) / 1000 * 1000
}
