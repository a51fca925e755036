//! `outdoor`: complaints that are completed look better and better, because people take the newest and leave the old ones.

use contact::Instant;
use jiff::civil::{Date, date};
use sim::{BacklogCounts, Effect, PlaceName, Truth, outdoor_plan};

use crate::support::{HOUR, planned, run_of, truth_of};

const DAY: i64 = 24 * HOUR;
/// Eight weeks and two; the announcement of 2 February is in the second one.
const FROM: Date = date(2026, 1, 26);
const DAYS: u16 = 56;
/// Weeks from the one in which the newest are taken first.
const AFTERWARDS: [i64; 4] = [3, 4, 5, 6];

fn at(site: &str) -> impl Fn(&PlaceName) -> bool + '_ {
    move |place| place.site.as_str() == site && place.queue.as_str() == "complaints"
}

#[expect(clippy::cast_precision_loss, reason = "counts of a test")]
fn share(part: u64, whole: u64) -> f64 {
    part as f64 / whole.max(1) as f64
}

/// The end of a week, as an instant.
fn end_of(week: i64) -> Instant {
    let zone = jiff::tz::TimeZone::get("Europe/Paris").expect("a zone");
    Instant::start_of_day(FROM, &zone).expect("a day").plus_micros(7 * (week + 1) * DAY)
}

/// Of the complaints completed in a week, those that took at most 48 h.
fn completed(truth: &Truth, site: &str, week: i64) -> f64 {
    let book = truth.book().expect("a network that is followed");
    let done = book.completed_complaints(end_of(week - 1), end_of(week), end_of(week), at(site));
    share(done.within_48h, done.completed)
}

/// Of the complaints received in a week, those resolved within 48 h, as known when all is over.
fn received(truth: &Truth, site: &str, week: usize) -> f64 {
    let book = truth.book().expect("a network that is followed");
    let received = book.complaints(7 * week..7 * week + 7, book.end(), at(site));
    share(received.resolved_48h, received.due_48h)
}

fn open(truth: &Truth, site: &str, week: i64) -> BacklogCounts {
    let book = truth.book().expect("a network that is followed");
    book.backlog(end_of(week), end_of(week), at(site))
}

#[test]
fn a_rate_on_completed_complaints_improves_while_old_ones_rot() {
    let truth = truth_of(planned(outdoor_plan().expect("a plan"), run_of(FROM, DAYS, 5)));
    for site in ["valence", "oujda"] {
        for week in 0..8 {
            let (done, open) = (completed(&truth, site, week), open(&truth, site, week));
            let oldest = open.oldest_us / DAY.unsigned_abs();
            println!("{site} week {week}: {done:.2} within 48 h, open {:?}, oldest {oldest} d", open.by_age);
        }
    }
    let saturated = completed(&truth, "valence", 2);
    for week in AFTERWARDS {
        assert!(completed(&truth, "valence", week) > saturated + 0.2, "it looks better in week {week}");
        let (before, now) = (open(&truth, "valence", week - 1), open(&truth, "valence", week));
        assert!(now.oldest_us > before.oldest_us + 6 * DAY.unsigned_abs(), "the oldest is never taken in week {week}");
        assert!(completed(&truth, "oujda", week) < 0.1, "where the oldest come first it looks bad for weeks");
    }
    let (valence, oujda) = (open(&truth, "valence", 6), open(&truth, "oujda", 6));
    assert!(valence.by_age[3] > 400 && oujda.by_age[3] < 20, "{valence:?} {oujda:?}");
    assert!(valence.past_due > 2 * oujda.past_due, "{valence:?} {oujda:?}");
    // Of those received when all was well, of those received in the worst week.
    assert!(received(&truth, "valence", 0) > 0.6 && received(&truth, "valence", 2) < 0.2);
    let told = truth.report().changes;
    assert!(told.iter().any(|change| change.what == "newest_first" && change.site.as_deref() == Some("valence")));
}

/// The same weeks, the oldest first everywhere: nothing rots, so it is the order and not the load.
#[test]
fn without_cherry_picking_nothing_rots() {
    let mut plan = outdoor_plan().expect("a plan");
    plan.reactions.retain(|reaction| !matches!(reaction.effect, Effect::NewestFirst { .. }));
    let truth = truth_of(planned(plan, run_of(FROM, DAYS, 5)));
    for week in AFTERWARDS {
        let (done, open) = (completed(&truth, "valence", week), open(&truth, "valence", week));
        println!("week {week}: {done:.2} within 48 h, {open:?}");
        assert!(done < 0.3, "whoever takes the oldest looks bad for weeks");
        assert!(open.by_age[3] < 100, "and leaves few behind");
    }
    assert!(open(&truth, "valence", 2).open > 2000, "the service is as saturated");
}

#[test]
fn a_survival_curve_counts_the_open_ones() {
    let truth = truth_of(planned(outdoor_plan().expect("a plan"), run_of(FROM, 28, 5)));
    let book = truth.book().expect("a network that is followed");
    let (now, days) = (end_of(3), 7..21);
    let times = book.complaint_times(days.clone(), now, at("valence"));
    let counts = book.complaints(days, now, at("valence"));
    assert_eq!(times.len() as u64, counts.received);
    let open: Vec<_> = times.iter().filter(|time| !time.resolved).collect();
    assert_eq!(open.len() as u64, counts.open);
    assert!(share(counts.open, counts.received) > 0.3, "half of the story is open: {counts:?}");
    assert!(times.iter().all(|time| time.business_us <= time.elapsed_us));
    let age = |day: i64| now.micros_since(end_of(0)) - day * DAY;
    assert!(open.iter().all(|time| time.elapsed_us <= age(0).unsigned_abs()), "no older than the first of these days");
}
