//! `/openapi.json`: what each endpoint says about itself, as `OpenAPI` 3.1. Schemas come from the types themselves.

mod document;

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    extract::{RawQuery, State},
    http::header,
    response::{IntoResponse, Response},
};
use schemars::{JsonSchema, Schema, SchemaGenerator};

use crate::{
    Api, ApiError,
    query::{Parameter, Parameters},
};
pub(crate) use document::document;

/// Makes a schema in the document's own generator.
type MakeSchema = fn(&mut SchemaGenerator) -> Schema;

/// What an endpoint takes and gives.
pub(crate) struct Operation {
    summary: &'static str,
    path: Vec<(&'static str, &'static str)>,
    parameters: Vec<Parameter>,
    headers: Vec<(&'static str, &'static str)>,
    bodies: Vec<(&'static str, MakeSchema)>,
    answers: BTreeMap<u16, Answered>,
}

/// One answer.
struct Answered {
    about: &'static str,
    /// The forms it comes in; none has no body.
    forms: Vec<(&'static str, Option<MakeSchema>)>,
    headers: Vec<(&'static str, &'static str)>,
}

/// The forms of an answer.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Given {
    Json,
    JsonOrCsv,
    Other(&'static str),
}

impl Operation {
    /// An endpoint that may answer 400 (a parameter it does not know) and 500.
    pub(crate) fn new(summary: &'static str) -> Self {
        let operation = Self {
            summary,
            path: Vec::new(),
            parameters: Vec::new(),
            headers: Vec::new(),
            bodies: Vec::new(),
            answers: BTreeMap::new(),
        };
        operation.refuses(400, "a parameter that is unknown or cannot be used").refuses(500, "the server failed")
    }

    pub(crate) fn path(mut self, name: &'static str, about: &'static str) -> Self {
        self.path.push((name, about));
        self
    }

    pub(crate) fn parameters(mut self, parameters: Vec<Parameter>) -> Self {
        self.parameters = parameters;
        self
    }

    pub(crate) fn header(mut self, name: &'static str, about: &'static str) -> Self {
        self.headers.push((name, about));
        self
    }

    /// A form in which a body is taken.
    pub(crate) fn takes<T: JsonSchema>(mut self, media: &'static str) -> Self {
        self.bodies.push((media, SchemaGenerator::subschema_for::<T>));
        self
    }

    /// The answer 200.
    pub(crate) fn gives<T: JsonSchema>(self, about: &'static str, given: Given) -> Self {
        self.answers::<T>(200, about, given)
    }

    pub(crate) fn answers<T: JsonSchema>(mut self, status: u16, about: &'static str, given: Given) -> Self {
        let schema: MakeSchema = SchemaGenerator::subschema_for::<T>;
        let forms = match given {
            Given::Json => vec![("application/json", Some(schema))],
            Given::JsonOrCsv => vec![("application/json", Some(schema)), ("text/csv", None)],
            Given::Other(media) => vec![(media, None)],
        };
        let headers = self.answers.remove(&status).map(|answered| answered.headers).unwrap_or_default();
        self.answers.insert(status, Answered { about, forms, headers });
        self
    }

    /// An answer without a body.
    pub(crate) fn empties(mut self, status: u16, about: &'static str) -> Self {
        self.answers.insert(status, Answered { about, forms: Vec::new(), headers: Vec::new() });
        self
    }

    /// An error.
    pub(crate) fn refuses(self, status: u16, about: &'static str) -> Self {
        self.problem::<crate::Problem>(status, about)
    }

    /// An error that says more than others.
    pub(crate) fn problem<T: JsonSchema>(mut self, status: u16, about: &'static str) -> Self {
        let retry = [("Retry-After", "seconds after which to try again")];
        let headers = if matches!(status, 429 | 503) { retry.to_vec() } else { Vec::new() };
        let forms: Vec<(_, Option<MakeSchema>)> =
            vec![(crate::error::PROBLEM_JSON, Some(SchemaGenerator::subschema_for::<T>))];
        self.answers.insert(status, Answered { about, forms, headers });
        self
    }

    /// A header of an answer declared before.
    pub(crate) fn with_header(mut self, status: u16, name: &'static str, about: &'static str) -> Self {
        if let Some(answered) = self.answers.get_mut(&status) {
            answered.headers.push((name, about));
        }
        self
    }

    /// A question to the lake: it may be too much.
    pub(crate) fn asks(self) -> Self {
        self.refuses(503, "too many questions at once, or one that takes too long; see Retry-After")
    }

    /// Answers about periods that are over carry an entity tag.
    pub(crate) fn tagged(mut self) -> Self {
        let tag = ("ETag", "what to give as If-None-Match; only on answers that do not change by themselves");
        let unchanged = Answered { about: "what the client holds still stands", forms: Vec::new(), headers: vec![tag] };
        let fresh = Answered { about: "", forms: Vec::new(), headers: vec![tag] };
        self.answers.insert(304, unchanged);
        self.answers.insert(200, fresh);
        self.header("If-None-Match", "the entity tag of the answer that the client holds")
    }
}

pub(crate) fn about() -> Operation {
    Operation::new("This document").gives::<serde_json::Value>("OpenAPI 3.1", Given::Json)
}

pub(crate) async fn get(State(api): State<Arc<Api>>, RawQuery(query): RawQuery) -> Result<Response, ApiError> {
    Parameters::parse(query.as_deref(), &[])?;
    Ok(([(header::CONTENT_TYPE, "application/json")], api.openapi().to_owned()).into_response())
}
