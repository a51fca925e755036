//! Facts in words and numbers, one under each name, and words with a shape for how something stands.

use askama::Template;

use super::table::Value;

/// What is known, each thing under its name.
#[derive(Template)]
#[template(path = "facts.html")]
pub(super) struct Facts {
    pub(super) list: Vec<Fact>,
}

/// What is known under a name.
pub(super) struct Fact {
    name: &'static str,
    said: Sentence,
}

/// Words with numbers among them.
#[derive(Default, Template)]
#[template(path = "sentence.html")]
pub(super) struct Sentence {
    parts: Vec<Said>,
}

/// A piece of what is said: a number, or words.
struct Said {
    exact: Option<String>,
    text: String,
}

/// How something stands: a word, and a shape and a colour for it.
#[derive(Template)]
#[template(path = "badge.html")]
pub(super) struct Badge {
    /// Its name for the style sheet.
    pub(super) class: &'static str,
    pub(super) shape: &'static str,
    pub(super) text: String,
}

impl Fact {
    pub(super) fn new(name: &'static str, said: Sentence) -> Self {
        Self { name, said }
    }

    /// A number under a name.
    pub(super) fn number(name: &'static str, number: (f64, String)) -> Self {
        Self::new(name, Sentence::default().number(number))
    }

    /// Words under a name.
    pub(super) fn words(name: &'static str, text: impl Into<String>) -> Self {
        Self::new(name, Sentence::default().words(text))
    }
}

impl Sentence {
    /// A sentence with a number in the place of each `{}`.
    pub(super) fn of(pattern: &str, numbers: impl IntoIterator<Item = (f64, String)>) -> Self {
        let mut numbers = numbers.into_iter();
        let mut words = pattern.split("{}");
        let begun = Self::default().words(words.next().unwrap_or_default());
        words.fold(begun, |said, words| {
            let said = match numbers.next() {
                Some(number) => said.number(number),
                None => said,
            };
            said.words(words)
        })
    }

    /// The sentence with one number more.
    pub(super) fn number(mut self, (exact, text): (f64, String)) -> Self {
        let Value { exact, text } = Value::new(exact, text);
        self.parts.push(Said { exact: Some(exact), text });
        self
    }

    /// The sentence with more words.
    pub(super) fn words(mut self, text: impl Into<String>) -> Self {
        let text = text.into();
        if !text.is_empty() {
            self.parts.push(Said { exact: None, text });
        }
        self
    }

    /// The sentence with what another says.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.parts.extend(other.parts);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_where_the_sentence_has_them() {
        let said = Sentence::of("{} of the {} to come", [(3.0, "3".to_owned()), (1_234.0, "1,234".to_owned())]);
        let text: String = said.parts.iter().map(|part| part.text.as_str()).collect();
        assert_eq!(text, "3 of the 1,234 to come");
        let exact: Vec<&str> = said.parts.iter().filter_map(|part| part.exact.as_deref()).collect();
        assert_eq!(exact, ["3", "1234"]);
    }
}
