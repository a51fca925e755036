//! How many contacts, or slices, are still to come.

use std::collections::BTreeMap;

use contact::Instant;
use jiff::{ToSpan, civil::Date, tz::TimeZone};
use stats::sla::Remaining;

use crate::{closed::DayCount, facts::whole_day, terms::Span};

/// The rest of a window: from now to its end.
#[derive(Debug, Clone, Copy)]
pub struct Rest<'r> {
    /// Now, and the end of the window.
    pub span: Span,
    /// The locked forecast of each local day that has one, in the scope of the contract.
    pub foreseen: &'r BTreeMap<Date, u64>,
}

/// The days before now, today included.
pub(super) struct Past<'p> {
    /// What was counted.
    pub(super) days: &'p BTreeMap<Date, DayCount>,
    /// Contacts offered in the scope of the contract.
    pub(super) volumes: &'p BTreeMap<Date, u64>,
}

/// Whole weeks below which their spread says nothing.
const MIN_WEEKS: u64 = 2;

/// How many are to come. `None` when neither a whole day of the past nor a forecast lets one foresee any.
///
/// Most likely: of each day its forecast, times the share that the objective had of the volume lately; without one the
/// mean of the same weekday lately, or of all days in a first week. Of today, what is lacking to that. The fewest and the
/// most: as the lowest and highest whole week lately was to the mean of weeks, and at least a tenth apart; half and twice
/// when there are fewer than two. A day that is busier than foreseen is not over when what was foreseen has come: it may go
/// on as it began.
pub(super) fn to_come(zone: &TimeZone, rest: &Rest<'_>, past: &Past<'_>) -> Option<Remaining> {
    let day_of = |at: Instant| zone.to_datetime(at.to_timestamp()).date();
    let today = day_of(rest.span.from);
    if rest.span.to <= rest.span.from {
        return Remaining::new(0, 0, 0);
    }
    let whole = Whole::of(past, today);
    let end = day_of(rest.span.to.plus_micros(-1));
    let expected = |day: Date| {
        let scaled = rest.foreseen.get(&day).and_then(|forecast| whole.of_forecast(*forecast, past.volumes));
        scaled.or_else(|| whole.usual(day))
    };
    let (of_today, came) = (expected(today)?, so_far(past, today));
    let busier = if came >= of_today { going_on(zone, rest.span.from, today, came) } else { 0 };
    let mut mid = of_today.saturating_sub(came);
    for day in today.series(1.day()).skip(1).take_while(|day| *day <= end) {
        mid = mid.saturating_add(expected(day)?);
    }
    let (low, high) = whole.spread(mid);
    let high = high.saturating_add(busier);
    let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    Remaining::new(count(low), count(mid), count(high))
}

/// What came today, counted or not yet.
fn so_far(past: &Past<'_>, today: Date) -> u64 {
    past.days.get(&today).map_or(0, |day| day.total + day.pending)
}

/// What comes today if it goes on as it began.
fn going_on(zone: &TimeZone, now: Instant, today: Date, came: u64) -> u64 {
    let Some(day) = whole_day(today, zone) else { return 0 };
    let (gone, left) = (now.micros_since(day.from).max(1), day.to.micros_since(now).max(0));
    let more = u128::from(came) * u128::from(left.unsigned_abs()) / u128::from(gone.unsigned_abs());
    u64::try_from(more).unwrap_or(u64::MAX)
}

/// The whole days of the past, from the first on which anything was counted to yesterday.
struct Whole {
    days: Vec<(Date, u64)>,
    first: Option<Date>,
}

impl Whole {
    fn of(past: &Past<'_>, today: Date) -> Self {
        let counted = |day: &Date| past.days.get(day).map_or(0, |count| count.total);
        let first = past.days.iter().find(|(day, count)| count.total > 0 && **day < today).map(|(day, _)| *day);
        let each = first.into_iter().flat_map(|first| first.series(1.day()).take_while(|day| *day < today));
        Self { days: each.map(|day| (day, counted(&day))).collect(), first }
    }

    /// The mean of the same weekday, or of all days where there was none; `None` without a day.
    fn usual(&self, day: Date) -> Option<u64> {
        let same: Vec<u64> =
            self.days.iter().filter(|(known, _)| known.weekday() == day.weekday()).map(|(_, count)| *count).collect();
        mean(&same).or_else(|| mean(&self.days.iter().map(|(_, count)| *count).collect::<Vec<_>>()))
    }

    /// The part of a forecast of all contacts that falls to the objective, as it did lately; `None` without a day.
    fn of_forecast(&self, forecast: u64, volumes: &BTreeMap<Date, u64>) -> Option<u64> {
        let own: u128 = self.days.iter().map(|(_, count)| u128::from(*count)).sum();
        let all: u128 = volumes
            .range(self.first?..)
            .take_while(|(day, _)| self.holds(**day))
            .map(|(_, count)| u128::from(*count))
            .sum();
        (all > 0).then(|| rounded(u128::from(forecast) * own, all))
    }

    fn holds(&self, day: Date) -> bool {
        self.days.last().is_some_and(|(last, _)| day <= *last)
    }

    /// The fewest and the most, when `mid` are most likely.
    fn spread(&self, mid: u64) -> (u64, u64) {
        let weeks: Vec<u64> =
            self.days.rchunks_exact(7).map(|week| week.iter().map(|(_, count)| *count).sum()).collect();
        let (count, sum) = (weeks.len() as u64, weeks.iter().map(|week| u128::from(*week)).sum::<u128>());
        if count < MIN_WEEKS || sum == 0 {
            return (mid / 2, mid.saturating_mul(2));
        }
        let scaled =
            |week: Option<&u64>| rounded(u128::from(mid) * u128::from(count) * u128::from(*week.unwrap_or(&0)), sum);
        let (low, high) = (scaled(weeks.iter().min()), scaled(weeks.iter().max()));
        (low.min(mid - mid / 10), high.max(mid.saturating_add(mid.div_ceil(10))))
    }
}

fn mean(counts: &[u64]) -> Option<u64> {
    let sum = counts.iter().map(|count| u128::from(*count)).sum();
    (!counts.is_empty()).then(|| rounded(sum, counts.len() as u128))
}

/// A quotient, rounded half up.
fn rounded(num: u128, den: u128) -> u64 {
    u64::try_from((2 * num + den) / (2 * den)).unwrap_or(u64::MAX)
}
