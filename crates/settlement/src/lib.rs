//! At the table with the provider: its own figures explained beside ours, and statements of a period that stay as they
//! were.
//!
//! [`reconcile()`] takes what a provider declares ([`declared`]) and walks from our figure to its own, one rule at a time in
//! a stated order: formula, threshold, short abandons, site, day, zone, exclusions, missing contacts. Every step counts
//! the same legs anew by one statement of `queries/reconcile/`, with one rule changed; what no step explains is the
//! remainder. Rules that the file does not state are searched: the fewest changes that explain all cells.
//!
//! [`seal()`] makes the statement of a month, figures and contracts with the hashes of all that they were computed by, and
//! [`keep()`] keeps it in the journal. [`verify()`] makes it again: as of the same instant it says the same, or which
//! definition, network or contract is another; as of now it says what moved since, and from which feed the late events
//! came.
//!
//! Invariants kept here:
//! - **exact** the parts of a difference add up to it, in contacts; a share is compared to the digits it was declared in;
//! - **counted, not fitted** no part comes from anything but two counts of the same legs, but for the missing contacts of
//!   a provider that gives no list of them: those are told from its own counts, and said to be;
//! - **S1** a sealed statement keeps its bytes, which are read only with the hash they were sealed with, and made again from
//!   what was known then, by the same texts and files, it is equal; sealing a month again makes another version;
//! - every mistake of a declared file is told with its line and what would be right, and none of it is used then.
//!
//! What is said of a rule or of a mistake is said in French and in English.
//!
//! Absent on purpose: HTTP, pages and tables for people, and any clock.

pub mod declared;
mod error;
mod reconcile;
mod rows;
mod seal;

pub use error::SettlementError;
pub use reconcile::{
    Counts, DayOf, Known, LeftOut, LevelStep, LevelWalk, Measure, MeasureWalk, MissingContact, Part, Parts,
    ReconcileAnswer, ReconcileLine, ReconcileQuestion, ReconciledCell, ReconciledGroup, RuleAnswer, SearchAnswer,
    SiteOf, Stated, Step, StepChange, StepPart, Term, open_reconcile, reconcile, sets,
};
pub use seal::{
    Because, Changed, Ground, LateFeed, LatePlace, Moved, MovedFigure, MovedMoney, MovedWindow, Number, SealQuestion,
    Sealed, SealedContract, SealedFigure, SealedFile, SealedLine, SealedMoney, SealedRow, SealedWindow, Statement,
    Verification, VerifyQuestion, find, keep, list, month, seal, verify,
};
