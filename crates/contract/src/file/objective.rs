//! An objective as written.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_saphyr::Spanned;

use crate::terms::{
    Attribution, Better, Boundary, CalendarRole, Callback, Clock, ClockStart, Cohort, Overflow, RoundWhen, Unit,
};

/// A figure that has to reach a level in every window.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ObjectiveEntry {
    /// Its name, once in the contract.
    #[schemars(with = "String")]
    pub name: Spanned<String>,
    /// The class whose pool of credit it draws from (default `standard`).
    #[schemars(with = "Option<String>")]
    pub class: Option<Spanned<String>>,
    /// The contacts it is about, when fewer than the contract's.
    pub scope: Option<ObjectiveScopeEntry>,
    /// The figure.
    pub indicator: IndicatorEntry,
    /// The levels.
    pub levels: LevelsEntry,
    /// The windows in which it is held.
    pub time_window: Vec<TimeWindowEntry>,
    /// The share of slices that must meet a level of their own.
    pub consistency: Option<ConsistencyEntry>,
    /// Contacts below which a window says nothing.
    #[schemars(with = "Option<u64>")]
    pub min_sample: Option<Spanned<u64>>,
    /// Whether the figure is rounded before it is compared.
    pub rounding: Option<RoundingEntry>,
    /// When to alert.
    pub alerts: Option<AlertsEntry>,
    /// Why it may stand beside another objective that seems to contradict it.
    pub reconciled_by: Option<String>,
}

/// Fewer contacts than the contract's: each list that is given must hold the contact's value.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ObjectiveScopeEntry {
    /// Queues.
    #[schemars(with = "Vec<String>")]
    pub lines: Vec<Spanned<String>>,
    /// Sites.
    #[schemars(with = "Vec<String>")]
    pub sites: Vec<Spanned<String>>,
    /// Channels.
    pub channels: Vec<contact::Channel>,
    /// Reasons.
    #[schemars(with = "Vec<String>")]
    pub reasons: Vec<Spanned<String>>,
    /// Families of reasons.
    #[schemars(with = "Vec<String>")]
    pub families: Vec<Spanned<String>>,
}

/// Which figure, by which definition.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct IndicatorEntry {
    /// `service_level`, `first_response_business`, `durable_resolution`, `wait_percentile`, `backlog_age`,
    /// `homogeneity_gap`, or the id of any figure.
    #[serde(rename = "ref")]
    #[schemars(with = "String")]
    pub figure: Spanned<String>,
    /// Formula of a service level, `SL-a` to `SL-g`; the queue's own when absent.
    #[schemars(with = "Option<String>")]
    pub variant: Option<Spanned<String>>,
    /// Version of the definition.
    pub version: Option<u32>,
    /// Unit of a figure of one's own.
    pub unit: Option<Unit>,
    /// Which way a figure of one's own is better.
    pub better: Option<Better>,
    /// Its parameters.
    #[serde(default)]
    pub params: ParamsEntry,
}

/// Parameters of figures; each figure takes some.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct ParamsEntry {
    /// Waiting up to this is in time; the queue's own when absent.
    #[serde(rename = "T")]
    #[schemars(with = "Option<String>")]
    pub threshold: Option<Spanned<String>>,
    /// Abandoning up to this is short; the queue's own when absent.
    #[schemars(with = "Option<String>")]
    pub short_abandon: Option<Spanned<String>>,
    /// Where the clock starts.
    #[schemars(with = "Option<ClockStart>")]
    pub clock_start: Option<Spanned<ClockStart>>,
    /// Whether exactly the threshold is in time.
    #[schemars(with = "Option<Boundary>")]
    pub boundary: Option<Spanned<Boundary>>,
    /// How a contact counts that left the queue to be called back; as any that left it when absent.
    #[schemars(with = "Option<Callback>")]
    pub callback: Option<Spanned<Callback>>,
    /// How a contact counts that left the queue unanswered without hanging up.
    #[schemars(with = "Option<Overflow>")]
    pub overflow: Option<Spanned<Overflow>>,
    /// To which window a contact belongs.
    #[schemars(with = "Option<Attribution>")]
    pub attribution: Option<Spanned<Attribution>>,
    /// The time allowed.
    #[schemars(with = "Option<String>")]
    pub within: Option<Spanned<String>>,
    /// Whether an automatic answer stops the clock.
    #[schemars(with = "Option<bool>")]
    pub bot_stops_clock: Option<Spanned<bool>>,
    /// The role of the calendar whose open time is counted.
    #[schemars(with = "Option<CalendarRole>")]
    pub calendar: Option<Spanned<CalendarRole>>,
    /// Elapsed or business time.
    #[schemars(with = "Option<Clock>")]
    pub clock: Option<Spanned<Clock>>,
    /// Days within which a reopening undoes a resolution.
    #[schemars(with = "Option<u32>")]
    pub reopen_days: Option<Spanned<u32>>,
    /// Which contacts a window holds.
    #[schemars(with = "Option<Cohort>")]
    pub cohort: Option<Spanned<Cohort>>,
    /// The share of contacts a percentile speaks of, such as 0.95.
    #[schemars(with = "Option<f64>")]
    pub p: Option<Spanned<String>>,
    /// The longest accepted value of a percentile: the expected level, said again.
    #[schemars(with = "Option<String>")]
    pub max: Option<Spanned<String>>,
}

/// Levels: shares from 0 to 1, durations with a unit, or points, as the figure has it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LevelsEntry {
    /// Below this it is not the service that was bought.
    #[schemars(with = "Option<Number>")]
    pub floor: Option<Spanned<String>>,
    /// What decides: met or breached.
    #[schemars(with = "Number")]
    pub expected: Spanned<String>,
    /// What is aimed at.
    #[schemars(with = "Option<Number>")]
    pub target: Option<Spanned<String>>,
}

/// A number, or a text that carries its unit.
#[derive(Debug, JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "says in the schema what a level looks like; levels are read as text, to the last digit")]
pub enum Number {
    /// A share, or points.
    Plain(f64),
    /// A duration, such as `15m`.
    Text(String),
}

/// A window that repeats by the calendar, or that ends now.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct TimeWindowEntry {
    /// A number with `d`, `w`, `M`, `Q` or `Y`.
    #[schemars(with = "String")]
    pub duration: Spanned<String>,
    /// Whether it ends at every day's end instead of following the calendar.
    #[serde(default)]
    pub is_rolling: bool,
    /// Where windows of the calendar begin; at the first of the month, Monday, first of January when absent.
    pub calendar: Option<WindowCalendarEntry>,
}

/// Where windows begin.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct WindowCalendarEntry {
    /// Start of one of them, such as `2025-01-22 00:00:00`.
    #[schemars(with = "String")]
    pub start_time: Spanned<String>,
    /// The contract's zone, said again.
    #[schemars(with = "Option<String>")]
    pub time_zone: Option<Spanned<String>>,
}

/// The share of slices that must meet a level of their own.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ConsistencyEntry {
    /// Length of a slice, such as `30m`.
    #[schemars(with = "String")]
    pub slice: Spanned<String>,
    /// The level a slice must reach.
    #[schemars(with = "Number")]
    pub slice_target: Spanned<String>,
    /// The share of slices that must reach it.
    #[schemars(with = "f64")]
    pub min_share_of_slices: Spanned<String>,
    /// Contacts below which a slice is left out (default 1).
    #[schemars(with = "Option<u64>")]
    pub min_contacts_per_slice: Option<Spanned<u64>>,
}

/// Whether the figure is rounded before it is compared.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RoundingEntry {
    /// Decimals of the percentage, 0 to 4.
    #[schemars(with = "u32")]
    pub decimals: Spanned<u32>,
    /// Before the comparison, or only to be shown.
    pub when: RoundWhen,
}

/// When to alert.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct AlertsEntry {
    /// Chances of a miss at which to alert, such as `[0.5, 0.8]`.
    #[schemars(with = "Vec<f64>")]
    pub p_miss: Vec<Spanned<String>>,
    /// Whether to alert when the level can no longer be met.
    pub lost: bool,
    /// Whether to alert when misses come too fast for the window (default yes).
    pub burn: Option<bool>,
    /// The calendar in whose open time people may be called; alerts wait outside of it.
    #[schemars(with = "Option<String>")]
    pub quiet_hours: Option<Spanned<String>>,
}
