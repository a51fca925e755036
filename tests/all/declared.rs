//! Declared files that cannot be read as they are.

use settlement::declared;

use crate::sampled::fixed_cases;

/// A file that is half understood would be explained wrongly.
#[test]
fn every_mistake_of_a_declared_file_is_told_with_its_line() {
    let case = &fixed_cases(1)[0];
    let told = |text: &str| -> Vec<String> {
        let mistakes = declared::parse(text, &case.network).expect_err("mistakes");
        mistakes.iter().map(ToString::to_string).collect()
    };
    let head = "provider,site,queue,day,period,offered,in_time,promised,service_level,formula,short_abandons,zone\n";
    let rows = [
        "atlas,atlas-0,voice-fr,2026-03-29,,100,,,,,,",
        "atlas,boreal-0,,2026-03-29,,100,,,,,,",
        "nobody,,,2026-03-29,,100,,,,,,",
        "atlas,,,2026-03-29,2026-03,100,,,,,,",
        "atlas,,,29/03/2026,,100,,,,,,",
        "atlas,,,2026-03-30,,1e3,,,,,,",
        "atlas,,,2026-03-31,,,120,100,,,,",
        "atlas,,,2026-04-01,,,,,81.3,,,",
        "atlas,,,2026-04-02,,1,,,,z,sometimes,Paris",
        "atlas,,,2026-04-03,,,,,,,,",
        "atlas,,,2026-04-04,,1",
        "atlas,atlas-0,voice-fr,2026-03-29,,90,,,,,,",
    ];
    let mistakes = told(&[head, &rows.join("\n")].concat());
    for (line, words) in [
        (3, "site: \"boreal-0\" is another provider's site; atlas has atlas-0, atlas-1, atlas-2"),
        (4, "provider: \"nobody\" is not in the network file; use atlas, boreal, cirrus"),
        (5, "must say its days in one way"),
        (6, "day: \"29/03/2026\" is no day; write it as 2026-10-05"),
        (7, "offered: \"1e3\" is no number of contacts"),
        (8, "in_time: 120 of 100 promised"),
        (9, "service_level: \"81.3\" is more than all; write it as 0.813 or 81.3 %"),
        (10, "formula: \"z\" is no formula"),
        (10, "short_abandons: \"sometimes\" is no rule"),
        (10, "zone: \"Paris\" is no zone"),
        (11, "declares nothing"),
        (12, "has 6 cells and the header 12"),
    ] {
        let found = mistakes.iter().any(|mistake| mistake.starts_with(&format!("line {line}: {words}")));
        assert!(found, "line {line}: {words:?} is not told: {mistakes:#?}");
    }
    assert_eq!(mistakes.len(), 13, "and the cell of line 2 again: {mistakes:#?}");
    let windows = told(&[head, &rows.join("\n")].concat().replace('\n', "\r\n"));
    assert_eq!(windows, mistakes, "a file made on Windows has the same lines");
    let twice = told(&[head, rows[0], "\n", rows[11], "\n"].concat());
    assert_eq!(twice.len(), 1, "{twice:?}");
    assert!(twice[0].starts_with("line 3: declares a cell that an earlier line declares"), "{twice:?}");
    let strange = told("provider,offers\natlas,1\n");
    assert!(strange[0].starts_with("line 1: there is no column \"offers\"; use provider, site"), "{strange:?}");
    let list = "provider,contact,site,queue,at,outcome\natlas,C-1,atlas-0,voice-fr,noon,answered\n,C-2,atlas-0,voice-fr,2026-03-29T10:00:00Z,lost\n";
    let mistakes = declared::contacts(list, &case.network).expect_err("mistakes");
    let mistakes: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    assert_eq!(mistakes.len(), 3, "{mistakes:#?}");
    assert!(mistakes[0].starts_with("line 2: at: \"noon\" is no instant"), "{mistakes:#?}");
}
