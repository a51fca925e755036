//! What crosses crates, in one binary: the engine against an independent reading of the definitions, real exports,
//! the program itself under faults.

mod crash;
mod equality;
mod homogeneity;
mod hostile;
mod lag;
mod planted;
mod program;
mod real;
mod sampled;
mod second_engine;
mod tidy;
