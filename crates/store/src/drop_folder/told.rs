//! What was said of a place in the log, so that it is said once and not at every look.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// What there is to say of places, now and at the look before.
#[derive(Debug, Default)]
pub(super) struct Told {
    before: BTreeMap<PathBuf, String>,
    now: BTreeMap<PathBuf, String>,
}

impl Told {
    /// A new look begins: what is not said again in it is forgotten, and would be told again.
    pub(super) fn begin(&mut self) {
        self.before = std::mem::take(&mut self.now);
    }

    /// Says something of a place, unless the same was said before.
    pub(super) fn tell(&mut self, path: &Path, what: &str) {
        if self.is_news(path, what) {
            tracing::warn!(?path, "{what}");
        }
        self.now.insert(path.to_owned(), what.to_owned());
    }

    fn is_news(&self, path: &Path, what: &str) -> bool {
        self.before.get(path).is_none_or(|said| said != what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A log of one line every few seconds hides what is new in it.
    #[test]
    fn the_same_is_news_once_and_again_after_it_was_mended() {
        let (mut told, place) = (Told::default(), Path::new("drop/atlas/cut.csv"));
        let mut news = Vec::new();
        for what in [Some("cut"), Some("cut"), Some("empty"), None, Some("empty")] {
            told.begin();
            if let Some(what) = what {
                news.push(told.is_news(place, what));
                told.tell(place, what);
            }
        }
        assert_eq!(news, [true, false, true, true]);
    }
}
