//! What the windows of a period cost.

use evaluation::MoneyAnswer;

use super::told::Told;
use crate::web::{fact::Sentence, lang::Lang, table::Value};

/// What one version costs.
pub(super) struct Money {
    /// The version, its part of the invoice, and the cap.
    pub(super) of: Sentence,
    /// What costs anything, window by window.
    pub(super) lines: Vec<Line>,
    /// No window that is over was looked at.
    pub(super) is_early: bool,
    /// Credits and bonuses together.
    pub(super) sum: [Value; 2],
    pub(super) earned_back: Vec<Sentence>,
}

/// What one objective costs, within the cap.
pub(super) struct Line {
    pub(super) objective: String,
    pub(super) credit: Value,
    pub(super) bonus: Value,
}

impl Money {
    pub(super) fn new(told: Told<'_>, money: &MoneyAnswer) -> Self {
        let Told { lang, .. } = told;
        let settlement = &money.settlement;
        let currency = settlement.currency.as_str();
        let said = |minor: u64| (exact(minor), lang.amount(minor, currency));
        let amount = |minor: contract::Minor| value(lang, minor.amount(), currency);
        let of = lang.cost_of(money.version, &told.span(money.span));
        let costs = |line: &&contract::Line| line.credit.amount() + line.bonus.amount() > 0;
        let lines = settlement.lines.iter().filter(costs).map(|line| Line {
            objective: line.objective.clone(),
            credit: amount(line.credit),
            bonus: amount(line.bonus),
        });
        let earned_back = money.earned_back.iter().map(|back| {
            let words = lang.earned_back(&back.objective, &told.span(back.credit.window), back.assumed);
            Sentence::of(&words, [said(back.credit.amount.amount())])
        });
        Self {
            of: Sentence::of(&of, [said(money.invoice), said(settlement.cap.amount())]),
            lines: lines.collect(),
            is_early: settlement.lines.is_empty(),
            sum: [amount(settlement.credit), amount(settlement.bonus)],
            earned_back: earned_back.collect(),
        }
    }
}

fn value(lang: Lang, minor: u64, currency: &str) -> Value {
    Value::new(exact(minor), lang.amount(minor, currency))
}

#[expect(clippy::cast_precision_loss, reason = "amounts are at most 10^14 minor units")]
fn exact(minor: u64) -> f64 {
    minor as f64
}
