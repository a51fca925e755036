//! What results cost: credits and bonuses in minor units, capped, each rounded once.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    Closed, Contract,
    terms::{Mode, Outcome, Share},
};

/// An amount of money in minor units (cents), at most 10^14.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, JsonSchema)]
pub struct Minor(u64);

impl Minor {
    /// The greatest amount: shares of it are still exact in 128 bits.
    pub const MAX: u64 = 100_000_000_000_000;

    /// `amount` minor units; `None` above [`Self::MAX`].
    #[must_use]
    pub fn new(amount: u64) -> Option<Self> {
        (amount <= Self::MAX).then_some(Self(amount))
    }

    /// In minor units.
    #[must_use]
    pub fn amount(self) -> u64 {
        self.0
    }

    /// The product with up to four shares, rounded half up once. Shares are at most 1, so the product fits.
    pub(crate) fn times(self, shares: &[Share]) -> Self {
        let whole = u128::from(Share::WHOLE);
        let (num, den) = shares
            .iter()
            .fold((u128::from(self.0), 1), |(num, den), share| (num * u128::from(share.millionths()), den * whole));
        Self(u64::try_from((num + den / 2) / den).unwrap_or(self.0))
    }

    /// The share of it, rounded down: what may not be exceeded.
    fn at_most(self, share: Share) -> Self {
        let most = u128::from(self.0) * u128::from(share.millionths()) / u128::from(Share::WHOLE);
        Self(u64::try_from(most).unwrap_or(self.0))
    }
}

/// What one objective costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Line {
    /// The objective.
    pub objective: String,
    /// What its band says, before the cap.
    pub credit_uncapped: Minor,
    /// Its part of the credits due, after the cap.
    pub credit: Minor,
    /// What its band says, before the cap.
    pub bonus_uncapped: Minor,
    /// Its part of the bonuses due, after the cap.
    pub bonus: Minor,
}

/// What the results of a period cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Settlement {
    /// ISO 4217.
    pub currency: String,
    /// Whether it is due: only in a binding contract.
    pub due: bool,
    /// The most that credits, and the most that bonuses, may reach.
    pub cap: Minor,
    /// By objective, in the order of the results.
    pub lines: Vec<Line>,
    /// The provider's credits to the brand.
    pub credit: Minor,
    /// The brand's bonuses to the provider.
    pub bonus: Minor,
}

/// What the results of one period cost, of an invoice in minor units. `None` when no money is agreed or the contract is
/// one of coaching.
///
/// A credit is invoice × share at risk × pool of the class × allocation × band, rounded half up to the minor unit.
/// Their sum is capped at the share at risk, rounded down; what is above is taken from each in proportion. The same cap
/// holds for bonuses.
#[must_use]
pub fn settle(contract: &Contract, invoice: Minor, results: &[(&str, &Closed)]) -> Option<Settlement> {
    let money = contract.commercial.as_ref().filter(|money| money.mode != Mode::Coaching)?;
    let cap = invoice.at_most(money.at_risk);
    let mut lines = Vec::new();
    for (name, closed) in results {
        let Some(stake) = money.stakes.get(*name) else { continue };
        let outcome = closed.band.and_then(|position| stake.bands.get(position)).map(|band| band.outcome);
        let amount = |band| invoice.times(&[money.at_risk, stake.pool, stake.allocation, band]);
        let (credit, bonus) = match outcome {
            Some(Outcome::Credit(share)) => (amount(share), Minor::default()),
            Some(Outcome::Bonus(share)) => (Minor::default(), amount(share)),
            None => (Minor::default(), Minor::default()),
        };
        lines.push(Line {
            objective: (*name).to_owned(),
            credit_uncapped: credit,
            credit,
            bonus_uncapped: bonus,
            bonus,
        });
    }
    let credits = capped(cap, &lines.iter().map(|line| line.credit.0).collect::<Vec<_>>());
    let bonuses = capped(cap, &lines.iter().map(|line| line.bonus.0).collect::<Vec<_>>());
    for (line, (credit, bonus)) in lines.iter_mut().zip(credits.iter().zip(&bonuses)) {
        (line.credit, line.bonus) = (Minor(*credit), Minor(*bonus));
    }
    Some(Settlement {
        currency: money.currency.clone(),
        due: money.mode == Mode::Binding,
        cap,
        credit: Minor(credits.iter().sum()),
        bonus: Minor(bonuses.iter().sum()),
        lines,
    })
}

/// The amounts as they are, or, when they exceed the cap together, the cap shared out in proportion.
fn capped(cap: Minor, amounts: &[u64]) -> Vec<u64> {
    let sum: u128 = amounts.iter().map(|amount| u128::from(*amount)).sum();
    if sum <= u128::from(cap.0) { amounts.to_vec() } else { apportioned(cap.0, amounts) }
}

/// A whole shared out in proportion to weights, to the unit: those with the largest remainders get one more, the first
/// of equals first. Nothing to nobody when all weights are 0.
///
/// An invoice of a month in which the version changed is shared out like this by days.
#[must_use]
pub fn apportioned(whole: u64, weights: &[u64]) -> Vec<u64> {
    let sum: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
    if sum == 0 {
        return vec![0; weights.len()];
    }
    let product = |weight: &u64| u128::from(whole) * u128::from(*weight);
    let cut = |weight| u64::try_from(product(weight) / sum).expect("a part of a whole is at most the whole");
    let mut parts: Vec<u64> = weights.iter().map(cut).collect();
    let left = whole - parts.iter().sum::<u64>();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|position| std::cmp::Reverse(product(&weights[*position]) % sum));
    for position in order.into_iter().take(usize::try_from(left).unwrap_or(usize::MAX)) {
        parts[position] += 1;
    }
    parts
}
