//! Laws of queues.

use proptest::prelude::*;
use stats::{Need, Staffed, agents_needed, erlang_a, erlang_c};

fn queue(load: f64, agents: u32) -> Staffed {
    Staffed::new(load, 1.0, agents).expect("a queue")
}

proptest! {
    #[test]
    fn patient_customers_wait_until_they_are_answered(agents in 1..80u32, occupancy in 0.05..0.95f64, threshold in 0.0..2.0f64) {
        let queue = queue(occupancy * f64::from(agents), agents);
        let (a, c) = (erlang_a(queue, 1e7, threshold).expect("a queue"), erlang_c(queue).expect("stable"));
        for (a, c) in [(a.waits, c.waits), (a.mean_queue, c.mean_queue), (a.in_time, c.service_level(threshold)), (a.occupancy, c.occupancy)] {
            prop_assert!((a - c).abs() <= 1e-4 * (c + 1e-6), "{a} {c}");
        }
    }

    #[test]
    fn one_more_agent_never_serves_worse(agents in 1..80u32, occupancy in 0.05..3.0f64, patience in 0.1..20.0f64, threshold in 0.0..2.0f64) {
        let load = occupancy * f64::from(agents);
        let at = |agents| erlang_a(queue(load, agents), patience, threshold).expect("a queue");
        let (fewer, more) = (at(agents), at(agents + 1));
        prop_assert!(more.in_time >= fewer.in_time - 1e-12 && more.abandons <= fewer.abandons + 1e-12, "{fewer:?} {more:?}");
        for share in [fewer.waits, fewer.abandons, fewer.in_time, fewer.occupancy] {
            prop_assert!((0.0..=1.0).contains(&share), "{fewer:?}");
        }
        // Who is in time was answered, and whoever is answered is answered in some time.
        prop_assert!(fewer.in_time + fewer.abandons <= 1.0 + 1e-12);
        let ever = erlang_a(queue(load, agents), patience, 1e4).expect("a queue").in_time;
        prop_assert!((ever + fewer.abandons - 1.0).abs() < 1e-9, "{ever} {fewer:?}");
    }

    #[test]
    fn the_agents_needed_are_the_fewest(load in 0.1..200.0f64, service_level in 0.0..0.999f64, threshold in 0.0..2.0f64) {
        let need = Need { service_level, threshold, max_occupancy: 1.0 };
        let agents = agents_needed(load, 1.0, need).expect("agents");
        let level = |agents| erlang_c(queue(load, agents)).map_or(0.0, |queue| queue.service_level(threshold));
        prop_assert!(level(agents) >= service_level);
        prop_assert!(agents == 1 || level(agents - 1) < service_level || f64::from(agents - 1) <= load);
    }
}

/// One agent, customers as patient as a call is long: a queue of infinitely many servers, Poisson in number.
#[test]
fn one_agent_and_equal_rates_are_worked_by_hand() {
    let got = erlang_a(queue(1.0, 1), 1.0, 0.0).expect("a queue");
    let nobody = (-1.0_f64).exp();
    assert!((got.waits - (1.0 - nobody)).abs() < 1e-14 && (got.in_time - nobody).abs() < 1e-14, "{got:?}");
    assert!((got.mean_queue - nobody).abs() < 1e-14 && (got.occupancy - (1.0 - nobody)).abs() < 1e-14, "{got:?}");
}

/// The textbook line: 2,880 calls an hour of one minute, 50 agents.
#[test]
fn patience_of_two_minutes_shortens_the_wait_fivefold() {
    let queue = Staffed::new(48.0 / 60.0, 60.0, 50).expect("a queue");
    let (c, a) = (erlang_c(queue).expect("stable"), erlang_a(queue, 120.0, 20.0).expect("a queue"));
    let reads = |value: f64| format!("{value:.1}");
    assert_eq!([c.mean_wait, c.mean_queue, 100.0 * c.occupancy].map(reads), ["20.8", "16.7", "96.0"]);
    assert_eq!(c.wait_percentile(0.9).map(reads).as_deref(), Some("58.1"));
    assert_eq!([a.mean_wait, 100.0 * a.abandons, 100.0 * a.occupancy].map(reads), ["3.7", "3.1", "93.0"]);
}

#[test]
fn large_and_overloaded_queues_are_no_infinity() {
    for (load, agents, patience) in
        [(450.0, 500, 3.0), (5000.0, 500, 3.0), (5000.0, 500, 2000.0), (0.01, 500, 3.0), (1e5, 100_000, 1.0)]
    {
        let got = erlang_a(queue(load, agents), patience, 0.1).expect("a queue");
        assert!(
            [got.waits, got.abandons, got.in_time, got.mean_queue, got.occupancy].iter().all(|x| x.is_finite()),
            "{got:?}"
        );
        // What is not answered is given up: λ(1 − P) = Nμ · occupancy.
        assert!((load * (1.0 - got.abandons) - f64::from(agents) * got.occupancy).abs() < 1e-6 * load, "{got:?}");
    }
    let flooded = erlang_a(queue(5000.0, 500), 2000.0, 1e-3).expect("a queue");
    assert!((flooded.abandons - 0.9).abs() < 1e-6 && flooded.in_time < 1e-6, "{flooded:?}");
}

#[test]
fn what_cannot_be_is_none() {
    assert!(
        [(0.0, 1.0, 1), (1.0, f64::NAN, 1), (1.0, 1.0, 0), (1e6, 2.0, 5)]
            .iter()
            .all(|(arrivals, handle, agents)| Staffed::new(*arrivals, *handle, *agents).is_none())
    );
    assert_eq!(
        (erlang_c(queue(5.0, 5)), erlang_a(queue(5.0, 5), 0.0, 1.0), erlang_a(queue(5.0, 5), 1.0, -1.0)),
        (None, None, None)
    );
    let never = Need { service_level: 1.0, threshold: 1.0, max_occupancy: 1.0 };
    assert_eq!(agents_needed(5.0, 1.0, never), None);
    assert_eq!(erlang_c(queue(4.0, 5)).and_then(|queue| queue.wait_percentile(1.0)), None);
}
