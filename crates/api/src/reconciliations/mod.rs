//! `POST /v1/reconciliations`: a provider's own figures beside ours, every difference explained.

mod files;

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use schemars::JsonSchema;
use serde::Serialize;
use settlement::{
    ReconcileAnswer, ReconcileQuestion,
    declared::{Declared, DeclaredContact, Mistake},
    reconcile,
};

use crate::{
    Api, ApiError, Ask, Problem, body, csv,
    error::PROBLEM_JSON,
    format::{FORMAT, Format},
    ground::Ground,
    openapi::{Given, Operation},
    query::{Parameter, Parameters, Shape},
    same_site,
};
pub(crate) use files::{DECLARED, Files, LISTED, media};

/// Most bytes of the files together.
pub(crate) const BYTES: usize = 16 << 20;

/// Most mistakes of a file that are told.
const TOLD: usize = 100;

/// Rules that the file does not state are ours.
pub(crate) const STATED_ONLY: Parameter = Parameter::new(
    "stated_only",
    Shape::Word(&["true", "false"]),
    "true: rules that the file does not state are taken as ours, without searching for them",
);
const NOW: Parameter = Parameter::new("now", Shape::Text, "the instant as of which open contacts are judged");
const AS_OF: Parameter = Parameter::new("as_of", Shape::Text, "only what had been received by then");

/// What a form with both files holds.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct FormFields {
    /// The provider's own figures: a CSV, each row as `vigie schema declared` tells.
    declared: String,
    /// The contacts that the provider counts: a CSV with provider, contact, site, queue, at, outcome, `wait_s`.
    contacts: Option<String>,
}

/// Mistakes of a file: a problem that tells each of them with its line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MistakesProblem {
    /// The first mistake.
    #[serde(flatten)]
    pub problem: Problem,
    /// The file that they are in: `declared` or `contacts`.
    pub file: &'static str,
    /// How many there are.
    pub number: usize,
    /// The first hundred of them, by line.
    pub mistakes: Vec<Mistake>,
}

pub(crate) fn about() -> Operation {
    Operation::new("A provider's own figures beside ours, every difference explained in contacts, rule by rule")
        .parameters(vec![STATED_ONLY, NOW, AS_OF, FORMAT])
        .takes::<String>("text/csv")
        .takes::<FormFields>("multipart/form-data")
        .gives::<ReconcileAnswer>("both sides, and the way from one to the other", Given::JsonOrCsv)
        .asks()
        .refuses(403, "a form that a page of another server sent")
        .refuses(408, "the body came too slowly")
        .refuses(413, "over a named limit")
        .refuses(415, "another content type than text/csv or multipart/form-data")
        .problem::<MistakesProblem>(422, "a file has mistakes; each is told with its line and what would be right")
}

pub(crate) async fn post(State(api): State<Arc<Api>>, request: Request) -> Result<Response, ApiError> {
    let (head, sent) = request.into_parts();
    let checked = same_site::not_foreign(&head.headers).and_then(|()| {
        let mut given = Parameters::parse(head.uri.query(), &[STATED_ONLY, NOW, AS_OF, FORMAT])?;
        let format = Format::of(given.one(FORMAT.name).as_deref(), &head.headers)?;
        Ok((Asked::take(&mut given)?, format))
    });
    let (asked, format) = match checked {
        Ok(checked) => checked,
        Err(error) => {
            body::discard(sent).await;
            return Err(error);
        }
    };
    let files = Files::receive(&api, &head.headers, sent).await?;
    match asked.of(&api, files).await? {
        Ok(answer) => format.write(&answer, csv::reconciliation, "reconciliation.csv"),
        Err(mistakes) => mistakes.told(),
    }
}

/// What is asked beside the files.
pub(crate) struct Asked {
    ask: Ask,
    search: bool,
}

impl Asked {
    pub(crate) fn take(given: &mut Parameters) -> Result<Self, ApiError> {
        let search = match given.one(STATED_ONLY.name).as_deref() {
            None | Some("false") => true,
            Some("true") => false,
            Some(other) => {
                return Err(ApiError::bad(STATED_ONLY.name, format!("{other:?} is neither; give true or false")));
            }
        };
        let ask = Ask { now: given.one(NOW.name), as_of: given.one(AS_OF.name), ..Ask::default() };
        Ok(Self { ask, search })
    }

    /// The same with rules that are not stated taken as ours, or searched.
    pub(crate) fn searching(search: bool) -> Self {
        Self { ask: Ask::default(), search }
    }

    /// Holds the files against the lake as it is now; or what is wrong with them.
    pub(crate) async fn of(self, api: &Arc<Api>, files: Files) -> Result<Result<ReconcileAnswer, Mistakes>, ApiError> {
        let turn = api.parser().await?;
        let read = api.block(move |api| Ok::<_, ApiError>(Read::of(&files, api))).await?;
        drop(turn);
        let Read { declared, contacts } = match read {
            Ok(read) => read,
            Err(mistakes) => return Ok(Err(mistakes)),
        };
        let asking = Arc::clone(api);
        let answer = api.ask_longer(async move {
            let ground = Ground::of(&asking, &self.ask).await?;
            let asked = ReconcileQuestion {
                declared,
                contacts,
                now: ground.question.now,
                as_of: ground.question.as_of,
                customers: ground.question.customers.clone(),
                search: self.search,
            };
            Ok(reconcile(&ground.view, asking.network(), &asked).await?)
        });
        answer.await.map(Ok)
    }
}

/// Files without mistake.
struct Read {
    declared: Declared,
    contacts: Option<Vec<DeclaredContact>>,
}

impl Read {
    fn of(files: &Files, api: &Api) -> Result<Self, Mistakes> {
        let in_file = |file| move |all: Vec<Mistake>| Mistakes { file, number: all.len(), first: first(all) };
        let text = files::text(&files.declared).map_err(in_file(DECLARED))?;
        let declared = settlement::declared::parse(text, api.network()).map_err(in_file(DECLARED))?;
        let listed = |bytes: &bytes::Bytes| {
            let text = files::text(bytes)?;
            settlement::declared::contacts(text, api.network())
        };
        let contacts = files.contacts.as_ref().map(listed).transpose().map_err(in_file(LISTED))?;
        Ok(Self { declared, contacts })
    }
}

fn first(mut all: Vec<Mistake>) -> Vec<Mistake> {
    all.truncate(TOLD);
    all
}

/// What is wrong with a file.
#[derive(Debug)]
pub(crate) struct Mistakes {
    /// Which.
    pub(crate) file: &'static str,
    pub(crate) number: usize,
    /// The first of them.
    pub(crate) first: Vec<Mistake>,
}

impl Mistakes {
    /// As programs are told.
    fn told(self) -> Result<Response, ApiError> {
        let one = self.first.first().map(ToString::to_string).unwrap_or_default();
        let more = self.number.saturating_sub(1);
        let detail = if more == 0 { one } else { format!("{one}; and {more} more, see mistakes") };
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        let problem = ApiError::new(status, "mistakes_in_file", detail).field(self.file).problem();
        let told = MistakesProblem { problem, file: self.file, number: self.number, mistakes: self.first };
        let text = serde_json::to_vec(&told).map_err(|error| ApiError::internal(&error))?;
        let headers = [(header::CONTENT_TYPE, PROBLEM_JSON), (header::CACHE_CONTROL, "no-store")];
        Ok((status, headers, text).into_response())
    }
}
