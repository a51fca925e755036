//! Running what takes long off the threads that accept: questions on their own runtime, blocking work on blocking threads.

use std::{future::Future, sync::Arc, time::Duration};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task::JoinSet,
    time::timeout,
};

use crate::{Api, ApiError};

/// How much longer than other questions those of the end of a month may take.
const LONGER: u32 = 6;

impl Api {
    /// Runs a question on the runtime of questions: a bounded number at once, each within the deadline, and none for
    /// a client that has gone.
    ///
    /// # Errors
    /// The question's own; `busy` when no turn came; `deadline` when it took too long.
    pub(crate) async fn ask<T, F>(&self, question: F) -> Result<T, ApiError>
    where
        F: Future<Output = Result<T, ApiError>> + Send + 'static,
        T: Send + 'static,
    {
        self.ask_within(self.limits().deadline, question).await
    }

    /// The same for what is asked once a month and counts all of it several times: it may take [`LONGER`] times as long.
    ///
    /// # Errors
    /// As [`Api::ask`].
    pub(crate) async fn ask_longer<T, F>(&self, question: F) -> Result<T, ApiError>
    where
        F: Future<Output = Result<T, ApiError>> + Send + 'static,
        T: Send + 'static,
    {
        self.ask_within(self.limits().deadline * LONGER, question).await
    }

    async fn ask_within<T, F>(&self, deadline: Duration, question: F) -> Result<T, ApiError>
    where
        F: Future<Output = Result<T, ApiError>> + Send + 'static,
        T: Send + 'static,
    {
        let turn = self.turn(&self.questions, "questions").await?;
        // Dropping the set ends the task.
        let mut task = JoinSet::new();
        task.spawn_on(
            async move {
                let _turn = turn;
                question.await
            },
            &self.sql,
        );
        match timeout(deadline, task.join_next()).await {
            Ok(Some(Ok(answer))) => answer,
            Ok(Some(Err(error))) => Err(ApiError::internal(&error)),
            Ok(None) => Err(ApiError::internal(&"a question was lost")),
            Err(_) => {
                let seconds = deadline.as_secs();
                let right = "ask for a shorter period, fewer rows or a coarser grain";
                Err(ApiError::unavailable("deadline", 30, format!("the question took over {seconds} s; {right}")))
            }
        }
    }

    /// A turn to parse a body.
    pub(crate) async fn parser(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        self.turn(&self.parsers, "bodies").await
    }

    async fn turn(&self, turns: &Arc<Semaphore>, what: &str) -> Result<OwnedSemaphorePermit, ApiError> {
        match timeout(self.limits().patience, Arc::clone(turns).acquire_owned()).await {
            Ok(Ok(turn)) => Ok(turn),
            _ => Err(ApiError::unavailable("busy", 2, format!("too many {what} at once; send again in a moment"))),
        }
    }

    /// Runs blocking work, such as asking the journal.
    ///
    /// # Errors
    /// The work's own.
    pub(crate) async fn block<T, E>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self) -> Result<T, E> + Send + 'static,
    ) -> Result<T, ApiError>
    where
        T: Send + 'static,
        E: Into<ApiError> + Send + 'static,
    {
        let api = Arc::clone(self);
        let worked = tokio::task::spawn_blocking(move || work(&api)).await;
        worked.map_err(|error| ApiError::internal(&error))?.map_err(Into::into)
    }
}
