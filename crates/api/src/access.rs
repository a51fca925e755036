//! Who sends. The one place where identities will come in.
//!
//! Until they do, whoever reaches the server speaks for the provider he names, so the server listens on its own machine
//! unless told otherwise. The provider never comes from the body alone.

use axum::http::HeaderMap;
use contact::{Network, ProviderId};

use crate::ApiError;

/// The header that names the provider.
pub(crate) const PROVIDER_HEADER: &str = "Vigie-Provider";

/// The provider that sends: the one named by parameter or header, or the only one of the network.
///
/// # Errors
/// None is named and there are several; two are named; or it is not in the network.
pub(crate) fn sender(network: &Network, parameter: Option<&str>, headers: &HeaderMap) -> Result<ProviderId, ApiError> {
    let header = headers.get(PROVIDER_HEADER).map(|value| String::from_utf8_lossy(value.as_bytes()));
    let name = match (parameter, header.as_deref()) {
        (Some(one), Some(other)) if one != other => {
            let detail = format!("the address names the provider {one:?} and the header {other:?}; name one");
            return Err(ApiError::bad("provider", detail));
        }
        (Some(name), _) | (None, Some(name)) => name,
        (None, None) => return only(network),
    };
    network.providers.get_key_value(name).map(|(provider, _)| provider.clone()).ok_or_else(|| {
        let shown: String = name.chars().take(128).collect();
        let detail = format!("the provider {shown:?} is not in the network file; use one of: {}", names(network));
        ApiError::not_found("unknown_provider", detail).field("provider")
    })
}

fn only(network: &Network) -> Result<ProviderId, ApiError> {
    let mut providers = network.providers.keys();
    if let (Some(only), None) = (providers.next(), providers.next()) {
        return Ok(only.clone());
    }
    let right = format!("say provider= or {PROVIDER_HEADER}: one of {}", names(network));
    Err(ApiError::bad("provider", format!("the network has several providers and none is named; {right}")))
}

fn names(network: &Network) -> String {
    network.providers.keys().map(ProviderId::as_str).collect::<Vec<_>>().join(", ")
}
