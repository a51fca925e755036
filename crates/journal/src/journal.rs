//! The handle: open, submit, and everything that is not a submission.

use std::{
    fs::{File, TryLockError},
    path::{Path, PathBuf},
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc::{SyncSender, TrySendError, sync_channel},
    },
    task::{Context, Poll},
    thread::JoinHandle,
};

use columns::EventRows;
use contact::Instant;
use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::oneshot;

use crate::{
    JournalError, Options, Reader, Refused, Sealer, Settled, Submission, Tail,
    clock::MonotonicClock,
    identities::Identities,
    refill, schema, tail,
    writer::{Command, Shared, Work, Writer},
};

/// The journal of one lake, open for writing.
pub struct Journal {
    path: PathBuf,
    queue: SyncSender<Command>,
    queue_bytes: usize,
    shared: Arc<Shared>,
    sealer: Sealer,
    reader: Mutex<Reader>,
    writer: Option<JoinHandle<()>>,
    /// Held as long as this handle: one writer per file.
    _lock: File,
}

impl Journal {
    /// Opens the file, or makes it, and checks every batch in it.
    ///
    /// # Errors
    /// The file is being written by another handle, cannot be opened, was written by a newer program, or is damaged:
    /// then the error names the first batch that is missing or wrong, and nothing is skipped.
    pub fn open(path: &Path, options: Options) -> Result<Self, JournalError> {
        let lock = lock(path)?;
        let db = schema::open_writer(path)?;
        let batches = tail::load(&db, schema::mark(&db, "trimmed_to")?)?;
        let mut identities = Identities::new(options.identity_capacity);
        refill::refill(&mut identities, &batches);
        let tail = Tail::new(batches.into_iter().map(Arc::new).collect(), schema::mark(&db, "last_seq")?);
        let last = db.query_row("SELECT coalesce(max(received_us), 0) FROM receipt", [], |row| row.get(0))?;
        let shared = Arc::new(Shared {
            tail: RwLock::new(tail),
            clock: MonotonicClock::new(options.clock, last),
            stopped: AtomicBool::new(false),
            queued_bytes: AtomicUsize::new(0),
        });
        let (queue, commands) = sync_channel(options.queue);
        let writer = Writer {
            db,
            queue: commands,
            shared: Arc::clone(&shared),
            sealer: Arc::clone(&options.sealer),
            on_fatal: options.on_fatal,
            identities,
            rows: EventRows::default(),
        };
        Ok(Self {
            path: path.to_owned(),
            queue,
            queue_bytes: options.queue_bytes,
            shared,
            sealer: options.sealer,
            reader: Mutex::new(Reader::following(path)?),
            writer: Some(std::thread::Builder::new().name("journal".to_owned()).spawn(move || writer.run())?),
            _lock: lock,
        })
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Hands in a submission. Its [`Pending`] resolves once it is durable.
    ///
    /// # Errors
    /// [`Refused::Busy`] when too much waits already, [`Refused::Stopped`] when the writer has stopped.
    pub fn submit(&self, submission: Submission) -> Result<Pending, Refused> {
        if self.is_stopped() {
            return Err(Refused::Stopped);
        }
        let weight = submission.weight();
        let waiting = self.shared.queued_bytes.fetch_add(weight, Ordering::Relaxed);
        let refuse = |why| {
            self.shared.queued_bytes.fetch_sub(weight, Ordering::Relaxed);
            Err(why)
        };
        if waiting > 0 && waiting + weight > self.queue_bytes {
            return refuse(Refused::Busy);
        }
        let (answer, settled) = oneshot::channel();
        match self.queue.try_send(Command::Submit(Box::new(Work { submission, weight, answer }))) {
            Ok(()) => Ok(Pending(settled)),
            Err(TrySendError::Full(_)) => refuse(Refused::Busy),
            Err(TrySendError::Disconnected(_)) => refuse(Refused::Stopped),
        }
    }

    /// What is durable and not yet dropped by [`Self::flushed_to`].
    #[must_use]
    pub fn tail(&self) -> Tail {
        self.shared.tail()
    }

    /// Drops the batches up to `upto` from the tail in memory, once a view has them from the lake.
    pub fn flushed_to(&self, upto: i64) {
        self.shared.change_tail(|tail| tail.after(upto));
    }

    /// Deletes the batches up to `upto` from the disk. `durable` is the journal's mark in the lake's newest durable
    /// version.
    ///
    /// # Errors
    /// J3: `upto` is above `durable`. Or the store fails.
    pub fn trim(&self, upto: i64, durable: i64) -> Result<(), JournalError> {
        if upto > durable {
            return Err(JournalError::TrimTooFar { upto, durable });
        }
        self.no_lost_journal(durable)?;
        lake::fault::point("journal.before_trim");
        self.write(move |db| tail::delete(db, upto))?;
        lake::fault::point("journal.after_trim");
        Ok(())
    }

    /// Compares with the lake at start: batches that the lake covers up to `durable` are dropped and deleted.
    /// A journal without any history continues after `durable`.
    ///
    /// # Errors
    /// The lake covers more than this journal ever held: an older copy was put in its place.
    pub fn recover(&self, durable: i64) -> Result<(), JournalError> {
        if self.tail().last_seq() == 0 && durable > 0 {
            tracing::warn!(durable, "the journal is new but the lake is not: what the old one had not flushed is lost");
            self.write(move |db| {
                schema::set_mark(db, "last_seq", durable)?;
                schema::set_mark(db, "trimmed_to", durable)
            })?;
            self.shared.change_tail(|_| Tail::new(Vec::new(), durable));
            return Ok(());
        }
        self.trim(durable, durable)?;
        self.flushed_to(durable);
        Ok(())
    }

    fn no_lost_journal(&self, durable: i64) -> Result<(), JournalError> {
        let last = self.tail().last_seq();
        if durable > last { Err(JournalError::BehindLake { last, durable }) } else { Ok(()) }
    }

    /// The instant of receipt for whatever is received now; never before any told earlier.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.shared.clock.now()
    }

    /// Whether the writer has stopped.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.shared.stopped.load(Ordering::Acquire)
    }

    /// Asks the journal; sees every commit so far.
    ///
    /// # Errors
    /// Those of `ask`.
    pub fn read<T>(&self, ask: impl FnOnce(&Reader) -> Result<T, JournalError>) -> Result<T, JournalError> {
        ask(&self.reader.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn sealer(&self) -> Sealer {
        Arc::clone(&self.sealer)
    }

    /// Changes tables of this file that are not the journal's own, such as those of alerts: in one transaction on the
    /// writer's thread, behind what is queued; waits until it is durable. If the change fails, nothing of it is kept, and its
    /// error comes back.
    ///
    /// # Errors
    /// The writer has stopped, or the transaction cannot be begun or committed.
    pub fn guest<T: Send + 'static, E: Send + 'static>(
        &self,
        change: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<Result<T, E>, JournalError> {
        self.job(move |db| {
            let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            match change(&transaction) {
                Ok(value) => {
                    transaction.commit()?;
                    Ok(Ok(value))
                }
                // A transaction that is dropped is undone.
                Err(error) => Ok(Err(error)),
            }
        })
    }

    /// Runs `change` in a transaction of its own on the writer's thread, behind what is queued; waits until durable.
    pub(crate) fn write<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Connection) -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, JournalError> {
        self.job(move |db| transact(db, change))
    }

    /// Runs `work` on the writer's thread, behind what is queued, and waits for its end.
    fn job<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, JournalError> {
        let (answer, answered) = std::sync::mpsc::sync_channel(1);
        let job = move |db: &mut Connection| match work(db) {
            Err(error) if error.is_fatal() => Err(error),
            // Nobody may be waiting any more; what was written stands.
            done => {
                drop(answer.send(done));
                Ok(())
            }
        };
        self.queue.send(Command::Job(Box::new(job))).map_err(|_| JournalError::Stopped)?;
        answered.recv().unwrap_or_else(|_| {
            // The writer is about to say so itself.
            self.shared.stopped.store(true, Ordering::Release);
            Err(JournalError::Stopped)
        })
    }
}

fn transact<T>(
    db: &mut Connection,
    change: impl FnOnce(&Connection) -> Result<T, JournalError>,
) -> Result<T, JournalError> {
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let value = change(&transaction)?;
    transaction.commit()?;
    Ok(value)
}

fn lock(path: &Path) -> Result<File, JournalError> {
    let mut name = path.as_os_str().to_owned();
    name.push("-lock");
    let file = File::options().create(true).truncate(false).write(true).open(name)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(JournalError::InUse(path.to_owned())),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

impl Drop for Journal {
    /// Writes what is queued, then closes the file.
    fn drop(&mut self) {
        let told = self.queue.send(Command::Stop);
        if let Some(writer) = self.writer.take()
            && writer.join().is_err()
        {
            tracing::error!(told = told.is_ok(), "the journal's writer ended in a panic");
        }
    }
}

/// A submission on its way to being durable.
#[derive(Debug)]
pub struct Pending(oneshot::Receiver<Result<Settled, Refused>>);

impl Pending {
    /// Waits on this thread. Not to be called within an asynchronous task: await it there.
    ///
    /// # Errors
    /// Nothing was stored, or the writer failed.
    pub fn wait(self) -> Result<Settled, Refused> {
        self.0.blocking_recv().unwrap_or(Err(Refused::Stopped))
    }
}

impl Future for Pending {
    type Output = Result<Settled, Refused>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(context).map(|received| received.unwrap_or(Err(Refused::Stopped)))
    }
}
