//! The network of the histories: versions, formulas, exclusions and calendars that the events run into.

use contact::Network;

/// The providers, of which a history uses the first one, two or three.
pub const PROVIDERS: &[&str] = &["atlas", "boreal", "cirrus"];

/// The queues. `side` is not declared, `video-fr` has no version before 2026-03-29, `phone-test` is left out.
pub const QUEUES: &[&str] = &["voice-fr", "mail-fr", "chat-fr", "video-fr", "side", "phone-test", "post-fr", "photo"];

/// The name of a provider's site, 0 to 2.
#[must_use]
pub fn site(provider: &str, site: usize) -> String {
    format!("{provider}-{site}")
}

/// Which queues have a calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hours {
    /// None: always open.
    Always,
    /// Voice, chat and video.
    Live,
    /// Written ones too: their clock runs in business time.
    All,
}

/// The network file as text.
#[must_use]
pub fn network_text(hours: Hours, durable_days: u32) -> String {
    let live = if hours == Hours::Always { "" } else { ", calendar: shop" };
    let written = if hours == Hours::All { ", calendar: desk" } else { "" };
    format!(
        "brand: north
zone: Europe/Paris
durable_days: {durable_days}
providers: [{{name: atlas}}, {{name: boreal}}, {{name: cirrus}}]
sites:
  - {{name: atlas-0, provider: atlas}}
  - {{name: atlas-1, provider: atlas}}
  - {{name: atlas-2, provider: atlas}}
  - {{name: boreal-0, provider: boreal}}
  - {{name: boreal-1, provider: boreal}}
  - {{name: boreal-2, provider: boreal}}
  - {{name: cirrus-0, provider: cirrus}}
  - {{name: cirrus-1, provider: cirrus}}
  - {{name: cirrus-2, provider: cirrus}}
discover: [queue]
queues:
  - {{name: voice-fr, threshold: 20s, overflow_counts_as: miss, callback_counts_as: answered_if_within{live}}}
  - {{name: voice-fr, from: 2026-03-29, threshold: 30s, formula: e, callback_within: 1h, callback_attempts: 2{live}}}
  - {{name: voice-fr, from: 2026-10-25, threshold: 10s, formula: c, short_abandon: 3s, overflow_counts_as: excluded}}
  - {{name: chat-fr, channel: chat, threshold: 60s, formula: g, overflow_counts_as: neutral, callback_counts_as: miss{live}}}
  - {{name: chat-fr, from: 2026-03-29, channel: chat, threshold: 45s, formula: f, callback_counts_as: neutral{live}}}
  - {{name: mail-fr, channel: email, threshold: 4h, formula: a{written}}}
  - {{name: video-fr, from: 2026-03-29, channel: video, threshold: 90s, formula: d{live}}}
  - {{name: phone-test}}
  - {{name: post-fr, channel: post, threshold: 10h{written}}}
  - {{name: photo, channel: moderation, threshold: 1h{written}}}
exclude:
  - {{name: test line, kind: test, when: {{queue: [phone-test]}}}}
  - {{name: lab, kind: internal, from: 2026-03-29, when: {{team: [lab, bench]}}}}
  - {{name: pings, kind: robot, when: {{provider: [atlas, boreal], reason: [ping]}}}}
  - {{name: texts, kind: test, when: {{channel: [sms]}}}}
  - {{name: own people, kind: internal, when: {{customer: [c-0], direction: inbound}}}}
reasons:
  - {{name: delivery, family: orders}}
  - {{name: refund, family: orders}}
calendars:
  - name: shop
    weekly:
      monday: ['08:00-12:30', '13:30-18:00']
      saturday: ['08:00-24:00']
      sunday: ['00:00-01:30', '03:00-24:00']
    overrides:
      - {{date: 2026-03-31, hours: ['09:00-18:00']}}
  - name: desk
    weekly:
      monday: ['08:00-12:30', '13:30-18:00']
      tuesday: ['08:00-18:00']
      wednesday: ['08:00-18:00']
      thursday: ['08:00-18:00']
      sunday: ['00:00-00:30', '02:00-02:45']
    holidays: [2026-03-30]
"
    )
}

/// The network of [`network_text`].
///
/// # Panics
/// When that text has a mistake.
#[must_use]
pub fn network(hours: Hours, durable_days: u32) -> Network {
    Network::parse(&network_text(hours, durable_days)).expect("the histories' network file is valid")
}
