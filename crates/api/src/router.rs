//! The whole HTTP surface.

use std::sync::Arc;

use axum::{
    Router,
    handler::Handler,
    http::{Method, StatusCode, Uri},
    middleware,
    routing::{self, MethodRouter},
};

use crate::{
    Api, ApiError, alerts,
    backlog::{self, Backlog},
    complaints::{self, Complaints},
    contacts, contracts, definitions, discovered, events, feeds, health,
    homogeneity::{self, Homogeneity},
    limits,
    live::{self, Live},
    metrics,
    openapi::{self, Operation},
    reconciliations, rejects,
    repeats::{self, Repeats},
    resource,
    scorecards::{self, Scorecards},
    site, statements,
};

/// One method of one path: what it does, and what it says about itself.
pub(crate) struct Endpoint {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) operation: Operation,
    handler: MethodRouter<Arc<Api>>,
}

/// Every endpoint. The router and the `OpenAPI` document are both made from this list.
pub(crate) fn surface() -> Vec<Endpoint> {
    vec![
        post("/v1/events", events::post, events::about()),
        get("/v1/scorecards", resource::get::<Scorecards>, scorecards::about()),
        get("/v1/scorecards/{site}", site::get, site::about()),
        get("/v1/homogeneity", resource::get::<Homogeneity>, homogeneity::about()),
        get("/v1/live", resource::get::<Live>, live::about()),
        get("/v1/backlog", resource::get::<Backlog>, backlog::about()),
        get("/v1/complaints", resource::get::<Complaints>, complaints::about()),
        get("/v1/repeats", resource::get::<Repeats>, repeats::about()),
        get("/v1/contacts", contacts::list, contacts::about()),
        get("/v1/contracts", contracts::list, contracts::about_list()),
        get("/v1/contracts/{name}", contracts::one, contracts::about_one()),
        get("/v1/contracts/{name}/periods/{period}", contracts::period, contracts::about_period()),
        get("/v1/breaches", contracts::breaches, contracts::about_breaches()),
        get("/v1/feeds", feeds::list, feeds::about()),
        get("/v1/alerts", alerts::list, alerts::about()),
        get("/v1/alerts/stream", alerts::stream, alerts::about_stream()),
        get("/v1/alerts/{id}", alerts::get, alerts::about_one()),
        post("/v1/alerts/{id}/acknowledgement", alerts::acknowledge, alerts::about_acknowledge()),
        post("/v1/alerts/{id}/annotations", alerts::annotate, alerts::about_annotate()),
        get("/v1/dead-letters", alerts::letters, alerts::about_letters()),
        post("/v1/dead-letters/{id}/requeue", alerts::requeue, alerts::about_requeue()),
        post("/v1/dead-letters/{id}/discard", alerts::discard, alerts::about_discard()),
        get("/v1/network/discovered", discovered::list, discovered::about()),
        get("/v1/rejects", rejects::list, rejects::about()),
        post("/v1/rejects/replay", rejects::replay, rejects::about_replay()),
        post("/v1/reconciliations", reconciliations::post, reconciliations::about()),
        post("/v1/statements", statements::post, statements::about_seal()),
        get("/v1/statements", statements::all, statements::about()),
        get("/v1/statements/{id}", statements::get, statements::about_one()),
        get("/v1/statements/{id}/verification", statements::verification, statements::about_verification()),
        get("/v1/definitions", definitions::list, definitions::about()),
        get("/v1/definitions/{id}", definitions::get, definitions::about_one()),
        get("/v1/limits", limits::get, limits::about()),
        get("/openapi.json", openapi::get, openapi::about()),
        get("/healthz", health::health, health::about_health()),
        get("/readyz", health::ready, health::about_ready()),
        get("/metrics", metrics::get, metrics::about()),
    ]
}

/// The routes over one state, and `pages` beside them, which are counted and refused in the same way.
pub fn router(api: &Arc<Api>, pages: Router<Arc<Api>>) -> Router {
    let routes = surface().into_iter().fold(pages, |router, endpoint| router.route(endpoint.path, endpoint.handler));
    routes
        .fallback(nothing_here)
        .method_not_allowed_fallback(no_such_method)
        .layer(middleware::from_fn_with_state(Arc::clone(api), metrics::observe))
        .with_state(Arc::clone(api))
}

fn get<H, T>(path: &'static str, handler: H, operation: Operation) -> Endpoint
where
    H: Handler<T, Arc<Api>>,
    T: 'static,
{
    Endpoint { method: Method::GET, path, operation, handler: routing::get(handler) }
}

fn post<H, T>(path: &'static str, handler: H, operation: Operation) -> Endpoint
where
    H: Handler<T, Arc<Api>>,
    T: 'static,
{
    Endpoint { method: Method::POST, path, operation, handler: routing::post(handler) }
}

async fn nothing_here(uri: Uri) -> ApiError {
    let shown: String = uri.path().chars().take(128).collect();
    ApiError::not_found("no_such_path", format!("there is nothing at {shown}; see /openapi.json for what there is"))
}

async fn no_such_method(method: Method, uri: Uri) -> ApiError {
    let detail = format!("{} does not take {method}; see /openapi.json for what it takes", uri.path());
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "no_such_method", detail)
}
