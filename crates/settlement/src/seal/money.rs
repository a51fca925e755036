//! Credits and bonuses that moved: of an objective under a version, over all of its windows of the month. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::{contracts::SealedContract, verified::MovedMoney};

/// What an objective credits and earns. One of weeks has a line for each of them.
#[derive(Debug, Clone, Default)]
struct Sum {
    currency: String,
    credit: u64,
    bonus: u64,
}

/// What is another amount than it was sealed as.
pub(super) fn money(sealed: &[SealedContract], made: &[SealedContract]) -> Vec<MovedMoney> {
    let (was, is) = (sums(sealed), sums(made));
    let mut found = Vec::new();
    for key in was.keys().chain(is.keys()).collect::<BTreeSet<_>>() {
        let [before, after] = [&was, &is].map(|sums| sums.get(key).cloned().unwrap_or_default());
        if (before.credit, before.bonus) == (after.credit, after.bonus) {
            continue;
        }
        let (contract, version, objective) = *key;
        found.push(MovedMoney {
            contract: contract.to_owned(),
            version,
            objective: objective.to_owned(),
            currency: if before.currency.is_empty() { after.currency } else { before.currency },
            sealed_credit: before.credit,
            now_credit: after.credit,
            sealed_bonus: before.bonus,
            now_bonus: after.bonus,
        });
    }
    found
}

fn sums(contracts: &[SealedContract]) -> BTreeMap<(&str, u32, &str), Sum> {
    let mut sums: BTreeMap<_, Sum> = BTreeMap::new();
    for contract in contracts {
        for line in &contract.money {
            let sum = sums.entry((contract.name.as_str(), line.version, line.objective.as_str())).or_default();
            sum.currency.clone_from(&line.currency);
            sum.credit += line.credit;
            sum.bonus += line.bonus;
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SealedMoney;

    fn weeks(credits: &[u64]) -> Vec<SealedContract> {
        let line = |credit: &u64| SealedMoney {
            version: 1,
            objective: "calls".to_owned(),
            currency: "EUR".to_owned(),
            due: true,
            credit: *credit,
            bonus: 0,
        };
        vec![SealedContract {
            name: "care".to_owned(),
            provider: "atlas".to_owned(),
            mode: None,
            files: Vec::new(),
            windows: Vec::new(),
            money: credits.iter().map(line).collect(),
        }]
    }

    /// The credit of a first week must not hide behind that of the last.
    #[test]
    fn every_week_of_an_objective_counts() {
        let moved = money(&weeks(&[0, 0, 0, 700]), &weeks(&[500, 0, 0, 700]));
        assert_eq!(moved.len(), 1);
        assert_eq!((moved[0].sealed_credit, moved[0].now_credit), (700, 1_200));
        assert!(money(&weeks(&[500, 0]), &weeks(&[0, 500])).is_empty(), "the bill is the same");
    }
}
