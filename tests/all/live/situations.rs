//! Situations worked out by hand. It is Tuesday 20 October 2026, 14:00 in Paris, which is 12:00 UTC.

use std::collections::{BTreeMap, BTreeSet};

use contact::{
    ContactKey, Details, Event, EventType, EventType::*, FigureState, Identity, Instant, Known, NoValue, People, Place,
    ProviderId, QueueId, SiteId,
};
use scorecard::{Dim, Filters, LiveAnswer, LiveQuestion, LiveRow, Period, Question, live};
use tests::oracle::Received;

use crate::{
    equality::runtime,
    lag::{Between, Lake},
};

const NETWORK: &str = "
brand: north
zone: Europe/Paris
providers: [{name: atlas, cadence: 15m}, {name: boreal, cadence: 15m}, {name: cirrus}]
sites: [{name: lyon, provider: atlas}, {name: tunis, provider: boreal}, {name: dakar, provider: cirrus}]
queues:
  - {name: voice, threshold: 20s}
  - {name: hotline, threshold: 30s, calendar: desk}
  - {name: mail, channel: email, threshold: 4h, calendar: desk}
calendars:
  - name: desk
    weekly:
      monday: ['08:00-18:00']
      tuesday: ['08:00-18:00']
      wednesday: ['08:00-18:00']
      thursday: ['08:00-18:00']
      friday: ['08:00-18:00']
      saturday: ['08:00-18:00']
      sunday: ['08:00-18:00']
exclude:
  - {name: lab, kind: test, when: {team: [lab]}}
";

const NOW: &str = "2026-10-20T12:00:00Z";

fn at(text: &str) -> Instant {
    text.parse().expect("a time in RFC 3339")
}

/// A contact at its provider's site, which begins when it is offered.
struct Contact {
    provider: &'static str,
    queue: &'static str,
    name: &'static str,
    offered: &'static str,
}

const CALL: Contact = Contact { provider: "atlas", queue: "voice", name: "A", offered: NOW };

impl Contact {
    /// Its offer, and what follows: what, and when.
    fn then(&self, steps: &[(EventType, &str)]) -> Vec<Received> {
        let steps = [(Offered, self.offered)].into_iter().chain(steps.iter().copied());
        steps.map(|(kind, time)| self.event(kind, at(time))).collect()
    }

    fn event(&self, kind: EventType, time: Instant) -> Received {
        let provider = ProviderId::new(self.provider).expect("a name");
        let site = match self.provider {
            "atlas" => "lyon",
            "boreal" => "tunis",
            _ => "dakar",
        };
        let place = Place {
            site: SiteId::new(site).expect("a name"),
            queue: QueueId::new(self.queue).expect("a name"),
            leg: 0,
        };
        let event = Event {
            contact: ContactKey::of_provider(&provider, self.name),
            identity: Identity { provider, source: "/acd".to_owned(), id: format!("{}-{}", self.name, kind.as_str()) },
            revision: 0,
            subject: self.name.to_owned(),
            kind,
            time,
            started_at: Some(at(self.offered)),
            place: Some(place),
            channel: None,
            direction: None,
            known: Known::default(),
            people: People::default(),
            details: Details::default(),
        };
        Received { event, started_at: at(self.offered), received_at: at(NOW) }
    }
}

/// Says something else of every event.
fn with(mut events: Vec<Received>, change: impl Fn(&mut Event)) -> Vec<Received> {
    for received in &mut events {
        change(&mut received.event);
    }
    events
}

/// A lake of which all this is known, one delivery after the other, and what happens to it then.
async fn lake(events: &[Vec<Received>], between: Between) -> Lake {
    let mut lake = Lake::new(NETWORK).await;
    for (number, events) in (0..).zip(events) {
        deliver(&lake, number, events).await;
    }
    lake.between(between).await;
    lake
}

/// The delivery of a number.
async fn deliver(lake: &Lake, number: i64, events: &[Received]) {
    let received_at = at(NOW).plus_micros(number * 1_000_000);
    let told: Vec<_> = events.iter().map(|one| Received { received_at, ..one.clone() }).collect();
    lake.deliver(&told).await;
}

async fn told(lake: &Lake, now: &str, by: Dim) -> LiveAnswer {
    let store = lake.store();
    let network = store.network();
    let question = Question {
        period: Period::parse("2026-10-20", "2026-10-21", network.zone.clone()).expect("a period"),
        by: BTreeSet::from([by]),
        grain: None,
        filters: Filters::default(),
        now: at(now),
        as_of: Instant::FOREVER,
        formula: None,
        threshold: None,
        counting: scorecard::Counting::default(),
        customers: BTreeMap::new(),
    };
    let view = store.view().expect("a view");
    let feeds = store.feeds(&view).await.expect("feeds");
    let asked = LiveQuestion::new(question).expect("a day of this age");
    live(&view, &network, &feeds, &asked).await.expect("an answer")
}

fn row<'a>(answer: &'a LiveAnswer, name: &str) -> &'a LiveRow {
    let is_named = |row: &&LiveRow| row.key.values().any(|value| value.as_deref() == Some(name));
    answer.rows.iter().find(is_named).expect("the row is shown")
}

#[track_caller]
fn reads<const N: usize>(row: &LiveRow, ids: [&str; N], expected: [f64; N]) {
    let told = ids.map(|id| row.figures[id].value);
    assert_eq!(told, expected.map(Some), "{ids:?} of {row:#?}");
}

fn reason(row: &LiveRow, id: &str) -> Option<NoValue> {
    row.figures[id].reason
}

/// Calls at the limits of a threshold of 20 s, and what becomes of others.
fn calls() -> Vec<Received> {
    let call = |name, offered, steps: &[(EventType, &str)]| Contact { name, offered, ..CALL }.then(steps);
    let bot = |event: &mut Event| event.details.actor = (event.kind == Answered).then(|| "bot".to_owned());
    let lab = |event: &mut Event| event.people.team = Some("lab".to_owned());
    [
        call("10-s", "2026-10-20T11:59:50Z", &[]),
        call("20-s", "2026-10-20T11:59:40Z", &[]),
        call("over-20-s", "2026-10-20T11:59:39.999999Z", &[]),
        with(call("bot", "2026-10-20T11:58:00Z", &[(Answered, "2026-10-20T11:58:01Z")]), bot),
        call("last-night", "2026-10-19T21:59:00Z", &[]),
        call("in-work", "2026-10-20T11:50:00Z", &[(Answered, "2026-10-20T11:50:10Z")]),
        call("done", "2026-10-20T11:40:00Z", &[(Answered, "2026-10-20T11:40:30Z"), (Ended, "2026-10-20T11:45:00Z")]),
        call("lost", "2026-10-20T11:30:00Z", &[(Abandoned, "2026-10-20T11:30:05Z")]),
        call("elsewhere", "2026-10-20T10:00:00Z", &[(FlowedOut, "2026-10-20T10:01:00Z")]),
        call("cancelled", "2026-10-20T11:00:00Z", &[(Cancelled, "2026-10-20T11:01:00Z")]),
        with(call("test", "2026-10-20T11:00:00Z", &[]), lab),
        call("not-ended", "2026-10-18T11:00:00Z", &[(Answered, "2026-10-18T11:00:10Z")]),
    ]
    .concat()
}

/// The next call, a microsecond later.
fn to_come() -> Vec<Received> {
    Contact { name: "to-come", offered: "2026-10-20T12:00:00.000001Z", ..CALL }.then(&[])
}

/// A supervisor sends somebody to the queue that has four over the promise, not to the one that has none; and whoever adds up
/// the day finds every call once.
#[test]
fn what_waits_is_counted_at_its_limits_and_the_day_adds_up() {
    for (events, between) in [
        (vec![calls(), to_come()], Between::Nothing),
        (vec![calls()], Between::Fold),
        (vec![calls(), to_come()], Between::Fold),
    ] {
        let answer = runtime().block_on(async { told(&lake(&events, between).await, NOW, Dim::Queue).await });
        let voice = row(&answer, "voice");
        let now = ["waiting", "waiting_over_threshold", "waiting_before_today", "in_work", "in_work_before_today"];
        reads(voice, now, [5.0, 3.0, 1.0, 2.0, 1.0]);
        let day = ["offered", "answered", "abandoned", "flowed_out", "overdue", "pending"];
        reads(voice, day, [8.0, 2.0, 1.0, 1.0, 2.0, 2.0]);
        reads(voice, ["waiting_longest_s"], [14.0 * 3600.0 + 60.0]);
        let level = &voice.figures["service_level"];
        assert_eq!((level.numerator, level.denominator), (Some(1.0), Some(5.0)), "of answered, lost and overdue");
        assert_eq!((answer.residual, level.state), (0, FigureState::Provisional));
        assert_eq!(answer.total.figures["waiting"].value, Some(5.0));
    }
}

/// The oldest letter must not be forgotten because its day was folded long ago; and nights are no waiting.
#[test]
fn a_mail_of_45_days_ago_waits_in_open_time_folded_or_not() {
    let old = Contact { queue: "mail", name: "old", offered: "2026-09-05T10:00:00Z", ..CALL }.then(&[]);
    let young = Contact { queue: "mail", name: "young", offered: "2026-10-20T09:00:00Z", ..CALL }.then(&[]);
    // Its day is of use for an open leg only when it is looked at.
    let done = [(Answered, "2026-09-20T10:01:00Z"), (Ended, "2026-09-20T10:02:00Z")];
    let others = Contact { queue: "mail", name: "done", offered: "2026-09-20T10:00:00Z", ..CALL }.then(&done);
    for between in [Between::Nothing, Between::Flush, Between::Fold, Between::Merge] {
        let events = [old.clone(), others.clone(), young.clone()];
        let answer = runtime().block_on(async {
            let mut lake = lake(&events[..2], Between::Fold).await;
            deliver(&lake, 2, &events[2]).await;
            lake.between(between).await;
            told(&lake, NOW, Dim::Queue).await
        });
        let mail = row(&answer, "mail");
        reads(mail, ["waiting", "waiting_over_threshold", "waiting_before_today"], [2.0, 1.0, 1.0]);
        // 6 h of 5 September, 44 days of 10 h, 6 h of today.
        reads(mail, ["waiting_longest_s"], [452.0 * 3600.0]);
        reads(mail, ["offered", "pending"], [1.0, 1.0]);
    }
}

/// A mail of 3 o'clock that were late at 8 would make every morning begin in red.
#[test]
fn what_arrives_at_night_waits_from_the_opening_on() {
    let night = Contact { queue: "mail", name: "night", offered: "2026-10-20T01:00:00Z", ..CALL }.then(&[]);
    let told = |now| {
        runtime().block_on(async {
            told(&lake(std::slice::from_ref(&night), Between::Nothing).await, now, Dim::Queue).await
        })
    };
    for (now, over, longest) in [
        ("2026-10-20T05:00:00Z", 0.0, 0.0),
        ("2026-10-20T10:00:00Z", 0.0, 4.0 * 3600.0),
        ("2026-10-20T10:00:00.000001Z", 1.0, 4.0 * 3600.0 + 1e-6),
    ] {
        let answer = told(now);
        let mail = row(&answer, "mail");
        reads(mail, ["waiting", "waiting_over_threshold", "waiting_longest_s"], [1.0, over, longest]);
    }
}

/// Nobody waits in a queue that is closed, and that is no good news.
#[test]
fn a_queue_that_is_closed_says_so() {
    let rings = Contact { queue: "hotline", name: "rings", offered: "2026-10-20T16:30:00Z", ..CALL }.then(&[]);
    let answer = runtime()
        .block_on(async { told(&lake(&[rings], Between::Nothing).await, "2026-10-20T16:31:00Z", Dim::Queue).await });
    let hotline = row(&answer, "hotline");
    assert_eq!(["waiting", "in_work", "offered"].map(|id| reason(hotline, id)), [Some(NoValue::Closed); 3]);
    reads(hotline, ["out_of_hours"], [1.0]);
    assert_eq!(hotline.figures["waiting_longest_s"].value, None);
}

/// The worst minute of a contact centre looks like the best one when nothing comes in any more.
#[test]
fn silence_is_no_zero() {
    let done = [(Answered, "2026-10-20T11:20:10Z"), (Ended, "2026-10-20T11:20:30Z")];
    let silent = Contact { provider: "boreal", name: "B", offered: "2026-10-20T11:20:00Z", ..CALL }.then(&done);
    let done = [(Answered, "2026-10-20T11:59:10Z"), (Ended, "2026-10-20T11:59:30Z")];
    let heard = Contact { name: "A", offered: "2026-10-20T11:59:00Z", ..CALL }.then(&done);
    let events = [silent, heard];
    let answer = runtime().block_on(async { told(&lake(&events, Between::Nothing).await, NOW, Dim::Site).await });
    let (lyon, tunis, dakar) = (row(&answer, "lyon"), row(&answer, "tunis"), row(&answer, "dakar"));
    reads(lyon, ["waiting", "in_work", "offered"], [0.0, 0.0, 1.0]);
    assert_eq!((lyon.late.len(), reason(lyon, "waiting_longest_s")), (0, Some(NoValue::NoTraffic)));
    assert_eq!(tunis.late, ["boreal"]);
    assert_eq!(["waiting", "waiting_longest_s", "in_work"].map(|id| reason(tunis, id)), [Some(NoValue::NoData); 3]);
    reads(tunis, ["offered", "answered"], [1.0, 1.0]);
    assert_eq!(["waiting", "offered"].map(|id| reason(dakar, id)), [Some(NoValue::NoData); 2], "never heard");
    assert_eq!(
        (answer.total.late.as_slice(), reason(&answer.total, "waiting")),
        (&["boreal".to_owned()][..], Some(NoValue::NoData))
    );
    let feeds: Vec<_> =
        answer.feeds.iter().map(|feed| (feed.provider.as_str(), feed.late, feed.last_event_at)).collect();
    let last = |time| Some(at(time));
    assert_eq!(
        feeds,
        [
            ("atlas", Some(false), last("2026-10-20T11:59:30Z")),
            ("boreal", Some(true), last("2026-10-20T11:20:30Z")),
            ("cirrus", None, None),
        ]
    );
}

/// Whoever waited when a feed broke off may wait still: it is shown, and that it may not be so is said.
#[test]
fn who_waited_when_a_feed_broke_off_is_shown() {
    let rings = Contact { provider: "boreal", name: "B", offered: "2026-10-20T11:20:00Z", ..CALL }.then(&[]);
    let answer = runtime().block_on(async { told(&lake(&[rings], Between::Nothing).await, NOW, Dim::Site).await });
    let tunis = row(&answer, "tunis");
    reads(tunis, ["waiting", "waiting_over_threshold", "waiting_longest_s"], [1.0, 1.0, 2400.0]);
    assert_eq!((tunis.figures["waiting"].state, tunis.late.len()), (FigureState::Provisional, 1));
}

/// Of a source that never says that anything ended, everything ever answered would be in work.
#[test]
fn what_nobody_says_has_ended_is_not_in_work() {
    let answered = [(Answered, "2026-10-20T11:59:10Z")];
    let silent = Contact { name: "A", offered: "2026-10-20T11:59:00Z", ..CALL }.then(&answered);
    let done = [(Answered, "2026-10-20T11:59:10Z"), (Ended, "2026-10-20T11:59:30Z")];
    let speaking = Contact { provider: "boreal", name: "B", offered: "2026-10-20T11:59:00Z", ..CALL }.then(&done);
    let at_work = Contact { provider: "boreal", name: "C", offered: "2026-10-20T11:59:00Z", ..CALL }.then(&answered);
    let events = [silent, [speaking, at_work].concat()];
    let answer = runtime().block_on(async { told(&lake(&events, Between::Nothing).await, NOW, Dim::Provider).await });
    assert_eq!(answer.never_ended, ["atlas"]);
    assert_eq!(reason(row(&answer, "atlas"), "in_work"), Some(NoValue::NoData));
    reads(row(&answer, "boreal"), ["in_work"], [1.0]);
    assert_eq!(answer.total.figures["in_work"].value, Some(1.0));
}

/// Once every feed has told of later times, nothing more can come: such a past is final.
#[test]
fn a_past_that_every_feed_has_left_behind_is_final() {
    let rings =
        Contact { name: "A", offered: "2026-10-20T11:00:00Z", ..CALL }.then(&[(Answered, "2026-10-20T11:05:00Z")]);
    let told = |now| {
        let answer = runtime().block_on(async {
            told(&lake(std::slice::from_ref(&rings), Between::Nothing).await, now, Dim::Site).await
        });
        let waiting = row(&answer, "lyon").figures["waiting"].clone();
        (waiting.value, waiting.state)
    };
    assert_eq!(told("2026-10-20T11:01:00Z"), (Some(1.0), FigureState::Final));
    assert_eq!(told("2026-10-20T11:05:00Z"), (Some(0.0), FigureState::Provisional));
}
