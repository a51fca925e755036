//! A short way for the shape of time that machines write; every other shape is for the time library to judge.

const MICROS: i64 = 1_000_000;
/// Days from 0001-01-01 to 1970-01-01.
const EPOCH: i64 = 719_162;
/// Days of a common year before each month.
const BEFORE_MONTH: [i64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

/// Microseconds since 1970 of `2026-03-29T08:00:17`, then nothing or a fraction of one to six digits, then `Z` or an
/// offset such as `+02:00`. `None` is no verdict: it is another shape, or one of the rare cases (a leap second,
/// `-00:00`, the year 0) that are left to the library.
pub(crate) fn micros(text: &[u8]) -> Option<i64> {
    let (stamp, rest) = text.split_at_checked(19)?;
    let (b"-", b"-", b"T") = (&stamp[4..5], &stamp[7..8], &stamp[10..11]) else { return None };
    let days = days(number(&stamp[..4])?, number(&stamp[5..7])?, number(&stamp[8..10])?)?;
    let (hours_minutes, seconds) = (minutes(&stamp[11..16])?, number(&stamp[17..])?);
    if stamp[16] != b':' || seconds > 59 {
        return None;
    }
    let (fraction, zone) = fraction(rest)?;
    let minutes = days * 24 * 60 + hours_minutes - offset(zone)?;
    Some((minutes * 60 + seconds) * MICROS + fraction)
}

fn number(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0, |value, digit| digit.is_ascii_digit().then(|| value * 10 + i64::from(digit - b'0')))
}

/// Days from 1970-01-01 to a date of the Gregorian calendar.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let before_month = BEFORE_MONTH.get(usize::try_from(month - 1).ok()?)? + i64::from(leap && month > 2);
    if year < 1 || day < 1 || day > length {
        return None;
    }
    let years = year - 1;
    Some(years * 365 + years / 4 - years / 100 + years / 400 + before_month + day - 1 - EPOCH)
}

/// Minutes of `hh:mm`.
fn minutes(text: &[u8]) -> Option<i64> {
    let [h1, h2, b':', m1, m2] = *text else { return None };
    let (hours, minutes) = (number(&[h1, h2])?, number(&[m1, m2])?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

/// Microseconds of a fraction, if there is one, and what stands behind it.
fn fraction(rest: &[u8]) -> Option<(i64, &[u8])> {
    let Some(rest) = rest.strip_prefix(b".") else { return Some((0, rest)) };
    let digits = rest.iter().position(|byte| !byte.is_ascii_digit())?;
    let unit = [100_000, 10_000, 1_000, 100, 10, 1].get(digits.checked_sub(1)?)?;
    Some((number(&rest[..digits])? * unit, &rest[digits..]))
}

/// Minutes that the clock told is ahead of UTC.
fn offset(zone: &[u8]) -> Option<i64> {
    match zone {
        b"Z" => Some(0),
        [b'+', ahead @ ..] => minutes(ahead),
        [b'-', behind @ ..] => minutes(behind).filter(|minutes| *minutes > 0).map(|minutes| -minutes),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn library(text: &str) -> Option<i64> {
        text.parse().ok().map(|timestamp: jiff::Timestamp| timestamp.as_microsecond())
    }

    #[test]
    fn every_day_of_eight_centuries_is_that_of_the_library() {
        let first = jiff::civil::date(1599, 12, 30);
        for date in first.series(jiff::ToSpan::days(1)).take(293_000) {
            let text = format!("{date}T23:59:59.999999+14:00");
            assert_eq!(micros(text.as_bytes()), library(&text), "{text}");
        }
        assert_eq!(micros(b"0001-01-01T00:00:00Z"), library("0001-01-01T00:00:00Z"));
    }

    #[test]
    fn the_usual_shapes_take_the_short_way_and_mean_what_they_mean_to_the_library() {
        for clock in ["00:00:00", "08:59:07.5", "23:59:59.12", "12:00:00.001", "12:00:00.0001", "12:00:00.123456"] {
            for zone in ["Z", "+00:00", "+02:00", "-03:30", "+23:59", "-23:59"] {
                let text = format!("2024-02-29T{clock}{zone}");
                let found = micros(text.as_bytes());
                assert!(found.is_some() && found == library(&text), "{text}: {found:?}");
            }
        }
    }

    /// Else an event would be accepted or rejected, or stored at another time, for the sake of speed.
    #[test]
    fn whatever_is_written_instead_is_left_to_the_library_or_read_as_it_reads_it() {
        let bytes = b"0123456789:-+.,TtZz \0\x7f";
        for text in ["2026-03-29T08:00:17Z", "1969-12-31T23:59:59.25-01:30", "2023-02-28T19:30:00.123456+05:45"] {
            for place in 0..text.len() {
                for byte in bytes {
                    let mut changed = text.as_bytes().to_vec();
                    changed[place] = *byte;
                    agrees(&changed);
                    changed.insert(place, *byte);
                    agrees(&changed);
                }
                agrees(&text.as_bytes()[..place]);
            }
        }
        for text in
            ["2016-12-31T23:59:60Z", "2026-03-29T24:00:00Z", "2026-03-29T08:00:17-00:00", "0000-01-01T00:00:00Z"]
        {
            assert_eq!(micros(text.as_bytes()), None, "{text}");
        }
    }

    fn agrees(bytes: &[u8]) {
        let text = std::str::from_utf8(bytes).expect("ASCII");
        let found = micros(bytes);
        assert!(found.is_none() || found == library(text), "{text}: {found:?}, {:?}", library(text));
    }
}
