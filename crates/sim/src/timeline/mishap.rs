//! Incidents, planned and by chance.

use super::{Days, instant};
use crate::{
    Run, Scenario, Share,
    chance::Stream,
    number::{micros, real},
    plan::{Effect, Incident},
    scenario::Place,
};

const HOUR: f64 = 3.6e9;

/// A stretch of time in which something is multiplied.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    from: i64,
    to: i64,
    factor: f64,
}

impl Window {
    fn holds(&self, at: i64) -> bool {
        self.from <= at && at < self.to
    }
}

/// The product of the windows around `at`.
pub(super) fn factor(windows: &[Window], at: i64) -> f64 {
    windows.iter().filter(|window| window.holds(at)).map(|window| window.factor).product()
}

/// Whether `at` lies in one of the windows.
pub(super) fn any(windows: &[Window], at: i64) -> bool {
    windows.iter().any(|window| window.holds(at))
}

/// The largest share of the windows around `at`.
pub(super) fn largest(windows: &[Window], at: i64) -> Share {
    let shares = windows.iter().filter(|window| window.holds(at)).map(|window| window.factor);
    Share::new(shares.fold(0.0, f64::max)).unwrap_or(Share::ONE)
}

/// What incidents do, where.
#[derive(Debug, Clone)]
pub(super) struct Windows {
    /// Of each queue.
    pub(super) surges: Vec<Vec<Window>>,
    /// Of each site.
    pub(super) shortages: Vec<Vec<Window>>,
    /// Of each site.
    pub(super) paces: Vec<Vec<Window>>,
    /// Of each place.
    pub(super) newest: Vec<Vec<Window>>,
    /// Of each queue.
    pub(super) unreviewed: Vec<Vec<Window>>,
}

impl Windows {
    pub(super) fn new(scenario: &Scenario, incidents: &[Incident]) -> Self {
        let of_queue = |name: &str, effect: &Effect| match effect {
            Effect::Surge { queue, factor } if queue == name => Some(*factor),
            _ => None,
        };
        let unreviewed = |name: &str, effect: &Effect| match effect {
            Effect::Unreviewed { queue, share } if queue == name => Some(share.get()),
            _ => None,
        };
        let shortage = |name: &str, effect: &Effect| match effect {
            Effect::Staff { site, left } if site == name => Some(left.get()),
            _ => None,
        };
        let pace = |name: &str, effect: &Effect| match effect {
            Effect::Pace { site, factor } if site == name => Some(*factor),
            _ => None,
        };
        let (queues, sites) = (&scenario.queues, &scenario.sites);
        let queues = || queues.iter().map(|queue| queue.name.as_str());
        let sites = || sites.iter().map(|site| site.name.as_str());
        Self {
            surges: queues().map(|name| windows(incidents, |effect| of_queue(name, effect))).collect(),
            shortages: sites().map(|name| windows(incidents, |effect| shortage(name, effect))).collect(),
            paces: sites().map(|name| windows(incidents, |effect| pace(name, effect))).collect(),
            newest: scenario.places.iter().map(|place| newest(scenario, place, incidents)).collect(),
            unreviewed: queues().map(|name| windows(incidents, |effect| unreviewed(name, effect))).collect(),
        }
    }
}

fn newest(scenario: &Scenario, place: &Place, incidents: &[Incident]) -> Vec<Window> {
    let (at, of) = (scenario.sites[place.site].name.as_str(), scenario.queues[place.queue].name.as_str());
    windows(incidents, |effect| match effect {
        Effect::NewestFirst { site, queue } if site == at && queue == of => Some(1.0),
        _ => None,
    })
}

fn windows(incidents: &[Incident], factor: impl Fn(&Effect) -> Option<f64>) -> Vec<Window> {
    let window = |incident: &Incident| {
        let factor = factor(&incident.effect)?;
        Some(Window { from: incident.from.as_micros(), to: incident.to.as_micros(), factor })
    };
    incidents.iter().filter_map(window).collect()
}

/// What follows from the dated events of the network, as far as it lies within the days.
pub(super) fn reactions(scenario: &Scenario, days: &Days) -> Vec<Incident> {
    let (Some(first), Some(last)) = (days.starts.first(), days.starts.last()) else { return Vec::new() };
    let hours = |hours: u32| i64::from(hours) * 3_600_000_000;
    let mut incidents = Vec::new();
    for cut in &scenario.network.cuts {
        for reaction in scenario.reactions.iter().filter(|reaction| reaction.kind == cut.kind) {
            let elsewhere = cut.site.as_ref().zip(site(&reaction.effect)).is_some_and(|(at, of)| at.as_str() != of);
            let from = cut.at.plus_micros(hours(reaction.after_hours));
            let to = from.plus_micros(hours(reaction.hours));
            if !elsewhere && from.as_micros() < *last && to.as_micros() > *first {
                incidents.push(Incident { from, to, effect: reaction.effect.clone() });
            }
        }
    }
    incidents
}

/// The site that an effect is confined to.
fn site(effect: &Effect) -> Option<&str> {
    match effect {
        Effect::Staff { site, .. } | Effect::Pace { site, .. } | Effect::NewestFirst { site, .. } => Some(site),
        Effect::Resolved { site, .. } => site.as_deref(),
        Effect::Surge { .. } | Effect::Unreviewed { .. } => None,
    }
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
