//! Times of an export: zones, clocks without a date, offsets, shifts.

use super::{BASE, run, times};

#[test]
fn local_times_are_read_in_their_zone_with_its_summer() {
    let (events, ..) = run(BASE, "call,at\na,2026-03-28 12:00:00\nb,2026-03-29 02:30:00\n");
    // 02:30 did not exist that night; it is moved forward.
    assert_eq!(times(&events), ["2026-03-28T11:00:00Z", "2026-03-29T01:30:00Z"]);
}

#[test]
fn clock_times_roll_over_midnight_only_when_far_before() {
    let text = BASE.replace(
        "  at: {column: at, format: '%Y-%m-%d %H:%M:%S'}",
        "  began: {date: day, date_format: '%d/%m/%Y', clock: began}\n  at: {clock: at, after: began}",
    );
    let text = text.replace("started_at: at", "started_at: began").replace("zone: Europe/Paris", "zone: UTC");
    let rows = "call,day,began,at\na,1/3/2026,23:59:50,0:00:05\nb,01/03/2026,7:00:10,7:00:09\nc,01/03/2026,8:00:00,22:00:00\nd,01/03/2026,12:00:00,0:00:00\n";
    let (events, rejects, _) = run(&text, rows);
    assert_eq!(times(&events), ["2026-03-02T00:00:05Z", "2026-03-01T07:00:09Z", "2026-03-01T22:00:00Z"]);
    // Exactly 12 h before is still the same day, and so lies before the contact's start.
    assert_eq!(rejects[0].0, "before_start");
}

#[test]
fn instants_with_offsets_seconds_and_shifts() {
    let cases = [
        ("{column: at}", "2026-03-28T12:00:00+02:00", "2026-03-28T10:00:00Z"),
        ("{column: at, format: unix}", "1774692000.5", "2026-03-28T10:00:00.5Z"),
        ("{column: at, format: unix_ms}", "1774692000500", "2026-03-28T10:00:00.5Z"),
        ("{column: at, format: '%Y%m%dT%H%M%S%z'}", "20260328T120000+0200", "2026-03-28T10:00:00Z"),
    ];
    for (time, cell, expected) in cases {
        let text = BASE.replace("{column: at, format: '%Y-%m-%d %H:%M:%S'}", time);
        let text = text
            .replace("started_at: at", "started_at: end")
            .replace("times:\n", "times:\n  end: {from: at, minus_s: wait}\n");
        let (events, ..) = run(&text, &format!("call,at,wait\na,{cell},2.5\n"));
        assert_eq!(times(&events), [expected], "{time}");
        let started = events[0].event.started_at.expect("started");
        assert_eq!(events[0].event.time.micros_since(started), 2_500_000);
    }
}
