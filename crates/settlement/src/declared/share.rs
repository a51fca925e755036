//! A share as a report prints it: to so many digits.

use engine::Title;

use super::said;

/// A declared share: exact to half a unit of the last digit that was given.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DeclaredShare {
    /// The share, 0 to 1.
    pub share: f64,
    /// Half a unit of its last digit.
    pub within: f64,
}

impl DeclaredShare {
    /// Reads `0.813`, `81.3 %` or `81,3 %`.
    ///
    /// # Errors
    /// No number, or more than all.
    pub(super) fn parse(text: &str) -> Result<Self, Title> {
        let wrong = || said::no_share(text);
        let (digits, scale) = match text.strip_suffix('%') {
            Some(percent) => (percent.trim_end().replace(',', "."), 100.0),
            None => (text.replace(',', "."), 1.0),
        };
        let plain = !digits.is_empty() && digits.chars().all(|digit| digit.is_ascii_digit() || digit == '.');
        let value: f64 = Some(&digits).filter(|_| plain).and_then(|digits| digits.parse().ok()).ok_or_else(wrong)?;
        if value > scale {
            return Err(said::more_than_all(text));
        }
        let places = digits.split_once('.').map_or(0, |(_, places)| places.len());
        let unit = 10_f64.powi(-i32::try_from(places).map_err(|_| wrong())?);
        Ok(Self { share: value / scale, within: unit / 2.0 / scale })
    }

    /// Whether a computed share, rounded to the digits given, is this one. A share that ends in a five may have been
    /// rounded either way.
    #[must_use]
    pub fn is(self, share: f64) -> bool {
        (share - self.share).abs() <= self.within * (1.0 + 1e-9)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_compared_to_the_digits_it_was_given_in() {
        for (text, share, other) in
            [("0.81", 0.8149, 0.8151), ("81.3 %", 0.81349, 0.81351), ("81,3%", 0.8126, 0.8124), ("1", 0.5, 0.49)]
        {
            let declared = DeclaredShare::parse(text).expect("a share");
            assert!(declared.is(share) && !declared.is(other), "{text}: {declared:?}");
        }
    }

    #[test]
    fn what_is_no_share_is_told_with_what_would_be_right() {
        for text in ["81.3", "101 %", "-0.1", "1e-1", "", "%", "nan"] {
            let told = DeclaredShare::parse(text).expect_err("no share");
            assert!(told.en.contains("write it as 0.813 or 81.3 %"), "{told:?}");
        }
    }
}
