//! Bytes from a provider become valid events, or rejects with a reason: formats, mappings, limits, pseudonyms.
//!
//! ```text
//! HTTP body ─ decode_body ─▶ bytes of events ─ parse_event ─┐
//! file ─ FileReader ─▶ Chunk of lines ─ parse_line ─────────┤
//!        FileReader ─▶ Chunk of rows ─ Mapping ─▶ draft ────┴─ validate ─▶ Parsed event | Rejected
//! ```
//!
//! Invariants kept here:
//! - **one door**: whatever the format, an event is checked by one function against one [`Context`];
//! - **people are pseudonyms** from here on: [`Keys::pseudonym`] replaces customers and agents before anything else sees
//!   an event, and no reject's message holds their identifiers (its bytes are sealed by [`Keys::seal`]);
//! - **nothing is dropped**: every item of a body, line of a file and row of an export is an event, a skip by name or a
//!   reject with a code of [`contact::RejectCode`];
//! - **whole or not at all**: a body or file that cannot be decoded counts nothing ([`ContainerError`]); whether a file
//!   that was found is there to its end is told by [`Ending`];
//! - **bounded**: no input makes memory grow beyond the stated limits; of a file whose rows are put together by contact,
//!   all rows of one contact are held ([`mapping`]).
//!
//! Absent on purpose: the journal (whether a contact is known with another start, `started_at_mismatch` and
//! `unknown_contact`, is decided there), the lake, HTTP, threads, clocks. The only files touched are the
//! secret key's, and temporary ones for rows that are too many to be held.

mod body;
mod chunk;
mod cloudevent;
mod coding;
mod draft;
mod elements;
mod ending;
mod error;
mod field;
mod file;
mod json;
mod keyfile;
mod keys;
pub mod mapping;
mod records;
mod validate;
mod warning;

pub use body::{Body, Limits, MediaType, decode_body};
pub use chunk::{Chunk, RawLine};
pub use cloudevent::{MAX_EVENT_BYTES, parse_event, parse_line};
pub use coding::Coding;
pub use ending::Ending;
pub use error::{ContainerError, IntakeError, KeysError};
pub use file::{FileReader, Framing};
pub use keys::{Keys, Person};
pub use mapping::{Bound, Explained, Ground, Ledger, MappedRow, Mapping, MappingError, RowOutcome};
pub use validate::{Context, Door, Parsed, Rejected};
pub use warning::{Tally, Warnings};

/// SHA-256, hexadecimal.
fn hash(bytes: &[u8]) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
    keyfile::hex(digest.as_ref())
}
