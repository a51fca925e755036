//! One sealed month as a row of the list.

use evaluation::State;
use jiff::tz::TimeZone;
use settlement::{Sealed, SealedContract};

use super::{PATH, STATEMENT};
use crate::web::{
    address,
    caption::Moment,
    lang::{LANG, Lang},
};

/// Digits of a hash that are shown.
const DIGITS: usize = 16;

/// One statement.
pub(super) struct Row {
    pub(super) id: String,
    pub(super) month: String,
    pub(super) sealed: Moment,
    pub(super) by: String,
    pub(super) note: String,
    pub(super) contracts: Vec<Said>,
    pub(super) hash: String,
    pub(super) full_hash: String,
    pub(super) json: String,
    /// The page on which it is made again.
    pub(super) again: String,
}

/// What it says of a contract.
pub(super) struct Said {
    pub(super) name: String,
    pub(super) windows: String,
    pub(super) money: String,
}

impl Row {
    pub(super) fn new(lang: Lang, zone: &TimeZone, contract: Option<&str>, sealed: &Sealed) -> Self {
        let statement = &sealed.statement;
        let contracts = statement.contracts.iter().filter(|one| contract.is_none_or(|name| one.name == name));
        let id = statement.id.clone();
        let again = address::with(PATH, [(LANG.name, lang.code()), (STATEMENT.name, id.as_str())]);
        Self {
            month: statement
                .month
                .parse::<contact::Month>()
                .map_or_else(|_| statement.month.clone(), |month| lang.month(month.first())),
            sealed: Moment::new(lang, zone, sealed.sealed_at),
            by: statement.by.clone().unwrap_or_default(),
            note: statement.note.clone().unwrap_or_default(),
            contracts: contracts.map(|contract| Said::new(lang, contract)).collect(),
            hash: sealed.hash.chars().take(DIGITS).collect(),
            full_hash: sealed.hash.clone(),
            json: format!("/v1/statements/{}", address::segment(&id)),
            again: format!("{again}#again"),
            id,
        }
    }
}

impl Said {
    fn new(lang: Lang, contract: &SealedContract) -> Self {
        let states = State::ALL.into_iter().rev().filter_map(|state| {
            let number = contract.windows.iter().filter(|window| window.state == state.as_str()).count();
            (number > 0).then(|| lang.windows_in(number, state))
        });
        let windows: Vec<String> = states.collect();
        let currency = contract.money.first().map(|line| line.currency.clone());
        let sum = |of: fn(&settlement::SealedMoney) -> u64| contract.money.iter().map(of).sum::<u64>();
        let money = currency.map(|currency| {
            let amounts = [sum(|line| line.credit), sum(|line| line.bonus)].map(|minor| lang.amount(minor, &currency));
            lang.sealed_money(&amounts)
        });
        Self { name: contract.name.clone(), windows: windows.join(", "), money: money.unwrap_or_default() }
    }
}
