//! The simulator from outside: what it says, what it counts, and whether its queues are those of the theory.

mod delivery;
mod fidelity;
mod followed;
mod hypermarket;
mod lines;
mod planted;
mod recount;
mod stability;
mod support;
mod unchanged;
