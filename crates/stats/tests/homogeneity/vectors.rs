//! Every answer of the vector files.

use serde_json::Value;
use stats::{
    benjamini_hochberg,
    homogeneity::{Cell, Difference, GapState, Index, Limits, Tally, gaps, index, index_of},
};

use crate::support::{Close, Names, cases, number};

/// `strata: {reason: {site: [numbers]}}` as rows of reason, site and numbers.
fn rows(strata: &Value, reasons: &mut Names, sites: &mut Names) -> Vec<(usize, usize, Vec<f64>)> {
    let mut rows = Vec::new();
    for (reason, cells) in strata.as_object().expect("strata") {
        for (site, numbers) in cells.as_object().expect("sites") {
            let numbers = numbers.as_array().expect("numbers").iter().map(number).collect();
            rows.push((reasons.number(reason), sites.number(site), numbers));
        }
    }
    rows
}

#[expect(clippy::cast_possible_truncation, reason = "counts in the vectors are whole")]
fn count(number: f64) -> i64 {
    number as i64
}

#[test]
fn the_index_is_that_of_the_reference() {
    for (case, close) in cases("homogeneity_index.json") {
        let (mut reasons, mut sites) = (Names::default(), Names::default());
        let cells: Vec<Cell> = rows(&case["input"]["strata"], &mut reasons, &mut sites)
            .into_iter()
            .map(|(reason, site, n)| Cell::new(Some(reason), site, count(n[0]), n[1], n[2]).expect("possible"))
            .collect();
        let options = &case["input"]["options"];
        let option = |name: &str, usual: f64| options.get(name).map_or(usual, number);
        let usual = Limits::default();
        let limits = Limits {
            gap_ok: option("gap_ok", usual.gap_ok),
            floor_max: option("floor_max", usual.floor_max),
            coverage_min: usual.coverage_min,
        };
        let got = index(&cells, option("phi", 1.0), limits);
        agrees(&case, close, &got, &mut reasons, &mut sites);
    }
}

pub fn agrees(case: &Value, close: Close, got: &Index, reasons: &mut Names, sites: &mut Names) {
    let (id, expected) = (case["id"].as_str().expect("id"), &case["expected"]);
    assert_eq!(got.state.as_str(), expected["state"], "{id}");
    close.check(id, got.coverage.expect("contacts"), &expected["coverage"]);
    let Some(estimate) = got.estimate else {
        assert!(expected["index"].is_null() && got.shown().is_none(), "{id}");
        return;
    };
    assert_eq!(got.shown().is_none(), expected["state"] == "not_enough_data", "{id}");
    close.check(id, estimate.index(), &expected["index"]);
    close.check(id, estimate.d, &expected["d_signed"]);
    close.check(id, estimate.se, &expected["d_se"]);
    close.check(id, estimate.se_null, &expected["d_se_null"]);
    close.check(id, estimate.gap(), &expected["gap_points"]);
    close.check(id, estimate.noise_floor(), &expected["noise_floor_points"]);
    close.check(id, index_of(number(&expected["d_uncorrected"])), &expected["index_uncorrected"]);
    for (got, expected) in
        [(estimate.gap_interval(), &expected["gap_ci"]), (estimate.index_interval(), &expected["index_ci"])]
    {
        close.check(id, got.low, &expected[0]);
        close.check(id, got.high, &expected[1]);
    }
    contributions_agree(close, expected, got, reasons, sites);
}

fn contributions_agree(close: Close, expected: &Value, got: &Index, reasons: &mut Names, sites: &mut Names) {
    let object = |value: &Value| value.as_object().expect("contributions").clone();
    for (site, d) in object(&expected["contribution_by_site"]) {
        close.check(&site, got.by_site().get(&sites.number(&site)).copied().unwrap_or(0.0), &d);
    }
    for (reason, d) in object(&expected["contribution_by_stratum"]) {
        close.check(&reason, got.by_stratum()[&reasons.number(&reason)], &d);
    }
    let mut cells = 0;
    for (reason, of_sites) in object(&expected["contribution"]) {
        for (site, d) in object(&of_sites) {
            let (reason, site) = (reasons.number(&reason), sites.number(&site));
            let part = got.contributions.iter().find(|part| part.stratum == reason && part.site == site);
            close.check("cell", part.expect("a contribution").d, &d);
            cells += 1;
        }
    }
    assert_eq!(cells, got.contributions.len());
}

#[test]
fn gaps_against_the_rest_are_those_of_metafor_and_statsmodels() {
    for (case, close) in cases("indirect_standardisation.json") {
        let (mut reasons, mut sites) = (Names::default(), Names::default());
        let tallies: Vec<Tally> = rows(&case["input"]["strata"], &mut reasons, &mut sites)
            .into_iter()
            .map(|(reason, site, n)| Tally::new(Some(reason), site, count(n[0]), count(n[1])).expect("possible"))
            .collect();
        gaps_agree(close, &case["expected"], &tallies, &mut sites);
    }
}

pub fn gaps_agree(close: Close, expected: &Value, tallies: &[Tally], sites: &mut Names) {
    let got = gaps(tallies, 1.0, 0.03);
    let cells: Vec<Cell> = tallies.iter().copied().map(Cell::from).collect();
    let level = index(&cells, 1.0, Limits::default()).level.expect("contacts");
    close.check("level", level, &expected["network_rate"]);
    let expected = expected["sites"].as_object().expect("sites");
    assert_eq!(got.len(), expected.len());
    for (site, expected) in expected {
        let gap = &got[&sites.number(site)];
        let difference = gap.difference.expect("shared reasons");
        assert_eq!((gap.contacts, gap.observed), (count(number(&expected["n"])), count(number(&expected["observed"]))));
        close.check(site, gap.expected, &expected["expected"]);
        close.check(site, gap.adjusted_rate(level).expect("contacts"), &expected["adjusted_rate_additive"]);
        close.check(site, difference.weight, &expected["h"]);
        close.check(site, difference.gap, &expected["gap_vs_rest"]);
        close.check(site, difference.se, &expected["gap_vs_rest_se"]);
        close.check(site, difference.low, &expected["gap_vs_rest_ci"][0]);
        close.check(site, difference.high, &expected["gap_vs_rest_ci"][1]);
        close.check(site, difference.z, &expected["cmh_z"]);
        close.check(site, difference.p, &expected["cmh_p"]);
    }
}

#[test]
fn adjusted_p_values_are_those_of_statsmodels() {
    for (case, close) in cases("multiple_comparisons.json") {
        let p: Vec<f64> = case["input"]["p"].as_array().expect("p").iter().map(number).collect();
        let expected = &case["expected"]["benjamini_hochberg"];
        let got = benjamini_hochberg(&p);
        assert_eq!(got.len(), expected["adjusted"].as_array().expect("adjusted").len());
        for (index, adjusted) in got.into_iter().enumerate() {
            close.check("adjusted", adjusted, &expected["adjusted"][index]);
            assert_eq!(adjusted <= number(&case["input"]["alpha"]), expected["reject"][index] == true, "{case}");
        }
    }
}

#[test]
fn a_site_is_called_by_the_first_rule_that_applies() {
    for (case, _) in cases("site_state.json") {
        let input = &case["input"];
        let (low, high) = (number(&input["ci95"][0]), number(&input["ci95"][1]));
        let p = number(&input["p_adjusted"]);
        let difference =
            Difference { gap: number(&input["gap"]), low, high, se: 0.0, z: 0.0, p, p_adjusted: p, weight: 1.0 };
        let state = GapState::of(count(number(&input["contacts"])), &difference, number(&input["margin"]));
        assert_eq!(state.as_str(), case["expected"]["state"], "{case}");
    }
}
