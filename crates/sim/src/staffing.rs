//! Who is on duty: plans made from the expected load, as a planner would, and what absence and incidents leave of them.

use crate::{
    Scenario,
    chance::Stream,
    number::{people, real_micros},
    plan::Staffing,
    scenario::Group,
    timeline::{SLOT, Slot, Timeline},
};

/// Part of the load of a half-hour that is still there in the next one, when lines have closed meanwhile.
const TAIL: f64 = 0.5;

/// Plans the staff of every group, day by day, in order.
#[derive(Debug, Clone)]
pub(crate) struct Planner {
    stream: Stream,
    /// Of each place, its planned share of its queue.
    shares: Vec<f64>,
    /// Of each group, work left over by days on which it was closed, in microseconds.
    carried: Vec<f64>,
}

impl Planner {
    pub(crate) fn new(scenario: &Scenario, seed: u64) -> Self {
        let mut shares = vec![0.0; scenario.places.len()];
        for queue in &scenario.queues {
            for (nth, place) in queue.places.iter().enumerate() {
                shares[*place] = queue.planned_share(nth);
            }
        }
        let stream = Stream::new(seed).branch(0x5374_6166);
        Self { stream, shares, carried: vec![0.0; scenario.groups.len()] }
    }

    /// How many of each group are on duty in each slot of a day.
    pub(crate) fn day(
        &mut self,
        scenario: &Scenario,
        timeline: &Timeline,
        day: usize,
        slots: &[Slot],
    ) -> Vec<Vec<u32>> {
        let queues = 0..scenario.queues.len();
        let rates: Vec<Vec<f64>> = queues.map(|queue| timeline.rates(scenario, queue, day, slots)).collect();
        let month = timeline.days.dates[day].month();
        let peak = scenario.season.peak_months.contains(&month);
        let groups = scenario.groups.iter().enumerate();
        groups
            .map(|(at, group)| {
                let planned = self.planned(scenario, timeline, (at, group), day, slots, &rates);
                let most = if peak { group.people_at_peak } else { group.people };
                let on_duty = planned.iter().zip(slots).map(|(planned, slot)| {
                    if timeline.on_shift(at, slot.start) == Some(false) {
                        return 0;
                    }
                    let left = timeline.staff_left(group.site, slot.start);
                    if left < 1.0 { people(f64::from(*planned) * left) } else { *planned }.min(most)
                });
                on_duty.collect()
            })
            .collect()
    }

    fn planned(
        &mut self,
        scenario: &Scenario,
        timeline: &Timeline,
        (at, group): (usize, &Group),
        day: usize,
        slots: &[Slot],
        rates: &[Vec<f64>],
    ) -> Vec<u32> {
        let own = own_places(scenario, at, group);
        let deviation = |absence: f64| {
            let unit = self.stream.branch(at as u64).unit(timeline.days.starts[day].unsigned_abs());
            1.0 + absence * (2.0 * unit - 1.0)
        };
        match group.staffing {
            Staffing::Ample => vec![0; slots.len()],
            Staffing::Fixed(people) => vec![people; slots.len()],
            Staffing::Forecast { beta, absence } => {
                let load = self.load(scenario, &own, slots.len(), rates);
                let there = deviation(absence.get());
                (0..slots.len()).map(|slot| square_root_rule(&load, slot, beta, there)).collect()
            }
            Staffing::Level { slack, absence } => {
                let there = deviation(absence.get());
                let mean = |place: &usize| work(scenario, *place) * self.shares[*place];
                let expected: f64 =
                    own.iter().map(|place| timeline.volume(scenario.places[*place].queue, day) * mean(place)).sum();
                let queue = own.first().map(|place| scenario.places[*place].queue);
                let is_open = |slot: &Slot| queue.is_some_and(|queue| timeline.is_open(queue, slot.start));
                let open = |slot: &Slot| timeline.on_shift(at, slot.start).unwrap_or_else(|| is_open(slot));
                let hours = slots.iter().filter(|slot| open(slot)).count();
                if hours == 0 {
                    self.carried[at] += expected;
                    return vec![0; slots.len()];
                }
                let todo = expected + std::mem::take(&mut self.carried[at]);
                let needed = people(todo * slack * there / (real_micros(SLOT) * crate::number::real(hours as u64)));
                slots.iter().map(|slot| if open(slot) { needed } else { 0 }).collect()
            }
        }
    }

    /// Work that arrives in each slot, per microsecond: people kept busy.
    fn load(&self, scenario: &Scenario, own: &[usize], slots: usize, rates: &[Vec<f64>]) -> Vec<f64> {
        let of_slot = |slot: usize| {
            let of_place = |place: &usize| {
                rates[scenario.places[*place].queue][slot] * self.shares[*place] * work(scenario, *place)
            };
            own.iter().map(of_place).sum()
        };
        (0..slots).map(of_slot).collect()
    }
}

/// Places whose staff this group plans: those that name it first.
fn own_places(scenario: &Scenario, at: usize, group: &Group) -> Vec<usize> {
    let places = group.places.iter().map(|(place, _)| *place);
    places.filter(|place| scenario.places[*place].groups.first() == Some(&at)).collect()
}

/// Mean work of a contact at a place, in microseconds.
fn work(scenario: &Scenario, place: usize) -> f64 {
    let place = &scenario.places[place];
    let queue = &scenario.queues[place.queue];
    (queue.handling.mean() + queue.desk.further_work) * place.pace
}

fn square_root_rule(load: &[f64], slot: usize, beta: f64, there: f64) -> u32 {
    let before = if slot == 0 { 0.0 } else { load[slot - 1] };
    let load = load[slot].max(TAIL * before);
    if load < 1e-6 { 0 } else { people((load + beta * libm::sqrt(load)) * there).max(1) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Run, hypermarket};

    /// People there would have to be: the most on duty at once, group by group, in ordinary months and at the peak.
    fn most(scenario: &Scenario) -> Vec<(u32, u32)> {
        let run = Run { from: jiff::civil::date(2026, 1, 1), days: 365, seed: 1 };
        let timeline = Timeline::new(scenario, &run).expect("a timeline");
        let mut planner = Planner::new(scenario, run.seed);
        let mut most = vec![(0, 0); scenario.groups.len()];
        for day in 0..usize::from(run.days) {
            let slots = timeline.days.slots(day, &scenario.network.zone);
            let peak = scenario.season.peak_months.contains(&timeline.days.dates[day].month());
            for (most, on_duty) in most.iter_mut().zip(planner.day(scenario, &timeline, day, &slots)) {
                let at_once = on_duty.into_iter().max().unwrap_or(0);
                let most = if peak { &mut most.1 } else { &mut most.0 };
                *most = at_once.max(*most);
            }
        }
        most
    }

    #[test]
    fn the_published_people_are_enough_for_the_year() {
        let scenario = hypermarket().expect("a scenario");
        let mut unbounded = scenario.clone();
        for group in &mut unbounded.groups {
            (group.people, group.people_at_peak) = (u32::MAX, u32::MAX);
        }
        for (group, (usual, peak)) in scenario.groups.iter().zip(most(&unbounded)) {
            println!("{}: {usual} of {}, {peak} of {} at the peak", group.name, group.people, group.people_at_peak);
            assert!(usual <= group.people && peak <= group.people_at_peak, "{}: {usual}, {peak}", group.name);
            assert!(3 * usual > group.people, "{}: most of {} people never work", group.name, group.people);
        }
    }
}
