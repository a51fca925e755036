use crate::support::*;
use std::time::Instant as Clock;
#[test]
fn speed() {
    let place = Place::new();
    let journal = place.open();
    let make = |t: i64, n: i64, k: i64| {
        submission(
            (0..k)
                .map(|i| {
                    let id = format!("{t}-{n}-{i}");
                    item(event(&id, &format!("C{t}-{n}-{}", i / 3), Some(START)))
                })
                .collect(),
        )
    };
    for (threads, rounds, k) in [(1, 40, 500), (4, 20, 500), (1, 100, 1), (32, 30, 1)] {
        let built: Vec<Vec<_>> =
            (0..threads).map(|t| (0..rounds).map(|n| make(t + 100 * k + 7777 * threads, n, k)).collect()).collect();
        let clock = Clock::now();
        std::thread::scope(|scope| {
            for work in built {
                let j = &journal;
                scope.spawn(move || {
                    for s in work {
                        j.submit(s).expect("room").wait().expect("ok");
                    }
                });
            }
        });
        let e = clock.elapsed();
        eprintln!(
            "threads {threads} rounds {rounds} size {k}: {e:?}, {:.0} events/s, {:.0} submissions/s",
            (threads * rounds * k) as f64 / e.as_secs_f64(),
            (threads * rounds) as f64 / e.as_secs_f64()
        );
    }
    eprintln!(
        "tail rows {} bytes {} file {}",
        journal.tail().rows(),
        journal.tail().bytes(),
        std::fs::metadata(place.path()).unwrap().len()
    );
    let clock = Clock::now();
    drop(journal);
    let j = place.open();
    eprintln!("reopen {:?} rows {}", clock.elapsed(), j.tail().rows());
}
