//! What contacts go through beside one answer, one thing at a time.

use std::collections::{BTreeMap, BTreeSet};

use contact::{Channel, Duration};
use jiff::civil::date;
use sim::{
    Callback, Effect, Overflow, Plan, QueuePlan, Reaction, ReplyKind, Scenario, Share, Truth, dating_plan,
    outdoor_plan, rail_plan,
};

use crate::support::{HOUR, Line, lines_of, planned, run_of};

/// A day of a network of which one queue's plan is changed.
fn day_of(plan: Plan, queue: &str, change: impl Fn(&mut QueuePlan)) -> (Vec<Line>, Truth) {
    let mut plan = Plan { mishaps: sim::Mishaps::NONE, reactions: Vec::new(), ..plan };
    plan.queues.iter_mut().filter(|plan| plan.name == queue).for_each(change);
    let (lines, truth) = lines_of(planned(plan, run_of(date(2026, 3, 9), 1, 7)));
    (lines.split_inclusive(|byte| *byte == b'\n').map(Line::parse).collect(), truth)
}

fn in_queue<'l>(lines: &'l [Line], queue: &'l str, word: &'l str) -> impl Iterator<Item = &'l Line> {
    lines.iter().filter(move |line| line.data.queue.as_deref() == Some(queue) && line.word() == word)
}

/// A machine that writes to everybody answers nobody.
#[test]
fn machines_stop_no_clock() {
    let told = |share| {
        let plan = rail_plan().expect("a plan");
        let (lines, truth) = day_of(plan, "social-fr", |queue| {
            queue.desk.machine = queue.desk.machine.map(|machine| sim::Machine { share, ..machine });
        });
        let bots =
            in_queue(&lines, "social-fr", "answered").filter(|line| line.data.by.as_deref() == Some("bot")).count();
        let sum = truth.sum(0..1, |place| place.queue.as_str() == "social-fr");
        (bots as u64, sum)
    };
    let ((many, with), (none, without)) = (told(Share::ONE), told(Share::ZERO));
    assert_eq!((none, without.acknowledged), (0, 0));
    assert!(many >= with.acknowledged && with.acknowledged == with.offered && with.offered > 200, "{with:?}");
    assert_eq!((with.answered, with.wait_us), (without.answered, without.wait_us));
}

/// Where nobody can begin before the customer has written, the time until then is nobody's.
#[test]
fn a_pause_before_the_first_reply_is_no_part_of_its_time() {
    let plan = outdoor_plan().expect("a plan");
    let (lines, truth) = day_of(plan, "complaints", |queue| {
        queue.desk.spam = Share::ZERO;
        queue.desk.machine = queue.desk.machine.map(|machine| sim::Machine { asks: Share::ONE, ..machine });
    });
    let book = truth.book().expect("followed");
    let here = |place: &sim::PlaceName| place.queue.as_str() == "complaints";
    let counts = book.replies(ReplyKind::First, 0..1, None, book.end(), here);
    let waits: u64 = truth.waits(0..1, here).iter().sum();
    assert!(counts.owed > 150 && counts.replied == counts.owed, "{counts:?}");
    assert!(counts.time_us * 2 < waits, "{} of {waits}", counts.time_us);
    // Those handed over by telephone are not asked by a machine.
    let asked: BTreeSet<&str> = in_queue(&lines, "complaints", "waiting")
        .filter(|line| line.id.ends_with("-w"))
        .map(|line| &*line.subject)
        .collect();
    let began = truth.sum(0..usize::MAX, here).contacts;
    assert!(asked.len() as u64 == began && began < counts.owed, "{} asked, {began} began", asked.len());
}

/// Each message of the customer, after a reply, is owed another one: asked for or not.
#[test]
fn every_message_after_a_reply_is_a_turn() {
    let plan = dating_plan().expect("a plan");
    let (lines, truth) = day_of(plan, "mail-es", |queue| {
        queue.desk.machine = None;
        queue.desk.talk =
            queue.desk.talk.map(|talk| sim::Talk { asks: Share::permille(500), writes: Share::ONE, ..talk });
    });
    let here = |place: &sim::PlaceName| place.queue.as_str() == "mail-es";
    let book = truth.book().expect("followed");
    let counts = book.replies(ReplyKind::Next, 0..usize::MAX, None, book.end(), here);
    let replied: BTreeMap<&str, &Line> = in_queue(&lines, "mail-es", "replied").map(|line| (&*line.id, line)).collect();
    assert_eq!(counts.replied, replied.len() as u64);
    assert!(counts.replied > 150 && counts.needless > 5 && counts.open == 0, "{counts:?}");
    let most = replied.values().fold(BTreeMap::new(), |mut turns: BTreeMap<&str, u32>, line| {
        *turns.entry(&line.subject).or_default() += 1;
        turns
    });
    assert_eq!(most.values().max(), Some(&4), "four times at most");
}

/// Whoever does not write when asked is not waited for: the matter lapses after ten days.
#[test]
fn what_the_customer_does_not_answer_lapses() {
    let plan = dating_plan().expect("a plan");
    let (lines, _) = day_of(plan, "mail-es", |queue| {
        queue.desk.talk = queue.desk.talk.map(|talk| sim::Talk { asks: Share::ONE, writes: Share::ZERO, ..talk });
    });
    let mails: BTreeSet<&str> = in_queue(&lines, "mail-es", "waiting").map(|line| line.subject.as_str()).collect();
    let of_mails = |word: &'static str| lines.iter().filter(move |line| line.word() == word);
    let closed: BTreeMap<&str, &Line> = of_mails("closed")
        .filter(|line| mails.contains(line.subject.as_str()))
        .map(|line| (&*line.subject, line))
        .collect();
    assert!(mails.len() > 200 && closed.len() == mails.len(), "{} of {}", closed.len(), mails.len());
    for line in of_mails("waiting").filter(|line| line.data.queue.as_deref() == Some("mail-es")) {
        let lapsed = closed[line.subject.as_str()];
        if !line.id.ends_with("-w") || lapsed.data.reason.as_deref() != Some("no_answer") {
            continue;
        }
        let after = lapsed.time.micros_since(line.time);
        assert!(after >= 10 * 24 * HOUR, "{after}");
    }
}

/// A letter counts from its receipt, though it was put into its queue a day later.
#[test]
fn letters_begin_when_they_are_received() {
    let plan = outdoor_plan().expect("a plan");
    let (lines, truth) = day_of(plan, "letters", |queue| {
        queue.desk.held = queue.desk.held.map(|held| sim::Held { share: Share::ONE, ..held });
    });
    let late: Vec<i64> =
        in_queue(&lines, "letters", "offered").map(|line| line.time.micros_since(line.data.started_at)).collect();
    let hours = late.iter().sum::<i64>() / HOUR / i64::try_from(late.len()).expect("letters");
    assert!(late.len() > 40 && late.iter().all(|late| *late > 0) && (10..80).contains(&hours), "{hours} h");
    let book = truth.book().expect("followed");
    let post = |place: &sim::PlaceName| place.channel == Channel::Post;
    let (first, waited) = (book.reply_times(ReplyKind::First, 0..9, book.end(), post), truth.waits(0..9, post));
    assert!(first.iter().sum::<u64>() > waited.iter().sum::<u64>() + 40 * HOUR.unsigned_abs(), "the receipt counts");
}

/// Nobody takes calls in Lille: all of them go to the partner, after a minute.
#[test]
fn what_nobody_takes_goes_to_the_partner() {
    let mut plan = rail_plan().expect("a plan");
    plan.groups.iter_mut().filter(|group| group.name == "lille-calls").for_each(|group| group.people = 0);
    plan.groups.iter_mut().for_each(|group| group.people_at_peak = group.people);
    let (lines, truth) = day_of(plan, "voice-en", |queue| {
        queue.patience = None;
        queue.desk.overflow = Some(Overflow { after: Duration::from_secs(60), to: "ashford".to_owned() });
    });
    let at = |site: &'static str| {
        truth.sum(0..1, move |place| place.site.as_str() == site && place.queue.as_str() == "voice-en")
    };
    let (lille, ashford) = (at("lille"), at("ashford"));
    assert!(lille.offered > 1000 && lille.answered == 0);
    assert_eq!(lille.flow_wait_us, lille.flowed_out * 60_000_000);
    assert_eq!(ashford.offered, ashford.contacts + lille.flowed_out);
    let to: Vec<_> = in_queue(&lines, "voice-en", "flowed_out").map(|line| line.data.to.as_deref()).collect();
    assert!(to.iter().all(|to| *to == Some("overflow")));
}

/// Called back at the promised time, on another stay in the same queue; until somebody is reached, or three times.
#[test]
fn who_cannot_wait_is_called_back() {
    let mut plan = outdoor_plan().expect("a plan");
    plan.groups.iter_mut().filter(|group| group.name.ends_with("calls")).for_each(|group| {
        group.staffing = sim::Staffing::Fixed(3);
    });
    let (lines, truth) = day_of(plan, "booking-voice", |queue| {
        let callback = queue.desk.callback.expect("calls back");
        queue.desk.callback = Some(Callback { accepted: Share::ONE, reached: Share::permille(500), ..callback });
        queue.patience = None;
    });
    let of = |word: &'static str| in_queue(&lines, "booking-voice", word);
    let by_contact = |word: &'static str| {
        let mut all: BTreeMap<&str, Vec<&Line>> = BTreeMap::new();
        of(word).for_each(|line| all.entry(&line.subject).or_default().push(line));
        all
    };
    let (requests, dialled, offers) = (by_contact("callback_requested"), by_contact("dialled"), by_contact("offered"));
    assert!(requests.len() > 100);
    for (contact, request) in &requests {
        let slot = request[0].data.slot.expect("a promised time");
        let offer = offers[contact].iter().find(|line| line.data.leg == 1).expect("offered once more");
        assert_eq!((offer.time, slot.as_micros() % (HOUR / 4)), (slot, 0));
        let mut ids: Vec<&&Line> = dialled[contact].iter().collect();
        ids.sort_by_key(|line| line.time);
        ids.dedup_by_key(|line| line.id.clone());
        assert!(ids.len() <= 3 && ids.iter().all(|line| line.data.leg == 1 && line.time > slot));
        let reached: Vec<bool> = ids.iter().map(|line| line.data.reached == Some(true)).collect();
        assert!(reached[..reached.len() - 1].iter().all(|reached| !reached), "nobody is called again");
        assert!(*reached.last().expect("one attempt") || reached.len() == 3);
    }
    let book = truth.book().expect("followed");
    let calls = book.calls(0..usize::MAX, book.end(), |_| true);
    assert_eq!((calls.requested, calls.perceived_us > calls.reached * 5_400_000_000), (requests.len() as u64, true));
}

/// Only accepted content appears, and spam is nobody's complaint.
#[test]
fn refused_content_does_not_appear() {
    let (lines, _) = day_of(dating_plan().expect("a plan"), "photos", |_| {});
    let decided: BTreeMap<&str, &str> = in_queue(&lines, "photos", "decided")
        .filter(|line| line.id.ends_with("-v"))
        .map(|line| (&*line.subject, line.data.decision.as_deref().expect("a decision")))
        .collect();
    let published: BTreeSet<&str> = in_queue(&lines, "photos", "published").map(|line| &*line.subject).collect();
    let refused = decided.values().filter(|decision| **decision == "refuse").count();
    assert!(refused > 100 && published.len() + refused == decided.len());
    assert!(published.iter().all(|contact| decided[contact] == "accept"));
}

#[test]
fn a_desk_that_cannot_work_says_why() {
    let refused = |change: &dyn Fn(&mut Plan)| {
        let mut plan = rail_plan().expect("a plan");
        change(&mut plan);
        Scenario::new(plan).expect_err("cannot work").to_string()
    };
    let overflow = Overflow { after: Duration::from_secs(60), to: "dover".to_owned() };
    assert!(
        refused(&|plan| plan.queues[0].desk.overflow = Some(overflow.clone()))
            .contains("the site to overflow to, \"dover\"")
    );
    let nowhere = vec![("fax".to_owned(), 1.0)];
    assert!(
        refused(&|plan| plan.queues[0].desk.repeated_in.clone_from(&nowhere)).contains("get in touch again, \"fax\"")
    );
    assert!(refused(&|plan| plan.groups[0].shift = Some("nights".to_owned())).contains("the calendar \"nights\""));
    let effect = Effect::Resolved { site: None, reason: Some("weather".to_owned()), points: -3.0 };
    let kind = contact::network::CutKind::Outage;
    let reaction = Reaction { kind, after_hours: 0, hours: 1, effect };
    assert!(refused(&|plan| plan.reactions.push(reaction.clone())).contains("the reason \"weather\""));
}
