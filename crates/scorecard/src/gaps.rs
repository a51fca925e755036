//! The gap of each site of a scorecard against the rest of the network on the same reasons.

use std::collections::BTreeMap;

use contact::{Network, Viewpoint};
use engine::View;
use stats::homogeneity::{Gap, MARGIN, gaps};

use crate::{
    Dim, Measure, Question, ScorecardError,
    compared::{Compared, STATEMENT, Side, compared_rows},
    parts::Sums,
};

/// Gaps by site.
pub(crate) struct Gaps {
    by_side: BTreeMap<Side, Gap>,
    /// Some contact of the network is still open or not mature.
    pub(crate) unsettled: bool,
}

impl Gaps {
    pub(crate) fn get(&self, side: &Side) -> Option<&Gap> {
        self.by_side.get(side)
    }
}

/// Whether a scorecard shows the gaps of its sites: by site, over its whole period; finer ones would show noise. Not where
/// contacts are counted whole: the site at which one came in need not be the one that resolved it.
fn by_site(question: &Question) -> bool {
    let by: Vec<Dim> = question.by.iter().copied().collect();
    let is_by_site = matches!(by.as_slice(), [Dim::Site] | [Dim::Provider, Dim::Site]);
    is_by_site && question.grain.is_none() && question.counting.viewpoint == Viewpoint::Provider
}

/// Whether the legs that a scorecard counts are those that its gaps compare.
pub(crate) fn gaps_beside(question: &Question) -> bool {
    by_site(question) && question.filters.sites.is_empty() && question.filters.providers.is_empty()
}

/// The gaps of a scorecard by site; `None` for other groupings.
///
/// The rest is the rest of the network, whichever sites and providers are shown.
///
/// # Errors
/// As [`crate::answer`].
pub(crate) async fn site_gaps(
    view: &View,
    network: &Network,
    question: &Question,
    sums: &Sums,
) -> Result<Option<Gaps>, ScorecardError> {
    if !by_site(question) {
        return Ok(None);
    }
    let by: Vec<Dim> = question.by.iter().copied().collect();
    let rows = if gaps_beside(question) {
        sums.rows(STATEMENT)?
    } else {
        let mut whole = question.clone();
        whole.filters.sites.clear();
        whole.filters.providers.clear();
        compared_rows(view, network, &whole).await?
    };
    let compared = Compared::read(&rows, &by, Measure::Resolution)?;
    let mut by_number = gaps(&compared.tallies, 1.0, MARGIN);
    let sides = compared.sides.into_iter();
    let by_side = sides.filter_map(|(side, number)| Some((side, by_number.remove(&number)?))).collect();
    Ok(Some(Gaps { by_side, unsettled: compared.unsettled > 0 }))
}
