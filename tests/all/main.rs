//! What crosses crates, in one binary: the engine against an independent reading of the definitions, real exports,
//! the program itself under faults.

mod calendar;
mod codes;
mod contradicted;
mod crash;
mod cut_off;
mod drop;
mod equality;
mod figures;
mod flows;
mod halves;
mod homogeneity;
mod hostile;
mod kept;
mod lag;
mod late_rows;
mod mutated;
mod parts;
mod planted;
mod program;
mod rare;
mod real;
mod sampled;
mod second_engine;
mod served;
mod simulate;
mod surface;
mod tidy;
mod transferred;
mod wire;
