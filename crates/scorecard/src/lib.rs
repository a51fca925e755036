//! From rows to figures: the base scorecard, the comparison of sites, and the contacts behind a figure.
//!
//! A [`Question`] names a period, a grouping and filters; [`answer`] runs the statements of `queries/scorecard/` on a
//! view and turns their columns into [`contact::Figure`]s as the statements' headers say: value, volume, interval,
//! state. What a figure is stands in SQL; what it may claim stands here. [`homogeneity`] compares sites on the same
//! questions; a scorecard by site shows each site's gap against the rest. [`live()`] tells what waits now, what is worked on,
//! and how the day goes so far; [`decided()`] which contacts were in time or missed lately, and when that was. Rows that add
//! up are summed from what each legs file adds, which is kept (`parts`).
//! [`backlog()`], [`complaints()`] and [`repeats()`] follow contacts from their receipt on, as `queries/cases.sql` makes
//! them (`cases`). Seen by a provider, a row of a scorecard counts legs; seen by the brand, contacts whole ([`Counting`]),
//! with the same statements: `journeys` then stands for the cohort.
//!
//! Invariants: offered = answered + abandoned + flowed_out + overdue + pending (the residual is checked, and shown);
//! contacts of the brand = legs offered − legs handed over (shown as [`Conservation`]); a value is its numerator over its
//! denominator; no number without its state; **R2** sums are what the statements give over all legs at once, whatever is
//! kept; what is open is what was open before, and what came in, less what went out (checked with every answer about a
//! backlog).
//!
//! Absent on purpose: HTTP, formats for people, and any clock: `now` is part of the question.

mod answer;
mod backlog;
mod bound;
mod buckets;
mod cases;
mod cohort;
mod compared;
mod comparison;
mod complaints;
mod conservation;
mod contacts;
mod counted;
mod cuts;
mod decided;
mod discovered;
mod error;
mod excluded;
mod expected;
mod figures;
mod gaps;
mod homogeneity;
mod lifetimes;
mod live;
mod maker;
mod measure;
mod parts;
mod portioned;
mod promised;
mod question;
mod ranked;
mod repeats;
mod rows;
mod sheet;
mod state;
mod tallied;

pub use answer::{Answer, AnswerRow, LakeVersions, PeriodAnswer, answer, answer_with_previous};
pub use backlog::{BacklogAnswer, BacklogQuestion, BacklogRow, OpenCase, backlog, open_backlog};
pub use buckets::{Bucket, Grain};
pub use cohort::{every_leg, open_cohort};
pub use complaints::{ComplaintsAnswer, ComplaintsQuestion, ComplaintsRow, OpenComplaint, complaints, open_complaints};
pub use conservation::Conservation;
pub use contacts::{ContactRow, ContactsAnswer, ContactsQuestion, Cursor, contacts};
pub use counted::{
    CountName, CountQuestion, CountRun, CountSpread, CountTable, Counted, Named, count, count_open, open_counting,
};
pub use cuts::SeriesCut;
pub use decided::{DecidedQuestion, DecidedRow, PromiseTerm, decided};
pub use discovered::{DiscoveredAnswer, DiscoveredName, NameKind, discovered, open_names};
pub use error::ScorecardError;
pub use excluded::Excluded;
pub use homogeneity::{HomogeneityAnswer, HomogeneityQuestion, Rules, SideRow, StratumRow, homogeneity};
pub use lifetimes::SurvivalPoint;
pub use live::{LiveAnswer, LiveFeed, LiveQuestion, LiveRow, live};
pub use measure::Measure;
pub use parts::{Column, SmallTable, TurnLength};
pub use portioned::{Portioned, by_portion};
pub use question::{Counting, Dim, Filters, Period, Question};
pub use repeats::{RepeatRules, RepeatsAnswer, RepeatsRow, open_matters, repeats};
pub use state::{Feed, Feeds, is_late};
