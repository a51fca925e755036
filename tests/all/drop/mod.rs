//! The drop folder (door 3): a file counts whole and once, whatever is written, dropped or killed when.

mod bench;
mod folder;
mod served;
mod truncated;
