//! The share still open by age as a picture: made on the server, its text stays text, and its numbers stand beside it.

use std::fmt::Write as _;

use askama::Template;
use contact::Unit;
use scorecard::SurvivalPoint;

use super::{lang::Lang, table::Value, words::Words};

const HOUR_S: f64 = 3_600.0;
const DAY_S: f64 = 24.0 * HOUR_S;

/// The shortest and the longest time axis, in seconds.
const AXIS_S: (f64, f64) = (3.0 * DAY_S, 8.0 * DAY_S);

/// The plot within the picture: left, right, top, bottom.
const PLOT: (f64, f64, f64, f64) = (52.0, 410.0, 12.0, 170.0);

/// The ages at which the share is told in numbers, in hours.
const AGES_H: [f64; 9] = [4.0, 12.0, 24.0, 48.0, 72.0, 120.0, 240.0, 360.0, 720.0];

/// The ages that are promised, in hours.
const PROMISED_H: [f64; 2] = [24.0, 48.0];

/// One curve.
#[derive(Template)]
#[template(path = "curve.html")]
pub(super) struct Curve {
    words: &'static Words,
    id: String,
    title: String,
    summary: String,
    /// The curve, and the band of its interval, as paths.
    line: String,
    band: String,
    shares: Vec<Mark>,
    ages: Vec<Mark>,
    rows: Vec<Told>,
}

/// A line across the plot, and what is written at its place.
struct Mark {
    path: String,
    at: String,
    text: String,
    is_promised: bool,
}

/// The share at an age, in numbers.
struct Told {
    age: String,
    share: Value,
    interval: String,
    at_risk: String,
}

/// A curve, and until when it is known, in seconds.
#[derive(Clone, Copy)]
pub(super) struct Seen<'a> {
    pub(super) points: &'a [SurvivalPoint],
    pub(super) until: f64,
}

/// The length of the time axis that curves with these ends share, so that they can be compared.
pub(super) fn axis(ends: impl IntoIterator<Item = f64>) -> f64 {
    ends.into_iter().fold(AXIS_S.0, f64::max).min(AXIS_S.1)
}

impl Curve {
    /// The picture of a curve on an axis of so many seconds; `None` without a curve. `number` keeps its name apart from
    /// those of other pictures of the page.
    pub(super) fn new(lang: Lang, number: usize, title: String, seen: Seen<'_>, axis: f64) -> Option<Self> {
        let complaints = seen.points.first()?.at_risk.unsigned_abs();
        let said = PROMISED_H.map(|hours| seen.at(hours * HOUR_S).map(|point| point.still_open));
        Some(Self {
            words: lang.words(),
            id: format!("curve-{number}"),
            title,
            summary: lang.curve(complaints, said),
            line: seen.line(axis),
            band: seen.band(axis),
            shares: shares(lang),
            ages: ages(lang, axis),
            rows: AGES_H.into_iter().filter_map(|hours| told(lang, seen, hours)).collect(),
        })
    }
}

impl<'a> Seen<'a> {
    /// The point that holds at an age; `None` once nothing is known any more, unless nothing is left open.
    fn at(self, age: f64) -> Option<&'a SurvivalPoint> {
        let point = self.points.iter().take_while(|point| point.time_s <= age).last()?;
        (age <= self.until || point.still_open <= 0.0).then_some(point)
    }

    /// A step at each point, up to where the curve or the axis ends.
    fn line(self, axis: f64) -> String {
        self.steps(axis, |point| point.still_open)
    }

    /// Along the upper bound, and back along the lower one, from its last step to its first.
    fn band(self, axis: f64) -> String {
        let mut path = self.steps(axis, |point| point.high);
        let mut end = self.until.min(axis);
        for point in self.points.iter().rev().filter(|point| point.time_s <= axis) {
            let height = place(across(point.low));
            let _ = write!(path, "L{} {height}H{}", place(along(end, axis)), place(along(point.time_s, axis)));
            end = point.time_s;
        }
        path.push('Z');
        path
    }

    fn steps(self, axis: f64, of: impl Fn(&SurvivalPoint) -> f64) -> String {
        let mut path = String::new();
        for point in self.points.iter().filter(|point| point.time_s <= axis) {
            let (x, y) = (place(along(point.time_s, axis)), place(across(of(point))));
            let _ = if path.is_empty() { write!(path, "M{x} {y}") } else { write!(path, "H{x}V{y}") };
        }
        let _ = write!(path, "H{}", place(along(self.until.min(axis), axis)));
        path
    }
}

fn told(lang: Lang, seen: Seen<'_>, hours: f64) -> Option<Told> {
    let point = seen.at(hours * HOUR_S)?;
    Some(Told {
        age: lang.age(hours),
        share: Value::new(point.still_open, lang.value(Unit::Share, point.still_open)),
        interval: lang.interval(Unit::Share, point.low, point.high),
        at_risk: lang.count(point.at_risk.unsigned_abs()),
    })
}

/// All, half and none.
fn shares(lang: Lang) -> Vec<Mark> {
    let mark = |share: f64| {
        let at = place(across(share));
        let text = lang.value(Unit::Share, share);
        Mark { path: format!("M{} {at}H{}", PLOT.0, PLOT.1), at, text, is_promised: false }
    };
    [0.0, 0.5, 1.0].map(mark).into()
}

/// Each day of the axis; those that are promised are named, and every second one after them.
fn ages(lang: Lang, axis: f64) -> Vec<Mark> {
    let days = (1..=8_u32).filter(|day| f64::from(*day) * DAY_S <= axis);
    let mark = |day: u32| {
        let hours = f64::from(day) * 24.0;
        let is_promised = PROMISED_H.contains(&hours);
        let text = if is_promised || day.is_multiple_of(2) { lang.age(hours) } else { String::new() };
        let at = place(along(hours * HOUR_S, axis));
        Mark { path: format!("M{at} {}V{}", PLOT.2, PLOT.3), at, text, is_promised }
    };
    days.map(mark).collect()
}

fn along(seconds: f64, axis: f64) -> f64 {
    PLOT.0 + (PLOT.1 - PLOT.0) * seconds / axis
}

fn across(share: f64) -> f64 {
    PLOT.3 - (PLOT.3 - PLOT.2) * share
}

/// A place in the picture, to a tenth.
fn place(value: f64) -> String {
    format!("{value:.1}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(hours: f64, still_open: f64) -> SurvivalPoint {
        let (low, high) = (still_open - 0.05, still_open + 0.05);
        SurvivalPoint { time_s: hours * HOUR_S, still_open, low, high, at_risk: 200 }
    }

    /// What a promise is judged by must not be read off beside its line, nor be made up beyond what was seen.
    #[test]
    fn the_share_at_an_age_is_that_of_the_last_step_before_it() {
        let points = [point(0.0, 1.0), point(10.0, 0.8), point(30.0, 0.6)];
        let seen = Seen { points: &points, until: 60.0 * HOUR_S };
        let at = |hours: f64| seen.at(hours * HOUR_S).map(|point| point.still_open);
        let known = [at(4.0), at(10.0), at(24.0), at(48.0), at(60.0), at(72.0)];
        assert_eq!(known, [Some(1.0), Some(0.8), Some(0.8), Some(0.6), Some(0.6), None]);
        let over = [point(0.0, 1.0), point(10.0, 0.0)];
        let seen = Seen { points: &over, until: 10.0 * HOUR_S };
        assert_eq!(seen.at(48.0 * HOUR_S).map(|point| point.still_open), Some(0.0), "nothing is left open");
    }

    #[test]
    fn a_curve_is_drawn_in_steps_to_where_it_or_the_axis_ends() {
        let days = [axis([30.0 * DAY_S, DAY_S]), axis([DAY_S])].map(|seconds| seconds / DAY_S);
        assert_eq!(days.map(place), ["8.0", "3.0"]);
        let points = [point(0.0, 1.0), point(36.0, 0.5), point(720.0, 0.25)];
        let seen = Seen { points: &points, until: 900.0 * HOUR_S };
        assert_eq!(seen.line(AXIS_S.0), "M52.0 12.0H231.0V91.0H410.0");
        assert!(Curve::new(Lang::English, 1, String::new(), Seen { points: &[], until: 0.0 }, AXIS_S.0).is_none());
        let seen = Seen { points: &points[..2], until: 54.0 * HOUR_S };
        assert_eq!(seen.line(AXIS_S.0), "M52.0 12.0H231.0V91.0H320.5");
        let band = "M52.0 4.1H231.0V83.1H320.5L320.5 98.9H231.0L231.0 19.9H52.0Z";
        assert_eq!(seen.band(AXIS_S.0), band);
    }
}
