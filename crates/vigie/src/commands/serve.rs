//! `vigie serve`: events in and answers out, until told to stop; then nothing that was accepted waits outside the lake.

mod alerts;
mod watch;

use std::{sync::Arc, time::Duration};

use anyhow::{Context, bail};
use api::{Api, Limits};
use prometheus_client::registry::Registry;
use store::{FlushPolicy, Store};
use tokio::{net::TcpListener, runtime::Builder, task::JoinSet, time};

use super::{contract::documents, open};
use crate::{
    args::ServeArgs,
    exit::{Exit, Usage},
};
use alerts::Alerts;
use watch::Watch;

/// How often the size of the tail is looked at.
const TICK: Duration = Duration::from_millis(250);

pub fn run(args: &ServeArgs) -> anyhow::Result<Exit> {
    if !args.listen.ip().is_loopback() && !args.no_access_control {
        let message = "there is no access control yet, so anyone who reaches {} could read and write; \
            listen on 127.0.0.1, or say --no-access-control";
        bail!(Usage(message.replace("{}", &args.listen.to_string())));
    }
    let dropped = watch::open(&args.drop)?;
    let accepting = Builder::new_multi_thread().worker_threads(2).thread_name("api").enable_all().build()?;
    let asking = Builder::new_multi_thread().thread_name("sql").enable_all().build()?;
    let store = Arc::new(asking.block_on(open(&args.lake, args.network.as_deref(), "serve"))?);
    if !args.contracts.is_empty() {
        store.file_contracts(&documents(&args.contracts)?)?;
    }
    let upkeep = asking.spawn(watched(keep_up(Arc::clone(&store), args.flush_every, args.upkeep_every)));
    let mut registry = Registry::default();
    store.expose(&mut registry)?;
    let start = |folder| Watch::start(folder, Arc::clone(&store), asking.handle().clone(), args.drop.every());
    let watch = dropped.map(start).transpose()?;
    let alerts = Alerts::start(args.alerts.as_deref(), &store, asking.handle().clone(), &mut registry)?;
    let api = Api::new(Arc::clone(&store), asking.handle().clone(), Limits::default(), registry);
    api.open_desk(alerts.alerting());
    let present = asking.spawn(Arc::clone(&api).keep_up_present());
    let served = accepting.block_on(serve(args, api));
    present.abort();
    alerts.end();
    if let Some(watch) = watch {
        watch.end();
    }
    upkeep.abort();
    asking.block_on(async {
        // An upkeep that was cut off has left everything in the journal or in the lake; the flush knows what is in both.
        let _ = upkeep.await;
        store.flush().await?;
        store.fold().await
    })?;
    tracing::info!("stopped; everything accepted is in the lake");
    served?;
    Ok(Exit::Done)
}

async fn serve(args: &ServeArgs, api: Arc<Api>) -> anyhow::Result<()> {
    let listener = TcpListener::bind(args.listen).await.with_context(|| format!("cannot listen on {}", args.listen))?;
    let address = listener.local_addr()?;
    // Whoever reads the address may stop the server at once: the handlers must be there before it is told.
    let stop = stop_signal().context("cannot wait for signals")?;
    println!("listening on http://{address}");
    let ended = api::serve(listener, Arc::clone(&api), api::router(&api, api::pages()), stop).await;
    if ended.cut_off > 0 {
        tracing::warn!(connections = ended.cut_off, "requests were cut off; what they had acknowledged is durable");
    }
    Ok(())
}

/// Resolves when the process is told to stop. Has to be called within a runtime.
pub fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        tracing::info!("stopping");
    })
}

/// Upkeep never ends by itself. If it does, what comes in would no longer reach the lake, and nobody would know.
async fn watched(upkeep: impl Future<Output = ()> + Send + 'static) {
    // Dropped with this future, and then ends its task.
    let mut task = JoinSet::new();
    task.spawn(upkeep);
    if let Some(Err(error)) = task.join_next().await
        && error.is_panic()
    {
        eprintln!(
            "vigie: upkeep ended unexpectedly: {error}; what was accepted is in the journal, start again to go on"
        );
        std::process::exit(1);
    }
}

/// Flushes when the tail is large or old, and does a round of upkeep now and then. A failure that leaves durability in
/// doubt ends the process; any other is told and tried again, since nothing is lost by being late.
async fn keep_up(store: Arc<Store>, flush_every: u64, upkeep_every: u64) {
    let policy = FlushPolicy::default();
    let mut ticks = time::interval(TICK);
    ticks.set_missed_tick_behavior(time::MissedTickBehavior::Skip);
    let (mut flushed, mut kept) = (time::Instant::now(), time::Instant::now());
    loop {
        ticks.tick().await;
        if store.is_flush_due(policy) || flushed.elapsed() >= Duration::from_secs(flush_every) {
            told("flush", store.flush().await.map(|_| ()));
            flushed = time::Instant::now();
        }
        if kept.elapsed() >= Duration::from_secs(upkeep_every) {
            told("upkeep", store.maintain().await.map(|_| ()));
            kept = time::Instant::now();
        }
    }
}

fn told(what: &str, outcome: Result<(), store::StoreError>) {
    match outcome {
        Ok(()) => {}
        Err(error) if error.is_fatal() => {
            eprintln!("vigie: {what} failed, what is durable is no longer known: {error}; start again to recover");
            std::process::exit(1);
        }
        Err(error) => tracing::error!(%error, "{what} failed and will be tried again; nothing is lost"),
    }
}
