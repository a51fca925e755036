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
    /// The customer came back within the window, or came twice at once.
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
            first &= !(apart < 0 && -apart <= window_us && is_handled(other));
            repeated |= (0..=window_us).contains(&apart);
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

/// Whether these are two contacts of one customer on one family of reasons.
fn same_matter(one: &Receipt, other: &Receipt) -> bool {
    let is_known = one.customer.is_some() && one.family.is_some();
    let is_same = one.customer == other.customer && one.family == other.family;
    is_known && is_same && one.leg.contact_id != other.leg.contact_id
}
