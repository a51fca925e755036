//! Which names are looked at, and which names files get when they are put away.

/// The folder of what was counted, now or before.
pub(super) const DONE: &str = "done";
/// The folder of what nothing was counted of.
pub(super) const REFUSED: &str = "refused";

/// Longest name that is looked at, in bytes: its receipt must have a name too.
const LONGEST: usize = 200;

/// How names end while uploads, editors and browsers are not done with a file.
const UNFINISHED: [&str; 9] =
    [".part", ".partial", ".filepart", ".crdownload", ".tmp", ".temp", ".swp", ".lock", ".writing"];

/// Whether a name says that the file is not to be looked at yet, or never.
pub(super) fn is_temporary(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    name.starts_with(['.', '~', '#']) || name.ends_with('~') || UNFINISHED.iter().any(|end| lower.ends_with(end))
}

/// Why a name cannot be worked with, if so.
pub(super) fn trouble_with(name: &str) -> Option<String> {
    if name.len() > LONGEST {
        return Some(format!("its name has {} bytes; give it a name of {LONGEST} at the most", name.len()));
    }
    let invisible = name.chars().any(char::is_control);
    invisible.then(|| "its name has control characters; give it a name of visible ones".to_owned())
}

/// The name of a file's receipt.
pub(super) fn receipt_of(name: &str) -> String {
    format!("{name}.receipt.json")
}

/// The file whose receipt has this name.
pub(super) fn file_of(receipt: &str) -> Option<&str> {
    receipt.strip_suffix(".receipt.json").filter(|name| !name.is_empty())
}

/// The `nth` name to try for a file, from 1: its own, then others that keep what its end says of it.
pub(super) fn variant(name: &str, nth: usize) -> String {
    if nth == 1 {
        return name.to_owned();
    }
    let (stem, end) = name.split_at(name.find('.').unwrap_or(name.len()));
    format!("{stem}~{nth}{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file taken under the name of an upload would be taken before it is whole.
    #[test]
    fn names_of_unfinished_files_are_left_alone() {
        for name in [".calls.csv", "calls.csv.part", "CALLS.CSV.PART", "calls.csv~", "~calls.csv", "x.filepart", "#x#"]
        {
            assert!(is_temporary(name), "{name}");
        }
        for name in ["calls.csv", "part", "calls~2.csv.gz", "2026-10-06 calls.ndjson.zst", "template.csv"] {
            assert!(!is_temporary(name), "{name}");
        }
    }

    /// A second file of a name keeps the end that tells how it is compressed, and is not taken for a temporary one.
    #[test]
    fn a_second_file_of_a_name_gets_one_like_it() {
        assert_eq!(variant("calls.csv.gz", 1), "calls.csv.gz");
        assert_eq!(variant("calls.csv.gz", 12), "calls~12.csv.gz");
        assert_eq!(variant("queue_log", 2), "queue_log~2");
        assert!(!is_temporary(&variant("queue_log", 2)));
        assert_eq!(file_of(&receipt_of("calls.csv")), Some("calls.csv"));
        assert_eq!(file_of(".receipt.json"), None);
    }

    #[test]
    fn names_that_cannot_be_worked_with_say_why() {
        assert!(trouble_with(&"x".repeat(201)).is_some_and(|why| why.contains("201 bytes")));
        assert!(trouble_with("a\nb.csv").is_some());
        assert_eq!(trouble_with("Übersicht 3.csv"), None);
    }
}
