//! What a user would lose if the journal did not keep its word.

#![expect(clippy::panic, reason = "this is how a test fails")]

mod bulk;
mod crashes;
mod decisions;
mod durability;
mod guests;
mod lacking;
mod queries;
mod replays;
mod support;
