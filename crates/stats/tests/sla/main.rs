//! Promises: test vectors and laws that hold on any data.

mod burn;
mod evidence;
mod formulas;
mod laws;
mod simulated;
mod states;
#[path = "../support/mod.rs"]
mod support;
#[path = "../support/vectors.rs"]
mod vectors;
