//! The formulas of the service level in use, side by side on the same contacts.

/// Contacts of a queue by what became of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Outcomes {
    /// Answered by a human.
    pub answered: i64,
    /// Of these, within the threshold.
    pub answered_within: i64,
    /// Given up by the customer.
    pub abandoned: i64,
    /// Of these, within the threshold.
    pub abandoned_within: i64,
    /// Of those abandoned, the short ones.
    pub abandoned_short: i64,
    /// Left the queue unanswered without the customer giving up.
    pub flowed_out: i64,
    /// Neither yet, and waiting beyond the threshold: a miss at once.
    pub overdue: i64,
}

/// A share as what it is made of, exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fraction {
    /// Contacts that count as in time.
    pub of: i64,
    /// Contacts that count.
    pub per: i64,
}

impl Fraction {
    /// The share, 0–1; `None` when nothing counts.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts of contacts are far below 2^53")]
    pub fn share(self) -> Option<f64> {
        (self.per > 0).then(|| self.of as f64 / self.per as f64)
    }
}

/// The seven formulas on the same contacts. They differ by what is done with the contacts abandoned: "left out" takes them
/// from the denominator, "credited" adds them to the numerator. Contacts overdue join every denominator but that of `f`.
///
/// Compare providers by one formula only: the same calls give 81 % or 86 %.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServiceLevels {
    /// Answered within / (answered + abandoned + flowed out).
    pub a: Fraction,
    /// Answered within / (answered + abandoned).
    pub b: Fraction,
    /// As `b`, short abandons left out.
    pub c: Fraction,
    /// As `b`, those abandoned within the threshold left out.
    pub d: Fraction,
    /// As `b`, those abandoned within the threshold credited.
    pub e: Fraction,
    /// Answered within / answered.
    pub f: Fraction,
    /// As `b`, short abandons credited.
    pub g: Fraction,
}

impl Outcomes {
    /// The seven service levels. `None` unless no count is negative and no part exceeds its whole.
    ///
    /// Source: the formulas that ICMI and vendors of contact-centre software publish; the figures of the product are
    /// counted by SQL, this is for figures that others declare as counts.
    #[must_use]
    pub fn service_levels(&self) -> Option<ServiceLevels> {
        let Self { answered, answered_within, abandoned, abandoned_within, abandoned_short, flowed_out, overdue } =
            *self;
        let part = |of: i64, whole: i64| (0..=whole).contains(&of);
        let possible = part(answered_within, answered)
            && part(abandoned_within, abandoned)
            && part(abandoned_short, abandoned)
            && flowed_out.min(overdue) >= 0;
        let offered = answered.checked_add(abandoned)?.checked_add(overdue)?;
        let all = offered.checked_add(flowed_out)?;
        let fraction = |of, per| Fraction { of, per };
        possible.then(|| ServiceLevels {
            a: fraction(answered_within, all),
            b: fraction(answered_within, offered),
            c: fraction(answered_within, offered - abandoned_short),
            d: fraction(answered_within, offered - abandoned_within),
            e: fraction(answered_within + abandoned_within, offered),
            f: fraction(answered_within, answered),
            g: fraction(answered_within + abandoned_short, offered),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn percents(outcomes: Outcomes) -> Vec<String> {
        let ServiceLevels { a, b, c, g, d, e, f } = outcomes.service_levels().expect("possible");
        let percent = |fraction: Fraction| format!("{:.2}", 100.0 * fraction.share().expect("contacts"));
        [a, b, c, g, d, e, f].map(percent).to_vec()
    }

    /// The example of ICMI, and a harder one with flow-outs: from the strictest formula to the mildest.
    #[test]
    fn the_same_calls_by_seven_formulas() {
        let (answered, answered_within, abandoned) = (1000, 860, 60);
        let icmi = Outcomes {
            answered,
            answered_within,
            abandoned,
            abandoned_within: 20,
            abandoned_short: 10,
            ..Outcomes::default()
        };
        assert_eq!(percents(icmi), ["81.13", "81.13", "81.90", "82.08", "82.69", "83.02", "86.00"]);
        let stress = Outcomes {
            answered: 700,
            answered_within: 560,
            abandoned: 300,
            abandoned_within: 200,
            abandoned_short: 120,
            flowed_out: 50,
            overdue: 0,
        };
        assert_eq!(percents(stress), ["53.33", "56.00", "63.64", "68.00", "70.00", "76.00", "80.00"]);
    }

    #[test]
    fn contacts_overdue_are_missed_by_all_but_one() {
        let waiting = Outcomes { answered: 8, answered_within: 8, overdue: 2, ..Outcomes::default() };
        assert_eq!(percents(waiting), ["80.00", "80.00", "80.00", "80.00", "80.00", "80.00", "100.00"]);
    }

    #[test]
    fn nothing_has_no_share_and_nonsense_no_level() {
        let nothing = Outcomes::default().service_levels().expect("possible");
        assert_eq!((nothing.a.share(), nothing.f.share()), (None, None));
        assert_eq!(Outcomes { answered_within: 1, ..Outcomes::default() }.service_levels(), None);
        assert_eq!(Outcomes { abandoned_short: 1, ..Outcomes::default() }.service_levels(), None);
        assert_eq!(Outcomes { overdue: -1, ..Outcomes::default() }.service_levels(), None);
        assert_eq!(Outcomes { answered: i64::MAX, flowed_out: 1, ..Outcomes::default() }.service_levels(), None);
    }
}
