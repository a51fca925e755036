//! Bad input at the command line: a clear message, the right exit status, and nothing else lost.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use crate::program::{stdout, vigie, workspace};

struct Bench {
    home: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        Self { home: tempfile::tempdir().expect("a folder") }
    }

    fn lake(&self) -> String {
        self.home.path().join("lake").to_string_lossy().into_owned()
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.home.path().join(name);
        std::fs::write(&path, bytes).expect("written");
        path
    }

    fn ingest(&self, path: &Path) -> (i32, String) {
        let network = workspace().join("tests/demo/network.yaml");
        let (lake, network, path) = (self.lake(), network.to_string_lossy(), path.to_string_lossy());
        let output = vigie(["--quiet", "ingest", "--lake", &lake, "--network", &network, &path]);
        let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        (output.status.code().unwrap_or(-1), text)
    }

    fn offered(&self) -> serde_json::Value {
        let args = [
            "--quiet",
            "scorecard",
            "--lake",
            &self.lake(),
            "--from",
            "2026-10-05",
            "--to",
            "2026-10-06",
            "--format",
            "json",
        ];
        let answer: serde_json::Value = serde_json::from_str(&stdout(0, args)).expect("JSON");
        answer["rows"][0]["figures"]["offered"]["value"].clone()
    }
}

fn event(id: u32) -> String {
    format!(
        r#"{{"specversion":"1.0","id":"e-{id}","source":"/acd","type":"vigie.contact.offered.v1","subject":"C-{id}","time":"2026-10-05T10:00:00+02:00","data":{{"started_at":"2026-10-05T10:00:00+02:00","site":"tunis","queue":"orders-voice-fr"}}}}"#
    )
}

fn events(ids: std::ops::Range<u32>) -> String {
    ids.map(|id| event(id) + "\n").collect()
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes()).expect("memory");
    encoder.finish().expect("memory")
}

/// Half a file is not half counted.
#[test]
fn a_truncated_container_counts_nothing_and_says_so() {
    let bench = Bench::new();
    let (status, _) = bench.ingest(&bench.file("good.ndjson", events(0..5).as_bytes()));
    assert_eq!(status, 0);
    let whole = gzip(&events(100..400));
    for length in [12, whole.len() / 3, whole.len() / 2, whole.len() - 5] {
        let (status, text) = bench.ingest(&bench.file("cut.ndjson.gz", &whole[..length]));
        assert_eq!(status, 1, "{text}");
        assert!(text.contains("cut.ndjson.gz") && text.contains("nothing of it was counted"), "{text}");
        assert_eq!(text.matches("cannot be decoded").count(), 1, "says it once: {text}");
        assert_eq!(bench.offered(), 5.0);
    }
    let (status, _) = bench.ingest(&bench.file("whole.ndjson.gz", &whole));
    assert_eq!((status, bench.offered()), (0, 305.0.into()));
}

/// A bad line does not stop the good ones, and is kept.
#[test]
fn bad_lines_are_kept_and_the_rest_counts() {
    let bench = Bench::new();
    let unknown = event(7).replace("tunis", "sfax");
    let text = events(0..3) + "{not json\n" + &unknown + "\n" + &events(3..5);
    let (status, told) = bench.ingest(&bench.file("mixed.ndjson", text.as_bytes()));
    assert_eq!(status, 3, "{told}");
    assert!(told.contains("bad_json") && told.contains("unknown_site"), "{told}");
    assert!(told.lines().any(|line| line.starts_with("2 rejected; see them with")), "{told}");
    assert_eq!(bench.offered(), 5.0);
    let listed = stdout(0, ["rejects", "list", "--lake", &bench.lake()]);
    assert!(listed.contains("line 5") && listed.contains("sfax"), "{listed}");
}

/// A table that does not add up makes people doubt the figures as well.
#[test]
fn the_rows_of_a_file_add_up_and_late_rejects_stand_apart() {
    let bench = Bench::new();
    let other_start = event(1).replace("e-1", "e-9").replace("_at\":\"2026-10-05T10:00", "_at\":\"2026-10-05T09:59");
    let text = format!("{}\n{other_start}\n{{not json\n", event(1));
    let (status, told) = bench.ingest(&bench.file("late.ndjson", text.as_bytes()));
    assert_eq!(status, 3, "{told}");
    let line = told.lines().find_map(|line| line.strip_prefix("late.ndjson")).expect("a line for the file");
    let numbers: Vec<u64> = line.split_whitespace().map(|number| number.parse().expect("a number")).collect();
    let [rows, mapped, skipped, rejected, events, late] = numbers[..] else { panic!("{told}") };
    assert_eq!(rows, mapped + skipped + rejected, "{told}");
    assert_eq!((rows, mapped, rejected, events, late), (3, 2, 1, 1, 1), "{told}");
    assert!(told.contains("bad_json") && told.contains("started_at_mismatch"), "{told}");
    assert!(told.lines().any(|line| line.starts_with("2 rejected; see them with")), "{told}");
}

/// Mending the network and replaying brings the rejects in; twice changes nothing.
#[test]
fn rejects_come_in_once_the_network_is_mended() {
    let bench = Bench::new();
    let unknown: String = (0..4).map(|id| event(id).replace("tunis", "sfax") + "\n").collect();
    let (status, _) = bench.ingest(&bench.file("sfax.ndjson", unknown.as_bytes()));
    assert_eq!(status, 3);
    let network = std::fs::read_to_string(workspace().join("tests/demo/network.yaml")).expect("readable");
    let mended = network.replace("  - {name: dakar,", "  - {name: sfax, provider: atlas}\n  - {name: dakar,");
    let mended = bench.file("mended.yaml", mended.as_bytes());
    let (lake, mended) = (bench.lake(), mended.to_string_lossy().into_owned());
    let replay = ["--quiet", "rejects", "replay", "--lake", &lake, "--reason", "unknown_site", "--network", &mended];
    for accepted in [4, 0] {
        let answer: serde_json::Value = serde_json::from_str(&stdout(0, replay)).expect("JSON");
        assert_eq!(answer["accepted"], accepted);
        assert_eq!(bench.offered(), 4.0);
    }
}

/// An unreadable number in a customer's field must not stand in the lake in clear, rejected or not.
#[test]
fn customers_and_agents_are_nowhere_in_clear() {
    let bench = Bench::new();
    let named = event(1).replace("\"site\"", "\"customer\":\"+33611223344\",\"agent\":\"odile.canary\",\"site\"");
    let broken = named.replace("e-1", "e-2").replace("\"tunis\"", "\"nowhere\"");
    let garbled = named.replace("e-1", "e-3").replace("}}", "");
    let text = format!("{named}\n{broken}\n{garbled}\n");
    let (status, told) = bench.ingest(&bench.file("named.ndjson", text.as_bytes()));
    assert_eq!(status, 3, "{told}");
    let mut stack = vec![PathBuf::from(bench.lake())];
    let mut looked_at = 0;
    while let Some(path) = stack.pop() {
        if path.is_dir() {
            stack.extend(std::fs::read_dir(&path).expect("readable").map(|entry| entry.expect("readable").path()));
            continue;
        }
        looked_at += 1;
        let bytes = std::fs::read(&path).expect("readable");
        for canary in [&b"33611223344"[..], b"odile.canary"] {
            assert!(!bytes.windows(canary.len()).any(|window| window == canary), "{} holds it", path.display());
        }
    }
    assert!(looked_at > 5, "looked at {looked_at} files only");
}

#[test]
fn usage_and_configuration_mistakes_have_their_own_status() {
    let bench = Bench::new();
    let lake = bench.lake();
    let wrong = bench.file("network.yaml", b"brand: x\nzone: Mars/Base\nproviders: []\n");
    let wrong = wrong.to_string_lossy();
    let cases: [(&[&str], &str); 5] = [
        (&["network", "check", &wrong], "line 2, column 7"),
        (&["scorecard", "--lake", &lake], "there is no lake"),
        (&["ingest", "--lake", &lake, "--network", "/nowhere.yaml", "x"], "cannot read /nowhere.yaml"),
        (&["serve", "--lake", &lake, "--listen", "0.0.0.0:0"], "no access control yet"),
        (&["scorecard"], "--lake"),
    ];
    for (args, said) in cases {
        let output = vigie(args);
        let text = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {text}");
        assert!(text.contains(said), "{args:?}: {text}");
    }
}

/// Two processes must not write one lake; the second says who does.
#[test]
fn a_second_writer_is_told_who_holds_the_lake() {
    let bench = Bench::new();
    let (status, _) = bench.ingest(&bench.file("good.ndjson", events(0..5).as_bytes()));
    assert_eq!(status, 0);
    let lock = std::fs::File::options().write(true).open(Path::new(&bench.lake()).join("lock")).expect("a lock file");
    lock.lock().expect("locked");
    let (status, text) = bench.ingest(&bench.file("more.ndjson", events(5..6).as_bytes()));
    assert_eq!(status, 1, "{text}");
    assert!(text.contains("vigie ingest"), "names the holder: {text}");
    assert_eq!(bench.offered(), 5.0, "reading goes on");
}

/// A site taken in by `discover` would else be known to nobody but the figures.
#[test]
fn discovered_names_are_listed_in_every_form() {
    let bench = Bench::new();
    let network = std::fs::read_to_string(workspace().join("tests/demo/network.yaml")).expect("readable");
    let network = bench.file("open.yaml", (network + "discover: [site]\n").as_bytes());
    let text = event(1) + "\n" + &event(2).replace("tunis", "sfax") + "\n";
    let file = bench.file("sfax.ndjson", text.as_bytes());
    let (lake, network, file) = (bench.lake(), network.to_string_lossy(), file.to_string_lossy());
    stdout(0, ["--quiet", "ingest", "--lake", &lake, "--network", &network, &file]);
    let listed = |format: &str| stdout(0, ["network", "discovered", "--lake", &lake, "--format", format]);
    let answer: serde_json::Value = serde_json::from_str(&listed("json")).expect("JSON");
    let names = answer["names"].as_array().expect("names");
    assert_eq!((names.len(), &names[0]["kind"], &names[0]["name"]), (1, &"site".into(), &"sfax".into()), "{answer}");
    assert_eq!((&names[0]["provider"], &names[0]["events"]), (&"atlas".into(), &1.into()));
    let csv = listed("csv");
    assert!(csv.starts_with("kind,name,provider,events,first_seen_at,last_seen_at\nsite,sfax,atlas,1,"), "{csv}");
    let table = listed("table");
    assert!(table.lines().nth(1).is_some_and(|line| line.starts_with("site  sfax  atlas")), "{table}");
}
