//! What changes while time passes, and how.

use super::{
    Run, World,
    agenda::{Agenda, Happening},
    course::{Beginning, Cause, Contact},
    floor::Floor,
};
use crate::{
    Truth,
    arrivals::Arrivals,
    chance::{Stream, draw},
    number::index,
    outbox::{Emission, Outbox, Said},
    slab::Slab,
    staffing::Planner,
    timeline::Slot,
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
    pub(super) serial: u64,
    pub(super) tickets: u64,
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
