//! Incidents, planned and by chance.

use super::{Days, instant};
use crate::{
    Run, Scenario, Share,
    chance::Stream,
    number::{micros, real},
    plan::{Effect, Incident},
    scenario::{Queue, Site},
};

const HOUR: f64 = 3.6e9;

/// A stretch of time in which something is multiplied.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    from: i64,
    to: i64,
    factor: f64,
}

/// The product of the windows around `at`.
pub(super) fn factor(windows: &[Window], at: i64) -> f64 {
    windows.iter().filter(|window| window.from <= at && at < window.to).map(|window| window.factor).product()
}

fn window(incident: &Incident, factor: f64) -> Window {
    Window { from: incident.from.as_micros(), to: incident.to.as_micros(), factor }
}

pub(super) fn surges(queue: &Queue, incidents: &[Incident]) -> Vec<Window> {
    let of_queue = |incident: &Incident| match &incident.effect {
        Effect::Surge { queue: name, factor } if name == queue.name.as_str() => Some(window(incident, *factor)),
        _ => None,
    };
    incidents.iter().filter_map(of_queue).collect()
}

pub(super) fn shortages(site: &Site, incidents: &[Incident]) -> Vec<Window> {
    let of_site = |incident: &Incident| match &incident.effect {
        Effect::Staff { site: name, left } if name == site.name.as_str() => Some(window(incident, left.get())),
        _ => None,
    };
    incidents.iter().filter_map(of_site).collect()
}

/// The incidents that come by chance, from the seed and the number of the day since 1970: the same day has the same
/// incidents in every run of a seed.
pub(super) fn drawn(scenario: &Scenario, run: &Run, days: &Days) -> Vec<Incident> {
    let root = Stream::new(run.seed).branch(0x4d69_7368);
    let mut incidents = Vec::new();
    for start in &days.starts[..usize::from(run.days)] {
        let day = root.branch(instant(*start).day().as_days().unsigned_abs().into());
        for (nth, site) in scenario.sites.iter().enumerate() {
            let stream = day.branch(nth as u64);
            if stream.happens(0, scenario.mishaps.short_staffed) {
                let left = Share::permille(450).moved(25.0 * stream.unit(3));
                let effect = Effect::Staff { site: site.name.to_string(), left };
                incidents.push(hours(*start, stream, 2.0 + 3.0 * stream.unit(2), effect));
            }
        }
        for (nth, queue) in scenario.queues.iter().enumerate().filter(|(_, queue)| queue.is_live()) {
            let stream = day.branch(1000 + nth as u64);
            if stream.happens(0, scenario.mishaps.surge) {
                let effect = Effect::Surge { queue: queue.name.to_string(), factor: 1.5 };
                incidents.push(hours(*start, stream, 3.0, effect));
            }
        }
    }
    incidents
}

/// An incident that begins between nine and four o'clock, on a half-hour.
fn hours(start: i64, stream: Stream, length: f64, effect: Effect) -> Incident {
    let begins = 9.0 + 0.5 * real(u64::from(stream.below(1, 14)));
    let from = start + micros(begins * HOUR);
    Incident { from: instant(from), to: instant(from + micros((2.0 * length).round() * HOUR / 2.0)), effect }
}
