//! The one thread that writes: takes what is queued, settles it in one transaction, and answers once it is durable.

use std::sync::{
    Arc, PoisonError, RwLock,
    atomic::{AtomicBool, AtomicUsize, Ordering},
    mpsc::Receiver,
};

use columns::EventRows;
use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::oneshot;

use crate::{
    JournalError, Refused, Settled, Submission, Tail, TailBatch,
    clock::MonotonicClock,
    group::{Answer, Group},
    identities::Identities,
    options::{OnFatal, Sealer},
};

/// Submissions settled by one transaction.
const GROUP_SUBMISSIONS: usize = 64;
/// Bytes settled by one transaction, unless one submission alone has more.
const GROUP_BYTES: usize = 16 << 20;

/// Where a submission's answer goes.
pub(crate) type AnswerTo = oneshot::Sender<Result<Settled, Refused>>;

/// A write of its own transaction; answers by itself. An error stops the writer.
pub(crate) type Job = Box<dyn FnOnce(&mut Connection) -> Result<(), JournalError> + Send>;

/// What the writer is asked to do.
pub(crate) enum Command {
    Submit(Box<Work>),
    Job(Job),
    Stop,
}

/// A submission on its way.
pub(crate) struct Work {
    pub(crate) submission: Submission,
    pub(crate) weight: usize,
    pub(crate) answer: AnswerTo,
}

/// What the writer shares with everyone.
pub(crate) struct Shared {
    pub(crate) tail: RwLock<Tail>,
    pub(crate) clock: MonotonicClock,
    pub(crate) stopped: AtomicBool,
    pub(crate) queued_bytes: AtomicUsize,
}

impl Shared {
    pub(crate) fn tail(&self) -> Tail {
        self.tail.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn change_tail(&self, change: impl FnOnce(&Tail) -> Tail) {
        let mut tail = self.tail.write().unwrap_or_else(PoisonError::into_inner);
        *tail = change(&tail);
    }
}

/// The writer's own state.
pub(crate) struct Writer {
    pub(crate) db: Connection,
    pub(crate) queue: Receiver<Command>,
    pub(crate) shared: Arc<Shared>,
    pub(crate) sealer: Sealer,
    pub(crate) on_fatal: OnFatal,
    pub(crate) identities: Identities,
    pub(crate) rows: EventRows,
}

impl Writer {
    /// Works until told to stop or until a failure: then nothing more is answered and the process is told.
    pub(crate) fn run(mut self) {
        while let Ok(command) = self.queue.recv() {
            let mut next = Some(command);
            while let Some(command) = next.take() {
                let done = match command {
                    Command::Stop => return self.stop(),
                    Command::Job(job) => job(&mut self.db),
                    Command::Submit(first) => {
                        let group = self.gather(*first, &mut next);
                        self.settle(group)
                    }
                };
                if let Err(error) = done {
                    self.stop();
                    tracing::error!(%error, "the journal failed and stops");
                    (self.on_fatal)(&error);
                    return;
                }
            }
        }
    }

    fn stop(&self) {
        self.shared.stopped.store(true, Ordering::Release);
    }

    /// What is queued behind `first`, up to the bounds of a group; a command of another kind is left in `next`.
    fn gather(&self, first: Work, next: &mut Option<Command>) -> Vec<Work> {
        let mut bytes = first.weight;
        let mut group = vec![first];
        while group.len() < GROUP_SUBMISSIONS && bytes < GROUP_BYTES {
            match self.queue.try_recv() {
                Ok(Command::Submit(work)) => {
                    bytes += work.weight;
                    group.push(*work);
                }
                Ok(other) => {
                    *next = Some(other);
                    break;
                }
                Err(_) => break,
            }
        }
        self.shared.queued_bytes.fetch_sub(bytes, Ordering::Relaxed);
        group
    }

    fn settle(&mut self, group: Vec<Work>) -> Result<(), JournalError> {
        let (submissions, mut senders): (Vec<_>, Vec<_>) =
            group.into_iter().map(|work| (work.submission, work.answer)).unzip();
        let before_commit = |answers: &[Answer]| {
            if lake::fault::planted("ack_before_commit") {
                answer(std::mem::take(&mut senders), answers.to_vec());
            }
        };
        match self.commit(submissions, before_commit) {
            Ok((answers, batches)) => {
                self.identities.commit();
                self.shared.change_tail(|tail| tail.with(batches));
                answer(senders, answers);
                Ok(())
            }
            Err(JournalError::Full) => {
                self.identities.rollback();
                self.rows = EventRows::default();
                for sender in senders {
                    drop(sender.send(Err(Refused::Full)));
                }
                Ok(())
            }
            Err(error) => {
                // Before the senders are dropped: whoever learns of it sees the journal stopped.
                self.stop();
                Err(error)
            }
        }
    }

    /// J1: returns only once the transaction is synced.
    fn commit(
        &mut self,
        submissions: Vec<Submission>,
        before_commit: impl FnOnce(&[Answer]),
    ) -> Result<(Vec<Answer>, Vec<TailBatch>), JournalError> {
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let last_seq = self.shared.tail().last_seq();
        let mut group = Group::new(&transaction, &self.sealer, &mut self.identities, &mut self.rows, last_seq);
        let answers = submissions
            .into_iter()
            .map(|submission| group.settle(submission, self.shared.clock.now()))
            .collect::<Result<Vec<_>, _>>()?;
        let batches = group.finish()?;
        before_commit(&answers);
        lake::fault::point("journal.before_commit");
        transaction.commit()?;
        lake::fault::point("journal.after_commit");
        tracing::debug!(submissions = answers.len(), batches = batches.len(), "group committed");
        Ok((answers, batches))
    }
}

/// Answers each submission; one that nobody waits for any more is durable all the same.
fn answer(senders: Vec<AnswerTo>, answers: Vec<Answer>) {
    for (sender, answer) in senders.into_iter().zip(answers) {
        drop(sender.send(answer.map_err(Refused::KeyUsed)));
    }
}

#[cfg(test)]
mod tests {
    use contact::{Instant, Reject, RejectCode};

    use crate::{Door, Item, Journal, JournalError, Options, Position, Reader, Refused, Submission};

    fn large_reject() -> Submission {
        let item = Item {
            position: Position::Index(0),
            raw: vec![b'x'; 200_000].into(),
            content: Err(Reject::new(RejectCode::TooLarge, None, "too large").into()),
            replay_of: None,
        };
        Submission { items: vec![item], ..Submission::new(Door::Http, None, "cloudevents") }
    }

    fn limit_pages(journal: &Journal, pages: i64) {
        let limit = move |db: &rusqlite::Connection| {
            Ok(db.pragma_update_and_check(None, "max_page_count", pages, |row| row.get::<_, i64>(0))?)
        };
        journal.write(limit).expect("limited");
    }

    #[test]
    fn a_full_disk_refuses_and_the_journal_goes_on_once_there_is_space() -> Result<(), JournalError> {
        let folder = tempfile::TempDir::new()?;
        let clock = std::sync::Arc::new(|| Instant::from_micros(0).expect("1970"));
        let fatal = std::sync::Arc::new(|error: &JournalError| panic!("a full disk is not fatal: {error}"));
        let options = Options::new(clock, std::sync::Arc::new(<[u8]>::to_vec), fatal);
        let journal = Journal::open(&folder.path().join("journal.db"), options)?;
        let send = || journal.submit(large_reject()).expect("room").wait();
        assert!(send().is_ok());
        limit_pages(&journal, 80);
        assert_eq!(send(), Err(Refused::Full));
        assert!(matches!(journal.store_document("network", &"x".repeat(200_000)), Err(JournalError::Full)));
        let both = ["x".to_owned(), "x".repeat(200_000)].map(|text| (format!("claims/{}", text.len()), text));
        assert!(matches!(journal.store_documents(both.into()), Err(JournalError::Full)));
        assert_eq!(journal.read(|reader| reader.latest("claims/1"))?, None, "all or none");
        assert_eq!(journal.read(Reader::books)?.events.received, 1);
        limit_pages(&journal, 1_000_000);
        assert!(send().is_ok());
        assert_eq!((journal.read(Reader::books)?.events.received, journal.read(Reader::check_books)?), (2, Vec::new()));
        Ok(())
    }
}
