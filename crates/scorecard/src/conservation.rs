//! What the providers were offered beside what the brand's customers brought: nothing is lost, nothing counts twice.

use contact::{Network, Viewpoint};
use engine::View;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    Question, ScorecardError,
    answer::added_up,
    parts::{Sums, sums},
    rows::Rows,
};

/// The statement of legs to which contacts were handed over.
pub(crate) const HAND_OVERS: &str = "hand_overs";

/// Legs of the providers against contacts of the brand, over all rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Conservation {
    /// Legs offered in the period: the sum of `offered` in the view of the providers.
    pub legs: i64,
    /// Legs among them to which a contact was handed over, by whomever.
    pub handed_over: i64,
    /// Legs among these that came from another provider.
    pub between_providers: i64,
    /// Contacts that came in.
    pub contacts: i64,
    /// Legs minus those handed over minus contacts; always 0.
    pub residual: i64,
}

impl Conservation {
    /// Holds the sums of a question of the brand against those of the same question of the providers.
    ///
    /// # Errors
    /// As [`crate::answer`]; or the residual is not 0, which is a defect.
    pub(crate) async fn of(
        view: &View,
        network: &Network,
        question: &Question,
        whole: &Sums,
    ) -> Result<Self, ScorecardError> {
        let mut asked = question.clone();
        asked.counting.viewpoint = Viewpoint::Provider;
        // As a scorecard of the providers asks: what is kept for one serves for the other.
        let statements = added_up(view.engine().catalog(), network, &asked);
        let legs = total(&sums(view, network, &asked, &statements).await?.rows("cells")?, "offered")?;
        let handed = whole.rows(HAND_OVERS)?;
        let (handed_over, between_providers) = (total(&handed, "hand_overs")?, total(&handed, "between_providers")?);
        let contacts = total(&whole.rows("cells")?, "offered")?;
        let residual = legs - handed_over - contacts;
        if residual != 0 {
            return Err(ScorecardError::Unbalanced { legs, handed_over, contacts });
        }
        Ok(Self { legs, handed_over, between_providers, contacts, residual })
    }
}

/// The sum of a column over all rows.
pub(crate) fn total(rows: &Rows, column: &str) -> Result<i64, ScorecardError> {
    let ints = rows.ints(column)?;
    Ok((0..rows.len()).filter_map(|row| ints.get(row)).sum())
}
