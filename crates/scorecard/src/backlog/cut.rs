//! The period of a backlog in stretches, with the spans over which its pace is taken; and what of it can count anything of
//! some legs. Pure.

use contact::{Instant, Network};

use super::pace::windows;
use crate::{
    Bucket, Question, ScorecardError,
    bound::{FlowSpan, moments, spans, standing_at},
    buckets::buckets,
    cases::{Beside, Span},
};

/// Stretches of one answer, at most: each open case is held against the end of each.
const STRETCHES: usize = 400;

/// The period as far as it has come.
pub(super) struct Cut {
    /// Its stretches; those that run end at `now`.
    pub(super) stretches: Vec<Bucket>,
    /// The start of each stretch, and the end of the last: what happens at that instant is not yet in it.
    pub(super) moments: Vec<Instant>,
    /// The spans of the flows: the stretches under their own numbers, then those of [`Cut::pace`] and [`Cut::before`].
    pub(super) spans: Vec<FlowSpan>,
    /// What else decides what a leg adds.
    asked: String,
}

impl Cut {
    /// Cuts the period of a question at its `now`, which is within.
    ///
    /// # Errors
    /// A period that has not begun, or more than 400 stretches.
    pub(super) fn of(network: &Network, question: &Question) -> Result<Self, ScorecardError> {
        let end = question.period.to.min(question.now.plus_micros(1));
        let mut stretches = buckets(&question.period, question.grain)?;
        stretches.retain(|stretch| stretch.from < end);
        for stretch in &mut stretches {
            stretch.to = stretch.to.min(end);
        }
        if stretches.is_empty() {
            let message = format!("the period begins after now, {}; give an earlier one", question.now);
            return Err(ScorecardError::question("from", message));
        }
        if stretches.len() > STRETCHES {
            let message = format!("the period has over {STRETCHES} stretches of this grain; use a coarser one");
            return Err(ScorecardError::question("grain", message));
        }
        let moments = stretches.iter().map(|stretch| stretch.from).chain([end]).collect();
        let asked = format!("{:?} {:?}", question.by, question.filters);
        let mut cut = Self { stretches, moments, spans: Vec::new(), asked };
        cut.spans = cut.flows(network, question);
        Ok(cut)
    }

    fn flows(&self, network: &Network, question: &Question) -> Vec<FlowSpan> {
        let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let mut all = Vec::new();
        for (stretch, Bucket { from, to }) in self.stretches.iter().enumerate() {
            all.push(FlowSpan { number: number(stretch), calendar: None, from: *from, to: *to });
            let pace = windows(network, &question.period.zone, *to, number(self.pace(stretch)));
            if let Some(first) = pace.iter().map(|window| window.from).min() {
                let (from, to) = (Instant::BEGINNING, first.plus_micros(1));
                all.push(FlowSpan { number: number(self.before(stretch)), calendar: None, from, to });
            }
            all.extend(pace);
        }
        all
    }

    /// The number of what came in and went out over the open days before the end of a stretch.
    pub(super) fn pace(&self, stretch: usize) -> usize {
        self.stretches.len() + stretch
    }

    /// The number of what came in and went out until these open days had begun.
    pub(super) fn before(&self, stretch: usize) -> usize {
        2 * self.stretches.len() + stretch
    }

    /// The end of the last stretch, and its number among the moments.
    pub(super) fn end(&self) -> (i64, Instant) {
        let last = self.moments.len().saturating_sub(1);
        (i64::try_from(last).unwrap_or(i64::MAX), self.moments.last().copied().unwrap_or(Instant::FOREVER))
    }

    /// The moments but for the last, and the spans, as far as legs of this span can count in them: nothing is open before it,
    /// and nothing happens beyond it. What moves with `now` is not among them, once all has happened.
    pub(super) fn counting(&self, span: Span) -> Result<Beside, ScorecardError> {
        let inner = self.moments.len().saturating_sub(1);
        let after = |(_, at): &(i64, Instant)| at.as_micros() > span.first;
        let instants: Vec<(i64, Instant)> = (0..).zip(self.moments[..inner].iter().copied()).filter(after).collect();
        let within = |at: Instant| {
            Instant::from_micros(at.as_micros().clamp(span.first, span.last.saturating_add(1))).unwrap_or(at)
        };
        let clamped =
            self.spans.iter().map(|flow| FlowSpan { from: within(flow.from), to: within(flow.to), ..flow.clone() });
        let flows: Vec<FlowSpan> = clamped.filter(|flow| flow.from < flow.to).collect();
        let end = within(self.end().1);
        Ok(Beside {
            name: format!("{} {instants:?} {flows:?} {end}", self.asked),
            until_us: instants.iter().map(|(_, at)| at.as_micros()).max().unwrap_or(span.last),
            bounds: vec![moments(&instants)?, spans(&flows)?, standing_at(end)?],
        })
    }

    /// The end of the last stretch, as far as legs of this span can tell it from a later one.
    pub(super) fn standing(&self, span: Span) -> Result<Beside, ScorecardError> {
        let (_, end) = self.end();
        let at = Instant::from_micros(end.as_micros().min(span.last.saturating_add(1))).unwrap_or(end);
        Ok(Beside { name: at.to_string(), until_us: span.last, bounds: vec![standing_at(at)?] })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use jiff::tz::TimeZone;

    use super::*;
    use crate::{Filters, Grain, Period};

    const NETWORK: &str = "{brand: b, zone: UTC, providers: [{name: p}]}";

    fn cut(now: &str, grain: Option<Grain>) -> Cut {
        let question = Question {
            period: Period::parse("2026-06-01", "2026-06-04", TimeZone::UTC).expect("a period"),
            by: BTreeSet::new(),
            grain,
            filters: Filters::default(),
            now: now.parse().expect("a time"),
            as_of: Instant::FOREVER,
            formula: None,
            threshold: None,
            counting: crate::Counting::default(),
            customers: BTreeMap::new(),
        };
        Cut::of(&Network::parse(NETWORK).expect("a network"), &question).expect("a period that has begun")
    }

    fn span(first: &str, last: &str) -> Span {
        let micros = |text: &str| text.parse::<Instant>().expect("a time").as_micros();
        Span { first: micros(first), last: micros(last) }
    }

    /// Else every question would count every file anew, for no two are asked at the same instant.
    #[test]
    fn a_later_now_counts_the_same_of_what_is_over() {
        let names = |last: &str| {
            let of = |now: &str| {
                let cut = cut(now, Some(Grain::Day));
                let span = span("2026-06-01T08:00:00Z", last);
                (cut.counting(span).expect("bounds").name, cut.standing(span).expect("bounds").name)
            };
            [of("2026-06-03T12:00:00Z"), of("2026-06-03T12:00:01Z")]
        };
        let [one, other] = names("2026-06-03T11:00:00Z");
        assert_eq!(one, other);
        let [one, other] = names("2026-06-03T12:00:00Z");
        assert_eq!(one, other, "what happens at `now` has happened");
        // Only as long as events of the future are not folded.
        let [one, other] = names("2026-06-03T13:00:00Z");
        assert!(one.0 != other.0 && one.1 != other.1);
    }

    #[test]
    fn other_cuts_of_what_happened_have_other_names() {
        let told = |now: &str, grain, first: &str| {
            cut(now, grain).counting(span(first, "2026-06-03T11:00:00Z")).expect("bounds").name
        };
        let (noon, day) = ("2026-06-03T12:00:00Z", Some(Grain::Day));
        let names = BTreeSet::from([
            told(noon, None, "2026-06-01T08:00:00Z"),
            told(noon, day, "2026-06-01T08:00:00Z"),
            told(noon, Some(Grain::Hour), "2026-06-01T08:00:00Z"),
            told("2026-06-03T10:59:59Z", day, "2026-06-01T08:00:00Z"),
            told(noon, day, "2026-06-02T08:00:00Z"),
        ]);
        assert_eq!(names.len(), 5, "{names:#?}");
    }

    /// Each file is counted in the inner moments only; the last one is that of the cases that stand.
    #[test]
    fn the_last_moment_is_counted_apart() {
        let cut = cut("2026-06-03T12:00:00Z", Some(Grain::Day));
        assert_eq!((cut.moments.len(), cut.end().0), (4, 3));
        let beside = cut.counting(span("2026-06-01T08:00:00Z", "2026-06-03T11:00:00Z")).expect("bounds");
        let rows = |name: &str| {
            let bound = beside.bounds.iter().find(|bound| bound.name == name).expect("a table");
            bound.rows.num_rows()
        };
        // At midnight of the second and the third day; and three days, each with its pace and what was before.
        assert_eq!(rows("moments"), 2);
        assert!(rows("spans") >= 3, "{}", beside.name);
    }
}
