//! Written channels by hand: the golden table of business time, pauses, further messages, letters, moderation. Every case
//! is asked of the engine and of the oracle.

mod kinds;
mod turns;

use std::collections::BTreeMap;

use contact::{
    ContactKey, Details, Event, EventType, Identity, Instant, Known, Network, People, Place, ProviderId, QueueId,
    SiteId,
};
use jiff::tz::TimeZone;
use scorecard::{Feeds, Filters, Period, Question, answer};
use tests::{
    histories::to_batches,
    oracle::{self, Query, Received},
};

use crate::{
    equality::{engine, expected, runtime, told, view_of},
    lag::{Between, Lake},
};

pub(crate) const NETWORK: &str = "
brand: b
zone: Europe/Paris
providers: [{name: north}]
sites: [{name: antananarivo, provider: north, zone: Indian/Antananarivo}]
queues:
  - {name: mail, channel: email, threshold: 4h, calendar: daily}
  - {name: office, channel: email, threshold: 1h, calendar: nine-to-five}
  - {name: desk, channel: email, threshold: 4h, calendar: weekdays}
  - {name: always, channel: email, threshold: 24h, calendar: always}
  - {name: social, channel: social, threshold: 4h}
  - {name: letters, channel: post, threshold: 10h, calendar: weekdays}
  - {name: chat, channel: chat, threshold: 1h, calendar: daily}
  - {name: phone, threshold: 20s, calendar: daily}
  - {name: photo, channel: moderation, threshold: 1h, calendar: always}
calendars:
  - name: daily
    weekly: {monday: ['08:00-18:00'], tuesday: ['08:00-18:00'], wednesday: ['08:00-18:00'], thursday: ['08:00-18:00'],
      friday: ['08:00-18:00'], saturday: ['08:00-18:00'], sunday: ['08:00-18:00']}
  - name: nine-to-five
    weekly: {monday: ['09:00-17:00'], tuesday: ['09:00-17:00'], wednesday: ['09:00-17:00'], thursday: ['09:00-17:00'],
      friday: ['09:00-17:00']}
  - name: weekdays
    weekly: {monday: ['08:00-18:00'], tuesday: ['08:00-18:00'], wednesday: ['08:00-18:00'], thursday: ['08:00-18:00'],
      friday: ['08:00-18:00']}
  - name: always
    weekly: {monday: ['00:00-24:00'], tuesday: ['00:00-24:00'], wednesday: ['00:00-24:00'], thursday: ['00:00-24:00'],
      friday: ['00:00-24:00'], saturday: ['00:00-24:00'], sunday: ['00:00-24:00']}
";

const HOUR: f64 = 3_600.0;
/// Long after everything.
const LATER: &str = "2024-12-31T00:00:00+01:00";

fn at(text: &str) -> Instant {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// What one contact says in one queue, a line each: what, when, and `by` whom or `for` what reason. It begins with its
/// first line.
pub(crate) fn contact(name: &str, queue: &str, lines: &[&str]) -> Vec<Received> {
    let words: Vec<Vec<&str>> = lines.iter().map(|line| line.split_whitespace().collect()).collect();
    let started_at = at(words[0][1]);
    (0..).zip(&words).map(|(nth, words)| said(name, queue, started_at, nth, words)).collect()
}

fn said(name: &str, queue: &str, started_at: Instant, nth: u32, words: &[&str]) -> Received {
    let kind: EventType = words[0].parse().unwrap_or_else(|()| panic!("{words:?}"));
    let option = |name: &str| words.iter().find_map(|word| word.strip_prefix(name)).map(str::to_owned);
    let provider = ProviderId::new("north").expect("a name");
    let place = || Place {
        site: SiteId::new("antananarivo").expect("a name"),
        queue: QueueId::new(queue).expect("a name"),
        leg: 0,
    };
    let event = Event {
        contact: ContactKey::of_provider(&provider, name),
        identity: Identity { provider, source: "/crm".into(), id: format!("e-{nth:02}") },
        revision: 0,
        subject: name.into(),
        kind,
        time: at(words[1]),
        started_at: Some(started_at),
        place: (!kind.is_contact_level()).then(place),
        channel: None,
        direction: None,
        known: Known::default(),
        people: People::default(),
        details: Details { actor: option("by="), cause: option("for="), ..Details::default() },
    };
    Received { started_at, received_at: event.time, event }
}

type Figures = BTreeMap<String, [Option<f64>; 2]>;

/// The year 2024 in one line, as of an instant.
pub(crate) fn question(now: &str) -> Question {
    let (from, to) = (at("2024-01-01T00:00:00+01:00"), at("2025-01-01T00:00:00+01:00"));
    Question {
        period: Period { from, to, zone: TimeZone::get("Europe/Paris").expect("a zone") },
        by: [].into(),
        grain: None,
        filters: Filters::default(),
        now: at(now),
        as_of: Instant::FOREVER,
        formula: None,
        threshold: None,
        counting: scorecard::Counting::default(),
        customers: BTreeMap::new(),
    }
}

/// The figures of the year 2024 in one line, as of an instant, which the engine and the oracle tell alike.
fn figures(received: &[Received], now: &str) -> Figures {
    let network = Network::parse(NETWORK).expect("a network");
    let question = question(now);
    let view = view_of(&engine(), to_batches(received, &[3]));
    let answer = runtime().block_on(answer(&view, &network, &Feeds::new(), &question)).expect("an answer");
    let Question { period: Period { from, to, zone }, now, .. } = question;
    let query = Query {
        from,
        to,
        zone,
        by: [].into(),
        now,
        formula: None,
        threshold: None,
        counting: oracle::Counting::default(),
    };
    let rows = oracle::scorecard(&oracle::fold(received, Instant::FOREVER, now), &network, &query);
    let (mut told, mut expected) = (told(&answer), expected(&rows));
    let (told, expected) = (told.pop_first().expect("a row").1, expected.pop_first().expect("a row").1);
    let written = ["first_response", "next_response", "deci", "published", "no_reply", "letters"];
    for (id, pair) in expected.iter().filter(|(id, _)| written.iter().any(|word| id.starts_with(word))) {
        assert_eq!(told.get(id), Some(pair), "{id}: the engine, and the oracle");
    }
    told
}

/// Numerator and denominator.
fn share(figures: &Figures, id: &str) -> (Option<f64>, Option<f64>) {
    let [of, per] = figures[id];
    (of, per)
}

/// The only time there is, in seconds.
fn seconds(figures: &Figures, id: &str) -> Option<f64> {
    figures[&format!("{id}_p50_s")][0]
}

const NOBODY: (Option<f64>, Option<f64>) = (None, None);

fn of(of: u32, per: u32) -> (Option<f64>, Option<f64>) {
    (Some(of.into()), Some(per.into()))
}

/// A provider would be charged with the night, or a brand would pay for a reply that was too late by a microsecond.
#[test]
fn the_golden_table_of_due_times() {
    for (queue, received, due, target) in [
        ("mail", "2024-03-15T17:30:00+01:00", "2024-03-16T11:30:00+01:00", 4.0),
        ("mail", "2024-03-30T17:00:00+01:00", "2024-03-31T11:00:00+02:00", 4.0),
        ("mail", "2024-10-26T17:00:00+02:00", "2024-10-27T11:00:00+01:00", 4.0),
        ("office", "2024-03-15T16:30:00+01:00", "2024-03-18T09:30:00+01:00", 1.0),
        ("desk", "2024-03-18T17:00:00+01:00", "2024-03-19T11:00:00+01:00", 4.0),
        // Opening time in Paris, as the clocks of Antananarivo show it: an hour later in winter.
        ("mail", "2024-07-01T09:00:00+03:00", "2024-07-01T13:00:00+03:00", 4.0),
        ("mail", "2024-12-02T10:00:00+03:00", "2024-12-02T14:00:00+03:00", 4.0),
    ] {
        let replied = |late: i64| {
            let mut events = contact("C", queue, &[&format!("offered {received}"), &format!("answered {due}")]);
            events[1].event.time = at(due).plus_micros(late);
            figures(&events, LATER)
        };
        let (in_time, late) = (replied(0), replied(1));
        assert_eq!(share(&in_time, "first_response_within"), of(1, 1), "{queue} {received}");
        assert_eq!(seconds(&in_time, "first_response"), Some(target * HOUR), "{queue} {received}");
        assert_eq!(share(&late, "first_response_within"), of(0, 1), "{queue} {received}");
        assert_eq!(share(&late, "first_response_rate"), of(1, 1), "{queue} {received}");
    }
}

#[test]
fn days_of_23_and_25_hours() {
    for (from, to, hours) in [
        ("2024-03-31T00:00:00+01:00", "2024-04-01T00:00:00+02:00", 23.0),
        ("2024-10-27T00:00:00+02:00", "2024-10-28T00:00:00+01:00", 25.0),
    ] {
        let day = figures(&contact("C", "always", &[&format!("offered {from}"), &format!("answered {to}")]), LATER);
        assert_eq!(seconds(&day, "first_response"), Some(hours * HOUR), "{from}");
        assert_eq!(share(&day, "first_response_within").0, Some(if hours > 24.0 { 0.0 } else { 1.0 }), "{from}");
    }
}

/// Two published packages got replies out of hours wrong.
#[test]
fn closed_time_costs_nothing_at_either_end() {
    let time = |lines: &[&str]| seconds(&figures(&contact("C", "mail", lines), LATER), "first_response");
    assert_eq!(time(&["offered 2024-03-15T17:30:00+01:00", "answered 2024-03-16T05:00:00+01:00"]), Some(HOUR / 2.0));
    assert_eq!(time(&["offered 2024-03-15T23:30:00+01:00", "answered 2024-03-16T09:00:00+01:00"]), Some(HOUR));
    assert_eq!(time(&["offered 2024-03-15T23:30:00+01:00", "answered 2024-03-16T02:00:00+01:00"]), Some(0.0));
}

/// An automatic acknowledgement would buy a perfect response rate.
#[test]
fn bots_do_not_answer() {
    let told = figures(
        &contact(
            "C",
            "mail",
            &[
                "offered 2024-03-15T09:00:00+01:00",
                "answered 2024-03-15T09:00:01+01:00 by=auto",
                "replied 2024-03-15T09:01:00+01:00 by=bot",
                "customer_wrote 2024-03-15T10:00:00+01:00",
                "answered 2024-03-15T12:00:00+01:00 by=human",
            ],
        ),
        LATER,
    );
    assert_eq!(seconds(&told, "first_response"), Some(3.0 * HOUR));
    assert_eq!(share(&told, "next_response_rate"), NOBODY, "what came before the first reply awaits that one");
}

/// Time in which the customer has the word is not the provider's; time in which nobody works is counted once.
#[test]
fn pauses_stop_the_clock_while_it_runs() {
    let time = |pauses: &[&str]| {
        let lines =
            [&["offered 2024-03-29T16:00:00+01:00"][..], pauses, &["answered 2024-04-02T10:00:00+02:00"]].concat();
        seconds(&figures(&contact("C", "mail", &lines), LATER), "first_response")
    };
    // Friday 2 h, three days of 10 h (the clocks change on the third), Tuesday 2 h.
    let open = 34.0;
    assert_eq!(time(&[]), Some(open * HOUR));
    let [friday, evening] = ["waiting 2024-03-29T17:00:00+01:00", "resumed 2024-03-29T22:00:00+01:00"];
    assert_eq!(time(&[friday, evening]), Some((open - 1.0) * HOUR));
    let again = "waiting 2024-03-29T17:30:00+01:00";
    assert_eq!(time(&[friday, again, evening]), Some((open - 1.0) * HOUR), "said twice, paused once");
    let [night, early] = ["waiting 2024-03-30T20:00:00+01:00", "resumed 2024-03-31T03:00:00+02:00"];
    assert_eq!(time(&[night, early]), Some(open * HOUR), "closed, over midnight and a clock change");
    let monday = "resumed 2024-04-01T09:00:00+02:00";
    assert_eq!(time(&[friday, evening, night, monday]), Some((open - 1.0 - 11.0) * HOUR));
    assert_eq!(time(&[evening, monday]), Some(open * HOUR), "what was not paused is not resumed");
    assert_eq!(time(&[friday]), Some(HOUR), "a pause without an end lasts until the reply");
    let wrote = "customer_wrote 2024-03-30T09:00:00+01:00";
    assert_eq!(time(&[friday, wrote]), Some((open - 2.0) * HOUR), "until the customer writes");
}

/// A reply given at once would count before a slow one can, and every young period would look better than it is.
#[test]
fn a_leg_counts_once_its_promised_time_has_passed() {
    let quick = contact("Q", "mail", &["offered 2024-03-15T17:30:00+01:00", "answered 2024-03-15T17:40:00+01:00"]);
    let none = contact("N", "mail", &["offered 2024-03-15T17:30:00+01:00"]);
    let paused = contact("P", "mail", &["offered 2024-03-15T17:30:00+01:00", "waiting 2024-03-15T17:31:00+01:00"]);
    let all = [quick, none, paused].concat();
    let within = |now: &str| share(&figures(&all, now), "first_response_within");
    assert_eq!(within("2024-03-16T11:29:59+01:00"), NOBODY);
    // Whoever is not answered at this very instant may be answered at this very instant.
    assert_eq!(within("2024-03-16T11:30:00+01:00"), of(1, 1));
    assert_eq!(within("2024-03-16T11:30:01+01:00"), of(1, 2));
    assert_eq!(within(LATER), of(1, 2), "nothing is owed while the customer has the word");
    let left = contact("L", "mail", &["offered 2024-03-15T17:30:00+01:00", "flowed_out 2024-03-15T17:40:00+01:00"]);
    let left = |now: &str| share(&figures(&left, now), "first_response_rate");
    assert_eq!((left("2024-03-16T11:29:59+01:00"), left("2024-03-16T11:30:00+01:00")), (NOBODY, of(0, 1)));
}

/// Folded anew beside what it was before, a leg must not be given the pauses of both.
#[test]
fn a_leg_that_moved_has_its_pauses_once() {
    let lines = [
        "offered 2024-03-15T09:00:00+01:00",
        "waiting 2024-03-15T09:10:00+01:00",
        "resumed 2024-03-15T09:20:00+01:00",
        "answered 2024-03-15T09:40:00+01:00",
        "ended 2024-03-15T12:00:00+01:00",
    ];
    let paused = contact("C", "social", &lines);
    // Of the same hour, and due a little later: what the hour adds is counted for the question alone.
    let young = contact("D", "social", &["offered 2024-03-15T09:30:00+01:00", "answered 2024-03-15T09:35:00+01:00"]);
    let network = Network::parse(NETWORK).expect("a network");
    let told = runtime().block_on(async {
        let mut lake = Lake::new(NETWORK).await;
        let (before, after) = paused.split_at(4);
        lake.deliver(&[before, &young[..]].concat()).await;
        lake.between(Between::Fold).await;
        lake.deliver(after).await;
        let view = lake.store().view().expect("a view");
        let question = question("2024-03-15T13:15:00+01:00");
        told(&answer(&view, &network, &Feeds::new(), &question).await.expect("an answer"))
    });
    let (_, told) = told.first_key_value().expect("a row");
    assert_eq!(told["first_response_mean_s"], [Some(0.5 * HOUR + HOUR / 12.0), Some(2.0)]);
    assert_eq!(share(told, "first_response_within"), of(1, 1), "the other is not due yet");
}
