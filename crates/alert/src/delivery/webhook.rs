//! A signed webhook, as Standard Webhooks has it.

use contact::Instant;
use serde::Serialize;

use super::{Attempt, Carrier, Claimed, Outcome, Secret};
use crate::{
    AlertError, Client, Notice,
    http::{Answer, asked_to_wait},
    tables::Message,
};

/// Posts messages as JSON with the headers `webhook-id`, `webhook-timestamp` and `webhook-signature`.
///
/// The id is the same at every attempt; the time and with it the signature are those of the attempt. The answer's status
/// alone decides: 2xx is taken, 410 never wants it again, everything else is tried again. Its body is not read.
#[derive(Debug)]
pub struct Webhook {
    client: Client,
    url: String,
    secrets: Vec<Secret>,
}

#[derive(Serialize)]
struct Body<'a> {
    r#type: &'static str,
    /// When the first of the changes happened.
    timestamp: Option<Instant>,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    notices: &'a [Notice],
}

impl Webhook {
    /// A webhook at an address. Messages are signed with each of the secrets, so that one can be exchanged for another.
    ///
    /// # Errors
    /// The address is not one of `https` or `http`, or there is no secret.
    pub fn new(client: Client, url: &str, secrets: Vec<Secret>) -> Result<Self, AlertError> {
        let wrong = |what, value: &str, right| Err(AlertError::Value { what, value: value.to_owned(), right });
        let is_http = url
            .parse::<ureq::http::Uri>()
            .is_ok_and(|uri| uri.host().is_some() && matches!(uri.scheme_str(), Some("https" | "http")));
        if !is_http {
            return wrong("the address of a webhook", url, "one that begins with https://");
        }
        if secrets.is_empty() {
            return wrong("the secrets of a webhook", "none", "one at least");
        }
        Ok(Self { client, url: url.to_owned(), secrets })
    }

    fn body(message: &Message) -> String {
        let timestamp = message.notices.first().map(|notice| notice.at);
        let body = Body { r#type: "alerts", timestamp, data: Data { notices: &message.notices } };
        serde_json::to_string(&body).expect("a message is JSON")
    }
}

impl Carrier for Webhook {
    fn carry(&self, Claimed { message, .. }: &Claimed, now: Instant) -> Attempt {
        let body = Self::body(message);
        let timestamp = now.as_micros().div_euclid(1_000_000);
        let signatures: Vec<_> = self.secrets.iter().map(|secret| secret.sign(&message.id, timestamp, &body)).collect();
        let headers = [
            ("webhook-id", message.id.clone()),
            ("webhook-timestamp", timestamp.to_string()),
            ("webhook-signature", signatures.join(" ")),
        ];
        let answered = self.client.post(&self.url, &headers, body.as_bytes(), 0);
        Attempt { outcome: outcome(answered, now), told: Vec::new() }
    }
}

/// What an answer means for a message.
pub(super) fn outcome(answered: Result<Answer, String>, now: Instant) -> Outcome {
    let answer = match answered {
        Ok(answer) => answer,
        Err(error) => return Outcome::Unanswered { error },
    };
    let said = match (answer.status, answer.excerpt.as_str()) {
        (300..400, _) => format!("answered {}; redirects are not followed", answer.status),
        (status, "") => format!("answered {status}"),
        (status, excerpt) => format!("answered {status}: {excerpt}"),
    };
    match answer.status {
        200..300 => Outcome::Taken,
        410 => Outcome::Gone { error: said },
        _ => {
            let asked_to_wait = answer.retry_after.as_deref().and_then(|text| asked_to_wait(text, now));
            Outcome::Failed { error: said, asked_to_wait }
        }
    }
}
