//! The HTTP interface over a real store.

mod alerts;
mod csv;
mod discovered;
mod events;
mod homogeneity;
mod keys;
mod live;
mod openapi;
mod questions;
mod reconciliations;
mod resources;
mod sockets;
mod statements;
mod support;
mod tags;
mod web;
