//! Contracts held against lakes: the fixtures of the design through the program, counts beside the oracle's, the whole
//! beside an evaluation from the definitions alone.

mod attributed;
mod complete;
mod filed;
mod fixtures;
mod independent;
mod kit;
mod oracle;
mod promises;
