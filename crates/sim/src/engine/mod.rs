//! The simulation: time passes from one happening to the next.

mod agenda;
mod calls;
mod course;
mod desk;
mod floor;
mod follow;
mod legs;
mod matter;
mod reviews;
mod state;

use contact::{EventType, Instant, ProviderId};
use jiff::civil::Date;

use crate::{
    Scenario, SimError, Truth,
    line::LineWriter,
    timeline::{Timeline, instant},
};
use state::State;

/// Which days, with which luck.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// The first local day.
    pub from: Date,
    /// How many days new contacts arrive. What they began is followed to its end.
    pub days: u16,
    /// The seed: equal scenarios, days and seeds give equal bytes.
    pub seed: u64,
}

/// An event as its provider delivers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delivery<'s> {
    /// When it is delivered; never before that of the delivery before.
    pub at: Instant,
    /// When it happened.
    pub time: Instant,
    /// What happened.
    pub kind: EventType,
    /// Who delivers it.
    pub provider: &'s ProviderId,
    /// Who delivers it, as a position in [`Scenario::providers`].
    pub provider_index: usize,
    /// The event, one CloudEvents object in JSON with a line feed.
    pub line: &'s [u8],
}

/// What does not change while time passes.
#[derive(Debug, Clone)]
struct World {
    scenario: Scenario,
    timeline: Timeline,
}

/// A run of a scenario: hands out events in the order of their delivery, and counts what really happens.
///
/// Memory grows with what is open at once, with days × sites × queues × reasons, by eight bytes for each leg answered,
/// unless [`Simulation::without_waits`], and by about a hundred and fifty for each contact that is followed.
#[derive(Debug, Clone)]
pub struct Simulation {
    world: World,
    state: State,
    writer: LineWriter,
    line: Vec<u8>,
}

impl Simulation {
    /// A run that has not begun.
    ///
    /// # Errors
    /// The days leave the years 1 to 9999.
    pub fn new(scenario: Scenario, run: Run) -> Result<Self, SimError> {
        let timeline = Timeline::new(&scenario, &run)?;
        let writer = LineWriter::new(&scenario, run.seed);
        let world = World { scenario, timeline };
        let simulation = Self { state: State::new(&world, run), world, writer, line: Vec::with_capacity(512) };
        Ok(if simulation.world.scenario.followed { simulation.following() } else { simulation })
    }

    /// Follows every contact, whether or not the scenario asks for it: [`Truth::book`] then knows replies, backlog,
    /// complaints and repeats. To be asked for before anything happens.
    #[must_use]
    pub fn following(mut self) -> Self {
        self.state.truth.follow(&self.world.scenario, &self.world.timeline);
        self
    }

    /// Keeps no list of waits: the truth then has sums and counts, no percentiles.
    #[must_use]
    pub fn without_waits(mut self) -> Self {
        self.state.truth.forget_waits();
        self
    }

    /// The scenario.
    #[must_use]
    pub fn scenario(&self) -> &Scenario {
        &self.world.scenario
    }

    /// What really happened so far; complete once [`Simulation::next_delivery`] gave `None`.
    #[must_use]
    pub fn truth(&self) -> &Truth {
        &self.state.truth
    }

    /// What really happened.
    #[must_use]
    pub fn into_truth(self) -> Truth {
        self.state.truth
    }

    /// The next event to be delivered; `None` when all is told. Time passes only as far as this needs, so that a caller
    /// may pace deliveries by the clock, for as long as it likes.
    pub fn next_delivery(&mut self) -> Option<Delivery<'_>> {
        self.next_delivery_by(Instant::FOREVER)
    }

    /// The next event delivered at `end` or before; `None` when all of them are told. Time passes no further than `end`,
    /// so that the truth is then what happened by it, with contacts that were still open as far as they had come.
    pub fn next_delivery_by(&mut self, end: Instant) -> Option<Delivery<'_>> {
        let end = end.as_micros();
        loop {
            let next = self.state.agenda.next_at();
            if let Some(due) = self.state.outbox.next_due()
                && next.is_none_or(|next| due <= next)
            {
                if due > end {
                    return None;
                }
                break;
            }
            if next.is_none_or(|next| next > end) {
                return None;
            }
            let (now, happening) = self.state.agenda.pop()?;
            self.state.happen(&self.world, now, happening);
        }
        let (due, event) = self.state.outbox.pop()?;
        self.writer.write(&mut self.line, &event);
        let provider_index = self.world.scenario.places[event.place as usize].provider;
        Some(Delivery {
            at: instant(due),
            time: instant(event.time),
            kind: event.said.kind(),
            provider: &self.world.scenario.providers[provider_index].name,
            provider_index,
            line: &self.line,
        })
    }

    /// Runs to the end, handing every delivery to `deliver`. Returns the truth.
    ///
    /// # Errors
    /// The first one of `deliver`.
    pub fn run<E>(mut self, mut deliver: impl FnMut(&Delivery<'_>) -> Result<(), E>) -> Result<Truth, E> {
        while let Some(delivery) = self.next_delivery() {
            deliver(&delivery)?;
        }
        Ok(self.into_truth())
    }
}
