//! Pages for people, rendered here, in English and French: the scorecard of sites at `/`, what waits now at `/live`, backlog
//! and complaints at `/backlog`, contracts and breaches at `/contracts`, a provider's own figures beside ours at
//! `/reconcile`, sealed months at `/statements`, alerts at `/alerts`, where they are taken on and messages sent again, too.
//!
//! The address holds the whole question, so that a link shows what its sender saw; the same parameters as those of the
//! API, and `lang`. Pages run no script and load nothing from elsewhere, and the browser is told so.
//! What is shown comes from the same answer as the JSON of the same question; pages only word it.

mod address;
mod alerts;
mod assets;
mod backlog;
mod caption;
mod cases;
mod contracts;
mod curve;
mod fact;
mod format;
mod frame;
mod lang;
mod live;
mod overview;
mod page;
mod reconcile;
mod refusal;
mod statements;
mod table;
mod waterfall;
mod words;

use std::sync::Arc;

use axum::{Router, routing};

use crate::Api;
use backlog::Backlog;
use contracts::Contracts;
use live::Live;
use overview::Overview;
use page::{Page, get};

pub use lang::Lang;
pub use words::ReconcileWords;

/// The pages, to be served beside the API (see [`crate::router()`]).
pub fn pages() -> Router<Arc<Api>> {
    Router::new()
        .route(Overview::PATH, routing::get(get::<Overview>))
        .route(Live::PATH, routing::get(get::<Live>))
        .route(Backlog::PATH, routing::get(get::<Backlog>))
        .route(Contracts::PATH, routing::get(get::<Contracts>))
        .route(reconcile::PATH, routing::get(reconcile::get).post(reconcile::post))
        .route(reconcile::EXAMPLE, routing::get(reconcile::example))
        .route(statements::PATH, routing::get(statements::get).post(statements::post))
        .route(alerts::PATH, routing::get(alerts::get))
        .route("/alerts/{id}/acknowledgement", routing::post(alerts::acknowledge))
        .route("/alerts/{id}/annotations", routing::post(alerts::annotate))
        .route("/alerts/letters/{id}/requeue", routing::post(alerts::send_again))
        .route("/assets/{name}", routing::get(assets::get))
}
