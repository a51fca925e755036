//! Names of providers, sites and queues.

use std::{borrow::Borrow, fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize};

/// Longest name accepted, in characters.
pub const MAX_NAME: usize = 128;

/// A name that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing there.
    #[error("a name cannot be empty; give 1 to 128 visible characters")]
    Empty,
    /// Over [`MAX_NAME`] characters.
    #[error("the name has {0} characters; at most 128 are kept")]
    TooLong(usize),
    /// Control characters, or white space at an end.
    #[error("the name {0:?} has control characters or white space at an end; use visible characters only")]
    Invisible(String),
    /// A provider's name is part of the contact key, where `:` separates.
    #[error("the provider name {0:?} may not contain ':' or be '*'; use letters, digits, '-' or '_'")]
    Reserved(String),
}

/// Checks that `text` is 1–128 visible characters (inner spaces allowed).
///
/// # Errors
/// Says which rule is broken, with the value.
pub fn visible(text: &str) -> Result<(), NameError> {
    if text.is_empty() {
        return Err(NameError::Empty);
    }
    if text.len() > MAX_NAME && text.chars().count() > MAX_NAME {
        return Err(NameError::TooLong(text.chars().count()));
    }
    if text.trim() != text || text.chars().any(char::is_control) {
        return Err(NameError::Invisible(text.to_owned()));
    }
    Ok(())
}

macro_rules! name_type {
    ($(#[$doc:meta])* $name:ident, $check:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Parses a name.
            ///
            /// # Errors
            /// Says which rule of [`NameError`] is broken.
            pub fn new(text: &str) -> Result<Self, NameError> {
                visible(text)?;
                let check: fn(&str) -> Result<(), NameError> = $check;
                check(text)?;
                Ok(Self(text.into()))
            }

            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = NameError;
            fn from_str(text: &str) -> Result<Self, NameError> {
                Self::new(text)
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::new(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}

fn not_reserved(text: &str) -> Result<(), NameError> {
    if text == "*" || text.contains(':') {
        return Err(NameError::Reserved(text.to_owned()));
    }
    Ok(())
}

name_type!(
    /// A provider: the company that answers for the brand.
    ProviderId,
    not_reserved
);
name_type!(
    /// A site of one provider.
    SiteId,
    |_| Ok(())
);
name_type!(
    /// A queue of the network.
    QueueId,
    |_| Ok(())
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_visible_and_bounded() {
        assert!(SiteId::new("Évry 2").is_ok());
        assert_eq!(SiteId::new(""), Err(NameError::Empty));
        assert_eq!(SiteId::new(&"é".repeat(129)), Err(NameError::TooLong(129)));
        assert!(SiteId::new(&"é".repeat(128)).is_ok());
        assert!(matches!(SiteId::new(" a"), Err(NameError::Invisible(_))));
        assert!(matches!(QueueId::new("a\u{0}b"), Err(NameError::Invisible(_))));
    }

    #[test]
    fn a_provider_cannot_forge_another_contact_key() {
        assert!(matches!(ProviderId::new("a:b"), Err(NameError::Reserved(_))));
        assert!(matches!(ProviderId::new("*"), Err(NameError::Reserved(_))));
    }
}
