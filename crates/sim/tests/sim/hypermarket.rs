//! The brand's published figures come out: volume, channels, people, opening days.

use std::collections::BTreeMap;

use contact::{Instant, Network, network::Calendar};
use jiff::{ToSpan, civil::date};
use sim::{Effect, Incident, LegCounts, Share, Staffing, Truth, hypermarket, hypermarket_plan};

use crate::support::{HOUR, MONDAY, hypermarket_with, run_of, truth_of};

#[expect(clippy::cast_precision_loss, reason = "counts of a test")]
fn share(part: u64, whole: u64) -> f64 {
    part as f64 / whole as f64
}

fn of_channels(truth: &Truth, channels: &[&str]) -> u64 {
    truth.sum(truth.all_days(), |place| channels.contains(&place.channel.as_str())).contacts
}

/// Half a point at most from 55 % phone, 42 % mail and SMS, 2 % social networks, 1 % post.
fn assert_mix(truth: &Truth) {
    let all = truth.sum(truth.all_days(), |_| true).contacts;
    for (channels, wanted) in
        [(&["voice"][..], 0.55), (&["email", "sms"], 0.42), (&["social"], 0.02), (&["post"], 0.01)]
    {
        let found = share(of_channels(truth, channels), all);
        println!("{channels:?}: {found:.4}");
        assert!((found - wanted).abs() < 0.005, "{channels:?}: {found}");
    }
}

fn is_open(network: &Network, calendar: &Calendar, day: jiff::civil::Date) -> bool {
    let start = |day| Instant::start_of_day(day, &network.zone).expect("a day");
    !calendar.open_spans(start(day), start(day.tomorrow().expect("a day"))).is_empty()
}

#[test]
fn every_year_has_three_hundred_open_days() {
    let scenario = hypermarket().expect("a scenario");
    let network = scenario.network();
    for year in 2025..=2028 {
        for calendar in ["lines", "desks"] {
            let days = date(year, 1, 1).series(1.day()).take_while(|day| day.year() == year);
            let open = days.filter(|day| is_open(network, &network.calendars[calendar], *day)).count();
            assert_eq!(open, 300, "{calendar} in {year}");
        }
    }
}

#[test]
fn people_are_as_many_as_published() {
    let plan = hypermarket_plan().expect("a plan");
    let (mut own, mut outside, mut peak) = (0, 0, 0);
    for group in &plan.groups {
        if ["evry", "saint-etienne"].contains(&group.site.as_str()) {
            own += group.people;
            assert_eq!(group.people, group.people_at_peak);
        } else {
            outside += group.people;
            peak += group.people_at_peak;
        }
    }
    assert_eq!((own, outside, peak), (114, 386, 600));
    let daily = |line: &str| -> f64 {
        plan.queues.iter().filter(|queue| queue.name.starts_with(line)).map(|queue| queue.per_open_day).sum()
    };
    let all: f64 = plan.queues.iter().map(|queue| queue.per_open_day).sum();
    assert!((all - 22_000.0).abs() < 1e-6, "{all}");
    // Of social networks and post, what is neither complaint nor about an order belongs to the switchboard.
    assert!((daily("switchboard") - 12_000.0).abs() < 300.0 && (daily("shop") + daily("card") - 8000.0).abs() < 250.0);
}

/// What the plan says of four weeks, reckoned apart from the product: weights of months and weekdays within the year.
fn planned(from: jiff::civil::Date, days: usize) -> f64 {
    let plan = hypermarket_plan().expect("a plan");
    let network = Network::parse(&plan.network).expect("a network");
    let weight = |day: jiff::civil::Date, closed: f64| {
        let month = plan.season.months[usize::try_from(day.month()).expect("a month") - 1];
        let weekday = usize::try_from(day.weekday().to_monday_zero_offset()).expect("a weekday");
        let open = is_open(&network, &network.calendars["lines"], day);
        month * plan.season.weekdays[weekday] * if open { 1.0 } else { closed }
    };
    let mut sum = 0.0;
    for queue in &plan.queues {
        let of = |day| weight(day, queue.closed_day.get());
        let year: f64 = date(2026, 1, 1).series(1.day()).take(365).map(of).sum();
        let stretch: f64 = from.series(1.day()).take(days).map(of).sum();
        sum += queue.per_open_day * 300.0 * stretch / year;
    }
    sum
}

#[test]
fn four_weeks_have_their_volume_mix_and_service() {
    let truth = truth_of(hypermarket_with(run_of(MONDAY, 28, 8), |_| {}));
    let (contacts, wanted) = (share(truth.sum(truth.all_days(), |_| true).contacts, 1), planned(MONDAY, 28));
    // Repeats of the weeks before are missing, hence two percent.
    assert!((contacts / wanted - 1.0).abs() < 0.02, "{contacts} contacts, {wanted} planned");
    assert_mix(&truth);
    let mut levels = BTreeMap::new();
    for site in ["evry", "saint-etienne", "tunis", "dakar", "antananarivo"] {
        let sum = truth.sum(truth.all_days(), |place| place.site.as_str() == site && place.channel.is_live());
        let level = share(sum.answered_in_time, sum.answered + sum.abandoned);
        let answered = share(sum.answered, sum.offered);
        println!("{site}: {answered:.3} answered, {level:.3} in time");
        assert!((0.85..0.975).contains(&answered) && (0.68..0.92).contains(&level), "{site}: {answered}, {level}");
        levels.insert(site, level);
    }
    let spread = levels.values().fold(0.0_f64, |most, level| most.max(*level))
        - levels.values().fold(1.0_f64, |least, level| least.min(*level));
    assert!(spread > 0.03, "sites differ: {levels:?}");
    let known = truth.homogeneity(truth.all_days());
    assert!((94.0..98.5).contains(&known.index.expect("comparable")), "{known:?}");
}

/// Half a minute: run by `cargo nextest run --release -p sim --run-ignored all`.
#[test]
#[ignore = "simulates a year"]
fn a_year_has_its_volume_and_mix() {
    let truth = truth_of(hypermarket_with(run_of(date(2026, 1, 1), 365, 1), |_| {}));
    let contacts = truth.sum(truth.all_days(), |_| true).contacts;
    println!("{contacts} contacts");
    assert!((share(contacts, 6_600_000) - 1.0).abs() < 0.01, "{contacts} contacts");
    assert_mix(&truth);
}

#[test]
fn a_site_that_is_down_answers_nobody() {
    let start =
        Instant::start_of_day(MONDAY, &jiff::tz::TimeZone::get("Europe/Paris").expect("a zone")).expect("a day");
    let (from, to) = (start.plus_micros(10 * HOUR), start.plus_micros(13 * HOUR));
    let at = |truth: &Truth, site: &str| -> LegCounts {
        truth.sum(0..1, |place| place.site.as_str() == site && place.queue.as_str() == "care-voice")
    };
    let run = run_of(MONDAY, 1, 3);
    let calm = truth_of(hypermarket_with(run, |plan| plan.mishaps = sim::Mishaps::NONE));
    let down = truth_of(hypermarket_with(run, |plan| {
        plan.mishaps = sim::Mishaps::NONE;
        plan.incidents = vec![Incident { from, to, effect: Effect::Staff { site: "evry".into(), left: Share::ZERO } }];
    }));
    assert!(at(&calm, "evry").abandoned * 2 < at(&down, "evry").abandoned, "{:?}", at(&down, "evry"));
    assert_eq!(at(&calm, "saint-etienne").offered, {
        let there = at(&down, "saint-etienne");
        there.offered - (there.redials - at(&calm, "saint-etienne").redials)
    });
    let surged = truth_of(hypermarket_with(run, |plan| {
        plan.mishaps = sim::Mishaps::NONE;
        plan.incidents = vec![Incident { from, to, effect: Effect::Surge { queue: "care-voice".into(), factor: 3.0 } }];
    }));
    let offered = |truth: &Truth| at(truth, "evry").offered + at(truth, "saint-etienne").offered;
    assert!(share(offered(&surged), offered(&calm)) > 1.4);
    assert_eq!(surged.report().incidents.len(), 1);
}

#[test]
fn a_plan_that_cannot_work_says_why() {
    let refused = |change: &dyn Fn(&mut sim::Plan)| {
        let mut plan = hypermarket_plan().expect("a plan");
        change(&mut plan);
        sim::Scenario::new(plan).expect_err("cannot work").to_string()
    };
    assert!(refused(&|plan| plan.queues[0].name = "nowhere".into()).contains("\"nowhere\""));
    assert!(refused(&|plan| plan.groups.retain(|group| group.site != "dakar")).contains("nobody at \"dakar\" serves"));
    assert!(refused(&|plan| plan.queues[0].reasons[0].resolved.truncate(2)).contains("has 2 resolution rates; give 5"));
    assert!(refused(&|plan| plan.queues[0].per_open_day = f64::NAN).contains("the volume of a queue is NaN"));
    assert!(
        refused(&|plan| plan.network = plan.network.replace("Europe/Paris", "Europe/Pariss")).contains("time zone")
    );
    let idle = Staffing::Forecast { beta: f64::INFINITY, absence: Share::ZERO };
    assert!(refused(&|plan| plan.groups[0].staffing = idle).contains("safety"));
}
