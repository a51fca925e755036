//! Transfers, callbacks and overflow: counted for who got each leg, and for the brand that has one customer waiting.

mod balance;
mod planted;
pub(crate) mod rare;
mod walked;
