//! Files of test vectors: cases with inputs, expected values and how close is close enough.

use serde_json::Value;

/// The cases of the text of a vector file, each with its tolerance.
pub fn parse(text: &str) -> Vec<(Value, Close)> {
    let file: Value = serde_json::from_str(text).expect("JSON");
    let common = &file["tolerance"];
    let cases = file["cases"].as_array().expect("cases");
    assert!(!cases.is_empty());
    let close = |case: &Value| {
        let tolerance = if case["tolerance"].is_object() { &case["tolerance"] } else { common };
        Close { relative: number(&tolerance["relative"]), absolute: number(&tolerance["absolute"]) }
    };
    cases.iter().map(|case| (case.clone(), close(case))).collect()
}

pub fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

/// How close is close enough.
#[derive(Debug, Clone, Copy)]
pub struct Close {
    pub relative: f64,
    pub absolute: f64,
}

impl Close {
    #[track_caller]
    pub fn check(self, what: &str, got: f64, expected: &Value) {
        let expected = number(expected);
        let allowed = self.absolute + self.relative * expected.abs();
        assert!((got - expected).abs() <= allowed, "{what}: got {got}, expected {expected}");
    }
}
