//! Pure statistics behind the figures.
//!
//! Intervals ([`wilson`]); the design effect ([`design_effect`]): how much more a share moves from day to day than
//! independent contacts would; nearest ranks ([`nearest_ranks`]); the comparison of sites on the same reasons
//! ([`homogeneity`]); and promises ([`sla`]): kept or not, the chance that they will be, how fast their allowance goes.
//! How long cases take of which some are still open ([`kaplan_meier`]), what a number of agents can promise
//! ([`erlang_a`], [`erlang_c`]), and the formulas of the service level side by side ([`Outcomes`]).
//!
//! Invariants kept here:
//! - **undefined is `None`**, never NaN, and shares, intervals and probabilities stay in their ranges;
//! - **order means nothing**: a comparison of the same cells in any order, in any parts and under any numbers for sites
//!   and reasons says the same;
//! - **held to others' numbers**: every formula names its source, and is checked against published numbers or the vectors
//!   of another implementation.
//!
//! Absent on purpose: I/O, dates, SQL, and anything that knows what a contact is.

mod comparisons;
mod design;
mod erlang;
pub mod homogeneity;
mod proportion;
mod rank;
mod service_level;
pub mod sla;
mod survival;

pub use comparisons::benjamini_hochberg;
pub use design::{Cluster, MIN_DAYS, design_effect};
pub use erlang::{ErlangA, ErlangC, MAX_LOAD, Need, Staffed, agents_needed, erlang_a, erlang_c};
pub use proportion::{Interval, wilson};
pub use rank::{Ranks, nearest_ranks};
pub use service_level::{Fraction, Outcomes, ServiceLevels};
pub use survival::{Percentile, Spell, Step, Survival, kaplan_meier};
