//! What contracts cost in a period, with what earlier periods earn back in it.

use contact::{Month, Network};
use contract::Minor;
use engine::View;
use jiff::ToSpan;
use scorecard::Feeds;

use crate::{
    ContractAnswer, EvaluationError, EvaluationQuestion, Filed, MoneyAnswer, Wanted,
    evaluate::windows_only,
    money::{Past, began_before, costs, periods_back},
};

/// What money is asked of.
pub(crate) struct Settling<'a> {
    pub(crate) view: &'a View,
    pub(crate) network: &'a Network,
    pub(crate) feeds: &'a Feeds,
    pub(crate) question: &'a EvaluationQuestion,
}

impl Settling<'_> {
    /// Adds what a contract costs to its answer. Earlier months are taken at the same invoice: credits are earned back by
    /// months, of months.
    pub(crate) async fn settle(&self, filed: &Filed, answer: &mut ContractAnswer) -> Result<(), EvaluationError> {
        let Some(invoice) = self.question.invoices.get(&answer.name).copied() else { return Ok(()) };
        let zone = &filed.shown(self.question.now).zone;
        let Some(period) = self.question.wanted.span(zone)? else { return Ok(()) };
        let mut money = costs(filed, answer, period, invoice);
        let before = self.before(filed, invoice).await?;
        let mut periods: Vec<_> = Vec::new();
        for (month, answer, money) in &before {
            if let Some(span) = Wanted::Month(*month).span(zone)? {
                periods.push((answer, money.clone(), span));
            }
        }
        periods.push((&*answer, money.clone(), period));
        for (version, back) in (Past { periods }).given_back(filed) {
            // Given back by the bill of the version in force, whichever credited it.
            let place = money.iter().position(|money| money.version == version).or(money.len().checked_sub(1));
            if let Some(money) = place.and_then(|place| money.get_mut(place)) {
                money.earned_back.push(back);
            }
        }
        answer.money = money;
        Ok(())
    }

    /// The months before that may still earn something back, in order.
    async fn before(
        &self,
        filed: &Filed,
        invoice: Minor,
    ) -> Result<Vec<(Month, ContractAnswer, Vec<MoneyAnswer>)>, EvaluationError> {
        let Wanted::Month(month) = self.question.wanted else { return Ok(Vec::new()) };
        let zone = &filed.shown(self.question.now).zone;
        let mut found = Vec::new();
        for back in (1..=periods_back(filed)).rev() {
            let Ok(first) = month.first().checked_sub(i64::from(back).months()) else { continue };
            let wanted = Wanted::Month(Month::of(first));
            let Some(span) = wanted.span(zone)? else { continue };
            if !began_before(filed, span.to) {
                continue;
            }
            let question = EvaluationQuestion { wanted, ..self.question.clone() };
            let one = std::slice::from_ref(filed);
            let asked = Box::pin(windows_only(self.view, self.network, self.feeds, one, &question)).await?;
            if let Some(answer) = asked.contracts.into_iter().next() {
                let money = costs(filed, &answer, span, invoice);
                found.push((Month::of(first), answer, money));
            }
        }
        Ok(found)
    }
}
