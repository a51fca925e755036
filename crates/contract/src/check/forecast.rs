//! A forecast, against the contract it is issued under.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::mistakes::Checker;
use crate::{Contract, ContractError, Issue, file::ForecastFile};

pub(crate) fn forecast(file: &ForecastFile, contract: &Contract, hash: String) -> Result<Issue, Vec<ContractError>> {
    let mut checker = Checker::under(contract);
    let name = &file.metadata.contract;
    if name.value != contract.name {
        let wrong = format!("the forecast is issued under {:?}", name.value);
        checker.wrong(name, wrong, format!("give a forecast under {}", contract.name));
    }
    let issued_on = checker.date(&file.issued_on);
    if file.days.is_empty() {
        checker.wrong(&file.issued_on, "the forecast foresees no day", "give days under `days`");
    }
    let mut days = BTreeMap::new();
    for (text, contacts) in &file.days {
        let Some(day) = checker.day_of_file(text, contacts) else { continue };
        if let Some(issued_on) = issued_on.filter(|issued_on| *issued_on >= day) {
            let wrong = format!("{day} is foreseen on {issued_on}");
            checker.wrong(contacts, wrong, "foresee days after the day of issue");
        }
        days.insert(day, contacts.value);
    }
    checker.mistakes.sort_by_key(|mistake| mistake.place);
    match issued_on.filter(|_| checker.mistakes.is_empty()) {
        Some(issued_on) => Ok(Issue { issued_on, days, hash }),
        None => Err(checker.mistakes),
    }
}

impl Checker<'_> {
    /// The day that a key of a file names.
    pub(super) fn day_of_file(&mut self, text: &str, contacts: &serde_saphyr::Spanned<u64>) -> Option<Date> {
        let day = super::mistakes::read_date(text);
        if day.is_none() {
            self.wrong(contacts, format!("{text:?} is not a date"), "give year-month-day, such as 2026-03-29");
        }
        day
    }
}
