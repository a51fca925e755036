//! What a provider declares to have sent, against the contract.

use std::collections::BTreeMap;

use contact::QueueId;
use jiff::civil::Date;
use serde_saphyr::Spanned;

use super::mistakes::{Checker, listed};
use crate::{Contract, ContractError, Delivery, file::DeliveryFile};

pub(crate) fn delivery(file: &DeliveryFile, contract: &Contract, hash: String) -> Result<Delivery, Vec<ContractError>> {
    let mut checker = Checker::under(contract);
    let name = &file.metadata.contract;
    if name.value != contract.name {
        let wrong = format!("the delivery is declared under {:?}", name.value);
        checker.wrong(name, wrong, format!("give a delivery under {}", contract.name));
    }
    let declared_on = checker.date(&file.declared_on);
    if file.days.is_empty() && file.lines.is_empty() {
        checker.wrong(&file.declared_on, "the delivery declares no day", "give days under `days` or `lines`");
    }
    let days = checker.past_days(&file.days, declared_on);
    let mut lines = BTreeMap::new();
    for (line, entry) in &file.lines {
        let of_line = checker.past_days(entry, declared_on);
        let known = contract.lines.is_empty() || contract.lines.iter().any(|known| known.as_str() == line);
        match QueueId::new(line) {
            Ok(line) if known => {
                lines.insert(line, of_line);
            }
            _ => {
                let wrong = format!("the queue {line:?} is not in the scope of the contract");
                let right = format!("use one of: {}", listed(contract.lines.iter().map(QueueId::as_str)));
                checker.wrong(&file.declared_on, wrong, right);
            }
        }
    }
    checker.mistakes.sort_by_key(|mistake| mistake.place);
    match declared_on.filter(|_| checker.mistakes.is_empty()) {
        Some(declared_on) => Ok(Delivery { declared_on, days, lines, hash }),
        None => Err(checker.mistakes),
    }
}

impl Checker<'_> {
    /// Days that were over when they were declared.
    fn past_days(&mut self, days: &BTreeMap<String, Spanned<u64>>, declared_on: Option<Date>) -> BTreeMap<Date, u64> {
        let mut found = BTreeMap::new();
        for (text, contacts) in days {
            let Some(day) = self.day_of_file(text, contacts) else { continue };
            if let Some(declared_on) = declared_on.filter(|declared_on| *declared_on <= day) {
                let wrong = format!("{day} is declared on {declared_on}");
                self.wrong(contacts, wrong, "declare days that were over on the day of the declaration");
            }
            found.insert(day, contacts.value);
        }
        found
    }
}
