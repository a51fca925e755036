//! Alerts from the outside: what becomes of observations, what is kept, and how it reaches receivers that misbehave.

mod alertmanager;
mod conditions;
mod desk;
mod detection;
mod lifecycle;
mod plan;
mod receivers;
mod results;
mod server;
mod support;
mod tls;
mod watch;
mod webhook;
mod words;
