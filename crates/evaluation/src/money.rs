//! What the windows of a period cost, and what was earned back.

use contact::Instant;
use contract::{
    Closed, Contract, EarnedBack, Minor, PastWindow, Settlement, apportioned, earned_back, settle,
    terms::{EarnBack, Span},
};

use crate::{ContractAnswer, EarnedBackAnswer, Filed, MoneyAnswer, State, WindowAnswer, question::Invoiced};

/// What each version that was in force in a period costs of its invoice.
///
/// An invoice of a period in which the version changed is shared out by days. Only windows of the calendar cost anything: a
/// rolling one ends with every day. Windows that are not over, or whose data is late, have no line yet.
pub(crate) fn costs(filed: &Filed, answer: &ContractAnswer, period: Span, invoice: Minor) -> Vec<MoneyAnswer> {
    let pieces = filed.versions.pieces(period);
    let days: Vec<u64> = pieces.iter().map(|(span, contract)| days(contract, *span)).collect();
    let invoices = apportioned(invoice.amount(), &days);
    let mut all = Vec::new();
    for ((span, contract), invoice) in pieces.into_iter().zip(invoices) {
        let results = results(answer, contract, period);
        let results: Vec<(&str, &Closed)> = results.iter().map(|(name, _, closed)| (*name, *closed)).collect();
        let Some(part) = Minor::new(invoice) else { continue };
        if let Some(settlement) = settle(contract, part, &results) {
            all.push(MoneyAnswer {
                version: contract.in_force.version,
                span,
                invoice,
                settlement,
                earned_back: Vec::new(),
            });
        }
    }
    all
}

/// The results that cost anything under a version: of calendar windows that end in the period.
fn results<'a>(
    answer: &'a ContractAnswer,
    contract: &Contract,
    period: Span,
) -> Vec<(&'a str, &'a WindowAnswer, &'a Closed)> {
    let windows = answer
        .objectives
        .iter()
        .flat_map(|objective| objective.windows.iter().map(move |window| (objective.name.as_str(), window)));
    let mine = windows.filter(|(_, window)| {
        let ends = period.from < window.window.to && window.window.to <= period.to;
        window.version == contract.in_force.version && ends && is_calendar(window) && window.state != State::Held
    });
    mine.filter_map(|(name, window)| Some((name, window, window.closed.as_ref()?))).collect()
}

fn is_calendar(window: &WindowAnswer) -> bool {
    !window.length.ends_with(" rolling")
}

fn days(contract: &Contract, span: Span) -> u64 {
    let (first, last) = (contract.day(span.from), contract.day(span.to.plus_micros(-1)));
    u64::try_from((last - first).get_days() + 1).unwrap_or(0)
}

/// A period with what it cost; nothing where nobody says what it was invoiced.
pub(crate) struct PastPeriod<'a> {
    pub(crate) answer: &'a ContractAnswer,
    pub(crate) money: Vec<MoneyAnswer>,
    pub(crate) span: Span,
    pub(crate) invoiced: Option<Invoiced>,
}

/// The windows of the past that bear on what is earned back in a period, in order: each with what it credited.
pub(crate) struct Past<'a> {
    /// Earlier periods and this one, in order.
    pub(crate) periods: Vec<PastPeriod<'a>>,
}

impl Past<'_> {
    /// What is given back in the last period, by objective, under the rule of the version that credited it.
    pub(crate) fn given_back(&self, filed: &Filed) -> Vec<(u32, EarnedBackAnswer)> {
        let Some(PastPeriod { span: period, .. }) = self.periods.last() else { return Vec::new() };
        let mut all = Vec::new();
        for (_, contract) in filed.versions.iter() {
            let Some(rule) = contract.commercial.as_ref().and_then(|money| money.earn_back) else { continue };
            for objective in &contract.objectives {
                for credit in self.of(&objective.name, contract, &rule, filed) {
                    let due = period.from < credit.at && credit.at <= period.to;
                    if due {
                        let objective = objective.name.clone();
                        let Some(invoiced) = self.invoiced(&objective, credit.window) else { continue };
                        let back = EarnedBackAnswer {
                            objective,
                            credit,
                            invoice: invoiced.amount.amount(),
                            assumed: invoiced.assumed,
                        };
                        all.push((contract.in_force.version, back));
                    }
                }
            }
        }
        all
    }

    /// The invoice of the period in which the window of a piece ended.
    fn invoiced(&self, objective: &str, piece: Span) -> Option<Invoiced> {
        let ended = |period: &&PastPeriod<'_>| {
            let own = period.answer.objectives.iter().filter(|own| own.name == objective);
            let mut ends =
                own.flat_map(|own| &own.windows).filter(|window| window.piece == piece).map(|own| own.window.to);
            ends.any(|end| period.span.from < end && end <= period.span.to)
        };
        self.periods.iter().find(ended).and_then(|period| period.invoiced)
    }

    /// What one version's credits of an objective earn back; windows of every version count for it.
    fn of(&self, objective: &str, contract: &Contract, rule: &EarnBack, filed: &Filed) -> Vec<EarnedBack> {
        let mut windows: Vec<PastWindow> = Vec::new();
        for PastPeriod { answer, money, span: period, .. } in &self.periods {
            for (_, version) in filed.versions.iter() {
                let own = version.in_force.version == contract.in_force.version;
                let cost = money.iter().find(|money| money.version == version.in_force.version).filter(|_| own);
                let mut credits =
                    cost.map(|money| credited(&money.settlement, objective)).unwrap_or_default().into_iter();
                for (_, window, closed) in
                    results(answer, version, *period).into_iter().filter(|(name, ..)| *name == objective)
                {
                    let credit = credits.next().unwrap_or_default();
                    windows.push(PastWindow::new(window.piece, closed, rule, credit));
                }
            }
        }
        windows.sort_by_key(|past| (past.window.to, past.window.from));
        windows.dedup_by_key(|past| past.window);
        earned_back(rule, &windows, &contract.zone)
    }
}

/// What each window of an objective credited, in the order of the results.
fn credited(settlement: &Settlement, objective: &str) -> Vec<Minor> {
    settlement.lines.iter().filter(|line| line.objective == objective).map(|line| line.credit).collect()
}

/// How many periods before one are looked at for credits that may be earned back: those of the rule, a quarter for the
/// decision, and a year for windows without a result between.
pub(crate) fn periods_back(filed: &Filed) -> u32 {
    let rules = filed.versions.iter().filter_map(|(_, contract)| contract.commercial.as_ref()?.earn_back);
    rules.map(|rule| rule.windows.saturating_add(3).min(24)).max().unwrap_or(0)
}

/// Whether anything was in force before an instant.
pub(crate) fn began_before(filed: &Filed, at: Instant) -> bool {
    filed.versions.iter().any(|(span, _)| span.from < at)
}
