//! Pure statistics behind the figures.
//!
//! Intervals; the design effect: how much more a share moves from day to day than independent contacts would; and the
//! comparison of sites on the same reasons ([`homogeneity`]).
//! Every function is checked against published numbers or test vectors; undefined is `None`, never NaN.
//!
//! Absent on purpose: I/O, dates, SQL, and anything that knows what a contact is.

mod comparisons;
mod design;
pub mod homogeneity;
mod proportion;
mod rank;

pub use comparisons::benjamini_hochberg;
pub use design::{Cluster, MIN_DAYS, design_effect};
pub use proportion::{Interval, wilson};
pub use rank::{Ranks, nearest_ranks};
