//! `/v1/alerts`, `/v1/dead-letters`: what fires and has fired, what people say to it, and what could not be delivered.

mod letters;
mod list;
mod remarks;
mod stream;

use std::sync::Arc;

use alert::AlertError;
use axum::http::StatusCode;
use store::AlertDesk;
use tokio::sync::watch;

pub use letters::{DeadLetterAnswer, DeadLettersAnswer};
pub(crate) use letters::{about_discard, about_letters, about_requeue, discard, letters, requeue};
pub use list::{AlertAnswer, AlertsAnswer, ChangeAnswer, PendingAnswer};
pub(crate) use list::{LABELS, PARAMETERS, about, about_one, filter, get, list};
pub use remarks::RemarkRequest;
pub(crate) use remarks::{REMARK_BYTES, about_acknowledge, about_annotate, acknowledge, annotate, said};
pub(crate) use stream::{about as about_stream, stream};

use crate::{Api, ApiError};

/// The desk of alerts, and what its feed has come to.
pub struct Alerting {
    /// The desk.
    pub desk: Arc<AlertDesk>,
    /// The newest number of the feed, told after it is durable.
    pub newest: watch::Receiver<i64>,
}

impl Api {
    /// The desk.
    ///
    /// # Errors
    /// The server keeps none.
    pub(crate) fn alerting(&self) -> Result<&Alerting, ApiError> {
        self.alerts.get().ok_or_else(|| {
            ApiError::unavailable("no_alerts", 60, "this server keeps no alerts; ask one that `vigie serve` started")
        })
    }

    /// Asks the desk, on a thread that may wait.
    pub(crate) async fn at_desk<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&AlertDesk) -> Result<T, AlertError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let desk = Arc::clone(&self.alerting()?.desk);
        self.block(move |_| work(&desk)).await
    }
}

impl From<AlertError> for ApiError {
    fn from(error: AlertError) -> Self {
        let detail = error.to_string();
        match error {
            AlertError::Value { .. } => Self::new(StatusCode::BAD_REQUEST, "bad_value", detail),
            AlertError::UnknownAlert(_) => Self::not_found("unknown_alert", detail),
            AlertError::UnknownLetter(_) => Self::not_found("unknown_dead_letter", detail),
            AlertError::Closed(_) | AlertError::Retracted(_) => Self::new(StatusCode::CONFLICT, "alert_over", detail),
            other => Self::internal(&other),
        }
    }
}
