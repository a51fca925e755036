//! From a name to addresses that were judged: the connection goes to them, and the name is not resolved again.

use std::io;

use ureq::{
    Error,
    config::Config,
    http::{Uri, uri::Scheme},
    unversioned::{
        resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver},
        transport::NextTimeout,
    },
};

use super::Allowed;

/// Resolves a name and judges what it stands for.
#[derive(Debug)]
pub(super) struct Judged {
    system: DefaultResolver,
    allowed: Allowed,
}

impl Judged {
    pub(super) fn new(allowed: Allowed) -> Self {
        Self { system: DefaultResolver::default(), allowed }
    }
}

impl Resolver for Judged {
    fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let found = self.system.resolve(uri, config, timeout)?;
        let is_secure = uri.scheme() == Some(&Scheme::HTTPS);
        for address in &found {
            // A name with one address inside is refused whole: no honest one has both kinds.
            let judged = self.allowed.judge(address.ip(), is_secure);
            judged.map_err(|refused| io::Error::new(io::ErrorKind::PermissionDenied, refused.to_string()))?;
        }
        Ok(found)
    }
}
