//! The folder of test vectors: `VIGIE_VECTORS`, else `shared/vectors` beside the workspace.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{Close, parse};

/// The cases of a vector file, each with its tolerance; none, said aloud, where the folder is not there. A folder that was
/// named must hold the file.
pub fn cases(file: &str) -> Vec<(Value, Close)> {
    let named = std::env::var_os("VIGIE_VECTORS").map(PathBuf::from);
    let usual = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors");
    let path = named.clone().unwrap_or_else(usual).join(file);
    if named.is_none() && !path.exists() {
        eprintln!("not checked: {} is not there (set VIGIE_VECTORS)", path.display());
        return Vec::new();
    }
    let cases = parse(&std::fs::read_to_string(&path).expect("a file of the folder of vectors"));
    eprintln!("{file}: {} cases", cases.len());
    cases
}

pub fn whole(value: &Value) -> i64 {
    value.as_i64().expect("a whole number")
}
