//! What pages load: one style sheet and one icon, held in memory, at addresses that name their content.

use std::{fmt, sync::LazyLock};

use axum::{
    extract::Path,
    http::header,
    response::{IntoResponse, Response},
};
use sha2::{Digest, Sha256};

use crate::{ApiError, tag::hex};

/// The style sheet.
pub(super) static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("page", "css", "text/css; charset=utf-8", include_str!("../../../../dashboards/web/page.css"))
});

/// The icon.
pub(super) static ICON: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("icon", "svg", "image/svg+xml", include_str!("../../../../dashboards/web/icon.svg")));

/// A file that pages load; shown as its address.
pub(super) struct Asset {
    name: String,
    media: &'static str,
    text: &'static str,
}

impl Asset {
    fn new(stem: &str, extension: &str, media: &'static str, text: &'static str) -> Self {
        let hash = hex(&Sha256::digest(text.as_bytes())[..8]);
        Self { name: format!("{stem}-{hash}.{extension}"), media, text }
    }
}

impl fmt::Display for Asset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/assets/{}", self.name)
    }
}

/// `GET /assets/{name}`: what has another content has another name, so a browser may keep it for ever.
pub(super) async fn get(Path(name): Path<String>) -> Result<Response, ApiError> {
    let asset = [&*STYLE, &*ICON].into_iter().find(|asset| asset.name == name).ok_or_else(|| {
        let shown: String = name.chars().take(128).collect();
        ApiError::not_found("no_such_path", format!("there is no asset {shown:?}; load the page again"))
    })?;
    let headers = [
        (header::CONTENT_TYPE, asset.media),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((headers, asset.text).into_response())
}
