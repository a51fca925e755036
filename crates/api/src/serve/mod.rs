//! The accept loop: bounded connections, each with its deadlines, and an end that finishes what was begun.

mod connection;
mod guard;

use std::{future::Future, io, pin::pin, sync::Arc, time::Duration};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    task::JoinSet,
    time::{sleep, timeout},
};

use crate::Api;

/// Connections beyond the limit that are told so at once; further ones are closed without a word.
const TURNED_AWAY: usize = 64;
/// After a failed accept, such as no file handle being left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// How serving ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// Connections whose requests were still under way when time was up.
    pub cut_off: usize,
}

/// Serves `routes` (see [`crate::router()`]) until `shutdown` resolves: then no connection is accepted, `/readyz` says 503, no events are
/// taken, and requests under way have [`crate::Limits::drain`] to finish.
pub async fn serve(
    listener: TcpListener,
    api: Arc<Api>,
    routes: axum::Router,
    shutdown: impl Future<Output = ()>,
) -> Ended {
    let places = Arc::new(Semaphore::new(api.limits().connections));
    let doorstep = Arc::new(Semaphore::new(TURNED_AWAY));
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            () = &mut shutdown => break,
            Some(_) = connections.join_next() => continue,
            accepted = listener.accept() => accepted,
        };
        let Some(stream) = usable(accepted).await else { continue };
        if let Ok(place) = Arc::clone(&places).try_acquire_owned() {
            let conversation = connection::converse(stream, Arc::clone(&api), routes.clone());
            connections.spawn(hold(place, conversation));
            continue;
        }
        api.metrics.turned_away.inc();
        if let Ok(place) = Arc::clone(&doorstep).try_acquire_owned() {
            connections.spawn(hold(place, connection::turn_away(stream)));
        }
    }
    drop(listener);
    api.drain();
    let finished = timeout(api.limits().drain, async { while connections.join_next().await.is_some() {} }).await;
    let ended = Ended { cut_off: if finished.is_ok() { 0 } else { connections.len() } };
    connections.shutdown().await;
    ended
}

async fn hold(_place: OwnedSemaphorePermit, conversation: impl Future<Output = ()>) {
    conversation.await;
}

async fn usable(accepted: io::Result<(TcpStream, std::net::SocketAddr)>) -> Option<TcpStream> {
    match accepted {
        Ok((stream, _)) => {
            // Answers are written whole; waiting for more to send would only delay them.
            stream.set_nodelay(true).ok()?;
            Some(stream)
        }
        Err(error) => {
            tracing::warn!(%error, "a connection could not be accepted");
            sleep(ACCEPT_PAUSE).await;
            None
        }
    }
}
