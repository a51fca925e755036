//! How much of the data of a window came, of what can be known to be expected. Pure.
//!
//! Received of a local day are the contacts offered in the objective's scope. Expected are as many as the provider
//! declares for it ([`contract::Deliveries`]), and at least those that came: what it declares is its word, and whatever else
//! it sent that could not be read adds nothing to it. Of a day that it does not declare, those that came and those of which
//! all was rejected ([`crate::Lacking`]): a contact of which nothing at all was sent is not seen then, which is said, and not
//! guessed. A day that brought more than was declared makes up for no other.

use contact::{Channel, Instant, Network};
use contract::{AskedScope, Received, terms::Span};
use engine::Title;

use crate::{CompletenessAnswer, Filed, Lacking, cells::Cells, unit::Unit};

/// The contacts whose coming is counted for a unit: a gap between all sites of the network is held up by the contract's own
/// provider only.
pub(crate) fn scope(unit: &Unit<'_>) -> AskedScope {
    AskedScope { provider: Some(unit.contract.provider.clone()), ..unit.asked.scope.clone() }
}

/// How much of a piece came until now; `None` where the contract asks nothing of it.
pub(crate) fn completeness(
    (filed, network): (&Filed, &Network),
    unit: &Unit<'_>,
    piece: Span,
    now: Instant,
    offered: &Cells,
) -> Option<CompletenessAnswer> {
    let rule = unit.contract.completeness?;
    let (scope, over) = (scope(unit), Span { from: piece.from, to: piece.to.min(now) });
    let mut sum = Sum::default();
    for day in &unit.asked.days {
        let Some(part) = day.span.within(over) else { continue };
        let whole = part == day.span;
        let declared = whole.then(|| filed.deliveries.declared(unit.contract, &scope, day.day)).flatten();
        let came = in_span(offered, part);
        let rejected = lacking(filed, part, |of| of.named && concerns(network, &scope, of));
        sum.received += came;
        sum.rejected += rejected;
        sum.expected += declared.map_or(came + rejected, |declared| declared.max(came));
        sum.days += u64::from(whole);
        sum.declared += u64::from(declared.is_some());
    }
    sum.nameless = lacking(filed, over, |of| !of.named);
    let measured = Received { received: sum.received, expected: sum.expected };
    Some(CompletenessAnswer {
        least: rule.min_share.as_f64(),
        on_shortfall: rule.on_shortfall,
        received: sum.received,
        expected: sum.expected,
        share: (sum.expected > 0).then(|| ratio(sum.received, sum.expected)),
        short: unit.contract.shortfall(measured).is_some(),
        rejected: sum.rejected,
        nameless: sum.nameless,
        days: sum.days,
        declared_days: sum.declared,
        measured_by: sum.measured_by(),
    })
}

#[derive(Default)]
struct Sum {
    received: u64,
    expected: u64,
    rejected: u64,
    nameless: u64,
    days: u64,
    declared: u64,
}

impl Sum {
    /// What it is measured by, and what is not seen.
    fn measured_by(&self) -> Title {
        let (en, fr) = match (self.days, self.declared) {
            (0, _) => (
                "no whole day is over: measured by rejected events alone".to_owned(),
                "aucun jour entier n'est passé : mesuré par les seuls événements rejetés".to_owned(),
            ),
            (_, 0) => (
                "the provider declares no counts: measured by rejected events alone, what was never sent is not seen"
                    .to_owned(),
                "le prestataire ne déclare aucun compte : mesuré par les seuls événements rejetés, ce qui n'a jamais été \
                 envoyé ne se voit pas"
                    .to_owned(),
            ),
            (days, declared) if days == declared => (
                "the provider declares every day".to_owned(),
                "le prestataire déclare chaque jour".to_owned(),
            ),
            (days, declared) => (
                format!(
                    "the provider declares {declared} of {days} days; of the others, what was never sent is not seen"
                ),
                format!(
                    "le prestataire déclare {declared} jours sur {days} ; des autres, ce qui n'a jamais été envoyé ne se \
                     voit pas"
                ),
            ),
        };
        if self.nameless == 0 {
            return Title { en, fr };
        }
        Title {
            en: format!("{en}; {} rejects name no contact and its beginning, and count in none", self.nameless),
            fr: format!("{fr} ; {} rejets ne nomment ni contact ni début, et ne comptent dans aucun", self.nameless),
        }
    }
}

fn in_span(cells: &Cells, span: Span) -> u64 {
    let inside = cells.range((span.from, Vec::new())..).take_while(|((from, _), _)| *from < span.to);
    let sum: i64 = inside.filter_map(|(_, sums)| sums.first()).sum();
    u64::try_from(sum).unwrap_or(0)
}

fn lacking(filed: &Filed, span: Span, which: impl Fn(&Lacking) -> bool) -> u64 {
    filed.lacking.iter().filter(|of| span.holds(of.at) && which(of)).map(|of| of.contacts).sum()
}

/// Whether contacts may be in a scope by what their rejects name. A place that is not named, or that the network does not
/// know, may be any; a reason is not read of them, and what asks for some has none.
fn concerns(network: &Network, scope: &AskedScope, of: &Lacking) -> bool {
    let site = of.site.as_deref().filter(|site| network.sites.contains_key(*site));
    let queue = of.queue.as_deref().filter(|queue| network.queues.contains_key(*queue));
    let at_site = scope.sites.as_ref().zip(site).is_none_or(|(sites, site)| sites.contains(site));
    let in_line = scope.lines.as_ref().zip(queue).is_none_or(|(lines, queue)| lines.contains(queue));
    let channel = queue.and_then(|queue| channel(network, queue));
    let by_channel = scope.channels.as_ref().zip(channel).is_none_or(|(channels, one)| channels.contains(&one));
    at_site && in_line && by_channel && scope.reasons.is_none()
}

/// The channel of a queue, by what holds of it last.
fn channel(network: &Network, queue: &str) -> Option<Channel> {
    network.queues.get(queue)?.last().map(|terms| terms.channel)
}

#[expect(clippy::cast_precision_loss, reason = "counts of contacts are far below 2^53")]
fn ratio(part: u64, whole: u64) -> f64 {
    part as f64 / whole as f64
}
