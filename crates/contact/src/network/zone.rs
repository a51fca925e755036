//! Names of time zones, and the one that was probably meant.

use jiff::tz;

/// A name of the IANA database that is spelt almost like this one, or ends with it: `Europe/Paris` for `Paris`.
pub(super) fn near(name: &str) -> Option<String> {
    let asked = plain(name);
    let allowed = asked.len() / 4;
    let known = tz::db().available().map(|known| known.as_str().to_owned()).collect::<Vec<_>>();
    let distance = |known: &String| {
        let known = plain(known);
        let city = known.rsplit_once('/').map_or(known.as_str(), |(_, city)| city);
        edits(&asked, &known).min(edits(&asked, city))
    };
    // `posix/` and `right/` hold the same zones again, the latter with leap seconds.
    let again = |known: &String| known.starts_with("posix/") || known.starts_with("right/");
    let places = known.into_iter().filter(|known| known.contains('/') && !again(known));
    let (distance, nearest) = places.map(|known| (distance(&known), known)).min()?;
    (distance <= allowed.min(2)).then_some(nearest)
}

fn plain(name: &str) -> String {
    name.trim().to_lowercase().replace(' ', "_")
}

/// How many characters must be put in, left out or changed to make one text of the other.
fn edits(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (nth, letter) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = nth + 1;
        for column in 1..row.len() {
            let changed = diagonal + usize::from(letter != other[column - 1]);
            diagonal = row[column];
            row[column] = changed.min(row[column] + 1).min(row[column - 1] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_zone_that_was_meant_is_named() {
        let meant = [
            ("Paris", "Europe/Paris"),
            ("europe/pariss", "Europe/Paris"),
            ("Indian/Antanarivo", "Indian/Antananarivo"),
            ("New York", "America/New_York"),
        ];
        for (asked, name) in meant {
            assert_eq!(near(asked).as_deref(), Some(name), "{asked}");
        }
        for asked in ["UTC+2", "", "Hexagone", "+02:00"] {
            assert_eq!(near(asked), None, "{asked}");
        }
    }
}
