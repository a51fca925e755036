//! Which rows a contract's names mean. Pure.

use std::collections::BTreeSet;

use contact::Channel;
use contract::{AskedClaim, AskedScope};
use scorecard::{CountName, Dim};

/// What names a row of counts, beside its stretch of time; null where the source did not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Names<'c> {
    pub(crate) provider: Option<&'c str>,
    pub(crate) site: Option<&'c str>,
    pub(crate) queue: Option<&'c str>,
    pub(crate) channel: Option<&'c str>,
    pub(crate) reason: Option<&'c str>,
}

/// The positions of those names in a table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NamePlaces([Option<usize>; 5]);

impl NamePlaces {
    /// `position` gives that of a column.
    pub(crate) fn of(position: impl Fn(&str) -> Option<usize>) -> Self {
        Self(["provider", "site", "queue", "channel", "reason"].map(position))
    }

    pub(crate) fn names<'c>(&self, name: CountName<'c>) -> Names<'c> {
        let [provider, site, queue, channel, reason] = self.0.map(|place| name.at(place).text());
        Names { provider, site, queue, channel, reason }
    }
}

/// Whether contacts of these names are in a scope.
pub(crate) fn in_scope(scope: &AskedScope, names: &Names<'_>) -> bool {
    let provider = scope.provider.as_ref().is_none_or(|provider| names.provider == Some(provider.as_str()));
    provider
        && one_of(scope.lines.as_ref(), names.queue)
        && one_of(scope.sites.as_ref(), names.site)
        && one_of(scope.reasons.as_ref(), names.reason)
        && scope.channels.as_ref().is_none_or(|channels| {
            names
                .channel
                .and_then(|name| name.parse::<Channel>().ok())
                .is_some_and(|channel| channels.contains(&channel))
        })
}

/// Whether a claim covers contacts of these names, by all but the time.
pub(crate) fn covers(claim: &AskedClaim, names: &Names<'_>) -> bool {
    let one =
        |set: &BTreeSet<String>, name: Option<&str>| set.is_empty() || name.is_some_and(|name| set.contains(name));
    one(&claim.lines, names.queue) && one(&claim.sites, names.site) && one(&claim.reasons, names.reason)
}

/// What rows must be grouped by so that scopes and claims can tell them apart.
pub(crate) fn dims<'a>(
    scopes: impl IntoIterator<Item = &'a AskedScope>,
    claims: impl IntoIterator<Item = &'a AskedClaim>,
) -> BTreeSet<Dim> {
    let mut dims = BTreeSet::new();
    for scope in scopes {
        let told = [
            (Dim::Provider, scope.provider.is_some()),
            (Dim::Queue, scope.lines.is_some()),
            (Dim::Site, scope.sites.is_some()),
            (Dim::Channel, scope.channels.is_some()),
            (Dim::Reason, scope.reasons.is_some()),
        ];
        dims.extend(told.into_iter().filter_map(|(dim, told)| told.then_some(dim)));
    }
    for claim in claims {
        let told = [(Dim::Queue, &claim.lines), (Dim::Site, &claim.sites), (Dim::Reason, &claim.reasons)];
        dims.extend(told.into_iter().filter_map(|(dim, names)| (!names.is_empty()).then_some(dim)));
    }
    dims
}

fn one_of<T>(wanted: Option<&BTreeSet<T>>, name: Option<&str>) -> bool
where
    T: Ord + AsName,
{
    wanted.is_none_or(|wanted| name.is_some_and(|name| wanted.iter().any(|known| known.name() == name)))
}

trait AsName {
    fn name(&self) -> &str;
}

impl AsName for contact::QueueId {
    fn name(&self) -> &str {
        self.as_str()
    }
}

impl AsName for contact::SiteId {
    fn name(&self) -> &str {
        self.as_str()
    }
}

impl AsName for String {
    fn name(&self) -> &str {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIL: Names<'static> = Names {
        provider: Some("atlas"),
        site: Some("tunis"),
        queue: Some("mail"),
        channel: Some("email"),
        reason: None,
    };

    fn scope() -> AskedScope {
        AskedScope {
            provider: contact::ProviderId::new("atlas").ok(),
            lines: None,
            sites: None,
            channels: None,
            reasons: None,
        }
    }

    /// A contact without a reason is in no objective that names reasons; an empty set names none.
    #[test]
    fn what_a_scope_does_not_say_is_any() {
        assert!(in_scope(&scope(), &MAIL));
        assert!(!in_scope(&scope(), &Names { provider: Some("other"), ..MAIL }));
        let refunds = AskedScope { reasons: Some(BTreeSet::from(["refund".to_owned()])), ..scope() };
        assert!(!in_scope(&refunds, &MAIL) && in_scope(&refunds, &Names { reason: Some("refund"), ..MAIL }));
        let mails = AskedScope { channels: Some(BTreeSet::from([Channel::Email])), ..scope() };
        assert!(in_scope(&mails, &MAIL) && !in_scope(&mails, &Names { channel: Some("voice"), ..MAIL }));
        assert!(!in_scope(&AskedScope { sites: Some(BTreeSet::new()), ..scope() }, &MAIL));
    }

    #[test]
    fn rows_are_told_apart_by_what_is_asked_only() {
        assert_eq!(dims([&scope()], []), BTreeSet::from([Dim::Provider]));
        let refunds = AskedScope { reasons: Some(BTreeSet::new()), provider: None, ..scope() };
        assert_eq!(dims([&refunds], []), BTreeSet::from([Dim::Reason]));
    }
}
