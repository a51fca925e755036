//! What waits now: against the definitions, in situations worked out by hand, and through the program.

mod equal;
mod served;
mod situations;
