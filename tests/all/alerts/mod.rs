//! Alerts on the real program: an outage is told in time, everything is delivered whatever happens, and Prometheus and its
//! Alertmanager understand what they are given.

mod contracts;
mod delivery;
mod ecosystem;
mod outage;
mod quick;
mod results;
#[path = "../../../crates/alert/tests/alert/server.rs"]
#[expect(dead_code, reason = "receivers of the crate's own tests, which behave in more ways than are needed here")]
mod server;
mod support;
