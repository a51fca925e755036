//! `dating`, `outdoor` and `rail`: volumes, channels, people and situations come out as they are described.

use std::collections::BTreeMap;

use contact::{Channel, Instant, Network, network::CutKind};
use jiff::{ToSpan, civil::date};
use sim::{LegCounts, Plan, ReplyKind, Truth, dating_plan, outdoor_plan, rail_month_plan, rail_plan};

use crate::support::{HOUR, planned, run_of, truth_of};

fn plans() -> [(&'static str, Plan); 3] {
    let plan = |plan: Result<Plan, sim::SimError>| plan.expect("a plan");
    [("dating", plan(dating_plan())), ("outdoor", plan(outdoor_plan())), ("rail", plan(rail_plan()))]
}

#[expect(clippy::cast_precision_loss, reason = "counts of a test")]
fn share(part: u64, whole: u64) -> f64 {
    part as f64 / whole.max(1) as f64
}

fn of_channel(truth: &Truth, channel: Channel) -> LegCounts {
    truth.sum(truth.all_days(), |place| place.channel == channel)
}

/// Four weeks without anything special: no dated event lies within them, and nothing goes wrong by chance.
fn quiet(plan: Plan, days: u16) -> Truth {
    let plan = Plan { mishaps: sim::Mishaps::NONE, reactions: Vec::new(), ..plan };
    truth_of(planned(plan, run_of(date(2026, 4, 6), days, 3)))
}

/// Shares of the channels, in percent, as the pages of the networks give them.
#[test]
fn volumes_and_channels_are_those_described() {
    let described: [&[(Channel, f64)]; 3] = [
        &[(Channel::Email, 1480.0), (Channel::Moderation, 5800.0)],
        &[
            (Channel::Voice, 520.0),
            (Channel::Email, 880.0),
            (Channel::Post, 60.0),
            (Channel::Sms, 120.0),
            (Channel::Social, 90.0),
        ],
        &[(Channel::Voice, 8000.0), (Channel::Email, 2690.0), (Channel::Social, 900.0)],
    ];
    for ((name, plan), described) in plans().into_iter().zip(described) {
        // Six open days a week in `outdoor`, and a closed day brings a part of an open one.
        let open_days = if name == "outdoor" { 24.0 } else { 28.0 };
        let truth = quiet(plan, 28);
        for (channel, per_day) in described {
            let found = share(of_channel(&truth, *channel).contacts, 1) / open_days;
            println!("{name} {channel}: {found:.1} a day, {per_day} described");
            assert!((found / per_day - 1.0).abs() < 0.08, "{name} {channel}: {found} a day, {per_day} described");
        }
        let all: u64 = described.iter().map(|(channel, _)| of_channel(&truth, *channel).contacts).sum();
        assert_eq!(all, truth.sum(truth.all_days(), |_| true).contacts, "{name}: no other channel");
    }
}

#[test]
fn the_railway_has_two_hundred_people_of_whom_27_are_on_social_networks() {
    let plan = rail_plan().expect("a plan");
    let of = |name: &str| {
        plan.groups.iter().filter(|group| group.name.starts_with(name)).map(|group| group.people).sum::<u32>()
    };
    assert_eq!([of("lille"), of("lille-social")], [200, 27]);
}

/// Whoever has the network file has the story: dates, kinds and sites are there, and nowhere else.
#[test]
fn the_network_files_tell_what_cuts_a_series() {
    for (name, plan) in plans() {
        let network = Network::parse(&plan.network).expect("a network without mistake");
        assert_eq!(network.brand, name);
        assert!(network.providers.values().all(|provider| provider.cadence.is_some()), "{name}");
        assert!(
            plan.queues
                .iter()
                .flat_map(|queue| &queue.reasons)
                .all(|reason| { network.families.get(&reason.name).is_some_and(Option::is_some) })
        );
        let kinds: Vec<CutKind> = network.cuts.iter().map(|cut| cut.kind).collect();
        let year = |cut: &contact::network::Cut| cut.at.to_string()[..4].to_owned();
        let years: std::collections::BTreeSet<String> = network.cuts.iter().map(year).collect();
        assert!(["2025", "2026", "2027", "2028"].iter().all(|year| years.contains(*year)), "{name}: {years:?}");
        assert!(plan.reactions.iter().all(|reaction| kinds.contains(&reaction.kind)), "{name}");
    }
}

/// Mails of Paris are written in Antananarivo and Barcelona, by people who are there when they are.
#[test]
fn nobody_answers_outside_of_the_hours_of_those_who_do() {
    let simulation = planned(dating_plan().expect("a plan"), run_of(date(2026, 3, 23), 10, 2));
    let network = simulation.scenario().network().clone();
    let (lines, _) = crate::support::lines_of(simulation);
    let mut written = BTreeMap::new();
    for line in lines.split_inclusive(|byte| *byte == b'\n').map(crate::support::Line::parse) {
        let queue = line.data.queue.clone().unwrap_or_default();
        let human = line.word() == "replied" || (line.word() == "answered" && line.data.by.is_none());
        if !human || !queue.starts_with("mail") {
            continue;
        }
        let site = line.data.site.clone().expect("a leg event");
        let hours = if site == "barcelona" { "barcelona-home" } else { "antananarivo-mails" };
        // A mail that was begun in time is finished: within a quarter of an hour, nearly always.
        let begun = line.time.plus_micros(-HOUR / 4);
        let there = network.calendars[hours].is_open(line.time) || network.calendars[hours].is_open(begun);
        let counts = written.entry(site).or_insert((0_u32, 0_u32));
        counts.0 += 1;
        counts.1 += u32::from(!there);
    }
    println!("{written:?}");
    assert_eq!(written.len(), 2);
    assert!(written.values().all(|(all, late)| *all > 2000 && late * 400 < *all), "{written:?}");
}

/// The promise is that of Paris: what comes in the evening is awaited from the next morning on.
#[test]
fn the_clock_of_mails_runs_in_paris_and_stands_still_in_pauses() {
    let truth = quiet(dating_plan().expect("a plan"), 14);
    let book = truth.book().expect("followed");
    let (now, days) = (book.end(), 0..14);
    let mail = |place: &sim::PlaceName| place.channel == Channel::Email;
    let first = book.replies(ReplyKind::First, days.clone(), None, now, mail);
    let next = book.replies(ReplyKind::Next, days.clone(), None, now, mail);
    println!("{first:?} {next:?}");
    assert_eq!(first.owed, of_channel(&truth, Channel::Email).offered);
    assert!(share(first.due_in_time, first.due) > 0.9 && next.replied > 1000 && next.needless > 300);
    let times = book.reply_times(ReplyKind::First, days, now, mail);
    // Nobody waits overnight on this clock: fourteen hours a night are no part of it.
    assert!(*times.last().expect("replies") < 20 * HOUR.unsigned_abs());
    let waits = truth.waits(0..14, mail);
    assert!(
        waits.iter().sum::<u64>() > times.iter().sum::<u64>(),
        "pauses are part of the wait, not of the reply's time"
    );
}

#[test]
fn nothing_appears_before_review_until_the_filter_fails() {
    let reviews = |from: jiff::civil::Date| {
        let truth = truth_of(planned(dating_plan().expect("a plan"), run_of(from, 3, 2)));
        let book = truth.book().expect("followed");
        let delays = book.reply_times(ReplyKind::Decision, 0..3, book.end(), |_| true);
        let p95 = sim::percentile(&delays, 950).expect("decisions");
        (book.reviews(0..3, book.end(), |_| true), p95)
    };
    let (usual, p95) = reviews(date(2026, 9, 14));
    let (failed, _) = reviews(date(2026, 10, 12));
    println!("{usual:?}, P95 {} s, {failed:?}", p95 / 1_000_000);
    assert!(usual.offered > 15_000 && usual.unreviewed == 0 && share(usual.published, usual.offered) > 0.85);
    assert!((30_000_000..900_000_000).contains(&p95), "{p95}");
    assert!(failed.unreviewed > 300, "{failed:?}");
}

/// Home working: comparable before and after. The planted move of rates is 0.4 points, and no more than that is found.
#[test]
fn service_is_comparable_before_and_after_the_move() {
    let simulation = planned(dating_plan().expect("a plan"), run_of(date(2026, 2, 16), 58, 11));
    let cut = simulation.scenario().network().cuts.iter().find(|cut| cut.kind == CutKind::Move).map(|cut| cut.at);
    let truth = truth_of(simulation);
    let day = (0..58).find(|day| truth.date(*day) == Some(date(2026, 3, 17))).expect("within the run");
    assert_eq!(cut.map(|cut| cut.to_string()), Some("2026-03-16T23:00:00Z".to_owned()));
    let rate = |days: std::ops::Range<usize>| {
        let level = truth.homogeneity(days.clone()).level.expect("contacts");
        let strata = truth.strata(days);
        let sum = |of: fn(&sim::MatterCounts) -> u64| strata.iter().map(|cell| of(&cell.counts)).sum::<u64>();
        (level, share(sum(|counts| counts.resolved), sum(|counts| counts.contacts)))
    };
    let ((level, found), (level_after, found_after)) = (rate(0..day), rate(day..58));
    println!("{level:.4} {found:.4}, then {level_after:.4} {found_after:.4}");
    assert!((-0.006..-0.002).contains(&(level_after - level)), "{level}, {level_after}");
    assert!((found_after - found).abs() < 0.03, "comparable: {found}, {found_after}");
    let report = truth.report();
    assert!(report.changes.iter().any(|change| change.what == "resolved" && change.value == Some(-0.4)));
    assert!(report.incidents.iter().any(|incident| incident.site.as_deref() == Some("barcelona")));
}

/// One promise across channels: the same reasons, and points that each channel is off.
#[test]
fn channels_of_the_railway_differ_as_planted() {
    let truth = quiet(rail_plan().expect("a plan"), 7);
    let (sites, channels) = (truth.homogeneity(0..7), truth.channel_homogeneity(0..7));
    println!("{sites:?} {channels:?}");
    assert!(channels.coverage.expect("contacts") > 0.98, "{channels:?}");
    // Calls, mails and messages are 0, 2.5 and 4 points apart; shares of a channel 0.68, 0.24 and 0.08 or so.
    let spread = channels.spread.expect("comparable");
    assert!((0.0001..0.0004).contains(&spread), "{spread}");
    let social = of_channel(&truth, Channel::Social);
    assert!(share(social.answered_in_time, social.answered) > 0.95, "answered as it happens");
    assert!(social.acknowledged * 2 > social.offered, "a bot greets, and answers nobody");
}

/// The day on which trains stand still, and what it does to each channel.
#[test]
fn an_incident_day_is_seen_in_every_channel() {
    let simulation = planned(rail_plan().expect("a plan"), run_of(date(2026, 6, 15), 5, 4));
    let truth = truth_of(simulation);
    let on = |day: usize, channel: Channel| truth.sum(day..day + 1, |place| place.channel == channel);
    for (channel, factor) in [(Channel::Social, 2.2), (Channel::Voice, 1.4), (Channel::Email, 1.3)] {
        let (before, then) = (on(2, channel), on(3, channel));
        let level = |sum: &LegCounts| share(sum.answered_in_time, sum.answered + sum.abandoned);
        println!("{channel}: {} then {}, {:.2} then {:.2}", before.offered, then.offered, level(&before), level(&then));
        assert!(share(then.offered, before.offered) > factor, "{channel}");
        assert!(level(&then) < level(&before) - 0.03, "{channel}");
    }
    let voice = on(3, Channel::Voice);
    assert!(voice.flowed_out > 500 && voice.abandoned > 500, "{voice:?}");
}

/// Three half-hours without anybody in Lille, and nothing else: what alerts have to find, and what they must not.
#[test]
fn a_month_has_its_three_planted_incidents_and_no_other() {
    let first = date(2026, 9, 1);
    let truth = truth_of(planned(rail_month_plan(first).expect("a plan"), run_of(first, 30, 6)));
    let incidents = truth.report().incidents;
    let told: Vec<String> = incidents.iter().map(|incident| incident.from.to_string()).collect();
    assert_eq!(told, ["2026-09-05T08:30:00Z", "2026-09-13T15:30:00Z", "2026-09-22T10:00:00Z"]);
    assert!(incidents.iter().all(|incident| incident.to.micros_since(incident.from) == HOUR / 2));
    let level = |day: usize| {
        let sum = truth.sum(day..day + 1, |place| place.queue.as_str() == "voice-fr");
        share(sum.answered_in_time, sum.answered + sum.abandoned)
    };
    let levels: Vec<f64> = (0..30).map(level).collect();
    println!("{levels:.3?}");
    let worst = [4, 12, 21].iter().map(|day: &usize| levels[*day]).fold(0.0, f64::max);
    let others = (0..30).filter(|day| ![4, 12, 21].contains(day)).map(|day| levels[day]);
    assert!(others.fold(1.0, f64::min) > worst, "{levels:?}");
    assert!((0..30).all(|day| levels[day] > 0.9), "a quiet month is above its target");
}

/// What nobody takes in time passes to the partner, as the same contact of the brand.
#[test]
fn contacts_pass_from_one_provider_to_another() {
    let plan = rail_plan().expect("a plan");
    let (lines, truth) = crate::support::lines_of(planned(plan, run_of(date(2026, 6, 18), 1, 4)));
    let mut providers: BTreeMap<String, std::collections::BTreeSet<String>> = BTreeMap::new();
    let mut starts: BTreeMap<String, std::collections::BTreeSet<Instant>> = BTreeMap::new();
    for line in lines.split_inclusive(|byte| *byte == b'\n').map(crate::support::Line::parse) {
        let contact = line.data.contact.clone().expect("an id of the brand");
        let provider = line.source.split('/').nth(1).expect("a provider").to_owned();
        providers.entry(contact.clone()).or_default().insert(provider);
        starts.entry(contact).or_default().insert(line.data.started_at);
    }
    let through = |a: &str, b: &str| providers.values().filter(|all| all.contains(a) && all.contains(b)).count();
    let (partner, subcontractor) = (through("lumen", "estafette"), through("lumen", "consigne"));
    println!("{partner} with the partner, {subcontractor} with the subcontractor");
    assert!(partner > 500 && subcontractor > 30);
    assert!(starts.values().all(|starts| starts.len() == 1), "a contact begins once, whoever tells it");
    let flowed = truth.sum(0..1, |place| place.queue.as_str() == "voice-en").flowed_out;
    assert!(flowed >= partner as u64, "{flowed}");
}

/// Each announcement lies eight weeks after the one before.
#[test]
fn announcements_come_every_eight_weeks() {
    let network = Network::parse(&outdoor_plan().expect("a plan").network).expect("a network");
    let dates: Vec<jiff::civil::Date> =
        network.cuts.iter().map(|cut| cut.at.to_timestamp().to_zoned(network.zone.clone()).date()).collect();
    assert!(dates.windows(2).all(|pair| pair[0].checked_add(56.days()).ok() == Some(pair[1])), "{dates:?}");
}
