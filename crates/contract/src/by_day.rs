//! Documents of which each has a day of its own.

use std::collections::BTreeMap;

use jiff::civil::Date;

/// Documents by their day.
///
/// # Errors
/// The first day that two of them have.
pub(crate) fn by_day<T>(documents: Vec<T>, day: impl Fn(&T) -> Date) -> Result<BTreeMap<Date, T>, Date> {
    let mut kept = BTreeMap::new();
    for document in documents {
        let on = day(&document);
        if kept.insert(on, document).is_some() {
            return Err(on);
        }
    }
    Ok(kept)
}
