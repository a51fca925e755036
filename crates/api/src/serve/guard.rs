//! A stream with deadlines: for the head of a request, for the silence between requests, and for answers left unread.
//!
//! Bodies have their own deadlines where they are read, so that slowness there is answered 408.

use std::{
    future::Future as _,
    io,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU8, Ordering},
    },
    task::{Context, Poll, Waker},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Instant, Sleep, sleep},
};

use crate::Limits;

/// The head of a request is awaited or arriving.
const HEAD: u8 = 0;
/// A request is being answered.
const ANSWERING: u8 = 1;
/// An answer was given; the next request may come or not.
const WAITING: u8 = 2;

/// What a connection is doing, shared by its stream and its service.
#[derive(Debug, Clone, Default)]
pub(super) struct Phase(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    phase: AtomicU8,
    /// Whoever was told that there is nothing to read.
    reader: Mutex<Option<Waker>>,
}

impl Phase {
    pub(super) fn answering(&self) {
        self.set(ANSWERING);
    }

    /// Wakes the reader: what it waits for has another deadline now.
    pub(super) fn waiting(&self) {
        self.set(WAITING);
        if let Some(reader) = self.reader().take() {
            reader.wake();
        }
    }

    fn set(&self, phase: u8) {
        self.0.phase.store(phase, Ordering::Relaxed);
    }

    fn get(&self) -> u8 {
        self.0.phase.load(Ordering::Relaxed)
    }

    fn reader(&self) -> MutexGuard<'_, Option<Waker>> {
        self.0.reader.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The stream of one connection.
pub(super) struct Guarded {
    stream: TcpStream,
    phase: Phase,
    /// The phase for which `reading` was set.
    timed: u8,
    reading: Pin<Box<Sleep>>,
    /// Set while a write is blocked.
    writing: Option<Pin<Box<Sleep>>>,
    /// When something was last written: an answer that is still being read is no silence.
    wrote: Instant,
    head: Duration,
    idle: Duration,
    unread: Duration,
}

impl Guarded {
    pub(super) fn new(stream: TcpStream, phase: Phase, limits: &Limits) -> Self {
        Self {
            stream,
            phase,
            timed: HEAD,
            reading: Box::pin(sleep(limits.header)),
            writing: None,
            wrote: Instant::now(),
            head: limits.header,
            idle: limits.idle,
            unread: limits.unread,
        }
    }

    /// Moves the deadline for reading when the phase has changed.
    fn follow(&mut self) -> u8 {
        let phase = self.phase.get();
        if phase != self.timed {
            self.timed = phase;
            match phase {
                HEAD => self.reading.as_mut().reset(Instant::now() + self.head),
                WAITING => self.reading.as_mut().reset(Instant::now() + self.idle),
                _ => {}
            }
        }
        phase
    }

    fn note(&mut self, written: &Poll<io::Result<usize>>) {
        if matches!(written, Poll::Ready(Ok(_))) {
            self.wrote = Instant::now();
        }
    }

    /// Whether the client has been silent for too long.
    fn is_overdue(&mut self, context: &mut Context<'_>, phase: u8) -> bool {
        while phase != ANSWERING && self.reading.as_mut().poll(context).is_ready() {
            let extended = self.wrote + self.idle;
            if phase == HEAD || extended <= Instant::now() {
                return true;
            }
            self.reading.as_mut().reset(extended);
        }
        false
    }

    /// After something was written or not: a blocked write has its deadline, any other ends it.
    fn written<T>(&mut self, context: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.writing = None;
            return written;
        }
        let unread = self.unread;
        let deadline = self.writing.get_or_insert_with(|| Box::pin(sleep(unread)));
        match deadline.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl AsyncRead for Guarded {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        *this.phase.reader() = Some(context.waker().clone());
        let phase = this.follow();
        let before = buffer.filled().len();
        let read = Pin::new(&mut this.stream).poll_read(context, buffer);
        if read.is_ready() {
            if phase == WAITING && buffer.filled().len() > before {
                this.phase.set(HEAD);
            }
            return read;
        }
        if this.is_overdue(context, phase) {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        Poll::Pending
    }
}

impl AsyncWrite for Guarded {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        let written = Pin::new(&mut this.stream).poll_write(context, bytes);
        this.note(&written);
        this.written(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        let written = Pin::new(&mut this.stream).poll_write_vectored(context, parts);
        this.note(&written);
        this.written(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let flushed = Pin::new(&mut this.stream).poll_flush(context);
        this.written(context, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
