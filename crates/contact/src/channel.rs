//! Channels and directions.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Declares an enum whose values are words, the same in events, tables, answers and configuration.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $word)] $variant),+
        }

        impl $name {
            /// Every value, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word used in events, tables and answers.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = ();
            fn from_str(word: &str) -> Result<Self, ()> {
                match word { $($word => Ok(Self::$variant),)+ _ => Err(()) }
            }
        }
    };
}
pub(crate) use words;

words!(
    /// How the customer reaches the brand.
    Channel {
        /// Telephone.
        Voice = "voice",
        /// Electronic mail.
        Email = "email",
        /// Text message.
        Sms = "sms",
        /// Live written conversation.
        Chat = "chat",
        /// Social networks.
        Social = "social",
        /// Letters.
        Post = "post",
        /// Live video.
        Video = "video",
        /// Review of content before it appears.
        Moderation = "moderation",
    }
);

impl Channel {
    /// Voice, chat and video: the customer waits in person, and nobody answers while closed.
    #[must_use]
    pub fn is_live(self) -> bool {
        matches!(self, Self::Voice | Self::Chat | Self::Video)
    }
}

words!(
    /// Who began the contact.
    Direction {
        /// The customer.
        Inbound = "inbound",
        /// The brand or a provider.
        Outbound = "outbound",
    }
);
