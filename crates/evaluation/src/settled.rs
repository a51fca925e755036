//! What contracts cost in a period, with what earlier periods earn back in it.

use contact::{Month, Network};
use contract::terms::Span;
use engine::View;
use jiff::ToSpan;
use scorecard::Feeds;

use crate::{
    ContractAnswer, EvaluationError, EvaluationQuestion, Filed, Invoices, MoneyAnswer, Wanted,
    evaluate::windows_only,
    money::{Past, PastPeriod, began_before, costs, periods_back},
    question::Invoiced,
};

/// What money is asked of.
pub(crate) struct Settling<'a> {
    pub(crate) view: &'a View,
    pub(crate) network: &'a Network,
    pub(crate) feeds: &'a Feeds,
    pub(crate) question: &'a EvaluationQuestion,
}

impl Settling<'_> {
    /// Adds what a contract costs to its answer. Credits are earned back by months, of months: each at its own invoice, or
    /// at that of the month asked where none is given for it.
    pub(crate) async fn settle(&self, filed: &Filed, answer: &mut ContractAnswer) -> Result<(), EvaluationError> {
        let Some(invoices) = self.question.invoices.get(&answer.name) else { return Ok(()) };
        let Some(amount) = invoices.of_asked(self.question.wanted) else { return Ok(()) };
        let zone = &filed.shown(self.question.now).zone;
        let Some(period) = self.question.wanted.span(zone)? else { return Ok(()) };
        let mut money = costs(filed, answer, period, amount);
        let before = self.before(filed, invoices).await?;
        let mut periods: Vec<_> = before.iter().map(PastMonth::period).collect();
        let invoiced = Invoiced { amount, assumed: false };
        periods.push(PastPeriod { answer: &*answer, money: money.clone(), span: period, invoiced: Some(invoiced) });
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
    async fn before(&self, filed: &Filed, invoices: &Invoices) -> Result<Vec<PastMonth>, EvaluationError> {
        let Wanted::Month(month) = self.question.wanted else { return Ok(Vec::new()) };
        let zone = &filed.shown(self.question.now).zone;
        let mut found = Vec::new();
        for back in (1..=periods_back(filed)).rev() {
            let Ok(first) = month.first().checked_sub(i64::from(back).months()) else { continue };
            let month = Month::of(first);
            let Some(span) = Wanted::Month(month).span(zone)? else { continue };
            if !began_before(filed, span.to) {
                continue;
            }
            let question = EvaluationQuestion { wanted: Wanted::Month(month), ..self.question.clone() };
            let one = std::slice::from_ref(filed);
            let asked = Box::pin(windows_only(self.view, self.network, self.feeds, one, &question)).await?;
            if let Some(answer) = asked.contracts.into_iter().next() {
                let invoiced = invoices.of(month);
                let money = invoiced.map(|invoiced| costs(filed, &answer, span, invoiced.amount));
                found.push(PastMonth { answer, money: money.unwrap_or_default(), span, invoiced });
            }
        }
        Ok(found)
    }
}

/// A month before the one asked.
struct PastMonth {
    answer: ContractAnswer,
    money: Vec<MoneyAnswer>,
    span: Span,
    invoiced: Option<Invoiced>,
}

impl PastMonth {
    fn period(&self) -> PastPeriod<'_> {
        PastPeriod { answer: &self.answer, money: self.money.clone(), span: self.span, invoiced: self.invoiced }
    }
}
