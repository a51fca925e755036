//! Numbers, lengths of time, instants and names as text.

use contact::Day;

const MICROS_PER_DAY: i64 = 86_400_000_000;

/// Text within a JSON string. Names are visible characters, so that only these two need it.
pub(super) fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

/// Appends a number.
pub(super) fn digits(line: &mut Vec<u8>, mut number: u64) {
    let mut text = [0; 20];
    let mut from = text.len();
    loop {
        from -= 1;
        text[from] = digit(number % 10);
        number /= 10;
        if number == 0 {
            break;
        }
    }
    line.extend_from_slice(&text[from..]);
}

/// Appends a number of exactly `N` digits.
fn padded<const N: usize>(line: &mut Vec<u8>, mut number: u64) {
    let mut text = [b'0'; N];
    for place in text.iter_mut().rev() {
        *place = digit(number % 10);
        number /= 10;
    }
    line.extend_from_slice(&text);
}

fn digit(number: u64) -> u8 {
    b'0' + u8::try_from(number % 10).expect("a digit is below 10")
}

/// Appends seconds with three decimals.
pub(super) fn seconds(line: &mut Vec<u8>, micros: i64) {
    let millis = micros.unsigned_abs() / 1000;
    digits(line, millis / 1000);
    line.push(b'.');
    padded::<3>(line, millis % 1000);
}

/// Writes instants, keeping the text of the last date.
#[derive(Debug, Clone)]
pub(super) struct DateText {
    day: i64,
    text: String,
}

impl DateText {
    pub(super) fn new() -> Self {
        Self { day: i64::MIN, text: String::new() }
    }

    /// Appends an instant as RFC 3339 in UTC.
    pub(super) fn write(&mut self, line: &mut Vec<u8>, micros: i64) {
        let day = micros.div_euclid(MICROS_PER_DAY);
        if day != self.day {
            self.day = day;
            self.text =
                format!("{}T", Day::from_days(i32::try_from(day).expect("a run lies within the years 1 to 9999")));
        }
        line.extend_from_slice(self.text.as_bytes());
        let within = micros.rem_euclid(MICROS_PER_DAY).unsigned_abs();
        let second = within / 1_000_000;
        padded::<2>(line, second / 3600);
        line.push(b':');
        padded::<2>(line, second / 60 % 60);
        line.push(b':');
        padded::<2>(line, second % 60);
        line.push(b'.');
        padded::<6>(line, within % 1_000_000);
        line.push(b'Z');
    }
}

#[cfg(test)]
mod tests {
    use contact::Instant;

    use super::*;

    #[test]
    fn instants_are_written_as_they_are_read() {
        let mut text = DateText::new();
        for micros in [0, -1, 1_774_774_799_999_999, 1_774_774_800_000_000, 951_782_400_123_456] {
            let mut line = Vec::new();
            text.write(&mut line, micros);
            let read: Instant = std::str::from_utf8(&line).expect("text").parse().expect("RFC 3339");
            assert_eq!(read.as_micros(), micros);
        }
    }

    #[test]
    fn numbers_are_written_whole() {
        let mut line = Vec::new();
        digits(&mut line, 0);
        line.push(b' ');
        digits(&mut line, u64::MAX);
        line.push(b' ');
        seconds(&mut line, 61_007_000);
        assert_eq!(String::from_utf8(line).expect("text"), format!("0 {} 61.007", u64::MAX));
    }
}
