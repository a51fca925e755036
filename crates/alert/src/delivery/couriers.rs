//! Couriers on their threads.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

use super::Courier;
use crate::{AlertError, Bell, Ledger};

/// What another program puts into the outbox is found after so long.
const LOOK_US: i64 = 5_000_000;

/// Couriers at work, each on a thread of its own: one that waits for its receiver holds up no other. Dropped, they stop
/// once what is under way has ended, which its time-outs bound.
pub struct Couriers {
    bell: Bell,
    stops: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Couriers {
    /// Sets couriers to work; they are woken by the bell of their desk.
    ///
    /// # Errors
    /// A thread cannot be started; those that were are stopped.
    pub fn start<L: Ledger>(couriers: Vec<Courier<L>>, bell: &Bell) -> Result<Self, AlertError> {
        let mut started = Self { bell: bell.clone(), stops: Arc::default(), threads: Vec::new() };
        for courier in couriers {
            let (bell, stops) = (bell.clone(), Arc::clone(&started.stops));
            let name = format!("alert {}", courier.receiver());
            let thread = std::thread::Builder::new().name(name).spawn(move || work(courier, &bell, &stops))?;
            started.threads.push(thread);
        }
        Ok(started)
    }
}

impl Drop for Couriers {
    fn drop(&mut self) {
        self.stops.store(true, Ordering::Release);
        self.bell.ring();
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("a courier ended in a panic");
            }
        }
    }
}

fn work<L: Ledger>(mut courier: Courier<L>, bell: &Bell, stops: &AtomicBool) {
    while !stops.load(Ordering::Acquire) {
        let rung = bell.rung();
        let next = match courier.pass() {
            Ok(next) => next,
            Err(error) => {
                tracing::error!(receiver = courier.receiver(), %error, "a courier cannot read or write its outbox");
                None
            }
        };
        let wait = next.map_or(LOOK_US, |next| next.micros_since(courier.now()).clamp(0, LOOK_US));
        if !stops.load(Ordering::Acquire) {
            bell.wait(rung, Duration::from_micros(wait.unsigned_abs()));
        }
    }
}
