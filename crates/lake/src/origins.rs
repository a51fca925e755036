//! Which writes a file's rows come from, in a size that does not grow.
//!
//! A writer numbers its writes in the order of their commits: the journal by its sequences, imported files by the
//! version that added them. So whatever the writes 10 to 13 brought into a day was committed before write 14: of one
//! day, files of the writes 3 to 9 and 14 to 20 together stand for everything from 3 to 20. One span for each writer
//! says it all, however many writes a day has seen and however often its files were merged.

use std::collections::BTreeMap;

/// The writes whose rows are in a file or a day: for each writer, the first and the last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origins(BTreeMap<String, Span>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Span {
    first: i64,
    last: i64,
    /// As it is kept in the log.
    text: String,
}

impl Span {
    fn new(writer: &str, first: i64, last: i64) -> Self {
        Self { first, last, text: format!("{writer}:{first}-{last}") }
    }
}

impl Origins {
    /// The writes of `writer` from `first` to `last`.
    #[must_use]
    pub fn of(writer: &str, first: i64, last: i64) -> Self {
        Self(BTreeMap::from([(writer.to_owned(), Span::new(writer, first, last))]))
    }

    /// Of files of one day together.
    #[must_use]
    pub fn union<'a>(all: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut union = Self::default();
        for (writer, span) in all.into_iter().flat_map(|origins| &origins.0) {
            union.add(writer, span.first, span.last);
        }
        union
    }

    /// Whether every write of these is one of `others`.
    #[must_use]
    pub fn is_subset(&self, others: &Self) -> bool {
        let within = |span: &Span, other: &Span| other.first <= span.first && span.last <= other.last;
        self.0.iter().all(|(writer, span)| others.0.get(writer).is_some_and(|other| within(span, other)))
    }

    /// Each as `writer:first-last`, by writer.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.values().map(|span| span.text.as_str())
    }

    fn add(&mut self, writer: &str, first: i64, last: i64) {
        let span = match self.0.get(writer) {
            Some(known) => Span::new(writer, known.first.min(first), known.last.max(last)),
            None => Span::new(writer, first, last),
        };
        self.0.insert(writer.to_owned(), span);
    }
}

/// From `writer:first-last`; any other text is the only write of a writer of that name.
impl<'a> FromIterator<&'a str> for Origins {
    fn from_iter<I: IntoIterator<Item = &'a str>>(texts: I) -> Self {
        let mut origins = Self::default();
        for text in texts {
            let (writer, first, last) = parse(text).unwrap_or((text, 0, 0));
            origins.add(writer, first, last);
        }
        origins
    }
}

fn parse(text: &str) -> Option<(&str, i64, i64)> {
    let (writer, span) = text.rsplit_once(':')?;
    let (first, last) = span.split_once('-')?;
    Some((writer, first.parse().ok()?, last.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origins(texts: &[&str]) -> Origins {
        texts.iter().copied().collect()
    }

    #[test]
    fn origins_come_back_as_they_were_said() {
        for said in [origins(&[]), origins(&["journal:7-9", "file:12-12"]), origins(&["w1", "a:b", "file:\"é\""])] {
            assert_eq!(said.iter().collect::<Origins>(), said);
        }
        assert_eq!(origins(&["journal:7-9", "file:3-3"]).iter().collect::<Vec<_>>(), ["file:3-3", "journal:7-9"]);
    }

    /// Legs that are taken for those of events they never saw would be wrong figures.
    #[test]
    fn legs_know_a_write_only_if_they_were_made_after_it() {
        let legs = origins(&["journal:3-20", "file:5-5"]);
        for known in [&["journal:3-9"][..], &["journal:14-20", "file:5-5"], &[]] {
            assert!(origins(known).is_subset(&legs), "{known:?}");
        }
        for moved in ["journal:21-21", "journal:19-21", "journal:2-3", "file:6-6", "other:5-5"] {
            assert!(!origins(&[moved]).is_subset(&legs), "{moved}");
        }
    }

    #[test]
    fn files_of_a_day_stand_for_everything_between_them() {
        let one = Origins::of("journal", 3, 9);
        let both = Origins::union([&one, &Origins::of("journal", 14, 20)]);
        assert_eq!(both, origins(&["journal:3-20"]));
        assert_eq!(Origins::union([&both, &Origins::of("file", 5, 5), &one]), origins(&["journal:3-20", "file:5-5"]));
    }
}
