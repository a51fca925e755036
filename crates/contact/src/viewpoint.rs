//! From whose side contacts are counted.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::channel::words;

words!(
    /// From whose side contacts are counted.
    Viewpoint {
        /// Each leg, for whoever got it.
        Provider = "provider",
        /// Each contact whole, once, with the waits of all its legs, where it came in.
        Brand = "brand",
    }
);

impl Default for Viewpoint {
    fn default() -> Self {
        Self::Provider
    }
}
