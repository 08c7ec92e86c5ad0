//! One expectation, that of a naive evaluator, through every way in which lines can come: files and
//! pipes, plain and compressed, one thread and several, and read buffers from one byte.

#[path = "../../dcat/tests/harness/mod.rs"]
mod harness;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use harness::Harness;
use logread::{BlockReader, Options, Unobserved};
use mapreduce::{Aggregation, Environment, Plan, Query, Source};

const QUERY: &str = "select user,count($line),sum(ms),max(ms) where status ne \"no\" \
                     group by user logformat csv";

struct Row {
    user: String,
    ms: u32,
    status: &'static str,
}

/// Users have commas, quotes and line ends in their names, too.
fn rows(count: u32) -> Vec<Row> {
    let row = |number: u32| {
        let user = number.wrapping_mul(2_654_435_761) >> 25;
        Row {
            user: match user % 5 {
                0 => format!("a,{user}"),
                1 => format!("a \"{user}\""),
                2 => format!("a\n{user}"),
                _ => format!("user{user}"),
            },
            ms: number.wrapping_mul(40_503) % 5_000,
            status: if number.is_multiple_of(7) {
                "no"
            } else {
                "yes"
            },
        }
    };
    (0..count).map(row).collect()
}

fn field(text: &str) -> String {
    match text.contains([',', '"', '\n']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}

fn input(rows: &[Row]) -> String {
    let mut text = "user,ms,note,status\n".to_owned();
    let note = "a note that nobody asks for ".repeat(2);
    for Row { user, ms, status } in rows {
        writeln!(text, "{},{ms},{note},{status}", field(user)).expect("memory never fails");
    }
    text
}

/// What the query makes of the rows.
fn expected(rows: &[Row]) -> String {
    let mut groups: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.status != "no") {
        groups.entry(&row.user).or_default().push(row.ms);
    }
    let mut text = "user,count($line),sum(ms),max(ms)\n".to_owned();
    for (user, ms) in groups {
        let (count, sum, max) = (ms.len(), ms.iter().sum::<u32>(), ms.iter().max());
        let max = max.copied().unwrap_or_default();
        let line = format!("{},{count},{sum}.000000,{max}.000000", field(user));
        writeln!(text, "{line}").expect("memory never fails");
    }
    text
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder
        .write_all(text.as_bytes())
        .expect("memory never fails");
    encoder.finish().expect("memory never fails")
}

/// Few rows are aggregated by one thread, many by several.
#[test]
fn files_and_pipes_plain_and_compressed() {
    for count in [0, 1, 1_000, 50_000] {
        let rows = rows(count);
        let (text, expected) = (input(&rows), expected(&rows));
        let zstd = zstd::encode_all(text.as_bytes(), 1).expect("memory never fails");
        let dmap = Harness::new(env!("CARGO_BIN_EXE_dmap"))
            .file("a.csv", &text)
            .file("a.csv.gz", gzip(&text))
            .file("a.csv.zst", zstd);
        let warning = match expected.lines().count() {
            1 => "dmap: no line has what the query selects\n",
            _ => "",
        };
        for name in ["a.csv", "a.csv.gz", "a.csv.zst", "-"] {
            let words = ["-output", "csv", "-query", QUERY, name];
            let outcome = dmap.run_words(&words, &text);
            outcome.is(0, &expected, warning);
        }
    }
}

#[test]
fn buffers_from_one_byte() {
    let rows = rows(300);
    let (text, expected) = (input(&rows), expected(&rows));
    for buffer_size in [1, 2, 3, 7, 64, 1000, 1 << 20] {
        for workers in [1, 2, 3] {
            let got = aggregated(&text, buffer_size, workers);
            assert_eq!(got, expected, "buffers of {buffer_size}, {workers} workers");
        }
    }
}

/// The result where blocks go to these many aggregations in turn.
fn aggregated(text: &str, buffer_size: usize, workers: usize) -> String {
    let query = Query::parse(QUERY).expect("a valid query");
    let plan = Plan::new(query, || Environment {
        hostname: "host".into(),
        timezone: "UTC".into(),
        utc_offset_seconds: 0,
    });
    let options = Options {
        buffer_size,
        ..Options::default()
    };
    let mut input = BlockReader::new(text.as_bytes(), &options, &Unobserved);
    let mut source = Source::new(&plan);
    let mut parts: Vec<_> = (0..workers).map(|_| Aggregation::new(&plan)).collect();
    let mut stamp = 1;
    while let Some(block) = input.next_block().expect("memory never fails") {
        if let Some(records) = source.push(block) {
            parts[stamp % workers].add(&records, stamp as u64);
            stamp += 1;
        }
    }
    if let Some(records) = source.finish() {
        parts[0].add(&records, stamp as u64);
    }
    let mut total = Aggregation::new(&plan);
    parts.iter().for_each(|part| total.merge(part));
    let mut out = Vec::new();
    let report = total.report();
    report.write_csv(&mut out).expect("memory never fails");
    String::from_utf8(out).expect("the users are UTF-8")
}
