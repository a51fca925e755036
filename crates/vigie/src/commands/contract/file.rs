//! `vigie contract file`, and reading files about contracts.

use std::path::{Path, PathBuf};

use anyhow::Context;
use evaluation::FiledDocument;

use crate::{
    args::ContractFileArgs,
    commands::{open, read, runtime},
    exit::{Exit, Usage},
};

pub fn run(args: &ContractFileArgs) -> anyhow::Result<Exit> {
    let documents = documents(&args.files)?;
    let runtime = runtime()?;
    let store = runtime.block_on(open(&args.lake, None, "contract file"))?;
    let fresh = store.file_contracts(&documents)?;
    println!("{fresh} filed, {} known already", documents.len() - fresh);
    Ok(Exit::Done)
}

/// The files named, and those of the directories named that end in `.yaml` or `.yml`, by name.
pub fn documents(paths: &[PathBuf]) -> anyhow::Result<Vec<FiledDocument>> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            files.extend(in_directory(path)?);
        } else {
            files.push(path.clone());
        }
    }
    files.sort();
    files.dedup();
    files
        .iter()
        .map(|file| Ok(FiledDocument { from: file.display().to_string(), text: read(file)?, accepted_at: None }))
        .collect()
}

fn in_directory(directory: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let cannot = || format!("cannot read {}", directory.display());
    let mut files = Vec::new();
    for entry in std::fs::read_dir(directory).with_context(cannot)? {
        let path = entry.with_context(cannot)?.path();
        if path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml") {
            files.push(path);
        }
    }
    if files.is_empty() {
        return Err(Usage(format!("{} has no .yaml file; name a directory of contracts", directory.display())).into());
    }
    Ok(files)
}
