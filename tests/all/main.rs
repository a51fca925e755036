//! What crosses crates, in one binary: the engine against an independent reading of the definitions, real exports,
//! the program itself under faults.

#![expect(clippy::panic, reason = "this is how a test fails")]

mod alerts;
mod backlog;
mod calendar;
mod cases;
mod codes;
mod complaints;
mod contract;
mod contradicted;
mod crash;
mod cut_off;
mod decided;
mod declared;
mod drop;
mod equality;
mod evaluation;
mod figures;
mod flows;
mod halves;
mod homogeneity;
mod hostile;
mod kept;
mod lag;
mod late_rows;
mod live;
mod mistaken;
mod mutated;
mod older;
mod parts;
mod planted;
mod planted_cases;
mod planting;
mod program;
mod rare;
mod read;
mod real;
mod reconcile;
mod repeats;
mod sampled;
mod seal;
mod second_engine;
mod served;
mod simulate;
mod surface;
mod tidy;
mod transferred;
mod unread;
mod wire;
mod written;
