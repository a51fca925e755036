//! The brand's secret: pseudonyms for people, seals for rejected bytes.
//!
//! # Pseudonyms
//!
//! `pseudonym(person, id)` = prefix + base32(first 160 bits of HMAC-SHA-256(pseudonym key, field ‖ 0x00 ‖ normalised id)),
//! where prefix is `c1:` and field `customer` for customers, `a1:` and `agent` for agents; base32 is RFC 4648 in lower
//! case, 32 characters without padding. The digit in the prefix is the version of the recipe.
//!
//! Normalising makes the same person equal across sources that write differently:
//! 1. white space at both ends is dropped;
//! 2. a mail address (one `@` with something on both sides, no white space, no `/`) is lower-cased;
//! 3. an international telephone number (`+`, then at least 7 digits and otherwise only space `.` `-` `(` `)` `/`)
//!    becomes `+` and its digits;
//! 4. everything else stays as it is: national numbers and customer numbers are not guessed at.

use std::{borrow::Cow, fmt};

use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hmac,
    rand::{SecureRandom, SystemRandom},
};

use crate::KeysError;

/// Bytes of each of the two keys.
pub(crate) const KEY_LEN: usize = 32;
/// Binds sealed bytes to their purpose.
const SEAL_CONTEXT: &[u8] = b"vigie reject 1";
const BASE32: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// Whose identifier it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Person {
    /// The brand's customer (`c1:`).
    Customer,
    /// The provider's agent (`a1:`).
    Agent,
}

/// The keys of one brand: one for pseudonyms, one for sealing what was rejected.
pub struct Keys {
    pseudonym: hmac::Key,
    seal: LessSafeKey,
    random: SystemRandom,
}

impl Keys {
    /// Keys from two secrets, first the pseudonym key, then the seal key. [`Keys::load_or_create`] reads them from
    /// the brand's file; this is for tests and tools that hold the secret in memory.
    ///
    /// # Panics
    /// Never: both keys have the length their algorithm takes.
    #[must_use]
    pub fn from_secrets(pseudonym: &[u8; KEY_LEN], seal: &[u8; KEY_LEN]) -> Self {
        let seal = UnboundKey::new(&AES_256_GCM, seal).expect("an AES-256 key has 32 bytes");
        Self {
            pseudonym: hmac::Key::new(hmac::HMAC_SHA256, pseudonym),
            seal: LessSafeKey::new(seal),
            random: SystemRandom::new(),
        }
    }

    /// The pseudonym of a customer or agent, as the module documentation defines it: 35 characters.
    #[must_use]
    pub fn pseudonym(&self, person: Person, id: &str) -> String {
        let (prefix, field) = match person {
            Person::Customer => ("c1:", "customer\0"),
            Person::Agent => ("a1:", "agent\0"),
        };
        let mut context = hmac::Context::with_key(&self.pseudonym);
        context.update(field.as_bytes());
        context.update(normalised(id).as_bytes());
        let mut text = String::with_capacity(35);
        text.push_str(prefix);
        push_base32(&mut text, &context.sign().as_ref()[..20]);
        text
    }

    /// Encrypts the bytes of a reject: nonce (12 bytes, random), ciphertext, tag (16 bytes).
    ///
    /// # Errors
    /// The system has no random bytes.
    ///
    /// # Panics
    /// Never below 64 GiB, and what is rejected has at most 64 KiB.
    pub fn seal(&self, plain: &[u8]) -> Result<Vec<u8>, KeysError> {
        let mut nonce = [0; NONCE_LEN];
        self.random.fill(&mut nonce).map_err(|_| KeysError::NoRandomness)?;
        let mut sealed = Vec::with_capacity(NONCE_LEN + plain.len() + AES_256_GCM.tag_len());
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(plain);
        let nonce = Nonce::assume_unique_for_key(nonce);
        let tag = self
            .seal
            .seal_in_place_separate_tag(nonce, Aad::from(SEAL_CONTEXT), &mut sealed[NONCE_LEN..])
            .expect("a reject is far below the 64 GiB that one seal may cover");
        sealed.extend_from_slice(tag.as_ref());
        Ok(sealed)
    }

    /// What [`Keys::seal`] sealed.
    ///
    /// # Errors
    /// The bytes were changed or cut, or sealed with another key.
    pub fn open(&self, sealed: &[u8]) -> Result<Vec<u8>, KeysError> {
        let (nonce, rest) = sealed.split_at_checked(NONCE_LEN).ok_or(KeysError::NotSealedHere)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| KeysError::NotSealedHere)?;
        let mut rest = rest.to_vec();
        let plain = self.seal.open_in_place(nonce, Aad::from(SEAL_CONTEXT), &mut rest);
        let length = plain.map_err(|_| KeysError::NotSealedHere)?.len();
        rest.truncate(length);
        Ok(rest)
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(secret)")
    }
}

fn normalised(id: &str) -> Cow<'_, str> {
    let id = id.trim();
    if is_mail(id) {
        return Cow::Owned(id.to_lowercase());
    }
    if let Some(rest) = id.strip_prefix('+')
        && rest.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '.' | '-' | '(' | ')' | '/'))
        && rest.bytes().filter(u8::is_ascii_digit).count() >= 7
    {
        return Cow::Owned(id.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect());
    }
    Cow::Borrowed(id)
}

fn is_mail(id: &str) -> bool {
    id.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'))
        && !id.contains('/')
        && !id.contains(char::is_whitespace)
}

/// Appends 8 characters for every 5 bytes; `bytes` has a multiple of 5.
fn push_base32(text: &mut String, bytes: &[u8]) {
    for five in bytes.chunks_exact(5) {
        let bits = five.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        for place in (0..8).rev() {
            let digit = usize::try_from(bits >> (place * 5) & 31).expect("five bits fit");
            text.push(char::from(BASE32[digit]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> Keys {
        Keys::from_secrets(&[7; KEY_LEN], &[9; KEY_LEN])
    }

    /// Vectors made with Python's `hmac`, `hashlib` and `base64` from the recipe in the module documentation.
    #[test]
    fn pseudonyms_never_change_or_every_customer_would_be_new() {
        let vectors = [
            (Person::Customer, "7191646", "c1:d3ouaar6ddug2siz5qrdfgx75vwf667r"),
            (Person::Customer, " Ada@Example.ORG ", "c1:mfjlrupe7o5xjtze6msgbtkbtqsrjv6t"),
            (Person::Customer, "+33 (0)6 12-34.56.78", "c1:e4ypwvcdlh2vgjajxkdak6bv2buxmhbk"),
            (Person::Agent, "a-17", "a1:mi73e5igpwbuur53myds35ydou75jz5s"),
        ];
        for (person, id, expected) in vectors {
            assert_eq!(keys().pseudonym(person, id), expected, "{id}");
        }
    }

    #[test]
    fn one_person_written_two_ways_is_one_person() {
        let of = |id| keys().pseudonym(Person::Customer, id);
        assert_eq!(of("ada@example.org"), of(" ADA@example.org"));
        assert_eq!(of("+33612345678"), of("+33 6 12 34 56 78"));
        assert_ne!(of("0612345678"), of("+33612345678"));
        assert_ne!(of("Ada"), of("ada"));
        assert_ne!(of("a-17")[3..], keys().pseudonym(Person::Agent, "a-17")[3..]);
    }

    #[test]
    fn a_seal_opens_only_whole_and_with_its_own_key() {
        let sealed = keys().seal(b"a rejected line").expect("random");
        assert_eq!(keys().open(&sealed).expect("own seal"), b"a rejected line");
        assert_ne!(sealed, keys().seal(b"a rejected line").expect("random"));
        let other = Keys::from_secrets(&[7; KEY_LEN], &[8; KEY_LEN]);
        assert!(other.open(&sealed).is_err());
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert!(keys().open(&changed).is_err(), "byte {place}");
            assert!(keys().open(&sealed[..place]).is_err(), "cut at {place}");
        }
    }
}
