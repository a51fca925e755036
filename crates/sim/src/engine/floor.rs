//! Who is free, who waits: the queues themselves.

use std::collections::VecDeque;

use crate::{
    Scenario,
    outbox::Agent,
    plan::{Routing, Staffing},
    scenario::Queue,
};

/// Numbers by which people move from one day to the next, so that not the same ones are always on duty.
const ROTATION: u32 = 37;

/// A contact in line, valid while it waits under its ticket.
#[derive(Debug, Clone, Copy)]
pub(super) struct InLine {
    pub(super) contact: u32,
    pub(super) ticket: u64,
    pub(super) since: i64,
}

#[derive(Debug, Clone, Default)]
struct Line {
    waiting: VecDeque<InLine>,
    /// How many of them still wait.
    length: u32,
    /// Whether who came last is taken first.
    newest_first: bool,
}

impl Line {
    /// Who is taken next; entries that no longer wait are dropped.
    fn head(&mut self, waits: impl Fn(&InLine) -> bool) -> Option<InLine> {
        loop {
            let head = if self.newest_first { self.waiting.back() } else { self.waiting.front() };
            match head {
                Some(entry) if waits(entry) => return Some(*entry),
                Some(_) => drop(self.pop()),
                None => return None,
            }
        }
    }

    fn pop(&mut self) -> Option<InLine> {
        if self.newest_first { self.waiting.pop_back() } else { self.waiting.pop_front() }
    }
}

#[derive(Debug, Clone, Default)]
struct Crew {
    /// People on duty and free, longest idle first: their seat and since when.
    idle: VecDeque<(u32, i64)>,
    /// Free seats.
    seats: Vec<u32>,
    /// People on duty who stay.
    on_duty: u32,
    /// People who go home after the contact they are busy with.
    leaving: u32,
    /// Enough people for everything.
    ample: bool,
    /// People there are today.
    people: u32,
}

/// The queues of all sites, and the people who serve them.
#[derive(Debug, Clone)]
pub(super) struct Floor {
    lines: Vec<Line>,
    crews: Vec<Crew>,
    /// The day's shift of people's numbers.
    rotation: u32,
}

impl Floor {
    pub(super) fn new(scenario: &Scenario) -> Self {
        let crew = |group: &crate::scenario::Group| Crew {
            seats: (0..group.people.max(group.people_at_peak)).rev().collect(),
            ample: group.staffing == Staffing::Ample,
            people: group.people,
            ..Crew::default()
        };
        let lines = vec![Line::default(); scenario.places.len()];
        Self { lines, crews: scenario.groups.iter().map(crew).collect(), rotation: 0 }
    }

    /// Begins a day: other people sit at the same seats.
    pub(super) fn begin_day(&mut self, scenario: &Scenario, day: u32, peak: bool) {
        self.rotation = day.wrapping_mul(ROTATION);
        for (crew, group) in self.crews.iter_mut().zip(&scenario.groups) {
            crew.people = if peak { group.people_at_peak } else { group.people };
        }
    }

    /// Puts `wanted` people of a group on duty at `now`; those who are busy go home later.
    pub(super) fn staff(&mut self, group: usize, wanted: u32, now: i64) {
        let crew = &mut self.crews[group];
        while crew.on_duty < wanted {
            if crew.leaving > 0 {
                crew.leaving -= 1;
            } else if let Some(seat) = crew.seats.pop() {
                crew.idle.push_back((seat, now));
            } else {
                break;
            }
            crew.on_duty += 1;
        }
        while crew.on_duty > wanted {
            match crew.idle.pop_back() {
                Some((seat, _)) => crew.seats.push(seat),
                None => crew.leaving += 1,
            }
            crew.on_duty -= 1;
        }
    }

    /// Somebody free for a place, if there is anybody; groups in their order.
    pub(super) fn take_free(&mut self, scenario: &Scenario, place: usize, serial: u64) -> Option<Agent> {
        let groups = &scenario.places[place].groups;
        groups.iter().find_map(|group| self.take_idle(*group, serial))
    }

    fn take_idle(&mut self, group: usize, serial: u64) -> Option<Agent> {
        let crew = &mut self.crews[group];
        let group = crate::number::index(group);
        if crew.ample {
            let number = u32::try_from(serial % u64::from(crew.people.max(1))).expect("below a 32-bit number");
            return Some(Agent { group, number });
        }
        crew.idle.pop_front().map(|(number, _)| Agent { group, number })
    }

    /// The number under which somebody's events go today.
    pub(super) fn badge(&self, agent: Agent) -> Agent {
        let people = self.crews[agent.group as usize].people.max(1);
        Agent { number: agent.number.wrapping_add(self.rotation) % people + 1, ..agent }
    }

    /// Somebody has finished: goes home, or is idle from `now` on.
    pub(super) fn release(&mut self, agent: Agent, now: i64) {
        let crew = &mut self.crews[agent.group as usize];
        if crew.ample {
            return;
        }
        if crew.leaving > 0 {
            crew.leaving -= 1;
            crew.seats.push(agent.number);
        } else {
            crew.idle.push_back((agent.number, now));
        }
    }

    /// Says in which order the contacts of a place are taken from now on.
    pub(super) fn take_newest_first(&mut self, place: usize, newest_first: bool) {
        self.lines[place].newest_first = newest_first;
    }

    /// Lets a contact wait.
    pub(super) fn line_up(&mut self, place: usize, entry: InLine) {
        let line = &mut self.lines[place];
        line.waiting.push_back(entry);
        line.length += 1;
    }

    /// A contact no longer waits; its entry in line is passed over from now on.
    pub(super) fn step_out(&mut self, place: usize) {
        self.lines[place].length -= 1;
    }

    /// The contact that somebody idle of a group takes next: lowest priority number, then longest wait.
    pub(super) fn next_for(
        &mut self,
        scenario: &Scenario,
        group: usize,
        waits: impl Fn(&InLine) -> bool,
    ) -> Option<(Agent, InLine)> {
        if self.crews[group].idle.is_empty() {
            return None;
        }
        let mut best: Option<(u8, i64, usize)> = None;
        for (place, priority) in &scenario.groups[group].places {
            let line = &mut self.lines[*place];
            let Some(head) = line.head(&waits) else { continue };
            let rank = (*priority, head.since, *place);
            best = Some(best.map_or(rank, |best| best.min(rank)));
        }
        let (_, _, place) = best?;
        let entry = self.lines[place].pop()?;
        self.lines[place].length -= 1;
        let agent = self.take_idle(group, 0)?;
        Some((agent, entry))
    }

    /// The place of a queue that a contact goes to; `unit` chooses where chance does.
    pub(super) fn route(&self, scenario: &Scenario, queue: &Queue, reason: usize, unit: f64) -> usize {
        let weights = queue.reasons[reason].site_weights.as_ref().unwrap_or(&queue.site_weights);
        let by_chance = queue.places[weights.choose(unit)];
        match queue.routing {
            Routing::Shares => by_chance,
            Routing::LongestIdle => {
                self.longest_idle(scenario, queue).or_else(|| self.least_waiting(scenario, queue)).unwrap_or(by_chance)
            }
        }
    }

    fn longest_idle(&self, scenario: &Scenario, queue: &Queue) -> Option<usize> {
        let idle_since = |place: &usize| {
            let groups = scenario.places[*place].groups.iter();
            groups.filter_map(|group| self.crews[*group].idle.front()).map(|(_, since)| *since).min()
        };
        let idle = queue.places.iter().filter_map(|place| idle_since(place).map(|since| (since, *place)));
        idle.min().map(|(_, place)| place)
    }

    /// Fewest waiting per person on duty; places without anybody on duty are left out.
    fn least_waiting(&self, scenario: &Scenario, queue: &Queue) -> Option<usize> {
        let pressure = |place: &usize| {
            let groups = scenario.places[*place].groups.iter();
            let on_duty: u32 = groups.map(|group| self.crews[*group].on_duty).sum();
            (on_duty > 0).then(|| (f64::from(self.lines[*place].length) / f64::from(on_duty), *place))
        };
        queue.places.iter().filter_map(pressure).min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, place)| place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hypermarket;

    /// The switchboard goes to the longest idle adviser, then to the shortest line for the people there are.
    #[test]
    fn a_contact_goes_where_it_waits_least() {
        let scenario = hypermarket().expect("a scenario");
        let queue = &scenario.queues[0];
        let group = |place: usize| scenario.places[place].groups[0];
        let mut floor = Floor::new(&scenario);
        let mut busy = Vec::new();
        for (nth, place) in queue.places.iter().enumerate() {
            floor.staff(group(*place), 2, 100 - i64::try_from(nth).expect("small"));
        }
        for expected in queue.places.iter().rev().flat_map(|place| [*place, *place]) {
            let place = floor.route(&scenario, queue, 0, 0.5);
            assert_eq!(place, expected);
            busy.extend(floor.take_free(&scenario, place, 0));
        }
        let line_up = |floor: &mut Floor, nth: usize, contact: u32| {
            floor.line_up(queue.places[nth], InLine { contact, ticket: 1, since: 0 });
        };
        for (contact, nth) in [0, 0, 1, 2, 4].into_iter().enumerate() {
            line_up(&mut floor, nth, crate::number::index(contact));
        }
        assert_eq!(floor.route(&scenario, queue, 0, 0.5), queue.places[3], "nobody waits there");
        line_up(&mut floor, 3, 9);
        let first = queue.places[0];
        for contact in [0, 1] {
            let agent = busy.pop().expect("two of the first site come last");
            floor.release(agent, 200);
            let served = floor.next_for(&scenario, group(first), |_| true).map(|(_, entry)| entry.contact);
            assert_eq!(served, Some(contact), "who waits longest is served first");
        }
        assert_eq!(floor.route(&scenario, queue, 0, 0.5), first, "its line is empty again");
        floor.step_out(queue.places[2]);
        line_up(&mut floor, 0, 10);
        assert_eq!(floor.route(&scenario, queue, 0, 0.5), queue.places[2], "who gave up no longer counts");
    }
}
