//! The book of a run against a naive reading of the events it never saw: asked about the same instant, both say the same.

mod legs;
mod matters;
mod replies;
mod told;

use std::collections::BTreeSet;

use contact::Instant;
use jiff::civil::{Date, date};
use sim::{Book, PlaceName, Plan, Truth, dating_plan, outdoor_plan, rail_plan};

use crate::support::{HOUR, lines_of, planned, run_of};
use told::Events;

/// A run of a network, told and counted.
struct Both {
    events: Events,
    truth: Truth,
    from: Instant,
}

impl Both {
    fn of(plan: Plan, from: Date, days: u16) -> Self {
        let simulation = planned(plan, run_of(from, days, 21));
        let network = simulation.scenario().network().clone();
        let from = Instant::start_of_day(from, &network.zone).expect("a day");
        let (lines, truth) = lines_of(simulation);
        Self { events: Events::read(network, &lines), truth, from }
    }

    fn book(&self) -> &Book {
        self.truth.book().expect("a network that is followed")
    }

    /// Within the run, at odd times, and when all is over.
    fn instants(&self) -> [Instant; 4] {
        let hours = |hours: i64| self.from.plus_micros(hours * HOUR + 1_234_567);
        [hours(40), hours(85), hours(137), self.book().end()]
    }

    /// Every place of the network that got contacts.
    fn places(&self) -> Vec<(String, String)> {
        let rows = self.truth.report().legs;
        let places: BTreeSet<_> = rows.iter().map(|row| (row.site.to_string(), row.queue.to_string())).collect();
        places.into_iter().collect()
    }
}

fn is_at<'p>(place: &'p (String, String)) -> impl Fn(&PlaceName) -> bool + 'p {
    |name| name.site.as_str() == place.0 && name.queue.as_str() == place.1
}

/// The same network with fewer contacts, so that a naive reading takes seconds.
fn smaller(mut plan: Plan, factor: f64) -> Plan {
    plan.queues.iter_mut().for_each(|queue| queue.per_open_day *= factor);
    plan
}

/// Six days around a weekend and a dated event of each network: an announcement, an outage of the filter, a day on which
/// trains stand still.
fn networks() -> [(&'static str, Both); 3] {
    let outdoor = Both::of(outdoor_plan().expect("a plan"), date(2026, 1, 30), 6);
    let dating = Both::of(smaller(dating_plan().expect("a plan"), 0.5), date(2026, 10, 10), 6);
    let rail = Both::of(smaller(rail_plan().expect("a plan"), 0.25), date(2026, 6, 14), 6);
    [("outdoor", outdoor), ("dating", dating), ("rail", rail)]
}
