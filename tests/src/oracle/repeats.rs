//! Contacts that a human handled, and who had to come back.

use contact::Outcome;

use super::{Query, Receipt};

/// A handled contact.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::struct_excessive_bools, reason = "columns of the statement")]
pub struct Handled {
    /// The contact.
    pub contact: String,
    /// Its customer and its reason are known.
    pub matched: bool,
    /// Nobody had handled the customer's matter within the window before.
    pub first: bool,
    /// The customer came back within the window.
    pub repeated: bool,
    /// The window has elapsed.
    pub mature: bool,
}

/// The contacts received in the query's period and handled, sorted.
#[must_use]
pub fn handled(receipts: &[Receipt], query: &Query, window_us: i64) -> Vec<Handled> {
    let counted: Vec<&Receipt> = receipts.iter().filter(|receipt| !receipt.leg.cancelled).collect();
    let mut all = Vec::new();
    for receipt in counted.iter().filter(|receipt| is_handled(receipt)) {
        if receipt.at < query.from || receipt.at >= query.to {
            continue;
        }
        let (mut first, mut repeated) = (true, false);
        for other in counted.iter().filter(|other| same_matter(receipt, other)) {
            let apart = other.at.micros_since(receipt.at);
            let (before, after) = (order(other) < order(receipt), order(other) > order(receipt));
            first &= !(before && is_handled(other) && -apart <= window_us);
            repeated |= after && apart <= window_us;
        }
        let matched = receipt.customer.is_some() && receipt.family.is_some();
        all.push(Handled {
            contact: receipt.leg.contact_id.clone(),
            matched,
            first: matched && first,
            repeated,
            mature: query.now.micros_since(receipt.at) >= window_us,
        });
    }
    all.sort();
    all
}

fn is_handled(receipt: &Receipt) -> bool {
    receipt.leg.outcome == Some(Outcome::Answered) && !receipt.out_of_hours
}

fn order<'a>(receipt: &Receipt<'a>) -> (contact::Instant, &'a str) {
    (receipt.at, &receipt.leg.contact_id)
}

fn same_matter(one: &Receipt, other: &Receipt) -> bool {
    one.customer.is_some() && one.family.is_some() && one.customer == other.customer && one.family == other.family
}
