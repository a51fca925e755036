//! `vigie ingest`: files into the lake, ending with what became of every row.

use std::{path::Path, sync::Arc};

use contact::ProviderId;
use intake::Mapping;
use store::{BulkFile, BulkReport, Store, StoreError};

use super::{mistakes_in, open, read, runtime};
use crate::{
    args::IngestArgs,
    exit::{Exit, Usage},
    progress::Progress,
    table::{Table, count},
};

pub fn run(args: &IngestArgs, quiet: bool) -> anyhow::Result<Exit> {
    let runtime = runtime()?;
    let mapping = args.mapping.as_deref().map(read_mapping).transpose()?;
    let store = Arc::new(runtime.block_on(open(&args.lake, args.network.as_deref(), "ingest"))?);
    if let Some((text, _)) = &mapping {
        // Rejected rows are read again by the mapping that read them first.
        store.journal().store_document("mapping", text)?;
    }
    let mapping = mapping.map(|(_, mapping)| Arc::new(mapping));
    let provider = provider(args, &store, mapping.as_deref())?;
    let (mut reports, mut failed) = (Vec::new(), None);
    for path in &args.paths {
        let bulk = BulkFile { path: path.clone(), provider: provider.clone(), mapping: mapping.clone() };
        match runtime.block_on(ingest(Arc::clone(&store), bulk, args.threads, quiet)) {
            Ok(report) => reports.push(report),
            Err(error) if is_fatal(&error) => return Err(error),
            Err(error) => {
                failed = Some(error);
                break;
            }
        }
    }
    let kept = runtime.block_on(async {
        store.flush().await?;
        if args.no_fold { Ok(()) } else { store.maintain().await.map(|_| ()) }
    });
    match failed {
        None => kept.map(|()| tell(&reports)).map_err(Into::into),
        Some(error) => {
            // Files before it count: what became of their rows is told, and not a second time.
            if !reports.is_empty() {
                tell(&reports);
            }
            let all = args.paths.len();
            Err(if all > 1 {
                error.context(format!("{} of {all} files are in the lake, nothing of the others", reports.len()))
            } else {
                error
            })
        }
    }
}

/// Whether nothing may be written any more.
fn is_fatal(error: &anyhow::Error) -> bool {
    error.downcast_ref::<StoreError>().is_some_and(StoreError::is_fatal)
}

fn read_mapping(path: &Path) -> anyhow::Result<(String, Mapping)> {
    let text = read(path)?;
    let mapping = Mapping::parse(&text).map_err(|mistakes| mistakes_in(path, &mistakes))?;
    Ok((text, mapping))
}

/// The provider given, else what the mapping says, else the network's only one.
fn provider(args: &IngestArgs, store: &Store, mapping: Option<&Mapping>) -> anyhow::Result<Option<ProviderId>> {
    if let Some(name) = &args.provider {
        return Ok(Some(ProviderId::new(name).map_err(|error| Usage(format!("--provider: {error}")))?));
    }
    if mapping.is_some_and(|mapping| mapping.providers().next().is_some()) {
        return Ok(None);
    }
    let network = store.network();
    match network.providers.keys().collect::<Vec<_>>().as_slice() {
        [only] => Ok(Some((*only).clone())),
        all => {
            let known = all.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", ");
            Err(Usage(format!("which provider sends these files? give --provider, one of: {known}")).into())
        }
    }
}

async fn ingest(store: Arc<Store>, bulk: BulkFile, threads: Option<usize>, quiet: bool) -> anyhow::Result<BulkReport> {
    let total = std::fs::metadata(&bulk.path).map_or(0, |file| file.len());
    let label = bulk.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let workers = threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from)).max(1);
    let worked = tokio::task::spawn_blocking(move || {
        let progress = Progress::new(&label, total, quiet);
        let report = store.ingest(&bulk, workers, &|bytes, events| progress.at(bytes, events));
        progress.finish();
        report
    });
    Ok(worked.await??)
}

/// What became of every row; the last line says where rejects are to be seen.
fn tell(reports: &[BulkReport]) -> Exit {
    let mut table = Table::new(["file", "rows", "mapped", "skipped", "rejected", "events", "late rejects", ""], 1);
    #[expect(clippy::cast_precision_loss, reason = "counts of rows, for showing")]
    let number = |value: u64| count(Some(value as f64));
    for report in reports {
        table.push(vec![
            report.file.clone(),
            number(report.rows_read),
            number(report.mapped),
            number(report.skipped.values().sum()),
            number(report.rejected.values().sum()),
            number(report.stored),
            number(report.late.values().sum()),
            if report.known { "known already, not counted again".to_owned() } else { String::new() },
        ]);
    }
    table.print();
    let fresh = || reports.iter().filter(|report| !report.known);
    for report in fresh() {
        for (name, rows) in &report.skipped {
            println!("  skipped  {:>10}  {name}", number(*rows));
        }
        for (code, rows) in &report.rejected {
            println!("  rejected {:>10}  {code}", number(*rows));
        }
        for (code, events) in &report.late {
            println!("  late     {:>10}  {code}", number(*events));
        }
        for (remark, events) in &report.warnings {
            println!("  remark   {:>10}  {remark}", number(*events));
        }
    }
    let rejects: u64 = fresh().map(BulkReport::rejects).sum();
    if rejects == 0 {
        return Exit::Done;
    }
    println!("{rejects} rejected; see them with `vigie rejects list`");
    Exit::Rejects
}
