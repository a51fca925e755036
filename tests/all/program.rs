//! The real program, run as a user runs it.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// The binary of this build: `VIGIE_BIN`, else beside the test binary.
pub(crate) fn binary() -> PathBuf {
    if let Some(path) = std::env::var_os("VIGIE_BIN") {
        return path.into();
    }
    let this = std::env::current_exe().expect("the test binary has a path");
    let beside = this.parent().and_then(Path::parent).expect("target/release/deps").join("vigie");
    assert!(beside.exists(), "{} is missing; `make build` makes it", beside.display());
    beside
}

/// Runs `vigie` with the arguments.
pub(crate) fn vigie<S: AsRef<std::ffi::OsStr>>(args: impl IntoIterator<Item = S>) -> Output {
    let mut command = Command::new(binary());
    command.args(args).env_remove("VIGIE_LAKE").env_remove("VIGIE_NETWORK");
    command.output().expect("the program starts")
}

/// Runs `vigie`, expects the exit status, gives standard output.
pub(crate) fn stdout<S: AsRef<std::ffi::OsStr>>(status: i32, args: impl IntoIterator<Item = S>) -> String {
    let output = vigie(args);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{text}\n{errors}");
    text
}

/// The folder of public data, or `None` (said on standard error) where it is not.
pub(crate) fn data(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("VIGIE_DATA").map_or_else(|| workspace().join("../shared/data"), PathBuf::from);
    let path = root.join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("not checked: {} is not there (set VIGIE_DATA)", path.display());
    None
}

/// The root of the checkout.
pub(crate) fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests lies in the workspace").to_owned()
}
