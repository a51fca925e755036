//! What is known before anything happens: days, opening hours, shifts, volumes, incidents.

mod days;
mod mishap;
mod rates;
mod shifts;

use std::collections::BTreeMap;

use jiff::civil::Date;

pub(crate) use days::{Days, OpenClock, SLOT, Slot, instant};
use mishap::Windows;
pub(crate) use rates::Rates;
use shifts::Shift;

use crate::{Run, Scenario, Share, SimError, plan::Incident, scenario::Queue};

/// Days kept after the run, so that what was begun can end.
const AFTER: u16 = 45;

/// Everything that is known beforehand.
#[derive(Debug, Clone)]
pub(crate) struct Timeline {
    pub(crate) days: Days,
    /// First instant after the run: nothing new arrives from here on.
    pub(crate) end: i64,
    /// Of each queue, the clock of its calendar.
    clocks: Vec<Option<OpenClock>>,
    /// Of each queue, the volume of each day.
    volumes: Vec<Vec<f64>>,
    windows: Windows,
    /// Of each group, when its people work.
    shifts: Vec<Shift>,
    /// How true rates move.
    pub(crate) rates: Rates,
    /// Incidents of the plan, those that came by chance, and what dated events of the network brought about.
    pub(crate) incidents: Vec<Incident>,
}

impl Timeline {
    pub(crate) fn new(scenario: &Scenario, run: &Run) -> Result<Self, SimError> {
        let zone = &scenario.network.zone;
        let wrong = || SimError::Days { from: run.from.to_string(), days: run.days };
        let days = Days::new(zone, run.from, run.days.checked_add(AFTER).ok_or_else(wrong)?)?;
        let end = days.starts[usize::from(run.days)];
        let mut incidents = scenario.incidents.clone();
        incidents.extend(mishap::drawn(scenario, run, &days));
        incidents.extend(mishap::reactions(scenario, &days));
        incidents.sort_by_key(|incident| (incident.from, incident.to));
        let clocks = scenario.queues.iter().map(|queue| clock(scenario, queue, &days)).collect();
        let volumes = scenario.queues.iter().map(|queue| volumes(scenario, queue, &days)).collect::<Result<_, _>>()?;
        Ok(Self {
            end,
            clocks,
            volumes,
            windows: Windows::new(scenario, &incidents),
            shifts: scenario.groups.iter().map(|group| Shift::new(scenario, group, &days)).collect(),
            rates: Rates::new(scenario, &incidents, &days),
            days,
            incidents,
        })
    }

    /// The clock of a queue's calendar; `None` is always open.
    pub(crate) fn clock(&self, queue: usize) -> Option<&OpenClock> {
        self.clocks[queue].as_ref()
    }

    pub(crate) fn is_open(&self, queue: usize, at: i64) -> bool {
        self.clock(queue).is_none_or(|clock| clock.is_open(at))
    }

    /// Contacts a queue gets on a day, those that follow from others included.
    pub(crate) fn volume(&self, queue: usize, day: usize) -> f64 {
        self.volumes[queue][day]
    }

    /// Contacts per microsecond in each slot of a day, as planned: no surge, those that follow from others included.
    pub(crate) fn rates(&self, scenario: &Scenario, queue: usize, day: usize, slots: &[Slot]) -> Vec<f64> {
        let plan = &scenario.queues[queue];
        let weight = |slot: &Slot| {
            let open = !plan.is_live() || self.is_open(queue, slot.start);
            if open { plan.hours[slot.hour] } else { 0.0 }
        };
        let total: f64 = slots.iter().map(|slot| weight(slot) * width(slot)).sum();
        if total <= 0.0 {
            return vec![0.0; slots.len()];
        }
        slots.iter().map(|slot| self.volume(queue, day) * weight(slot) / total).collect()
    }

    /// What incidents multiply a queue's arrivals by.
    pub(crate) fn surge(&self, queue: usize, at: i64) -> f64 {
        mishap::factor(&self.windows.surges[queue], at)
    }

    /// What incidents leave of a site's staff.
    pub(crate) fn staff_left(&self, site: usize, at: i64) -> f64 {
        mishap::factor(&self.windows.shortages[site], at)
    }

    /// What incidents multiply a site's handling times by.
    pub(crate) fn pace(&self, site: usize, at: i64) -> f64 {
        mishap::factor(&self.windows.paces[site], at)
    }

    /// Whether people at a place take the contact that came last.
    pub(crate) fn is_newest_first(&self, place: usize, at: i64) -> bool {
        mishap::any(&self.windows.newest[place], at)
    }

    /// The share of a queue's content that appears before a decision.
    pub(crate) fn unreviewed(&self, queue: usize, at: i64) -> Share {
        mishap::largest(&self.windows.unreviewed[queue], at)
    }

    /// Whether people of a group are in their hours; `None` when they have none of their own.
    pub(crate) fn on_shift(&self, group: usize, at: i64) -> Option<bool> {
        self.shifts[group].is_on(at)
    }
}

fn width(slot: &Slot) -> f64 {
    crate::number::real_micros(slot.end - slot.start)
}

fn clock(scenario: &Scenario, queue: &Queue, days: &Days) -> Option<OpenClock> {
    let calendar = scenario.network.calendars.get(queue.calendar.as_ref()?)?;
    let (from, to) = (days.starts.first()?, days.starts.last()?);
    Some(OpenClock::new(calendar, *from, *to))
}

/// The volume of each day. A calendar year has as many times the daily volume as it has open days.
fn volumes(scenario: &Scenario, queue: &Queue, days: &Days) -> Result<Vec<f64>, SimError> {
    let clock = clock(scenario, queue, days);
    let mut scales: BTreeMap<i16, f64> = BTreeMap::new();
    let mut volumes = Vec::new();
    for (day, date) in days.dates.iter().enumerate() {
        let scale = match scales.get(&date.year()) {
            Some(scale) => *scale,
            None => year_scale(scenario, queue, date.year())?,
        };
        scales.insert(date.year(), scale);
        volumes.push(scale * weight(scenario, queue, *date, days.is_open(day, clock.as_ref())));
    }
    Ok(volumes)
}

/// Contacts per unit of weight, so that the year has its volume.
fn year_scale(scenario: &Scenario, queue: &Queue, year: i16) -> Result<f64, SimError> {
    let first = Date::new(year, 1, 1).map_err(|_| SimError::Days { from: year.to_string(), days: 366 })?;
    let days = Days::new(&scenario.network.zone, first, u16::from(first.in_leap_year()) + 365)?;
    let clock = clock(scenario, queue, &days);
    let (mut open_days, mut weights) = (0.0, 0.0);
    for (day, date) in days.dates.iter().enumerate() {
        let open = days.is_open(day, clock.as_ref());
        open_days += f64::from(u8::from(open));
        weights += weight(scenario, queue, *date, open);
    }
    Ok(if weights > 0.0 { queue.per_open_day * open_days / weights } else { 0.0 })
}

fn weight(scenario: &Scenario, queue: &Queue, date: Date, open: bool) -> f64 {
    let month = scenario.season.months[usize::from(date.month().unsigned_abs()) - 1];
    let weekday = scenario.season.weekdays[usize::from(date.weekday().to_monday_zero_offset().unsigned_abs())];
    let share = match (open, queue.is_live()) {
        (true, _) => 1.0,
        (false, true) => 0.0,
        (false, false) => queue.closed_day,
    };
    month * weekday * share
}
