//! How alike sites are for the same reasons.
//!
//! [`index`] is one number for a network: 100 less the equivalent gap, "as if half of the customers reached a site that
//! solves so many points less". What chance alone adds is taken off, so a small site is not punished for being small.
//! [`gaps`] says of each site how far it is from the others on the same reasons, and whether that is established.
//! [`split`] tells differences between providers from those between the sites of one provider.
//!
//! A stratum is whatever decides difficulty before a site touches the contact: reason, channel, language. Cells may come
//! in any order and in parts: everything is a sum over cells.

mod cells;
mod gap;
mod gap_state;
mod index;
mod split;
mod spread;
mod truth;

pub use cells::{Cell, Tally};
pub use gap::{Gap, gaps};
pub use gap_state::{Difference, GapState, MARGIN, MIN_COMPARABLE};
pub use index::{Index, Limits, State, index};
pub use split::{Split, split};
pub use spread::{Contribution, Estimate, equivalent_gap, index_of};
pub use truth::{TrueCell, true_spread};
