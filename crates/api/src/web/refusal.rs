//! A question that is not answered, as a page.

use askama::Template;

use super::{frame::Frame, lang::Lang};
use crate::ApiError;

/// Says in words what is wrong, and what would be right.
#[derive(Template)]
#[template(path = "refusal.html")]
pub(super) struct Refusal<'a> {
    frame: Frame,
    title: &'static str,
    field: Option<&'a str>,
    detail: &'a str,
    come_back: Option<String>,
}

impl<'a> Refusal<'a> {
    pub(super) fn new(frame: Frame, lang: Lang, error: &'a ApiError) -> Self {
        Self {
            frame,
            title: lang.refusal(error.status.as_u16()),
            field: error.field.as_deref(),
            detail: &error.detail,
            come_back: error.retry_after_s.map(|seconds| lang.come_back(seconds)),
        }
    }
}
