//! The formulas of the service level.

use stats::{Fraction, Outcomes};

use crate::vectors::{cases, whole};

#[test]
fn the_formulas_are_those_of_the_reference() {
    for (case, close) in cases("service_level_formulas.json") {
        let (id, input, expected) = (case["id"].as_str().expect("id"), &case["input"], &case["expected"]);
        let outcomes = Outcomes {
            answered: whole(&input["answered"]),
            answered_within: whole(&input["answered_within"]),
            abandoned: whole(&input["abandoned"]),
            abandoned_within: whole(&input["abandoned_within"]),
            abandoned_short: whole(&input["abandoned_short"]),
            ..Outcomes::default()
        };
        let levels = outcomes.service_levels().expect("possible");
        assert_eq!(levels.a, levels.b, "{id}: nobody flowed out");
        let named: [(&str, Fraction); 6] = [
            ("answered_within_over_offered", levels.b),
            ("answered_within_over_offered_minus_short_abandons", levels.c),
            ("answered_within_over_offered_minus_abandoned_within", levels.d),
            ("answered_within_or_abandoned_within_over_offered", levels.e),
            ("answered_within_over_answered", levels.f),
            ("answered_within_plus_short_abandons_over_offered", levels.g),
        ];
        assert_eq!(expected.as_object().expect("formulas").len(), named.len());
        for (name, level) in named {
            assert_eq!(level.share().is_none(), expected[name].is_null(), "{id} {name}");
            if let Some(share) = level.share() {
                close.check(name, share, &expected[name]);
            }
        }
    }
}
