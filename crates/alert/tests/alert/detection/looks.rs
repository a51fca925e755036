//! The loop of the product over a simulated queue: rows as `decided` gives them, slots, [`watch`].

use alert::{
    Counted, FAR_SLOT, FAR_SLOTS, NEAR_SLOT, NEAR_SLOTS, Objective, Observation, Scope, Title,
    conditions::{Begun, Bounds, Slots},
    watch,
};
use contact::Duration;
use stats::sla::Target;

use super::queue::{Counts, Settled};
use crate::support::{at, paris};

/// Between two looks at the present, as long as without a file that says otherwise.
pub const LOOK_MS: i64 = 5_000;
/// Between two counts of days.
const FAR_MS: i64 = 600_000;

fn objective() -> Objective {
    Objective {
        name: "voice".to_owned(),
        contract: None,
        title: Title { en: "Service level".to_owned(), fr: "Taux de service".to_owned() },
        target: Target::permille(800).expect("a share"),
        scope: Scope::default(),
        term: 0,
        design_effect: None,
        volume: 72_000,
        call_hours: None,
    }
}

/// Looks at a queue, again and again.
pub struct Looks {
    counts: Counts,
    objectives: Vec<Objective>,
    far: Option<(i64, Slots)>,
}

impl Looks {
    pub fn at(settled: &[Settled]) -> Self {
        Self { counts: Counts::new(settled), objectives: vec![objective()], far: None }
    }

    /// What a look finds at so many milliseconds.
    pub fn look(&mut self, now: i64) -> Observation {
        let near = self.slots(now, NEAR_SLOT, NEAR_SLOTS);
        let far = match self.far.take() {
            Some((counted, far)) if now - counted < FAR_MS => (counted, far),
            _ => (now, self.slots(now, FAR_SLOT, FAR_SLOTS)),
        };
        let text = |text: &str| text.to_owned();
        let counted = Counted {
            provider: text("atlas"),
            site: text("tunis"),
            queue: text("voice"),
            channel: text("voice"),
            term: 0,
            near,
            far: far.1.clone(),
            hour: Begun::hour(at(0).plus_micros(now * 1000), &paris()),
            day: Begun::day(at(0).plus_micros(now * 1000), &paris()),
        };
        self.far = Some(far);
        let watched = watch(&self.objectives, &[counted], |_| false, at(0).plus_micros(now * 1000));
        let [seen] = <[Observation; 1]>::try_from(watched.expect("labels").observations).expect("one queue alone");
        seen
    }

    /// Rows of contacts that were decided within a slot of each other, back from `now`.
    fn slots(&self, now: i64, slot: Duration, slots: usize) -> Slots {
        let instant = |millis: i64| at(0).plus_micros(millis * 1000);
        let slot_ms = slot.as_micros() / 1000;
        let bounds = Bounds::before(instant(now), None, slot, slots);
        let mut counted = Slots::empty(slots);
        let ends = || (0..).map(|nth| now - nth * slot_ms).take(slots + 1);
        let places = self.counts.by(ends());
        for (end, pair) in ends().zip(places.windows(2)) {
            let decided = self.counts.between(pair[1], pair[0]);
            counted.count(&bounds, instant(end), decided.n(), decided.missed());
        }
        counted
    }
}
