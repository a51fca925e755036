//! The stays of a contact: which row belongs to which, and the contact's rows put together.

use std::{borrow::Cow, cell::OnceCell, collections::BTreeMap};

use super::{
    Bound, Mapping,
    expr::Expr,
    look::{Contact, Look},
    names::Template,
    rows::Row,
};

/// How the stays of a contact are counted.
#[derive(Debug)]
pub(super) struct Stays {
    /// Holds on the first row of a stay.
    pub begins: Expr,
    /// Places whose stays are counted apart.
    pub per: Vec<Template>,
}

impl Bound<'_> {
    /// A contact of all these rows, which are in order.
    pub(super) fn together<'r>(&self, rows: &'r [Row]) -> Contact<'r> {
        let mut contact = Contact {
            rows,
            legs: Vec::new(),
            stays: Vec::new(),
            firsts: vec![OnceCell::new(); self.mapping.rules.len()],
            late: vec![OnceCell::new(); self.mapping.rules.len()],
            earliest: vec![OnceCell::new(); self.mapping.times.len()],
        };
        if let Some(stays) = &self.mapping.stays {
            (contact.legs, contact.stays) = stays.count(self.mapping, &contact);
        }
        contact
    }
}

impl Stays {
    /// For each row the number of its stay, from 0, one more at each further row that begins one at the same place; and
    /// the stay as such, another for each place and number. A condition that cannot be told begins nothing; the row
    /// itself is rejected where the value is needed.
    fn count(&self, mapping: &Mapping, contact: &Contact<'_>) -> (Vec<u32>, Vec<usize>) {
        let mut begun: BTreeMap<Vec<Option<String>>, u32> = BTreeMap::new();
        let mut known: BTreeMap<(Vec<Option<String>>, u32), usize> = BTreeMap::new();
        let looks = (0..contact.rows.len()).map(|at| Look { mapping, contact, at, making: None });
        looks
            .map(|look| {
                let text = |name: &Template| name.text(&look).ok().flatten().map(Cow::into_owned);
                let place: Vec<Option<String>> = self.per.iter().map(text).collect();
                let begins = self.begins.holds(&look).unwrap_or(false);
                let begun = begun.entry(place.clone()).or_default();
                *begun += u32::from(begins);
                let leg = begun.saturating_sub(1);
                let next = known.len();
                (leg, *known.entry((place, leg)).or_insert(next))
            })
            .unzip()
    }
}
