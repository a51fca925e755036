//! Conversions between counts and reals, each with its reason, so that no other file casts.

/// A count as a real.
#[expect(clippy::cast_precision_loss, reason = "counts and microseconds of a run are far below 2^53")]
pub(crate) fn real(count: u64) -> f64 {
    count as f64
}

/// A span of time as a real.
#[expect(clippy::cast_precision_loss, reason = "counts and microseconds of a run are far below 2^53")]
pub(crate) fn real_micros(micros: i64) -> f64 {
    micros as f64
}

/// Microseconds, rounded; held within ± 300 years.
#[expect(clippy::cast_possible_truncation, reason = "held within the range of the type")]
pub(crate) fn micros(real: f64) -> i64 {
    real.clamp(-9.0e15, 9.0e15).round() as i64
}

/// People on duty for a load: rounded up, held within one million.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "held within the range of the type")]
pub(crate) fn people(real: f64) -> u32 {
    real.clamp(0.0, 1e6).ceil() as u32
}

/// An index as the engine keeps it.
pub(crate) fn index(place: usize) -> u32 {
    u32::try_from(place).expect("a run holds fewer than 2^32 of anything at once")
}

/// A duration as a count.
pub(crate) fn span(micros: i64) -> u64 {
    u64::try_from(micros).unwrap_or(0)
}
