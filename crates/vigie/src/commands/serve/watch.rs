//! The drop folder's thread: looks, waits, looks again, until told to end; then it ends between two files.

use std::{
    convert::Infallible,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError, channel},
    },
    thread::{Builder, JoinHandle},
    time::{Duration, Instant},
};

use anyhow::Context;
use store::{DropFolder, DropPolicy, Store};
use tokio::runtime::Handle;

use crate::{args::DropArgs, exit::Usage};

/// A drop folder that is watched.
pub struct Watch {
    /// Dropped to tell the thread to end.
    stop: Sender<Infallible>,
    thread: JoinHandle<()>,
}

/// Opens the drop folder that the arguments name, if they do.
pub fn open(args: &DropArgs) -> anyhow::Result<Option<DropFolder>> {
    let Some(root) = &args.folder else { return Ok(None) };
    let policy = DropPolicy {
        settle: Duration::from_secs(args.settle),
        patience: Duration::from_secs(args.patience),
        // Those who ask need threads as well.
        workers: std::thread::available_parallelism().map_or(1, usize::from).div_ceil(2),
    };
    let folder = DropFolder::open(root, policy).map_err(|error| {
        Usage(format!("--drop: {error}; make the folder, and in it one for each provider that sends files"))
    })?;
    Ok(Some(folder))
}

impl Watch {
    /// Begins to watch. `runtime` does what the store needs done.
    pub fn start(folder: DropFolder, store: Arc<Store>, runtime: Handle, every: Duration) -> anyhow::Result<Self> {
        let (stop, stopped) = channel();
        let watching = move || {
            let _runtime = runtime.enter();
            // If it ended by itself, files would lie there for ever, and nobody would know.
            if catch_unwind(AssertUnwindSafe(|| watch(folder, &store, every, &stopped))).is_err() {
                eprintln!("vigie: the drop folder ended unexpectedly; its files are where they were, start again");
                std::process::exit(1);
            }
        };
        let thread = Builder::new().name("drop".to_owned()).spawn(watching).context("cannot watch the drop folder")?;
        Ok(Self { stop, thread })
    }

    /// Ends it, after the file that is being taken in. Blocks.
    pub fn end(self) {
        drop(self.stop);
        // It does not panic: it would have ended the process.
        let _ = self.thread.join();
    }
}

fn watch(mut folder: DropFolder, store: &Store, every: Duration, stopped: &Receiver<Infallible>) {
    let goes_on = || stopped.try_recv() == Err(TryRecvError::Empty);
    loop {
        if let Err(error) = folder.scan(store, Instant::now(), &goes_on) {
            eprintln!(
                "vigie: taking in a dropped file failed, what is durable is no longer known: {error}; start again"
            );
            std::process::exit(1);
        }
        if stopped.recv_timeout(every) == Err(RecvTimeoutError::Disconnected) {
            return;
        }
    }
}
