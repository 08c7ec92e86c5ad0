//! Reports for other programs: what they hold is what the guide says, and what the text says.

mod synthetic;

use std::collections::BTreeMap;
use std::fs;

use report::{Format, Kind, LoadOptions, NoFiles, Options, Report};
use serde_json::Value;

const KINDS: [fn() -> Kind; 9] = [
    || Kind::Top,
    || Kind::Tree,
    || Kind::Peek(String::new()),
    || Kind::List(String::new()),
    || Kind::Traces,
    || Kind::Tags,
    || Kind::Raw,
    || Kind::Comments,
    || Kind::Dot,
];

fn text(profile: &dtail_profile::Profile, kind: Kind, format: Format) -> String {
    let (profile, _) =
        report::load(vec![profile.clone()], Vec::new(), &LoadOptions::default()).unwrap();
    let mut text = Vec::new();
    let report = Report::new(profile, kind, &Options::default()).unwrap();
    report.write_table(format, &NoFiles, &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

fn json(profile: &dtail_profile::Profile, kind: Kind) -> Value {
    serde_json::from_str(&text(profile, kind, Format::Json)).unwrap()
}

/// The fields of each line.
fn csv(profile: &dtail_profile::Profile, kind: Kind) -> Vec<Vec<String>> {
    let text = text(profile, kind, Format::Csv);
    let (mut lines, mut line, mut field, mut is_quoted) =
        (Vec::new(), Vec::new(), String::new(), false);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if is_quoted && characters.peek() == Some(&'"') => field.extend(characters.next()),
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => line.push(std::mem::take(&mut field)),
            '\r' if !is_quoted => {
                assert_eq!(characters.next(), Some('\n'));
                line.push(std::mem::take(&mut field));
                lines.push(std::mem::take(&mut line));
            }
            other => field.push(other),
        }
    }
    assert!(
        field.is_empty() && line.is_empty(),
        "the last line is ended"
    );
    lines
}

#[test]
fn every_table_can_be_read() {
    for (name, profile) in synthetic::all() {
        for kind in KINDS {
            let document = json(&profile, kind());
            assert!(document["rows"].is_array(), "{name} {:?}", kind());
            let lines = csv(&profile, kind());
            let width = lines[0].len();
            assert!(
                lines.iter().all(|line| line.len() == width),
                "{name} {:?}",
                kind()
            );
        }
    }
}

#[test]
fn the_guide_names_every_column_and_member() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/guide/tables.md");
    let guide = fs::read_to_string(path).unwrap();
    for (name, profile) in synthetic::all() {
        for kind in KINDS {
            let columns = csv(&profile, kind()).swap_remove(0);
            let common = columns.iter().filter(|column| !column.contains('/'));
            let columns = common.cloned().collect::<Vec<String>>().join(",");
            assert!(
                guide.contains(&format!("`{columns}`")),
                "{name} {:?}: {columns}",
                kind()
            );
            check_members(&json(&profile, kind()), &guide);
        }
    }
}

fn check_members(value: &Value, guide: &str) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| check_members(item, guide)),
        Value::Object(members) => {
            for (name, value) in members {
                assert!(guide.contains(&format!("`{name}`")), "{name}");
                // The keys of labels are the profile's.
                if name != "labels" {
                    check_members(value, guide);
                }
            }
        }
        _ => {}
    }
}

/// What the Firefox Profiler's processed format, version 55, asks of the document and of each thread:
/// the members it has no default for, and the columns of each table.
const DOCUMENT: &str = "meta libs threads";
const META: &str = "interval startTime processType stackwalk version preprocessedProfileVersion \
                    product categories markerSchema";
const THREAD: &str = "processType processStartupTime processShutdownTime registerTime \
                      unregisterTime pausedRanges name isMainThread pid tid samples markers \
                      stackTable frameTable funcTable resourceTable nativeSymbols stringArray";
const TABLES: [(&str, &str); 7] = [
    ("samples", "stack weight timeDeltas"),
    ("markers", "data name startTime endTime phase category"),
    ("stackTable", "prefix frame"),
    (
        "frameTable",
        "address inlineDepth category subcategory func nativeSymbol innerWindowID line column",
    ),
    (
        "funcTable",
        "name isJS relevantForJS resource fileName lineNumber columnNumber",
    ),
    ("resourceTable", "lib name host type"),
    ("nativeSymbols", "libIndex address name functionSize"),
];

#[track_caller]
fn check_has(value: &Value, members: &str) {
    for name in members.split_whitespace() {
        assert!(value.get(name).is_some(), "{name}");
    }
}

#[test]
fn the_firefox_profiler_finds_all_that_it_reads() {
    for (name, profile) in synthetic::all() {
        let document = firefox(&profile);
        check_has(&document, DOCUMENT);
        check_has(&document["meta"], META);
        assert_eq!(document["meta"]["preprocessedProfileVersion"], 55);
        assert_eq!(document["meta"]["categories"][0]["color"], "grey");
        assert_eq!(
            document["meta"]["categories"][0]["subcategories"][0],
            "Other"
        );
        let threads = document["threads"].as_array().unwrap();
        assert!(!threads.is_empty(), "{name}");
        for thread in threads {
            check_has(thread, THREAD);
            assert!(thread["pid"].is_string(), "{name}");
            check_columns(thread);
            check_order(thread, name);
        }
    }
}

/// The tables have these columns, and no others.
fn check_columns(thread: &Value) {
    for (table, columns) in TABLES {
        let lists = thread[table].as_object().unwrap().iter();
        let lists = lists.filter(|(_, value)| value.is_array());
        let mut found: Vec<&str> = lists.map(|(column, _)| column.as_str()).collect();
        let mut wanted: Vec<&str> = columns.split_whitespace().collect();
        found.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(found, wanted, "{table}");
    }
}

/// Callers stand before what they call, time does not go back, and weights are of a known kind.
fn check_order(thread: &Value, name: &str) {
    let prefixes = thread["stackTable"]["prefix"].as_array().unwrap();
    let mut prefixes = (0..).zip(prefixes);
    assert!(
        prefixes.all(|(at, prefix)| prefix.as_u64().is_none_or(|prefix| prefix < at)),
        "{name}"
    );
    let samples = &thread["samples"];
    let deltas = samples["timeDeltas"].as_array().unwrap();
    assert!(
        deltas.iter().all(|delta| delta.as_f64().unwrap() >= 0.0),
        "{name}"
    );
    let kind = samples["weightType"].as_str().unwrap();
    assert!(["samples", "tracing-ms", "bytes"].contains(&kind), "{kind}");
}

/// The weights of a sample type's threads are the values of all samples.
#[test]
fn the_firefox_profiler_adds_up_what_the_profile_holds() {
    let profiles: BTreeMap<&str, dtail_profile::Profile> = synthetic::all().into_iter().collect();
    for (name, value, factor) in [("cpu", 1, 1e-6), ("heap", 1, 1.0), ("odd", 0, 1.0)] {
        let profile = &profiles[name];
        let document = firefox(profile);
        let kind = profile.text(profile.sample_types[value].kind);
        let threads = document["threads"].as_array().unwrap().iter();
        let weights = threads.filter(|thread| thread["processName"] == kind);
        let weights = weights.flat_map(|thread| thread["samples"]["weight"].as_array().unwrap());
        let sum: f64 = weights.map(|weight| weight.as_f64().unwrap()).sum();
        let values = profile.samples.iter().map(|sample| sample.values[value]);
        let expected = values.map(|value| value as f64 * factor).sum::<f64>();
        let difference = (sum - expected).abs();
        assert!(
            difference <= 1e-9 * expected.abs().max(1.0),
            "{name}: {sum} {expected}"
        );
    }
}

fn firefox(profile: &dtail_profile::Profile) -> Value {
    let mut bytes = Vec::new();
    let report = Report::new(profile.clone(), Kind::Firefox, &Options::default()).unwrap();
    report.write(&NoFiles, &mut bytes).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

/// Every index of the Firefox Profiler's tables leads somewhere, and the weights are the samples'.
#[test]
fn the_tables_of_the_firefox_profiler_fit() {
    for (name, profile) in synthetic::all() {
        let document = firefox(&profile);
        let mut samples = 0;
        for thread in document["threads"].as_array().unwrap() {
            samples += check_thread(thread, name);
        }
        let values = profile
            .samples
            .iter()
            .flat_map(|sample| sample.values.to_vec());
        assert_eq!(
            samples,
            values.filter(|value| *value != 0).count(),
            "{name}"
        );
    }
}

/// How many samples the thread has.
fn check_thread(thread: &Value, name: &str) -> usize {
    let table = |table: &str| &thread[table];
    let length = |table: &str| thread[table]["length"].as_u64().unwrap();
    for (of, column, into) in [
        ("samples", "stack", length("stackTable")),
        ("stackTable", "prefix", length("stackTable")),
        ("stackTable", "frame", length("frameTable")),
        ("frameTable", "func", length("funcTable")),
        (
            "funcTable",
            "name",
            thread["stringArray"].as_array().unwrap().len() as u64,
        ),
        (
            "funcTable",
            "fileName",
            thread["stringArray"].as_array().unwrap().len() as u64,
        ),
    ] {
        let indices = table(of)[column].as_array().unwrap();
        assert_eq!(indices.len() as u64, length(of), "{name} {of} {column}");
        let mut known = indices.iter().filter_map(Value::as_u64);
        assert!(known.all(|index| index < into), "{name} {of} {column}");
    }
    for table in ["samples", "stackTable", "frameTable", "funcTable"] {
        let columns = thread[table]
            .as_object()
            .unwrap()
            .values()
            .filter_map(Value::as_array);
        let mut lengths = columns.map(|column| column.len() as u64);
        assert!(
            lengths.all(|found| found == length(table)),
            "{name} {table}"
        );
    }
    length("samples") as usize
}

/// The samples of `raw` with their locations give what `top` says of each function.
#[test]
fn what_a_reader_adds_up_is_what_the_table_says() {
    let profiles: BTreeMap<&str, dtail_profile::Profile> = synthetic::all().into_iter().collect();
    let profile = &profiles["cpu"];
    let raw = json(profile, Kind::Raw);
    let mut leaves: BTreeMap<u64, String> = BTreeMap::new();
    for location in raw["locations"].as_array().unwrap() {
        let leaf = &location["lines"][0]["function"];
        leaves.insert(
            location["id"].as_u64().unwrap(),
            leaf.as_str().unwrap_or("").to_owned(),
        );
    }
    let mut flat: BTreeMap<&str, i64> = BTreeMap::new();
    for sample in raw["rows"].as_array().unwrap() {
        if let Some(leaf) = sample["locations"][0].as_u64() {
            *flat.entry(&leaves[&leaf]).or_default() += sample["values"][1].as_i64().unwrap();
        }
    }
    let top = json(profile, Kind::Top);
    let rows = top["rows"].as_array().unwrap();
    let named = rows.iter().filter(|row| row["flat"] != 0);
    let mut compared = 0;
    for row in named {
        if let Some(sum) = flat.get(row["name"].as_str().unwrap()) {
            assert_eq!(row["flat"].as_i64(), Some(*sum), "{row}");
            compared += 1;
        }
    }
    assert!(compared > 3, "{compared}");
}
