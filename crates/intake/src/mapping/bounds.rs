//! How much a running mapping takes at a time, and holds.

/// Lines read at a time.
pub(super) const CHUNK: usize = 4_096;
/// Bytes of rows that are held in memory unless somebody says otherwise.
pub(super) const MOST_HELD: usize = 256 << 20;
/// How often rows are dealt to temporary files. What is too much for memory even then is one contact, and is held.
pub(super) const DEEPEST: u32 = 2;
