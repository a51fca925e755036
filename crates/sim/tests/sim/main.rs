//! The simulator from outside: what it says, what it counts, and whether its queues are those of the theory.

mod delivery;
mod desks;
mod fidelity;
mod followed;
mod hypermarket;
mod lines;
mod networks;
mod planted;
mod recount;
mod rotting;
mod stability;
mod support;
mod unchanged;
