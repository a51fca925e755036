//! Replies owed: first ones, further ones, decisions.

use contact::{Channel, Duration, Instant};
use sim::{ReplyCounts, ReplyKind};

use super::{
    is_at, networks,
    told::{Events, Known, Place},
};

/// A reply that was owed, as the events tell it.
struct Owed {
    kind: ReplyKind,
    place: Place,
    began: Instant,
    /// When and whether a human replied; else it was left, or closed as needless.
    over: Option<(Instant, &'static str)>,
    pauses: Vec<(Instant, Instant)>,
}

fn is_written(channel: Channel) -> bool {
    matches!(channel, Channel::Email | Channel::Sms | Channel::Social | Channel::Post)
}

fn owed(events: &Events, contact: &Known<'_>) -> Vec<Owed> {
    let mut all = Vec::new();
    for (nth, leg) in contact.legs().into_iter().enumerate() {
        let channel = events.channel(&leg.place.1);
        let pauses = pauses(contact, &leg.place);
        if is_written(channel) {
            let letter = channel == Channel::Post && nth == 0;
            let began = if letter { leg.offered.line.data.started_at } else { leg.offered.time };
            let over = leg.outcome.map(|event| (event.time, if leg.is_answered() { "replied" } else { "left" }));
            all.push(Owed { kind: ReplyKind::First, place: leg.place, began, over, pauses });
        } else if channel == Channel::Moderation {
            let decided = contact.of_leg(&leg.place).find(|event| event.word == "decided");
            let over = decided.map(|event| (event.time, "replied"));
            all.push(Owed {
                kind: ReplyKind::Decision,
                place: leg.place,
                began: leg.offered.time,
                over,
                pauses: Vec::new(),
            });
        }
    }
    all.extend(turns(contact));
    all
}

/// From `waiting` until the customer writes.
fn pauses(contact: &Known<'_>, place: &Place) -> Vec<(Instant, Instant)> {
    let waiting = contact.of_leg(place).filter(|event| event.word == "waiting");
    let until = |from: Instant| {
        let after = contact.events.iter().filter(|event| event.time >= from);
        let writes = after.filter(|event| matches!(event.word.as_str(), "resumed" | "customer_wrote"));
        writes.map(|event| event.time).min().unwrap_or(contact.now)
    };
    waiting.map(|event| (event.time, until(event.time))).collect()
}

/// What the customer wrote after a human reply, until the next one.
fn turns(contact: &Known<'_>) -> Vec<Owed> {
    let (mut turns, mut last, mut open): (Vec<Owed>, Option<Place>, Option<usize>) = (Vec::new(), None, None);
    for event in contact.events {
        let replied = matches!(event.word.as_str(), "answered" | "replied") && event.is_human();
        let settled = event.word == "closed" && event.line.data.reason.as_deref() == Some("no_reply_needed");
        if replied || settled {
            if let Some(turn) = open.take() {
                turns[turn].over = Some((event.time, if replied { "replied" } else { "needless" }));
            }
            last = if replied { event.place() } else { last };
        } else if let Some(place) = last.as_ref().filter(|_| event.word == "customer_wrote" && open.is_none()) {
            open = Some(turns.len());
            let place = place.clone();
            turns.push(Owed { kind: ReplyKind::Next, place, began: event.time, over: None, pauses: Vec::new() });
        }
    }
    turns
}

fn count(events: &Events, owed: &Owed, within: Option<Duration>, now: Instant, sum: &mut ReplyCounts) {
    let queue = &owed.place.1;
    let within = within.unwrap_or(events.network.queues[queue.as_str()][0].threshold).as_micros();
    let until = owed.over.map_or(now, |(at, _)| at);
    let paused: i64 = owed
        .pauses
        .iter()
        .map(|(from, to)| events.open_time(queue, *from.max(&owed.began), *to.min(&until)).max(0))
        .sum();
    let waited = events.open_time(queue, owed.began, until) - paused;
    let how = owed.over.map(|(_, how)| how);
    let replied = how == Some("replied");
    let over = how.is_some() || owed.kind == ReplyKind::Decision || waited > within;
    let due = events.open_time(queue, owed.began, now) >= within && over;
    sum.add(&ReplyCounts {
        owed: 1,
        due: u64::from(due),
        replied: u64::from(replied),
        in_time: u64::from(replied && waited <= within),
        due_replied: u64::from(due && replied),
        due_in_time: u64::from(due && replied && waited <= within),
        open: u64::from(how.is_none()),
        left: u64::from(how == Some("left")),
        needless: u64::from(how == Some("needless")),
        time_us: if replied { waited.unsigned_abs() } else { 0 },
    });
}

#[test]
fn replies_are_those_of_the_events_at_every_instant() {
    let mut all = ReplyCounts::default();
    for (name, both) in networks() {
        for now in both.instants() {
            let known = both.events.known(now);
            let told: Vec<Owed> = known
                .iter()
                .filter(|contact| !contact.is_cancelled())
                .flat_map(|contact| owed(&both.events, contact))
                .collect();
            for place in both.places() {
                for kind in [ReplyKind::First, ReplyKind::Next, ReplyKind::Decision] {
                    for within in [None, Some(Duration::from_secs(900)), Some(Duration::from_secs(48 * 3600))] {
                        let counted = both.book().replies(kind, 0..usize::MAX, within, now, is_at(&place));
                        let mut naive = ReplyCounts::default();
                        let here =
                            |owed: &&Owed| owed.kind == kind && (&owed.place.0, &owed.place.1) == (&place.0, &place.1);
                        told.iter().filter(here).for_each(|owed| count(&both.events, owed, within, now, &mut naive));
                        assert_eq!(counted, naive, "{name} {place:?} {kind:?} within {within:?} at {now}");
                        all.add(&counted);
                    }
                }
            }
        }
    }
    println!("{all:?}");
    assert!(all.replied > 100_000 && all.open > 1000 && all.needless > 200, "{all:?}");
    assert!(all.due > all.due_replied && all.due_replied > all.due_in_time && all.replied > all.in_time, "{all:?}");
}

#[test]
fn times_and_counts_agree() {
    let (name, both) = networks().into_iter().next().expect("outdoor");
    let now = both.book().end();
    for kind in [ReplyKind::First, ReplyKind::Next] {
        let times = both.book().reply_times(kind, 0..usize::MAX, now, |_| true);
        let counts = both.book().replies(kind, 0..usize::MAX, Some(Duration::from_secs(3600)), now, |_| true);
        assert_eq!(times.len() as u64, counts.replied, "{name}");
        assert_eq!(times.iter().sum::<u64>(), counts.time_us);
        assert_eq!(times.partition_point(|time| *time <= 3_600_000_000) as u64, counts.in_time);
    }
}
