//! Evidence of a change for the worse, which forgets what was good long ago.

use super::{Guard, Target, Tried, Watch};

/// The surge at which an alarm is raised, together with the short window of [`Watch::Fast`].
///
/// Found by simulation, as there is no formula for waits that come in clusters: 200 calls an hour, 12 hours a day, target 80 %
/// within 20 s, people who hang up after 3 min, counts divided by the design effect of an hour (12 to 14), looked at every 15 s.
/// A queue at 92 % raises one false alarm in two quarters, one at 87 % about two a quarter; half an hour without anybody is
/// found in 100 cases of 100, after 20 min. [`Watch::Fast`] alone finds 85 of them, after 27 min.
pub const SURGE: f64 = 5.0;

/// How much likelier the latest contacts are if misses have become frequent than if they are as frequent as promised: the
/// highest logarithm of that ratio over all stretches that end now, 0 and above.
///
/// S ← max(0, S + [b·ln(q1/q0) + (n − b)·ln((1 − q1)/(1 − q0))] / φ) over slots of `n` contacts and `b` misses, in order, with
/// q0 what the target allows and q1 the share of misses above which [`Watch::Fast`] fires. Slots of a minute: the one in
/// which the change lies counts as a whole. `None` where nothing may be missed, or as much as q1.
///
/// A pair of windows needs half of its long one to be missed; this needs as many misses as prove the same, however few good
/// contacts came before.
///
/// Source: Page, "Continuous inspection schemes", Biometrika 41, 1954.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of contacts are far below 2^53")]
pub fn surge(slots: impl IntoIterator<Item = Tried>, target: Target, guard: Guard) -> Option<f64> {
    let promised = target.allowance();
    let frequent = Watch::Fast.threshold(target)? * promised;
    if promised >= frequent || frequent >= 1.0 {
        return None;
    }
    let (worse, better) = ((frequent / promised).ln(), ((1.0 - frequent) / (1.0 - promised)).ln());
    let step = |sum: f64, slot: Tried| {
        let (missed, kept) = (slot.missed() as f64, slot.successes() as f64);
        (sum + (missed * worse + kept * better) / guard.phi()).max(0.0)
    };
    Some(slots.into_iter().fold(0.0, step))
}

#[cfg(test)]
mod tests {
    use super::{super::MIN_MISSED, *};

    fn surged(slots: &[(i64, i64)], permille: u16, phi: f64) -> Option<f64> {
        let slots = slots.iter().map(|(n, missed)| Tried::new(*n, n - missed).expect("possible"));
        let guard = Guard::new(phi, MIN_MISSED).expect("finite");
        surge(slots, Target::permille(permille).expect("a share"), guard)
    }

    #[track_caller]
    fn near(found: Option<f64>, expected: f64) {
        assert!(found.is_some_and(|found| (found - expected).abs() < 1e-9), "{found:?}, not {expected}");
    }

    /// At 80 %, a miss weighs ln(0.5/0.2) and a good contact ln(0.5/0.8).
    #[test]
    fn misses_weigh_for_and_good_contacts_against() {
        near(surged(&[(10, 10)], 800, 1.0), 9.162_907_318_741_551);
        near(surged(&[(10, 10)], 800, 10.0), 0.916_290_731_874_155);
        near(surged(&[(10, 10), (10, 0)], 800, 1.0), 4.462_871_026_284_196);
        near(surged(&[(100, 0), (10, 10)], 800, 1.0), 9.162_907_318_741_551);
        near(surged(&[(10, 10), (100, 0)], 800, 1.0), 0.0);
        near(surged(&[], 800, 1.0), 0.0);
        near(surged(&[(4, 4)], 950, 1.0), 9.210_340_371_976_182);
    }

    /// What is as frequent as promised is no change, however long it lasts; what is above half is one.
    #[test]
    fn what_was_promised_does_not_add_up() {
        near(surged(&[(100, 20); 1000], 800, 15.0), 0.0);
        assert!(surged(&[(100, 36); 100], 800, 15.0).is_some_and(|sum| sum > SURGE));
        assert_eq!(surged(&[(100, 20)], 1000, 1.0), None);
        assert_eq!(surged(&[(100, 20)], 0, 1.0), None);
        assert_eq!(surged(&[(100, 20)], 500, 1.0), None, "half may be missed: nothing is more frequent than that");
    }
}
