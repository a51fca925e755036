//! The intake as its callers see it: bytes in, events and rejects out.

mod codes;
mod common;
mod events;
mod files;
mod mappings;
mod mutations;
mod real;
mod status_logs;
