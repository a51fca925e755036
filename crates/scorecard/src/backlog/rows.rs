//! The rows of a backlog: which there are, and the figures of each.

use std::collections::{BTreeMap, BTreeSet};

use contact::{Figure, Network, NoValue};
use engine::Catalog;

use super::{
    BacklogQuestion, BacklogRow, Cut, Sources,
    pace::{DAYS, Pace},
};
use crate::{
    Bucket, Feeds, ScorecardError,
    expected::{Dims, expected, providers_of},
    figures::{Columns, Standing},
    maker::{Maker, Number, Told, none},
    rows::RowKey,
    state::is_late,
    tallied::Tallied,
};

/// Levels at the end of a stretch that are sums.
const LEVELS: [&str; 9] = [
    "backlog",
    "backlog_0_24h",
    "backlog_24_48h",
    "backlog_2_5d",
    "backlog_5_15d",
    "backlog_over_15d",
    "backlog_unanswered",
    "backlog_complaints",
    "backlog_past_due",
];

/// What came in and went out over a stretch.
const FLOWS: [&str; 7] = [
    "backlog_received",
    "backlog_reopened",
    "backlog_resolved",
    "backlog_closed",
    "backlog_abandoned",
    "backlog_cancelled",
    "backlog_net_flow",
];

/// Everything the rows are made from.
pub(super) struct Sheet<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) network: &'a Network,
    pub(super) feeds: &'a Feeds,
    pub(super) asked: &'a BacklogQuestion,
    pub(super) cut: &'a Cut,
    pub(super) sources: &'a Sources,
    pub(super) levels: &'a Tallied<'a>,
    pub(super) flows: &'a Tallied<'a>,
    pub(super) oldest: &'a Tallied<'a>,
}

impl Sheet<'_> {
    /// Every row, in the order of key and time.
    pub(super) fn rows(&self) -> Result<Vec<BacklogRow>, ScorecardError> {
        let mut rows = Vec::new();
        for dims in self.keys() {
            for stretch in 0..self.cut.stretches.len() {
                rows.push(self.row(&dims, stretch)?);
            }
        }
        Ok(rows)
    }

    /// The groupings of which anything is open, or came in or went out of late.
    fn keys(&self) -> BTreeSet<Dims> {
        let of_late = |key: &&RowKey| key.bucket < self.cut.before(0);
        let seen = self.levels.keys().chain(self.flows.keys().filter(of_late));
        expected(self.network, &self.asked.question, seen)
    }

    /// The sum over rows and stretches of how far levels and flows are apart.
    pub(super) fn residual(&self) -> Result<i64, ScorecardError> {
        let mut residual = 0;
        for dims in self.keys() {
            for stretch in 0..self.cut.stretches.len() {
                let open = |moment| self.levels.sum(&RowKey { dims: dims.clone(), bucket: moment }, "open");
                let flow = RowKey { dims: dims.clone(), bucket: stretch };
                let net = self.flows.sum(&flow, "net")?;
                residual += (open(stretch + 1)? - open(stretch)? - net).abs();
            }
        }
        Ok(residual)
    }

    fn row(&self, dims: &Dims, stretch: usize) -> Result<BacklogRow, ScorecardError> {
        let key = |number: usize| RowKey { dims: dims.clone(), bucket: number };
        let (before, after, flow) = (key(stretch), key(stretch + 1), key(stretch));
        let standing = self.standing(dims, stretch);
        let mut figures: Vec<Figure> = Vec::new();
        for id in LEVELS {
            figures.push(self.levels.figure(id, &after, standing)?);
        }
        figures.push(self.levels.figure("backlog_before", &before, standing)?);
        let open = self.levels.sum(&after, "open")?;
        if stretch + 1 == self.cut.stretches.len() {
            let of = self.oldest.most(&after, "oldest_us")?;
            let oldest = Columns { of, per: None, n: open, clusters: Vec::new() };
            figures.push(self.oldest.made("backlog_oldest_s", &oldest, standing)?);
        }
        for id in FLOWS {
            figures.push(self.flows.figure(id, &flow, standing)?);
        }
        let is_new = self.flows.sum(&key(self.cut.before(stretch)), "received")? == 0;
        figures.extend(self.forecast(self.pace(&key(self.cut.pace(stretch)), open)?, is_new, standing)?);
        let question = &self.asked.question;
        let shown = |bucket: &Bucket| Bucket { from: bucket.from, to: bucket.to.min(question.now) };
        let bucket = question.grain.and(self.cut.stretches.get(stretch).map(shown));
        let figures = figures.into_iter().map(|figure| (figure.id.clone(), figure)).collect::<BTreeMap<_, _>>();
        Ok(BacklogRow { key: dims.clone(), bucket, figures })
    }

    fn pace(&self, key: &RowKey, open: i64) -> Result<Pace, ScorecardError> {
        let sum = |columns: &[&str]| -> Result<i64, ScorecardError> {
            columns.iter().map(|column| self.flows.sum(key, column)).sum()
        };
        Ok(Pace {
            open,
            entered: sum(&["received", "reopened"])?,
            left: sum(&["resolved", "closed", "abandoned", "cancelled"])?,
            cleared: sum(&["resolved", "closed"])?,
        })
    }

    /// What follows from the pace; nothing where cases have come in for less long than it is taken over.
    fn forecast(&self, pace: Pace, is_new: bool, standing: Standing) -> Result<Vec<Figure>, ScorecardError> {
        let maker = Maker::of(self.catalog, "backlog_flows", standing.provisional)?;
        let nothing = standing.nothing.or(is_new.then_some(NoValue::TooFew));
        let told = |number: Option<Number>| -> Told {
            match (nothing, number) {
                (Some(reason), _) => none(reason),
                (None, Some(number)) => Ok(number),
                (None, None) => none(NoValue::TooFew),
            }
        };
        let ratio = |(numerator, denominator)| Number::ratio(numerator, denominator);
        let work = told(pace.days_of_work().map(ratio));
        let mut figures = vec![
            maker.figure("backlog_days", pace.cleared, work, None)?,
            maker.figure("backlog_in_per_day", pace.entered, told(Some(daily(pace.entered))), None)?,
            maker.figure("backlog_out_per_day", pace.left, told(Some(daily(pace.left))), None)?,
            maker.figure("backlog_in_7d", pace.entered, told(Some(Number::plain(pace.in_a_week()))), None)?,
        ];
        let limit = self.asked.limit_days;
        // Without any clearance there are no days of work to be too many.
        let saturated = pace.days_of_work().and_then(|_| pace.saturated_in(limit));
        for (id, days) in [("backlog_saturated_in_days", saturated), ("backlog_cleared_in_days", pace.cleared_in())] {
            if let (None, Some(days)) = (nothing, days) {
                figures.push(maker.figure(id, pace.entered, Ok(Number::plain(days)), None)?);
            }
        }
        Ok(figures)
    }

    fn standing(&self, dims: &Dims, stretch: usize) -> Standing {
        let question = &self.asked.question;
        let judged_at = question.now.min(question.as_of);
        let mut providers = providers_of(self.network, question, dims);
        if providers.is_empty() {
            providers = self.network.providers.keys().map(ToString::to_string).collect();
        }
        let any = |wanted: &dyn Fn(&String) -> bool| providers.iter().any(wanted);
        let nothing = if any(&|provider| self.sources.speaking.contains(provider)) {
            None
        } else if any(&|provider| self.sources.silent.contains(provider)) {
            Some(NoValue::NoData)
        } else if any(&|provider| self.feeds.contains_key(provider.as_str())) {
            Some(NoValue::NoTraffic)
        } else {
            Some(NoValue::NoData)
        };
        let late = any(&|provider| is_late(self.network, self.feeds, provider, judged_at));
        let runs = self.cut.stretches.get(stretch).is_none_or(|stretch| stretch.to > judged_at);
        Standing { nothing, unsaid: false, provisional: late || runs }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of cases are far below 2^53")]
fn daily(count: i64) -> Number {
    Number::ratio(count as f64, DAYS as f64)
}
