//! Pure statistics behind the figures.
//!
//! Intervals and the design effect: how much more a share moves from day to day than independent contacts would.
//! Every function is checked against published numbers or test vectors; undefined is `None`, never NaN.
//!
//! Absent on purpose: I/O, dates, SQL, and anything that knows what a contact is.

mod design;
mod proportion;

pub use design::{Cluster, MIN_DAYS, design_effect};
pub use proportion::{Interval, wilson};
