//! From the endpoints to the document.

use schemars::{
    SchemaGenerator,
    generate::{Contract, SchemaSettings},
};
use serde_json::{Map, Value, json};

use super::{Answered, Operation};
use crate::{
    query::{Parameter, Shape},
    router::Endpoint,
};

const ABOUT: &str = "Events in, figures out. Times are RFC 3339; shares are 0 to 1; durations are seconds. \
                     Errors are application/problem+json with a code, the field and what would be right.";

/// The document of these endpoints.
pub(crate) fn document(endpoints: &[Endpoint]) -> String {
    let mut settings = SchemaSettings::draft2020_12();
    settings.definitions_path = "/components/schemas".into();
    settings.meta_schema = None;
    settings.contract = Contract::Serialize;
    let mut schemas = SchemaGenerator::new(settings);
    let mut paths: Map<String, Value> = Map::new();
    for endpoint in endpoints {
        let methods = paths.entry(endpoint.path).or_insert_with(|| json!({}));
        methods[endpoint.method.as_str().to_ascii_lowercase()] = operation(endpoint, &mut schemas);
    }
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Vigie", "version": env!("CARGO_PKG_VERSION"), "description": ABOUT },
        "paths": paths,
        "components": { "schemas": schemas.take_definitions(true) },
    })
    .to_string()
}

fn operation(endpoint: &Endpoint, schemas: &mut SchemaGenerator) -> Value {
    let Operation { summary, path, parameters, headers, bodies, answers } = &endpoint.operation;
    let path = path.iter().map(|(name, about)| {
        json!({ "name": name, "in": "path", "required": true, "description": about, "schema": { "type": "string" } })
    });
    let headers = headers.iter().map(
        |(name, about)| json!({ "name": name, "in": "header", "description": about, "schema": { "type": "string" } }),
    );
    let parameters: Vec<Value> = path.chain(parameters.iter().map(parameter)).chain(headers).collect();
    let answers: Map<String, Value> =
        answers.iter().map(|(status, answered)| (status.to_string(), answer(answered, schemas))).collect();
    let mut operation = json!({ "summary": summary, "parameters": parameters, "responses": answers });
    if !bodies.is_empty() {
        let content: Map<String, Value> =
            bodies.iter().map(|(media, schema)| ((*media).to_owned(), json!({ "schema": schema(schemas) }))).collect();
        operation["requestBody"] = json!({ "required": true, "content": content });
    }
    operation
}

fn answer(answered: &Answered, schemas: &mut SchemaGenerator) -> Value {
    let mut answer = json!({ "description": answered.about });
    if !answered.forms.is_empty() {
        let forms = answered.forms.iter().map(|(media, schema)| {
            let schema = schema.map_or_else(|| json!({ "type": "string" }), |schema| json!(schema(schemas)));
            ((*media).to_owned(), json!({ "schema": schema }))
        });
        answer["content"] = Value::Object(forms.collect());
    }
    if !answered.headers.is_empty() {
        let headers = answered
            .headers
            .iter()
            .map(|(name, about)| ((*name).to_owned(), json!({ "description": about, "schema": { "type": "string" } })));
        answer["headers"] = Value::Object(headers.collect());
    }
    answer
}

fn parameter(parameter: &Parameter) -> Value {
    let text = json!({ "type": "string" });
    let (schema, is_list) = match parameter.shape {
        Shape::Text => (text, false),
        Shape::Word(words) => (json!({ "type": "string", "enum": words }), false),
        Shape::Count => (json!({ "type": "integer", "minimum": 1 }), false),
        Shape::Number => (json!({ "type": "number", "minimum": 0 }), false),
        Shape::List => (json!({ "type": "array", "items": text }), true),
        Shape::Words(words) => (json!({ "type": "array", "items": { "type": "string", "enum": words } }), true),
    };
    let mut made = json!({
        "name": parameter.name, "in": "query", "description": parameter.about, "schema": schema,
    });
    if is_list {
        // Commas and repetition are both read; commas are what the document promises.
        made["style"] = json!("form");
        made["explode"] = json!(false);
    }
    made
}
