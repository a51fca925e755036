//! The gap of each site of a scorecard against the rest of the network on the same reasons.

use std::collections::BTreeMap;

use contact::Network;
use engine::{Params, Session, View};
use stats::homogeneity::{Gap, MARGIN, gaps};

use crate::{
    Dim, Question, ScorecardError,
    compared::{Compared, STATEMENT, Side, compared_rows},
    rows::Rows,
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

/// The gaps of a scorecard by site over its whole period; `None` for other groupings: finer ones would show noise.
///
/// The rest is the rest of the network, whichever sites and providers are shown.
///
/// # Errors
/// As [`crate::answer`].
pub(crate) async fn site_gaps(
    view: &View,
    network: &Network,
    question: &Question,
    session: &Session,
    params: &Params,
) -> Result<Option<Gaps>, ScorecardError> {
    let by: Vec<Dim> = question.by.iter().copied().collect();
    let by_site = matches!(by.as_slice(), [Dim::Site] | [Dim::Provider, Dim::Site]);
    if !by_site || question.grain.is_some() {
        return Ok(None);
    }
    let filters = &question.filters;
    let rows = if filters.sites.is_empty() && filters.providers.is_empty() {
        Rows::new(STATEMENT, &session.rows(STATEMENT, params).await?)?
    } else {
        let mut whole = question.clone();
        whole.filters.sites.clear();
        whole.filters.providers.clear();
        compared_rows(view, network, &whole).await?
    };
    let compared = Compared::read(&rows, &by)?;
    let mut by_number = gaps(&compared.tallies, 1.0, MARGIN);
    let sides = compared.sides.into_iter();
    let by_side = sides.filter_map(|(side, number)| Some((side, by_number.remove(&number)?))).collect();
    Ok(Some(Gaps { by_side, unsettled: compared.unsettled > 0 }))
}
