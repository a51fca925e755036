//! Planted rates: what is put in is what the truth says, with the volumes that came.

use std::collections::BTreeMap;

use contact::ProviderId;
use jiff::civil::date;
use sim::{PlantedCell, PlantedSite, Share, SimError, Simulation, Stratum, Truth, planted};
use stats::homogeneity::{Limits, Tally, index};

use crate::support::{run_of, truth_of};

/// Twelve sites of four providers.
fn sites() -> Vec<PlantedSite> {
    (0..12).map(|n| PlantedSite { site: format!("site-{n:02}"), provider: format!("provider-{}", n % 4) }).collect()
}

/// Sixty reasons: unequal volumes, every seventh at one site only, some absent from some sites, rates that differ.
fn cells() -> Vec<PlantedCell> {
    let mut cells = Vec::new();
    for reason in 0..60_usize {
        for site in 0..12_usize {
            let single = reason % 7 == 3 && site != reason % 12;
            if single || (reason + 2 * site) % 11 == 0 {
                continue;
            }
            let shared = [0.4, 2.0, 6.0, 15.0][(3 * reason + site) % 4] * [0.5, 1.0, 2.0][site % 3];
            let volume = if reason % 7 == 3 { 25.0 } else { shared };
            let points = [0, 0, 3, -4, 8, -11][(reason + 5 * site) % 6];
            let permille = 600 + 5 * i32::try_from(reason).expect("small") + 10 * points;
            let resolved = Share::permille(u16::try_from(permille).expect("a share"));
            cells.push(PlantedCell { site, reason: format!("reason-{reason:02}"), per_day: volume, resolved });
        }
    }
    cells
}

fn truth() -> Truth {
    let scenario = planted(&sites(), &cells()).expect("a scenario");
    truth_of(Simulation::new(scenario, run_of(date(2026, 4, 1), 30, 77)).expect("a run"))
}

#[expect(clippy::cast_precision_loss, reason = "counts of a test")]
fn real(n: u64) -> f64 {
    n as f64
}

#[test]
fn every_cell_has_its_volume_and_its_rate() {
    let (truth, sites) = (truth(), sites());
    let strata = truth.strata(truth.all_days());
    let planted: BTreeMap<(String, String), PlantedCell> =
        cells().into_iter().map(|cell| ((cell.reason.clone(), sites[cell.site].site.clone()), cell)).collect();
    assert!(strata.len() >= planted.len() - 3, "{} of {} cells got contacts", strata.len(), planted.len());
    for stratum in &strata {
        let cell = &planted[&(stratum.reason.clone(), stratum.site.to_string())];
        let (n, p, expected) = (real(stratum.counts.contacts), cell.resolved.get(), 30.0 * cell.per_day);
        assert!((stratum.rate - p).abs() < 1e-12, "{stratum:?}");
        assert!((n - expected).abs() < 4.5 * expected.sqrt() + 1.0, "{stratum:?}: {expected} expected");
        let error = (n * p * (1.0 - p)).sqrt();
        assert!((real(stratum.counts.resolved) - n * p).abs() < 4.5 * error + 1.0, "{stratum:?}");
        assert_eq!(stratum.provider, ProviderId::new(&sites[cell.site].provider).expect("name"));
    }
}

/// The definition once more, cell by cell.
fn spread_by_hand(strata: &[Stratum]) -> (f64, u64) {
    let mut by_reason: BTreeMap<&str, Vec<(f64, f64)>> = BTreeMap::new();
    for stratum in strata.iter().filter(|stratum| stratum.counts.contacts >= 2) {
        by_reason.entry(&stratum.reason).or_default().push((real(stratum.counts.contacts), stratum.rate));
    }
    by_reason.retain(|_, sites| sites.len() >= 2);
    let all: f64 = by_reason.values().flatten().map(|(n, _)| n).sum();
    let mut spread = 0.0;
    for sites in by_reason.values() {
        let volume: f64 = sites.iter().map(|(n, _)| n).sum();
        let mean = sites.iter().map(|(n, p)| n / volume * p).sum::<f64>();
        spread += volume / all * sites.iter().map(|(n, p)| n / volume * (p - mean) * (p - mean)).sum::<f64>();
    }
    let comparable =
        strata.iter().filter(|stratum| stratum.counts.contacts >= 2 && by_reason.contains_key(&*stratum.reason));
    (spread, comparable.map(|stratum| stratum.counts.contacts).sum())
}

#[test]
fn the_true_index_is_the_formula_on_planted_rates() {
    let truth = truth();
    let strata = truth.strata(truth.all_days());
    let known = truth.homogeneity(truth.all_days());
    let (spread, comparable) = spread_by_hand(&strata);
    assert!((known.spread.expect("comparable") - spread).abs() < 1e-12);
    assert!((known.index.expect("comparable") - (100.0 - 200.0 * spread.sqrt())).abs() < 1e-9);
    assert_eq!(known.comparable, comparable);
    let coverage = known.coverage.expect("contacts");
    assert!((0.8..0.995).contains(&coverage), "single-site strata do not compare: {coverage}");
}

#[test]
fn an_estimate_from_what_was_resolved_finds_the_planted_index() {
    let truth = truth();
    let strata = truth.strata(truth.all_days());
    let number = |names: Vec<String>, name: &str| names.iter().position(|known| known == name).expect("known");
    let reasons: Vec<String> = strata.iter().map(|stratum| stratum.reason.clone()).collect();
    let sites: Vec<String> = strata.iter().map(|stratum| stratum.site.to_string()).collect();
    let signed = |n: u64| i64::try_from(n).expect("small");
    let cells = strata.iter().map(|stratum| {
        let (c, s) = (number(reasons.clone(), &stratum.reason), number(sites.clone(), stratum.site.as_str()));
        let (n, x) = (signed(stratum.counts.contacts), signed(stratum.counts.resolved));
        Tally::new(Some(c), s, n, x).expect("a tally").into()
    });
    let estimate = index(&cells.collect::<Vec<_>>(), 1.0, Limits::default());
    let interval = estimate.estimate.expect("comparable").index_interval();
    let known = truth.homogeneity(truth.all_days()).index.expect("comparable");
    assert!(interval.low <= known && known <= interval.high, "{known} outside {interval:?}");
    assert!(interval.high - interval.low < 2.0, "{interval:?} tells nothing");
}

#[test]
fn a_cell_without_a_site_is_refused() {
    let cells = [PlantedCell { site: 12, reason: "x".into(), per_day: 1.0, resolved: Share::ONE }];
    let error = planted(&sites(), &cells).expect_err("there is no thirteenth site");
    assert_eq!(error, SimError::Unknown { what: "the site number", name: "12".into() });
}
