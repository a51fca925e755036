//! Promises: test vectors and laws that hold on any data.

mod states;
#[path = "../support/mod.rs"]
mod support;
mod vectors;
