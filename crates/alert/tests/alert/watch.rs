//! From what was counted to what is observed.

use alert::{
    Counted, FAR_SLOT, FAR_SLOTS, Figures, NEAR_SLOT, NEAR_SLOTS, Objective, Observation, Rescue, Scope, Title, Until,
    Verdict, Watched,
    conditions::{Begun, Bounds, Slots},
    watch,
};
use contact::Network;
use stats::sla::Target;

use crate::support::{at, paris};

fn objective(scope: Scope) -> Objective {
    Objective {
        name: "voice".to_owned(),
        contract: None,
        title: Title { en: "Service level".to_owned(), fr: "Taux de service".to_owned() },
        target: Target::permille(800).expect("a share"),
        scope,
        term: 0,
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
    let (mut hour, mut day) = (Begun::hour(at(0), &paris()), Begun::day(at(0), &paris()));
    for minute in 0..240 {
        let (decided, missed) = (at(-60 * minute), if minute < 40 { missed } else { 0 });
        hour.count(decided, each, missed);
        day.count(decided, each, missed);
        near.count(&near_bounds, decided, each, missed);
        far.count(&far_bounds, decided, each, missed);
    }
    let text = |text: &str| text.to_owned();
    Counted {
        provider: text("atlas"),
        site: text(site),
        queue: text(queue),
        channel: text("voice"),
        term: 0,
        near,
        far,
        hour,
        day,
    }
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

/// Ten sharp in Paris: of the hour that begins 240 are to come, of which 80 % are 192. Where nothing but the day is left,
/// it has 960 contacts, 160 of them missed, and 3,360 to come: 80 % of 4,320 are 3,456, of which 800 are in time.
#[test]
fn what_would_still_save_the_hour_or_the_day_is_said_with_the_alert() {
    let rescue = |all: &[Counted], queue| {
        let watched = seen(&objective(Scope::default()), all, false);
        match of(&watched, "tunis", queue).evidence.figures {
            Figures::Burn { remedy, .. } => remedy.expect("possible"),
            _ => panic!("burn"),
        }
    };
    let recent = Some(80.0 / 240.0);
    let late = counted("tunis", "voice", 4, 4);
    let hour = Rescue { until: Until::Hour, needed: 192, coming: 240, recent };
    assert_eq!(rescue(std::slice::from_ref(&late), Some("voice")), hour);
    let day = Rescue { until: Until::Day, needed: 2656, coming: 3360, recent };
    assert_eq!(rescue(&[Counted { hour: ended(), ..late }], Some("voice")), day);
    // Five an hour in each of two queues: 40 so far, 4 of them missed, 140 to come; 144 of 180, of which 36 are in time.
    let quiet = |queue: &str| {
        let mut quiet = Counted { hour: ended(), ..counted("tunis", queue, 0, 0) };
        let bounds = Bounds::before(at(0), None, NEAR_SLOT, NEAR_SLOTS);
        for nth in 0..20 {
            quiet.near.count(&bounds, at(-600 * nth), 1, i64::from(nth < 2));
            quiet.day.count(at(-600 * nth), 1, i64::from(nth < 2));
        }
        quiet
    };
    let together = rescue(&["a", "b"].map(quiet), None);
    assert_eq!((together.until, together.needed, together.coming), (Until::Day, 108, 140));
}

/// An hour of which nothing is left.
fn ended() -> Begun {
    let text = "brand: b\nzone: Europe/Paris\nproviders: [{name: p}]\nqueues: [{name: q, calendar: never}]\ncalendars:\n  \
                - {name: never, weekly: {sunday: ['08:00-09:00']}}\n";
    let network = Network::parse(text).expect("a network");
    Begun::hour(at(0), &paris()).within(network.calendars.get("never"), at(0))
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

/// A contract that allows less time than the queue counts other misses in the same contacts.
#[test]
fn an_objective_is_judged_by_its_own_terms() {
    let strict = Counted { term: 2, ..counted("tunis", "voice", 4, 4) };
    let all = [counted("tunis", "voice", 4, 0), strict];
    let own = seen(&objective(Scope::default()), &all, false);
    assert_eq!(of(&own, "tunis", Some("voice")).verdict, Verdict::CLEAR);
    let of_contract = seen(&Objective { term: 2, ..objective(Scope::default()) }, &all, false);
    assert_eq!(of(&of_contract, "tunis", Some("voice")).verdict, Verdict::level(3));
    assert!(seen(&Objective { term: 1, ..objective(Scope::default()) }, &all, false).observations.is_empty());
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
