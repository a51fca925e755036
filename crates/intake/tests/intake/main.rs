//! The intake as its callers see it: bytes in, events and rejects out.

#![expect(clippy::panic, reason = "this is how a test fails")]

mod codes;
mod common;
mod events;
mod files;
mod mappings;
mod mutations;
mod real;
mod status_logs;
