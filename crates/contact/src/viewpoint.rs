//! From whose side contacts are counted.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::channel::words;

words!(
    /// From whose side contacts are counted.
    #[derive(Default)]
    Viewpoint {
        /// Each leg, for whoever got it.
        #[default]
        Provider = "provider",
        /// Each contact whole, once, with the waits of all its legs, where it came in.
        Brand = "brand",
    }
);
