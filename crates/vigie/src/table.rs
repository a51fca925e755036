//! Tables for a terminal, and numbers in words.

use contact::Finding;

/// Columns aligned by width; the first column to the left, numbers to the right.
pub struct Table {
    rows: Vec<Vec<String>>,
    left: usize,
}

impl Table {
    /// With these headings; the first `left` columns are text.
    pub fn new<const N: usize>(headings: [&str; N], left: usize) -> Self {
        Self { rows: vec![headings.iter().map(ToString::to_string).collect()], left }
    }

    /// With headings known only at run time.
    pub fn with(headings: Vec<String>, left: usize) -> Self {
        Self { rows: vec![headings], left }
    }

    /// Adds a row.
    pub fn push(&mut self, row: Vec<String>) {
        self.rows.push(row);
    }

    /// Prints to standard output.
    pub fn print(&self) {
        print!("{}", self.render());
    }

    /// As text.
    pub fn render(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let mut text = String::new();
        for row in &self.rows {
            let cells: Vec<String> = row
                .iter()
                .zip(&widths)
                .enumerate()
                .map(|(column, (cell, width))| {
                    let gap = " ".repeat(width - cell.chars().count());
                    if column < self.left { format!("{cell}{gap}") } else { format!("{gap}{cell}") }
                })
                .collect();
            text.push_str(cells.join("  ").trim_end());
            text.push('\n');
        }
        text
    }
}

/// A share as people read it.
pub fn percent(share: Option<f64>) -> String {
    share.map_or("–".to_owned(), |share| format!("{:.1} %", share * 100.0))
}

/// A difference in points.
pub fn points(value: Option<f64>) -> String {
    value.map_or("–".to_owned(), |value| format!("{value:+.1}"))
}

/// A finding in words.
pub fn said(finding: Finding) -> &'static str {
    match finding {
        Finding::Lower => "lower",
        Finding::Higher => "higher",
        Finding::Comparable => "comparable",
        Finding::NotSettled => "not settled",
        Finding::Homogeneous => "homogeneous",
        Finding::NotHomogeneous => "not homogeneous",
        Finding::Uncertain => "uncertain",
        Finding::NotComparable => "not comparable",
        Finding::NotEnoughData => "not enough data",
    }
}

/// A duration as people say it.
pub fn duration(seconds: Option<f64>) -> String {
    let Some(seconds) = seconds else { return "–".to_owned() };
    #[expect(clippy::cast_possible_truncation, reason = "shown to the second")]
    let whole = seconds.round() as i64;
    match whole {
        ..60 if seconds.fract() != 0.0 => format!("{seconds:.1} s"),
        ..60 => format!("{whole} s"),
        60..3600 => format!("{} min {:02}", whole / 60, whole % 60),
        3600..86_400 => format!("{} h {:02}", whole / 3600, whole % 3600 / 60),
        _ => format!("{} d {} h", whole / 86_400, whole % 86_400 / 3600),
    }
}

/// A count with thousands apart.
pub fn count(value: Option<f64>) -> String {
    let Some(value) = value else { return "–".to_owned() };
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_said_as_people_say_them() {
        let said = [0.0, 42.0, 6.5, 200.0, 7500.0, 270_000.0].map(|seconds| duration(Some(seconds)));
        assert_eq!(said, ["0 s", "42 s", "6.5 s", "3 min 20", "2 h 05", "3 d 3 h"]);
        assert_eq!(count(Some(1_234_567.0)), "1 234 567");
        assert_eq!(duration(None), "–");
    }
}
