//! The client's own books: every batch and every answer, in memory and in a file beside the lake.

use std::{
    fs::File,
    io::Write,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use journal::Counts;

use super::story::Line;

/// How a batch is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Door {
    /// `POST /v1/events`, with an idempotency key or without.
    Http(Option<String>),
    /// `vigie ingest` of this file.
    File(PathBuf),
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    /// Of the batch; a file's are not told apart.
    pub(super) counts: Option<Counts>,
    /// The receipt's id.
    pub(super) receipt: Option<String>,
}

/// Events sent together.
#[derive(Debug, Clone)]
pub(super) struct Batch {
    pub(super) provider: &'static str,
    pub(super) door: Door,
    pub(super) lines: Vec<Line>,
    /// How often it was sent.
    pub(super) attempts: usize,
    /// The first answer; without one, the batch may be there or not.
    pub(super) answer: Option<Answer>,
}

impl Batch {
    pub(super) fn new(provider: &'static str, door: Door, lines: Vec<Line>) -> Self {
        Self { provider, door, lines, attempts: 0, answer: None }
    }

    pub(super) fn body(&self) -> String {
        let mut body = String::new();
        for line in &self.lines {
            body.push_str(&line.text);
            body.push('\n');
        }
        body
    }

    /// How often each of its events may have been stored.
    pub(super) fn most(&self) -> usize {
        match self.door {
            Door::Http(None) => self.attempts,
            Door::Http(Some(_)) | Door::File(_) => self.attempts.min(1),
        }
    }
}

/// All batches so far.
pub(super) struct Ledger {
    books: Mutex<Books>,
}

struct Books {
    batches: Vec<Batch>,
    complaints: Vec<String>,
    file: File,
}

impl Ledger {
    pub(super) fn new(beside: &Path) -> Self {
        let file = File::create(beside.join("ledger.txt")).expect("a ledger");
        Self { books: Mutex::new(Books { batches: Vec::new(), complaints: Vec::new(), file }) }
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Enters a batch and gives its number.
    pub(super) fn enter(&self, batch: Batch) -> usize {
        let mut books = self.books();
        books.batches.push(batch);
        books.batches.len() - 1
    }

    /// Says that a batch is about to be sent, and gives it.
    pub(super) fn sending(&self, number: usize) -> Batch {
        let mut books = self.books();
        books.batches[number].attempts += 1;
        let batch = books.batches[number].clone();
        let head = format!("{number} sent {} {} {:?}\n{}", batch.attempts, batch.provider, batch.door, batch.body());
        books.file.write_all(head.as_bytes()).expect("the ledger's disk");
        batch
    }

    /// A batch was answered. Another answer to the same batch must name the same receipt when it had a key.
    pub(super) fn answered(&self, number: usize, answer: Answer) {
        let mut books = self.books();
        writeln!(books.file, "{number} answered {answer:?}").expect("the ledger's disk");
        let batch = &mut books.batches[number];
        match &batch.answer {
            None => batch.answer = Some(answer),
            Some(first) if matches!(batch.door, Door::Http(Some(_))) && *first != answer => {
                let complaint = format!("batch {number} was answered {first:?}, with the same key then {answer:?}");
                books.complaints.push(complaint);
            }
            Some(_) => {}
        }
    }

    /// Something that no fault excuses.
    pub(super) fn complain(&self, what: String) {
        self.books().complaints.push(what);
    }

    pub(super) fn complaints(&self) -> Vec<String> {
        self.books().complaints.clone()
    }

    /// Numbers of the batches without an answer.
    pub(super) fn open(&self) -> Vec<usize> {
        let books = self.books();
        (0..books.batches.len()).filter(|number| books.batches[*number].answer.is_none()).collect()
    }

    /// How each batch is sent, by number.
    pub(super) fn all_doors(&self) -> Vec<Door> {
        self.books().batches.iter().map(|batch| batch.door.clone()).collect()
    }

    /// Events sent so far, each batch once.
    pub(super) fn sent(&self) -> usize {
        self.books().batches.iter().map(|batch| batch.lines.len()).sum()
    }

    /// Everything sent.
    pub(super) fn batches(&self) -> Vec<Batch> {
        self.books().batches.iter().filter(|batch| batch.attempts > 0).cloned().collect()
    }
}
