//! Queues of steady arrivals: test vectors, and laws that hold for any queue.

mod laws;
#[path = "../support/mod.rs"]
mod support;
#[path = "../support/vectors.rs"]
mod vectors;

use serde_json::Value;
use stats::{Need, Staffed, agents_needed, erlang_a, erlang_c};

use crate::{
    support::{Close, number},
    vectors::{cases, whole},
};

fn queue(input: &Value) -> Staffed {
    let agents = u32::try_from(whole(&input["agents"])).expect("agents");
    Staffed::new(number(&input["arrivals_per_min"]), number(&input["handle_min"]), agents).expect("a queue")
}

#[test]
fn queues_whose_customers_give_up_are_those_of_the_reference() {
    for (case, close) in cases("erlang_a.json") {
        let (id, input, expected) = (case["id"].as_str().expect("id"), &case["input"], &case["expected"]);
        let got =
            erlang_a(queue(input), number(&input["patience_min"]), number(&input["target_min"])).expect("a queue");
        close.check(id, got.waits, &expected["p_wait"]);
        close.check(id, got.abandons, &expected["p_abandon"]);
        close.check(id, got.mean_queue, &expected["mean_queue"]);
        close.check(id, got.mean_wait, &expected["mean_wait_all"]);
        close.check(id, got.occupancy, &expected["occupancy"]);
        close.check(id, got.in_time, &expected["answered_within_over_offered"]);
    }
}

#[test]
fn queues_whose_customers_wait_are_those_of_the_reference() {
    for (case, close) in cases("erlang_c.json") {
        if case["input"]["agents"].is_number() { waited(&case, close) } else { staffed(&case) }
    }
}

fn waited(case: &Value, close: Close) {
    let (id, input, expected) = (case["id"].as_str().expect("id"), &case["input"], &case["expected"]);
    let queue = queue(input);
    let Some(got) = erlang_c(queue) else {
        assert_eq!(expected["unstable"], true, "{id}");
        return;
    };
    close.check(id, queue.load(), &expected["offered_load"]);
    close.check(id, queue.blocked(), &expected["blocking_b"]);
    close.check(id, got.waits, &expected["p_wait"]);
    close.check(id, got.service_level(number(&input["target_min"])), &expected["service_level"]);
    close.check(id, got.mean_wait, &expected["asa"]);
    close.check(id, got.occupancy, &expected["occupancy"]);
    close.check(id, got.mean_queue, &expected["mean_queue"]);
    close.check(id, got.wait_percentile(0.9).expect("a share"), &expected["wait_p90"]);
}

fn staffed(case: &Value) {
    let input = &case["input"];
    let need = Need {
        service_level: number(&input["service_level"]),
        threshold: number(&input["target_min"]),
        max_occupancy: number(&input["max_occupancy"]),
    };
    let agents = agents_needed(number(&input["arrivals_per_min"]), number(&input["handle_min"]), need);
    assert_eq!(agents.map(i64::from), case["expected"]["agents"].as_i64(), "{case}");
}
