//! Alerts with the server: the desk is opened, couriers carry, and the present is looked at every few seconds, until the
//! server stops.

mod closings;
mod counting;
mod evaluator;
mod figures;
mod outlooks;
mod receivers;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::Arc,
    thread::{Builder, JoinHandle},
    time::{Duration, Instant},
};

use alert::{
    Couriers, Plan, Settings,
    conditions::{burn_rule, feed_rule, outlook_rule, result_rule},
};
use anyhow::Context;
use api::Alerting;
use prometheus_client::registry::Registry;
use store::{AlertDesk, AlertLedger, Store};
use tokio::{runtime::Handle, sync::watch, time::sleep};

use crate::commands::{mistakes_in, read};
use evaluator::Evaluator;
use figures::Figures;

/// The longest time for one look at the present; one that takes longer is given up and told.
const DEADLINE: Duration = Duration::from_mins(1);
/// However long a look took, others ask the lake, too.
const LEAST_REST: Duration = Duration::from_millis(100);

/// Alerts at work.
pub struct Alerts {
    /// For whoever answers questions about alerts.
    desk: Arc<AlertDesk>,
    newest: watch::Receiver<i64>,
    /// Dropped to tell the thread to end.
    stop: watch::Sender<()>,
    thread: JoinHandle<()>,
    couriers: Couriers,
}

impl Alerts {
    /// Opens the desk and sets everybody to work. `file` says who is told and what is watched; `runtime` asks the lake.
    pub fn start(
        file: Option<&Path>,
        store: &Arc<Store>,
        runtime: Handle,
        registry: &mut Registry,
    ) -> anyhow::Result<Self> {
        let plan = plan(file, store)?;
        let ledger = Arc::new(AlertLedger::new(Arc::clone(store)));
        let (told, newest) = watch::channel(0);
        let settings = settings(&plan, store)?.on_notice(Arc::new(move |seq| {
            told.send_replace(seq);
        }));
        let desk = Arc::new(AlertDesk::open(Arc::clone(&ledger), settings)?);
        let couriers = receivers::couriers(&plan.receivers, &ledger)?;
        let figures = Figures::register(registry);
        let every = Duration::from_micros(plan.every.as_micros().unsigned_abs());
        let evaluator = Evaluator::new(plan, Arc::clone(store), Arc::clone(&desk), figures)?;
        let couriers = Couriers::start(couriers, &desk.bell())?;
        let (stop, stopped) = watch::channel(());
        let watching = move || {
            let looking = look_on(evaluator, every, stopped);
            // If it ended by itself, nobody would be called any more, and nobody would know.
            if catch_unwind(AssertUnwindSafe(|| runtime.block_on(looking))).is_err() {
                eprintln!("vigie: watching ended unexpectedly; what was found is durable, start again to go on");
                std::process::exit(1);
            }
        };
        let thread = Builder::new().name("alerts".to_owned()).spawn(watching).context("cannot watch the present")?;
        Ok(Self { desk, newest, stop, thread, couriers })
    }

    /// The desk, for the server.
    pub fn alerting(&self) -> Alerting {
        Alerting { desk: Arc::clone(&self.desk), newest: self.newest.clone() }
    }

    /// Ends it, after the messages that are under way. Blocks.
    pub fn end(self) {
        drop(self.stop);
        // It does not panic: it would have ended the process.
        let _ = self.thread.join();
        drop(self.couriers);
    }
}

/// What is watched; the file is kept by its hash, with the instant from which on it held.
fn plan(file: Option<&Path>, store: &Store) -> anyhow::Result<Plan> {
    let Some(file) = file else { return Ok(Plan::without_file()) };
    let text = read(file)?;
    let plan = Plan::parse(&text, &store.network()).map_err(|mistakes| mistakes_in(file, &mistakes))?;
    let accepted = store.file_alerts(&text)?;
    tracing::info!(hash = %accepted.hash, since = %accepted.accepted_at, "alerts are watched by a file");
    Ok(plan)
}

fn settings(plan: &Plan, store: &Store) -> anyhow::Result<Settings> {
    let network = store.network();
    let rules = vec![burn_rule()?, feed_rule()?, outlook_rule()?, result_rule()?];
    let receivers = plan.receivers.iter().map(|planned| planned.receiver.clone()).collect();
    Ok(Settings::new(rules, receivers, network.zone.clone())?.calendars(network.calendars.clone()))
}

/// Looks at the present, waits, looks again. A look that is under way when it is to end is dropped; what it wrote is whole.
async fn look_on(mut evaluator: Evaluator, every: Duration, mut stopped: watch::Receiver<()>) {
    loop {
        let begun = Instant::now();
        tokio::select! {
            // Nothing is ever told: it is dropped.
            _ = stopped.changed() => return,
            () = evaluator.look_within(DEADLINE) => {}
        }
        let rest = every.saturating_sub(begun.elapsed()).max(LEAST_REST);
        tokio::select! {
            _ = stopped.changed() => return,
            () = sleep(rest) => {}
        }
    }
}
