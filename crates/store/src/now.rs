//! The `now` of a question that does not say. Pure.

use contact::{Instant, Network};
use scorecard::Feeds;

const DAY_US: i64 = 86_400_000_000;

/// The clock, for a lake that is fed: what has not been answered or delivered by now is late, and shows. The end of the
/// data, for one that only holds imports of the past: whatever was open then is judged as of then.
pub(crate) fn ask_now(feeds: &Feeds, network: &Network, clock: Instant) -> Instant {
    let latest = feeds.values().map(|feed| feed.last_event).max();
    match latest.filter(|latest| clock.micros_since(*latest) > DAY_US) {
        Some(latest) if !is_fed(feeds, network, clock) => end_of_data(latest, network, clock),
        _ => clock,
    }
}

/// Whether some provider delivers as things happen (one of its events came in within a day; those of an import of the
/// past are all far older than their receipt), and is still expected to: it agreed on a cadence, or has delivered within
/// the network's `live_days`.
fn is_fed(feeds: &Feeds, network: &Network, clock: Instant) -> bool {
    feeds.iter().any(|(provider, feed)| {
        let is_expected = network.providers.get(provider).is_some_and(|provider| provider.cadence.is_some());
        let silent_us = clock.micros_since(feed.last_received);
        feed.least_delay_us <= DAY_US && (is_expected || silent_us <= i64::from(network.live_days) * DAY_US)
    })
}

/// The end of the local day of the last event: an import of whole days is judged as of their end.
fn end_of_data(latest: Instant, network: &Network, clock: Instant) -> Instant {
    let date = latest.to_timestamp().to_zoned(network.zone.clone()).date();
    let midnight = date.tomorrow().ok().and_then(|next| Instant::start_of_day(next, &network.zone).ok());
    midnight.map_or(latest, |midnight| midnight.min(clock).max(latest))
}

#[cfg(test)]
mod tests {
    use contact::ProviderId;
    use scorecard::Feed;

    use super::*;

    /// atlas agreed on a cadence, boreal did not.
    const NETWORK: &str = "
brand: north
zone: Europe/Paris
live_days: 10
providers: [{name: atlas, cadence: 12h}, {name: boreal}]
";
    const CLOCK: &str = "2026-10-20T12:00:00Z";
    const SECOND_US: i64 = 1_000_000;

    fn at(text: &str) -> Instant {
        text.parse().expect("a time")
    }

    fn feed(last_event: &str, last_received: &str, least_delay_us: i64) -> Feed {
        Feed { last_event: at(last_event), last_received: at(last_received), least_delay_us }
    }

    /// The `now` of a lake with these feeds, at [`CLOCK`].
    fn now(feeds: &[(&str, Feed)]) -> String {
        let network = Network::parse(NETWORK).expect("a network");
        let named = feeds.iter().map(|(provider, feed)| (ProviderId::new(provider).expect("a name"), *feed));
        ask_now(&named.collect(), &network, at(CLOCK)).to_string()
    }

    #[test]
    fn an_empty_lake_and_one_with_news_of_today_are_asked_as_of_the_clock() {
        assert_eq!(now(&[]), CLOCK);
        let imported_today = feed("2026-10-20T01:00:00Z", "2026-10-20T11:00:00Z", 10 * 3_600 * SECOND_US);
        assert_eq!(now(&[("boreal", imported_today)]), CLOCK);
    }

    /// The defect this rule is for: a feed that stopped must be shown as late, not as complete.
    #[test]
    fn a_feed_that_fell_silent_is_asked_as_of_the_clock() {
        for provider in ["atlas", "boreal"] {
            let silent = feed("2026-10-18T09:00:00Z", "2026-10-18T09:00:02Z", SECOND_US);
            assert_eq!(now(&[(provider, silent)]), CLOCK, "{provider}");
        }
        let daily_file = feed("2026-10-17T21:00:00Z", "2026-10-18T06:00:00Z", 9 * 3_600 * SECOND_US);
        assert_eq!(now(&[("boreal", daily_file)]), CLOCK);
    }

    #[test]
    fn an_import_of_the_past_is_asked_as_of_the_end_of_its_last_day() {
        let imported = feed("1999-12-31T20:00:00Z", "2026-10-20T11:00:00Z", 26 * 365 * DAY_US);
        for provider in ["atlas", "boreal"] {
            assert_eq!(now(&[(provider, imported)]), "1999-12-31T23:00:00Z", "{provider}: midnight in Paris");
        }
    }

    #[test]
    fn a_lake_is_live_while_one_of_its_providers_is() {
        let imported = feed("2026-10-01T20:00:00Z", "2026-10-19T11:00:00Z", 17 * DAY_US);
        let silent = feed("2026-10-16T09:00:00Z", "2026-10-16T09:00:02Z", SECOND_US);
        assert_eq!(now(&[("atlas", imported), ("boreal", silent)]), CLOCK);
    }

    #[test]
    fn filling_in_the_past_does_not_make_a_live_lake_historical() {
        let filled_in_late = feed("2026-10-17T09:00:00Z", "2026-10-20T11:00:00Z", SECOND_US);
        assert_eq!(now(&[("boreal", filled_in_late)]), CLOCK);
    }

    #[test]
    fn a_lake_that_nobody_feeds_any_more_is_historical_unless_a_cadence_was_agreed() {
        let last = |day: u32| feed(&format!("2026-10-{day:02}T09:00:00Z"), &format!("2026-10-{day:02}T09:00:00Z"), 0);
        assert_eq!(now(&[("boreal", last(11))]), CLOCK, "within live_days");
        assert_eq!(now(&[("boreal", last(9))]), "2026-10-09T22:00:00Z");
        assert_eq!(now(&[("atlas", last(9))]), CLOCK, "still expected");
    }
}
