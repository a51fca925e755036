//! What a user would lose if the lake broke its word: an event, an order, a file, a version.

mod append;
mod crash;
mod files;
mod kit;
mod lookup;
mod renewed;
mod rewrite;
mod upkeep;
mod verify;
