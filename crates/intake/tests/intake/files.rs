//! Files of any size and compression give their lines, all of them, and damaged ones give nothing.

use std::io::{Cursor, Write as _};

use crate::common::{World, read};
use contact::RejectCode;
use intake::{Chunk, ContainerError, Door, Ending, FileReader, Framing, parse_line};

fn chunks(name: &str, bytes: Vec<u8>, framing: Option<Framing>) -> Result<Vec<Chunk>, ContainerError> {
    let mut reader = FileReader::open(name, Cursor::new(bytes), framing)?;
    let mut chunks = Vec::new();
    while let Some(chunk) = reader.next_chunk(3)? {
        assert!(chunk.len() <= 3);
        chunks.push(chunk);
    }
    Ok(chunks)
}

fn lines(name: &str, bytes: &[u8], framing: Option<Framing>) -> Result<Vec<(u64, String)>, ContainerError> {
    let chunks = chunks(name, bytes.to_vec(), framing)?;
    let text = |line: intake::RawLine<'_>| (line.line_no, String::from_utf8_lossy(line.bytes).into_owned());
    Ok(chunks.iter().flat_map(|chunk| chunk.lines().map(text).collect::<Vec<_>>()).collect())
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("in memory");
    encoder.finish().expect("in memory")
}

fn owned(lines: &[(u64, &str)]) -> Vec<(u64, String)> {
    lines.iter().map(|(number, text)| (*number, (*text).to_owned())).collect()
}

#[test]
fn lines_keep_their_number_over_blank_lines_and_line_ends() {
    let text = b"\xef\xbb\xbf{\"a\":1}\r\n\n{\"b\":2}\n  \n{\"c\":3}\n{\"d\":4}\n{\"e\":5}";
    let expected =
        owned(&[(1, r#"{"a":1}"#), (3, r#"{"b":2}"#), (5, r#"{"c":3}"#), (6, r#"{"d":4}"#), (7, r#"{"e":5}"#)]);
    assert_eq!(lines("x.ndjson", text, None).expect("lines"), expected);
    assert_eq!(lines("x.ndjson.gz", &gzip(text), None).expect("gzip"), expected);
    let zstd = zstd::encode_all(&text[..], 1).expect("in memory");
    assert_eq!(lines("whatever", &zstd, None).expect("magic bytes decide"), expected);
}

#[test]
fn elements_of_an_array_are_found_whatever_they_hold() {
    let text = b" [\n {\"a\":\"],[\\\"\"} ,\n{\"b\":[1,{\"c\":2}]},5 x\n,\n\"\xc3\xa9\"]\n";
    let expected = owned(&[(2, r#"{"a":"],[\""}"#), (3, r#"{"b":[1,{"c":2}]}"#), (3, "5 x"), (5, "\"é\"")]);
    assert_eq!(lines("x.json", text, None).expect("array"), expected);
    assert!(lines("x.json", b"[]", None).expect("empty array").is_empty());
    assert_eq!(
        lines("x.json", b"[1,]", None).expect("array").len(),
        2,
        "what is missing behind a comma is a reject, not a guess"
    );
    for cut in 1..text.len() - 2 {
        assert!(lines("x.json", &text[..cut], Some(Framing::JsonArray)).is_err(), "cut at {cut}");
    }
    assert!(lines("x.json", b"[1] 2", None).is_err());
}

#[test]
fn quoted_fields_may_hold_line_ends() {
    let framing = Some(Framing::Quoted { delimiter: b';' });
    let text = b"a;\"b\r\nc;\"\"d\";e\n5\" screen;x\n\"\";y\n";
    let expected = owned(&[(1, "a;\"b\r\nc;\"\"d\";e"), (3, "5\" screen;x"), (4, "\"\";y")]);
    assert_eq!(lines("x.csv", text, framing).expect("rows"), expected);
}

#[test]
fn a_line_that_is_too_long_is_one_reject_and_the_next_line_counts() {
    let good = String::from_utf8(read("accepted.json")).expect("UTF-8");
    let world = World::new();
    for (length, fits) in [(65_536 - good.len(), true), (65_537 - good.len(), false), (9_000_000, false)] {
        let long = good.clone() + &" ".repeat(length);
        for end in ["\n", "\r\n"] {
            let chunks = chunks("x.ndjson", format!("{long}{end}{good}").into_bytes(), None).expect("lines");
            let results: Vec<_> = chunks[0].lines().map(|line| parse_line(&line, &world.context(Door::File))).collect();
            assert_eq!(results.len(), 2);
            let code = results[0].as_ref().err().map(|rejected| rejected.reject.code);
            assert_eq!(code, (!fits).then_some(RejectCode::TooLarge), "{length}");
            assert!(results[1].is_ok());
            assert!(chunks[0].lines().all(|line| line.bytes.len() <= 65_536), "memory is bounded");
        }
    }
}

#[test]
fn a_truncated_file_fails_as_a_whole() {
    let text = "{\"id\":\"1\"}\n".repeat(2_000);
    let zstd = zstd::encode_all(text.as_bytes(), 1).expect("in memory");
    for (name, whole) in [("x.gz", gzip(text.as_bytes())), ("x.zst", zstd)] {
        assert_eq!(lines(name, &whole, None).expect("whole").len(), 2_000);
        for cut in [5, whole.len() / 2, whole.len() - 9, whole.len() - 1] {
            let error = lines(name, &whole[..cut], None).expect_err("truncated").to_string();
            assert!(error.contains("cannot be decoded"), "{name} cut at {cut}: {error}");
        }
    }
}

#[test]
fn files_of_other_kinds_are_named_and_not_guessed_at() {
    let refused = |name: &str, bytes: &[u8]| lines(name, bytes, None).expect_err(name).to_string();
    assert!(refused("calls.csv", b"a,b\n1,2\n").contains("give a mapping"));
    assert!(refused("calls.xlsx", b"PK\x03\x04....").contains("spreadsheet"));
    assert!(refused("calls.parquet", b"PAR1....").contains("Parquet"));
    assert!(refused("calls.gz", b"{\"a\":1}\n").contains("wrongly named"));
    assert!(refused("calls.txt", &[0xff, 0xfe, b'a', 0]).contains("UTF-16"));
    assert!(lines("empty.ndjson", b"", None).expect("nothing").is_empty());
}

fn ending(name: &str, bytes: &[u8], framing: Option<Framing>) -> Ending {
    Ending::of(name, Cursor::new(bytes.to_vec()), framing).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Else a file that is still being written would be counted without what is still to come.
#[test]
fn a_cut_file_is_told_from_a_whole_one_at_every_byte() {
    let rows = |row: &dyn Fn(u8) -> String| (1..40).map(row).collect::<Vec<_>>().concat();
    let ndjson = rows(&|n| format!("{{\"id\":\"{n}\",\"data\":{{\"at\":[{n}]}}}}\n"));
    let csv = rows(&|n| format!("{n};\"a \"\"call\"\"\nof {n}\";{n}\r\n"));
    let array = format!("[{}]", ndjson.trim_end().replace('\n', ",\n"));
    let quoted = Some(Framing::Quoted { delimiter: b';' });
    let cases = [("x.ndjson", &ndjson, None), ("x.json", &array, None), ("x.csv", &csv, quoted)];
    for (name, text, framing) in cases {
        let whole = text.as_bytes();
        assert_eq!(ending(name, whole, framing), Ending::Whole, "{name}");
        for cut in 1..whole.len() {
            // Cut exactly between two rows, nobody can tell; a closed object lacks nothing but its line end.
            let between = match name {
                "x.ndjson" => whole[cut - 1] == b'\n' || whole[cut] == b'\n',
                "x.csv" => whole[..cut].ends_with(b"\r\n"),
                _ => false,
            };
            let found = ending(name, &whole[..cut], framing);
            assert_eq!(found == Ending::Whole, between, "{name} cut at {cut}: {found:?}");
        }
        let zstd = zstd::encode_all(whole, 1).expect("in memory");
        for (name, packed) in [(format!("{name}.gz"), gzip(whole)), (format!("{name}.zst"), zstd)] {
            assert_eq!(ending(&name, &packed, framing), Ending::Whole, "{name}");
            for cut in 0..packed.len() {
                let found = ending(&name, &packed[..cut], framing);
                assert!(matches!(found, Ending::Cut(_)), "{name} cut at {cut}: {found:?}");
            }
        }
    }
}

/// What is wrong and not just cut is said at once, rather than waited for.
#[test]
fn the_end_of_a_compression_vouches_for_a_row_without_a_line_end_but_not_for_half_an_object() {
    let quoted = Some(Framing::Quoted { delimiter: b',' });
    let cut =
        |found: Ending, said: &str| assert!(matches!(&found, Ending::Cut(why) if why.contains(said)), "{found:?}");
    cut(ending("x.csv", b"a,b\n1,2", quoted), "no line end");
    assert_eq!(ending("x.csv.gz", &gzip(b"a,b\n1,2"), quoted), Ending::Whole);
    cut(ending("x.csv.gz", &gzip(b"a,b\n1,\"2"), quoted), "quoted field");
    cut(ending("x.psv", b"{\"a\":1}|2", Some(Framing::Lines)), "no line end");
    cut(ending("x.ndjson.gz", &gzip(b"{\"a\":1}\n{\"b\":"), None), "no whole JSON object");
    for overlong in ["x".repeat(70_000), format!("{{\"a\":\"{}\"}}", "x".repeat(70_000))] {
        cut(ending("x.ndjson", overlong.as_bytes(), None).clone(), "no whole JSON object");
        assert_eq!(ending("x.ndjson", format!("{overlong}\n").as_bytes(), None), Ending::Whole);
    }
    let garbage = |name: &str, bytes: &[u8]| {
        let found = Ending::of(name, Cursor::new(bytes.to_vec()), None);
        assert!(found.is_err(), "{name}: {found:?}");
    };
    garbage("x.gz", b"{\"a\":1}\n");
    garbage("calls.csv", b"a,b\n1,2\n");
    let mut damaged = gzip("{\"a\":1}\n".repeat(500).as_bytes());
    // In the checksum behind the text.
    let at = damaged.len() - 6;
    damaged[at] ^= 1;
    garbage("x.gz", &damaged);
}
