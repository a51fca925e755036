//! The secret that a webhook and its receiver share.

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};
use ring::hmac;

use crate::AlertError;

/// The secret that a webhook and its receiver share: 24 to 64 bytes, written `whsec_` and base64. Never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// Reads a secret, with or without its prefix.
    ///
    /// # Errors
    /// Not base64, or not 24 to 64 bytes. The error does not repeat it.
    pub fn parse(text: &str) -> Result<Self, AlertError> {
        let text = text.trim();
        let bytes = STANDARD.decode(text.strip_prefix("whsec_").unwrap_or(text)).unwrap_or_default();
        if !(24..=64).contains(&bytes.len()) {
            return Err(AlertError::Value {
                what: "the secret of a webhook",
                value: "(not shown)".to_owned(),
                right: "whsec_ and 24 to 64 bytes in base64",
            });
        }
        Ok(Self(bytes))
    }

    /// The signature of a message: `v1,` and HMAC-SHA-256 of `id.timestamp.body` in base64, as Standard Webhooks 1.0.0
    /// has it.
    pub(super) fn sign(&self, id: &str, timestamp: i64, body: &str) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.0);
        format!("v1,{}", STANDARD.encode(hmac::sign(&key, format!("{id}.{timestamp}.{body}").as_bytes())))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(not shown)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification of Standard Webhooks; else no receiver's library would accept a message.
    #[test]
    fn a_signature_is_the_one_that_receivers_expect() {
        let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("a secret");
        let signed = secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, "{\"test\": 2432232314}");
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_secret_is_long_enough_and_not_shown() {
        for wrong in ["", "whsec_", "whsec_c2hvcnQ=", "not base64 at all, but long enough for one"] {
            let error = Secret::parse(wrong).expect_err("no secret").to_string();
            assert!(wrong.len() < 7 || !error.contains(wrong), "{error}");
        }
        let shown = format!("{:?}", Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("a secret"));
        assert!(!shown.contains("Mf"), "{shown}");
    }
}
