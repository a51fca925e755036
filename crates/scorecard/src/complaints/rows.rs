//! The rows of an answer about complaints, and the list of those that are open.

use std::collections::{BTreeMap, BTreeSet};

use contact::{Instant, Network, NoValue};

use super::{ComplaintsRow, OpenComplaint};
use crate::{
    Bucket, Feeds, Question, ScorecardError,
    backlog::seconds,
    expected::{Dims, expected, providers_of, silence},
    figures::Standing,
    lifetimes::{Lifetimes, Times},
    maker::{Maker, SUPPRESSED, Told, none},
    rows::{RowKey, Rows},
    state::is_late,
    tallied::Tallied,
};

/// Figures that are counts, or shares of counts.
const COUNTED: [&str; 9] = [
    "complaints",
    "complaints_resolved",
    "complaints_open",
    "complaints_beyond_48h",
    "complaints_24h",
    "complaints_48h",
    "complaints_24h_business",
    "complaints_48h_business",
    "complaints_48h_of_resolved",
];

/// Percentiles by clock; with fewer complaints than the last number, none.
const TIMES: [(&str, &str, u8, i64); 4] = [
    ("complaint_p50_s", "elapsed", 50, 1),
    ("complaint_p90_s", "elapsed", 90, 10),
    ("complaint_p50_business_s", "business", 50, 1),
    ("complaint_p90_business_s", "business", 90, 10),
];

/// Everything the rows are made from.
pub(super) struct Sheet<'a> {
    pub(super) network: &'a Network,
    pub(super) feeds: &'a Feeds,
    pub(super) question: &'a Question,
    pub(super) wanted: &'a [Bucket],
    pub(super) silent: &'a BTreeSet<String>,
    pub(super) cells: &'a Tallied<'a>,
    pub(super) times: &'a Times<'a>,
}

impl<'a> Sheet<'a> {
    /// Every row, in the order of key and time.
    pub(super) fn rows(
        &self,
        maker: impl Fn(Standing) -> Result<Maker<'a>, ScorecardError>,
    ) -> Result<Vec<ComplaintsRow>, ScorecardError> {
        let mut rows = Vec::new();
        for dims in expected(self.network, self.question, self.cells.keys()) {
            for bucket in 0..self.wanted.len() {
                rows.push(self.row(RowKey { dims: dims.clone(), bucket }, &maker)?);
            }
        }
        Ok(rows)
    }

    fn row(
        &self,
        key: RowKey,
        maker: &impl Fn(Standing) -> Result<Maker<'a>, ScorecardError>,
    ) -> Result<ComplaintsRow, ScorecardError> {
        let mut figures = BTreeMap::new();
        let standing = self.standing(&key)?;
        for id in COUNTED {
            let provisional = standing.provisional || self.cells.unsettled(id, &key)?;
            figures.insert(id.to_owned(), self.cells.figure(id, &key, Standing { provisional, ..standing })?);
        }
        let moving = standing.provisional || self.cells.unsettled("complaints_open", &key)?;
        let maker = maker(Standing { provisional: moving, ..standing })?;
        let by_clock = self.times.lifetimes(&key);
        for (id, clock, percent, least) in TIMES {
            let lifetimes = by_clock.get(clock);
            let n = lifetimes.map_or(0, Lifetimes::n);
            let told = standing.nothing.map_or_else(|| percentile(lifetimes, percent, least), none);
            figures.insert(id.to_owned(), maker.figure(id, n, told, None)?);
        }
        let curve = |clock: &str| by_clock.get(clock).map(Lifetimes::curve).unwrap_or_default();
        let (curve, curve_business) = (curve("elapsed"), curve("business"));
        let until = |clock: &str| by_clock.get(clock).map(Lifetimes::until_s);
        let (curve_until_s, curve_business_until_s) = (until("elapsed"), until("business"));
        let bucket = self.question.grain.and(self.wanted.get(key.bucket).copied());
        Ok(ComplaintsRow {
            key: key.dims,
            bucket,
            figures,
            curve,
            curve_until_s,
            curve_business,
            curve_business_until_s,
        })
    }

    fn standing(&self, key: &RowKey) -> Result<Standing, ScorecardError> {
        let judged_at = self.question.now.min(self.question.as_of);
        let dims: &Dims = &key.dims;
        let mut providers = providers_of(self.network, self.question, dims);
        if providers.is_empty() {
            providers = self.network.providers.keys().map(ToString::to_string).collect();
        }
        let nothing = if self.cells.sum(key, "complaints")? > 0 {
            None
        } else if providers.iter().all(|provider| self.silent.contains(provider)) {
            Some(NoValue::NoData)
        } else {
            Some(silence(self.network, self.feeds, self.question, dims))
        };
        let late = providers.iter().any(|provider| is_late(self.network, self.feeds, provider, judged_at));
        let runs = self.wanted.get(key.bucket).is_none_or(|bucket| bucket.to > judged_at);
        Ok(Standing { nothing, unsaid: false, provisional: late || runs })
    }
}

/// The time in which so many percent are resolved, where at least so many complaints say.
fn percentile(lifetimes: Option<&Lifetimes>, percent: u8, least: i64) -> Told {
    match lifetimes {
        None => none(NoValue::TooFew),
        Some(lifetimes) if lifetimes.n() < least => SUPPRESSED,
        Some(lifetimes) => lifetimes.percentile(percent).map_or_else(|| none(NoValue::TooFew), Ok),
    }
}

/// The complaints that are open, as the statement lists them.
pub(super) fn open_rows(rows: &Rows) -> Result<Vec<OpenComplaint>, ScorecardError> {
    let text = |name: &str| rows.texts(name);
    let [contact, provider, site, queue, channel] =
        [text("contact_id")?, text("provider")?, text("site")?, text("queue")?, text("channel")?];
    let [team, reason, language] = [text("team")?, text("reason")?, text("language")?];
    let (received, age) = (rows.ints("received_at")?, rows.ints("age_us")?);
    let [answered, reopened] = [rows.flags("answered")?, rows.flags("reopened")?];
    let complaint = |row: usize| {
        Some(OpenComplaint {
            contact: contact[row].clone()?,
            provider: provider[row].clone()?,
            site: site[row].clone()?,
            queue: queue[row].clone()?,
            team: team[row].clone(),
            channel: channel[row].clone()?,
            reason: reason[row].clone(),
            language: language[row].clone(),
            received_at: Instant::from_micros(received.get(row)?).ok()?,
            answered: answered[row],
            reopened: reopened[row],
            age_s: seconds(age.get(row)?),
        })
    };
    Ok((0..rows.len()).filter_map(complaint).collect())
}
