//! From what was counted to what is observed.

use alert::{
    Counted, FAR_SLOT, FAR_SLOTS, NEAR_SLOT, NEAR_SLOTS, Objective, Observation, Scope, Title, Verdict, Watched,
    conditions::{Bounds, Slots},
    watch,
};
use stats::sla::Target;

use crate::support::at;

fn objective(scope: Scope) -> Objective {
    Objective {
        name: "voice".to_owned(),
        contract: None,
        title: Title { en: "Service level".to_owned(), fr: "Taux de service".to_owned() },
        target: Target::permille(800).expect("a share"),
        scope,
        design_effect: Some(1.0),
        volume: 0,
        call_hours: Some("duty".to_owned()),
    }
}

/// So many contacts a minute for four hours, of which so many of each minute of the latest quarter are missed.
fn counted(site: &str, queue: &str, each: i64, missed: i64) -> Counted {
    let near_bounds = Bounds::before(at(0), None, NEAR_SLOT, NEAR_SLOTS);
    let far_bounds = Bounds::before(at(0), None, FAR_SLOT, FAR_SLOTS);
    let (mut near, mut far) = (Slots::empty(NEAR_SLOTS), Slots::empty(FAR_SLOTS));
    for minute in 0..240 {
        let (decided, missed) = (at(-60 * minute), if minute < 40 { missed } else { 0 });
        near.count(&near_bounds, decided, each, missed);
        far.count(&far_bounds, decided, each, missed);
    }
    let text = |text: &str| text.to_owned();
    Counted { provider: text("atlas"), site: text(site), queue: text(queue), channel: text("voice"), near, far }
}

fn seen(objective: &Objective, counted: &[Counted], late: bool) -> Watched {
    watch(std::slice::from_ref(objective), counted, |_| late, at(0)).expect("labels")
}

fn of<'a>(watched: &'a Watched, site: &str, queue: Option<&str>) -> &'a Observation {
    let is_it = |one: &&Observation| one.subject.get("site") == Some(site) && one.subject.get("queue") == queue;
    watched.observations.iter().find(is_it).expect("observed")
}

/// A queue in trouble must be told by its own name, and its neighbours left alone.
#[test]
fn each_queue_of_each_site_is_judged_by_its_own_contacts() {
    let all = [counted("tunis", "voice", 4, 4), counted("tunis", "card", 4, 0), counted("lyon", "voice", 4, 0)];
    let watched = seen(&objective(Scope::default()), &all, false);
    assert_eq!(of(&watched, "tunis", Some("voice")).verdict, Verdict::level(3));
    assert_eq!(of(&watched, "tunis", Some("card")).verdict, Verdict::CLEAR);
    assert_eq!(of(&watched, "lyon", Some("voice")).verdict, Verdict::CLEAR);
    assert_eq!(of(&watched, "tunis", None).verdict, Verdict::CLEAR, "no queue is quiet");
    assert_eq!(watched.observations.len(), 4, "one queue alone at a site needs no company");
    let one = of(&watched, "tunis", Some("voice"));
    assert_eq!((one.subject.get("objective"), one.call_hours.as_deref()), (Some("voice"), Some("duty")));
    let reading = watched.readings.iter().find(|one| one.site == "tunis" && one.queue == "voice").expect("read");
    assert_eq!((reading.hour.n(), reading.hour.missed(), reading.hours.n()), (240, 160, 960));
}

/// Twelve contacts an hour of each of four queues say nothing one by one, and much together.
#[test]
fn quiet_queues_are_judged_together() {
    let quiet = |queue: &str| {
        let mut quiet = counted("tunis", queue, 0, 0);
        let bounds = Bounds::before(at(0), None, NEAR_SLOT, NEAR_SLOTS);
        (0..48).for_each(|nth| quiet.near.count(&bounds, at(-300 * nth), 1, i64::from(nth < 10)));
        quiet
    };
    let all = ["a", "b", "c", "d"].map(quiet);
    let watched = seen(&objective(Scope::default()), &all, false);
    for queue in ["a", "b", "c", "d"] {
        assert_eq!(of(&watched, "tunis", Some(queue)).verdict.at_least(), 0, "{queue} begins nothing");
    }
    assert_eq!(of(&watched, "tunis", None).verdict.at_least(), 3);
    let alone = seen(&objective(Scope::default()), &all[..1], false);
    assert_eq!(of(&alone, "tunis", Some("a")).verdict.at_least(), 3, "one alone is judged, however quiet");
}

/// Two contracts may each have a promise of one name.
#[test]
fn an_objective_of_a_contract_says_which() {
    let contracted = Objective { contract: Some("north-2026".to_owned()), ..objective(Scope::default()) };
    let watched = seen(&contracted, &[counted("tunis", "voice", 4, 0)], false);
    assert_eq!(of(&watched, "tunis", Some("voice")).subject.get("contract"), Some("north-2026"));
    assert_eq!(watched.readings[0].objective, "north-2026/voice");
}

/// What a provider has not told may have been good.
#[test]
fn of_a_late_provider_nothing_is_decided() {
    let watched = seen(&objective(Scope::default()), &[counted("tunis", "voice", 4, 4)], true);
    assert_eq!(of(&watched, "tunis", Some("voice")).verdict, Verdict::UNDECIDED);
}

#[test]
fn an_objective_is_about_what_it_says() {
    let all = [counted("tunis", "voice", 4, 0), counted("lyon", "voice", 4, 0), counted("lyon", "mail", 4, 0)];
    let sites = |scope: Scope| -> Vec<String> {
        let readings = seen(&objective(scope), &all, false).readings;
        readings.iter().map(|one| format!("{} {}", one.site, one.queue)).collect()
    };
    let set = |name: &str| [name.to_owned()].into();
    assert_eq!(sites(Scope { sites: set("lyon"), ..Scope::default() }), ["lyon mail", "lyon voice"]);
    assert_eq!(sites(Scope { queues: set("voice"), ..Scope::default() }), ["lyon voice", "tunis voice"]);
    assert!(sites(Scope { providers: set("boreal"), ..Scope::default() }).is_empty());
    assert!(sites(Scope { channels: [contact::Channel::Email].into(), ..Scope::default() }).is_empty());
}
