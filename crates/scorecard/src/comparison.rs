//! The figures of a comparison: the headline, one row for each side, one for each stratum.

use std::collections::{BTreeMap, BTreeSet};

use contact::{Figure, Finding, Network, NoValue};
use stats::homogeneity::{Gap, Index, Split, equivalent_gap, split};

use crate::{
    Dim, Feeds, Measure, Question, ScorecardError, SideRow, StratumRow,
    compared::{Compared, Counts, Side, Stratum},
    maker::{Maker, Number, SUPPRESSED, Told, finding, none},
    rows::Rows,
    state::sites_in_force,
};

/// Everything the figures are made from.
pub(crate) struct Comparison<'a> {
    pub(crate) network: &'a Network,
    pub(crate) feeds: &'a Feeds,
    pub(crate) question: &'a Question,
    pub(crate) by: Dim,
    pub(crate) of: Measure,
    pub(crate) compared: Compared,
    pub(crate) index: Index,
    pub(crate) gaps: BTreeMap<usize, Gap>,
    pub(crate) maker: Maker<'a>,
}

impl Comparison<'_> {
    /// The figures of the whole; `rows` are those of the statement.
    pub(crate) fn headline(&self, rows: &Rows) -> Result<BTreeMap<String, Figure>, ScorecardError> {
        let Index { comparable, contacts, .. } = self.index;
        let nothing = (contacts == 0).then(|| self.nothing(None));
        let says = nothing.is_none().then(|| finding(self.index.state));
        let shown = self.index.shown();
        let told = |number: Option<Number>| match (nothing, number) {
            (Some(reason), _) => none(reason),
            (None, Some(number)) => Ok(number),
            (None, None) => self.hidden(),
        };
        let index = told(shown.map(|index| Number::within(index.index(), index.index_interval())));
        let gap = told(shown.map(|index| Number::within(index.gap(), index.gap_interval())));
        let floor = told(self.index.estimate.map(|index| Number::plain(index.noise_floor())));
        let everyone = self.compared.counts(|_| Some(0)).remove(&0).unwrap_or_default();
        let mut figures = vec![
            self.figure("resolution_homogeneity", comparable, index, says)?,
            self.figure("equivalent_gap", comparable, gap, says)?,
            self.figure("noise_floor", comparable, floor, None)?,
            self.figure("coverage", contacts, share(comparable, contacts, nothing), None)?,
            self.level(everyone, nothing)?,
        ];
        if self.by == Dim::Site {
            let split = providers(rows, self.of)?;
            let part = |of: fn(&Split) -> f64| match (&split, nothing) {
                (Some(split), None) => told(shown.map(|_| Number::plain(equivalent_gap(of(split))))),
                (_, reason) => none(reason.unwrap_or(NoValue::NotComparable)),
            };
            figures.push(self.figure("provider_gap", comparable, part(|split| split.owners), None)?);
            figures.push(self.figure("within_provider_gap", comparable, part(|split| split.within), None)?);
        }
        Ok(by_id(figures))
    }

    /// One row for every side seen, and for those of the network that match the filters.
    pub(crate) fn sides(&self) -> Result<Vec<SideRow>, ScorecardError> {
        let counts = self.compared.counts(|tally| Some(tally.site()));
        let parts = self.index.by_site();
        let mut sides: BTreeSet<Side> = self.expected();
        sides.extend(self.compared.sides.keys().cloned());
        let side = |side: Side| {
            let number = self.compared.sides.get(&side);
            let counts = number.and_then(|number| counts.get(number)).copied().unwrap_or_default();
            let part = number.and_then(|number| parts.get(number)).copied();
            self.side(side, counts, part)
        };
        sides.into_iter().map(side).collect()
    }

    fn side(&self, side: Side, counts: Counts, part: Option<f64>) -> Result<SideRow, ScorecardError> {
        let nothing = (counts.contacts == 0).then(|| self.nothing(Some(&side)));
        let gap = self.compared.sides.get(&side).and_then(|number| self.gaps.get(number));
        let adjusted = gap.zip(self.index.level).and_then(|(gap, level)| gap.adjusted_rate(level));
        let adjusted = match (nothing, adjusted) {
            (Some(reason), _) => none(reason),
            (None, Some(rate)) => Ok(Number::plain(rate)),
            (None, None) => none(NoValue::NotComparable),
        };
        let figures = vec![
            self.maker.gap(self.of.id("resolution_gap"), gap, nothing)?,
            self.level(counts, nothing)?,
            self.figure("adjusted_resolution_rate", gap.map_or(0, |gap| gap.contacts), adjusted, None)?,
            self.figure("spread_share", counts.contacts, self.part(part, nothing), None)?,
        ];
        let p_adjusted = gap.and_then(|gap| gap.difference).map(|difference| difference.p_adjusted);
        Ok(SideRow { key: side, figures: by_id(figures), p_adjusted })
    }

    /// One row for each stratum.
    pub(crate) fn strata(&self) -> Result<Vec<StratumRow>, ScorecardError> {
        let counts = self.compared.counts(stats::homogeneity::Tally::stratum);
        let parts = self.index.by_stratum();
        let stratum = |(stratum, number): (&Stratum, &usize)| {
            let counts = counts.get(number).copied().unwrap_or_default();
            self.stratum(stratum.clone(), counts, parts.get(number).copied())
        };
        self.compared.strata.iter().map(stratum).collect()
    }

    fn stratum(&self, stratum: Stratum, counts: Counts, part: Option<f64>) -> Result<StratumRow, ScorecardError> {
        let nothing = (counts.contacts == 0).then_some(NoValue::TooFew);
        let share = self.figure("spread_share", counts.contacts, self.part(part, nothing), None)?;
        let figures = by_id(vec![self.level(counts, nothing)?, share]);
        let Stratum { reason, channel, language } = stratum;
        Ok(StratumRow { reason, channel, language, sides: counts.tallies, figures })
    }

    /// The figure that says of what is compared what `id` says of resolution.
    fn figure(&self, id: &'static str, n: i64, told: Told, finding: Option<Finding>) -> Result<Figure, ScorecardError> {
        self.maker.figure(self.of.id(id), n, told, finding)
    }

    fn level(&self, counts: Counts, nothing: Option<NoValue>) -> Result<Figure, ScorecardError> {
        self.figure("level", counts.contacts, share(counts.resolved, counts.contacts, nothing), None)
    }

    /// A part of the spread, where there is a spread to speak of.
    fn part(&self, part: Option<f64>, nothing: Option<NoValue>) -> Told {
        let spread = self.index.shown().map(|index| index.d).filter(|d| *d > 0.0);
        match (nothing, part, spread) {
            (Some(reason), ..) => none(reason),
            (None, None, _) => none(NoValue::NotComparable),
            (None, Some(_), None) => SUPPRESSED,
            (None, Some(part), Some(spread)) => Ok(Number::ratio(part, spread)),
        }
    }

    /// Why there is no index.
    fn hidden(&self) -> Told {
        if self.index.estimate.is_none() { none(NoValue::NotComparable) } else { SUPPRESSED }
    }

    /// Why a side, or the network, has no contacts.
    fn nothing(&self, side: Option<&Side>) -> NoValue {
        let named = |dim: Dim| side.and_then(|side| side.get(&dim)).cloned().flatten();
        let providers: Vec<String> = match (named(Dim::Provider), named(Dim::Site)) {
            (Some(provider), _) => vec![provider],
            (None, Some(site)) => {
                let sites = sites_in_force(self.network, self.question.period.to);
                sites.filter(|(name, _)| *name == site).map(|(_, provider)| provider).collect()
            }
            (None, None) => self.network.providers.keys().map(ToString::to_string).collect(),
        };
        let heard = |provider: &String| {
            let feed = self.feeds.get(provider.as_str());
            feed.is_some_and(|feed| feed.last_event >= self.question.period.from)
        };
        if providers.iter().any(heard) { NoValue::NoTraffic } else { NoValue::NoData }
    }

    /// The sites, or providers, of the network that match the filters.
    fn expected(&self) -> BTreeSet<Side> {
        let filters = &self.question.filters;
        let wanted = |list: &BTreeSet<String>, name: &str| list.is_empty() || list.contains(name);
        let sites = sites_in_force(self.network, self.question.period.to);
        let matching = sites
            .filter(|(site, provider)| wanted(&filters.sites, site) && wanted(&filters.providers, provider))
            .map(|(site, provider)| if self.by == Dim::Site { site } else { provider });
        matching.map(|name| Side::from([(self.by, Some(name))])).collect()
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of contacts are far below 2^53")]
fn share(of: i64, per: i64, nothing: Option<NoValue>) -> Told {
    nothing.map_or_else(|| Ok(Number::ratio(of as f64, per as f64)), none)
}

/// The spread between providers and within them; `None` with one provider, or nothing to compare.
fn providers(rows: &Rows, of: Measure) -> Result<Option<Split>, ScorecardError> {
    let compared = Compared::read(rows, &[Dim::Provider, Dim::Site], of)?;
    let names: BTreeSet<&Option<String>> = compared.sides.keys().filter_map(|side| side.get(&Dim::Provider)).collect();
    if names.len() < 2 {
        return Ok(None);
    }
    let number = |side: &Side| {
        let name = side.get(&Dim::Provider)?;
        names.iter().position(|other| *other == name)
    };
    let owners: BTreeMap<usize, usize> =
        compared.sides.iter().filter_map(|(side, site)| Some((*site, number(side)?))).collect();
    Ok(split(&compared.cells(), 1.0, |site| owners.get(&site).copied().unwrap_or(0)))
}

fn by_id(figures: Vec<Figure>) -> BTreeMap<String, Figure> {
    figures.into_iter().map(|figure| (figure.id.clone(), figure)).collect()
}
