//! A contract as it is understood: every word, number and date of it a type.

mod commercial;
mod indicator;
mod objective;
mod relieving;
mod share;
mod window;
mod words;

pub use commercial::{Band, Commercial, EarnBack, Outcome, Stake};
pub use indicator::{Direct, Indicator, Metric, direct};
pub use objective::{AlertRules, Consistency, Levels, Objective, ObjectiveScope, ReadAt, Rounding, Way};
pub use relieving::{Completeness, Exclusion, Forecast, Lock, LockError, OverVolume};
pub use share::{Level, Points, Share, ValueError};
pub use window::{Span, TimeWindow, WindowError, WindowUnit};
pub use words::{
    AcceptedBy, Attribution, Better, Boundary, CalendarRole, Callback, Clock, ClockStart, Cohort, Decided, Effect,
    LevelName, Mode, OnShortfall, OverRelief, Overflow, RoundWhen, SourceOfTruth, SurplusRule, Unit,
};
