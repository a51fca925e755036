//! Entity tags: when an answer that a client holds still stands.

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use contact::{Figure, FigureState, Network, ProviderId};
use engine::View;
use scorecard::{AnswerRow, Feeds, Question, is_late};
use sha2::{Digest, Sha256};

/// The tag of an answer, and whether it may be given.
pub(crate) struct Tag {
    text: String,
    /// The period is over.
    closed: bool,
    /// The question itself says as of when.
    fixed: bool,
}

impl Tag {
    /// The tag of a question on a view: its own words, the versions it reads, the network, every statement, and which
    /// feeds are late. Nothing else moves a figure that is final.
    pub(crate) fn of(view: &View, network: &Network, feeds: &Feeds, question: &Question, asked: &Asked<'_>) -> Self {
        let judged_at = question.now.min(question.as_of);
        let pinned = view.pinned();
        let mut digest = Sha256::new();
        let mut add = |part: &str| {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part.as_bytes());
        };
        add(env!("CARGO_PKG_VERSION"));
        add(engine::NAME);
        add(&format!("{} {} {}", pinned.events.version, pinned.legs.version, view.sequence()));
        add(&network.hash);
        view.engine().catalog().all().for_each(|statement| add(&statement.definition()));
        let names = network.providers.keys().map(ProviderId::as_str);
        names.filter(|name| is_late(network, feeds, name, judged_at)).for_each(&mut add);
        add(asked.path);
        add(asked.query.unwrap_or_default());
        add(asked.format);
        let hex = hex(&digest.finalize()[..16]);
        Self { text: format!("W/\"{hex}\""), closed: question.period.to <= judged_at, fixed: asked.fixed }
    }

    /// The answer that the client holds, if it still stands.
    pub(crate) fn still_held(&self, headers: &HeaderMap) -> Option<Response> {
        let held = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        let ours = self.text.trim_start_matches("W/");
        let matches = held.flat_map(|list| list.split(',')).any(|tag| tag.trim().trim_start_matches("W/") == ours);
        (self.closed && matches).then(|| {
            let mut response = StatusCode::NOT_MODIFIED.into_response();
            self.write(&mut response);
            response
        })
    }

    /// Gives the tag with an answer whose figures are final, or are asked as of an instant.
    pub(crate) fn give(&self, is_final: bool, response: &mut Response) {
        if self.closed && (self.fixed || is_final) {
            self.write(response);
        }
    }

    fn write(&self, response: &mut Response) {
        let Ok(tag) = HeaderValue::from_str(&self.text) else { return };
        response.headers_mut().insert(header::ETAG, tag);
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    }
}

/// What was asked, as far as the question does not hold it.
pub(crate) struct Asked<'a> {
    pub(crate) path: &'a str,
    pub(crate) query: Option<&'a str>,
    pub(crate) format: &'static str,
    /// `now` or `as_of` is given.
    pub(crate) fixed: bool,
}

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Whether none of these figures changes by itself any more.
pub(crate) fn are_final<'a>(figures: impl IntoIterator<Item = &'a Figure>) -> bool {
    figures.into_iter().all(|figure| figure.state != FigureState::Provisional)
}

/// Every figure of a row, those of the period before too.
pub(crate) fn figures(row: &AnswerRow) -> impl Iterator<Item = &Figure> {
    row.figures.values().chain(row.previous.iter().flat_map(|figures| figures.values()))
}
