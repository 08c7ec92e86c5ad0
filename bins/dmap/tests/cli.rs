//! dmap from outside.

#[path = "../../dcat/tests/harness/mod.rs"]
mod harness;

use std::io::Write;
use std::process::Stdio;
use std::time::{Duration, Instant};
use std::{fs, thread};

use flate2::Compression;
use flate2::write::GzEncoder;
use harness::{Harness, changing, documentation, listing};

const USERS: &str = "user,ms\nann,10\nbob,20\nann,30\n";
const BY_USER: &str = "select user,count($line),avg(ms) group by user logformat csv";
const BY_USER_TABLE: &str = "\
select user,count($line),avg(ms) group by user logformat csv
 user | count($line) |   avg(ms) 
------|--------------|-----------
  ann |            2 | 20.000000 
  bob |            1 | 20.000000 

";

fn dmap() -> Harness {
    Harness::new(env!("CARGO_BIN_EXE_dmap")).environment("TZ", "UTC")
}

fn dmap_with_users() -> Harness {
    dmap().file("users.csv", USERS)
}

#[test]
fn the_query_is_a_flag_or_an_argument() {
    let dmap = dmap_with_users();
    for words in [
        ["users.csv", BY_USER].as_slice(),
        &[BY_USER, "users.csv"],
        &["-query", BY_USER, "users.csv"],
        &["users.csv", &format!("--query={BY_USER}")],
        &["-files", "users.csv", BY_USER],
        &[
            "-plain",
            "-noColor",
            "-logger",
            "stdout",
            "-cfg",
            "none",
            "users.csv",
            BY_USER,
        ],
    ] {
        dmap.run_words(words, "").is(0, BY_USER_TABLE, "");
    }
}

#[test]
fn standard_input_is_read_without_files() {
    dmap().run_words(&[BY_USER], USERS).is(0, BY_USER_TABLE, "");
    dmap()
        .run_words(&[BY_USER, "-"], USERS)
        .is(0, BY_USER_TABLE, "");
}

#[test]
fn several_files_are_read_in_the_order_of_the_arguments() {
    let query = "select last(v),count(v) group by * logformat generickv";
    let dmap = dmap()
        .file("1.log", "v=1\n")
        .file("2.log", "v=2\n")
        .file("3.log", "v=3");
    let check = |files: &[&str], last: u32, count: u32| {
        let title = " last(v) | count(v) \n---------|----------\n";
        let table = format!("{query}\n{title}       {last} |        {count} \n\n");
        dmap.run_words(&[&[query], files].concat(), "")
            .is(0, table, "");
    };
    check(&["2.log", "1.log"], 1, 2);
    check(&["*.log"], 3, 3);
    check(&["1.log", "-files", "3.log,2.log"], 1, 3);
}

#[test]
fn compressed_files_are_read() {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(USERS.as_bytes()).unwrap();
    let dmap = dmap()
        .file("u.gz", gzip.finish().unwrap())
        .file("u.zst", zstd::encode_all(USERS.as_bytes(), 1).unwrap());
    for name in ["u.gz", "u.zst"] {
        dmap.run_words(&[BY_USER, name], "")
            .is(0, BY_USER_TABLE, "");
    }
}

#[test]
fn a_missing_file_is_reported_and_the_others_are_read() {
    let stderr = "dmap: nosuch.csv: no such file\ndmap: .: is a directory\n";
    dmap_with_users()
        .run_words(&["nosuch.csv", ".", "users.csv", BY_USER], "")
        .is(1, BY_USER_TABLE, stderr);
}

#[test]
fn a_file_that_vanishes_is_reported_and_the_others_are_read() {
    let (args, result) = (
        "-output csv -query select,$line -files d/*",
        "$line\n1\n3\n",
    );
    changing::vanishing_file(&dmap(), args, result, "dmap: d/2: no such file\n", 1);
}

#[test]
fn records_are_read_as_the_configuration_says() {
    let config = r#"{"Server": {"MapreduceLogFormat": "generickv"}}"#;
    let harness = dmap()
        .file("c", config)
        .file("a", "a=1|MAPREDUCE:T|b\n{\"a\":2}\n");
    let check = |query: &str, expected: &str| {
        let words = ["-cfg", "c", "-output", "csv", "-query", query, "a"];
        harness.run_words(&words, "").is(0, expected, "");
    };
    check("from T select a", "a\n1\n");
    check("from . select a logformat generickv", "a\n1\n");
    check("select count($line) group by *", "count($line)\n2\n");
}

#[test]
fn a_broken_query_is_explained() {
    let stderr = "\
dmap: invalid query in `limit`: `x` is not a whole number
  select a limit x
                 ^ expected a whole number of rows, as in `limit 10`
";
    dmap()
        .run_words(&["select a limit x"], "")
        .is(2, "", stderr);
}

#[test]
fn wrong_usage_is_one_line() {
    let no_query =
        "dmap: no query: give one with -query, or one with `select` among the arguments\n";
    dmap().run("").is(2, "", no_query);
    dmap().run("users.csv").is(2, "", no_query);
    dmap().run_words(&["-servers", "a,b", BY_USER], "").is(
        2,
        "",
        "dmap: -servers: servers are not built yet\n",
    );
}

#[test]
fn results_go_to_a_file() {
    let dmap = dmap_with_users();
    let query = format!("{BY_USER} outfile out.csv");
    dmap.run_words(&["users.csv", &query], "").is(0, "", "");
    let text = |name: &str| fs::read_to_string(dmap.path().join(name)).unwrap();
    let expected = "user,count($line),avg(ms)\nann,2,20.000000\nbob,1,20.000000\n";
    assert_eq!(text("out.csv"), expected);
    assert_eq!(text("out.csv.query"), query);
    assert_eq!(listing(dmap.path()).len(), 3, "no temporary file stays");
}

#[test]
fn a_result_that_cannot_be_written_is_an_error() {
    let dmap = dmap_with_users();
    let query = format!("{BY_USER} outfile no/out.csv");
    let stderr = "dmap: cannot write the result to no/out.csv: \
                  no such directory; create it, or name another file in `outfile`\n";
    dmap.run_words(&["users.csv", &query], "").is(1, "", stderr);
    assert_eq!(listing(dmap.path()).len(), 1);
    let query = format!("{BY_USER} outfile /dev/full");
    let stderr = "dmap: cannot write the result to /dev/full: \
                  no space left on device; make room, or name another file in `outfile`\n";
    dmap.run_words(&["users.csv", &query], "").is(1, "", stderr);
}

#[test]
fn what_is_left_out_is_said() {
    let query = "select sum(n) group by $nope logformat generickv";
    let stdout = format!("{query}\n   sum(n) \n----------\n 1.000000 \n\n");
    let stderr = "\
dmap: warning: $nope is not a known variable for log format \"generickv\"; did you mean bareword nope?
dmap: warning: left out 1 value of n: not a number, the first: \"zz\"
";
    dmap()
        .run_words(&[query], "n=1\nn=zz\n")
        .is(0, stdout, stderr);
}

#[test]
fn a_misspelt_column_is_said() {
    let query = "select usr logformat csv";
    let stderr = "dmap: users.csv: no column `usr`, did you mean `user`?\n\
                  dmap: no line has what the query selects\n";
    dmap_with_users()
        .run_words(&[query, "users.csv"], "")
        .is(0, "", stderr);
}

#[test]
fn a_result_without_rows_prints_no_table() {
    let stderr = "dmap: no line has what the query selects\n";
    dmap().run_words(&["select a"], "x\n").is(0, "", stderr);
}

#[test]
fn ten_rows_are_shown_and_the_rest_is_said() {
    let input: String = (10..23).map(|n| format!("{n}\n")).collect();
    let rows: String = (10..20).map(|n| format!("    {n} \n")).collect();
    let stdout = format!("select $line\n $line \n-------\n{rows}\n");
    let stderr = "dmap: the first 10 of 13 rows; a `limit` clause shows more\n";
    dmap()
        .run_words(&["select $line"], input)
        .is(0, stdout, stderr);
}

#[test]
fn results_for_programs() {
    let csv = "user,count($line),avg(ms)\nann,2,20.000000\nbob,1,20.000000\n";
    let json = "[\n{\"user\":\"ann\",\"count($line)\":2,\"avg(ms)\":20},\n\
                {\"user\":\"bob\",\"count($line)\":1,\"avg(ms)\":20}\n]\n";
    let dmap = dmap_with_users();
    for (words, expected) in [
        (["-output", "csv", BY_USER, "users.csv"], csv),
        ([BY_USER, "--output", "JSON", "users.csv"], json),
    ] {
        dmap.run_words(&words, "").is(0, expected, "");
    }
    let outfile = format!("{BY_USER} outfile o");
    dmap.run_words(&["-output", "csv", &outfile], "").is(
        2,
        "",
        "dmap: -output: the query has an outfile, which is CSV\n",
    );
    let no_form = dmap.run_words(&["-output", "xml", BY_USER], "");
    no_form.holds(no_form.stderr_text().contains("xml"), "the value is named");
}

#[test]
fn tables_are_coloured_on_demand() {
    let dmap = dmap_with_users();
    let colored = dmap.run_words(&["-color", "always", BY_USER, "users.csv"], "");
    let text = colored.stdout_text();
    colored.holds(
        text.contains("\x1b[1m\x1b[7m user \x1b[0m"),
        "a key in reverse",
    );
    dmap.run_words(&["-color=always", "-plain", BY_USER, "users.csv"], "")
        .is(0, BY_USER_TABLE, "");
}

#[test]
fn the_help_in_full_tells_the_language() {
    let help = dmap().run("--help");
    let text = help.stdout_text();
    for word in [
        "hassuffix",
        "rorder by",
        "maskdigits",
        "logfmt",
        "$goroutines",
    ] {
        help.holds(text.contains(word), word);
    }
}

#[test]
fn variables_of_the_machine() {
    let query = "select $hostname,$timezone,$timeoffset";
    let stdout = format!(
        "{query}\n\
         \x20       $hostname | $timezone | $timeoffset \n\
         ------------------|-----------|-------------\n\
         \x20host.example.org |       UTC |           0 \n\n"
    );
    dmap().run_words(&[query], "x\n").is(0, stdout, "");
}

#[test]
fn csv_records_of_any_length_are_whole() {
    let long = "x".repeat(3 << 20);
    let query = "select sum(b),max(b),count(a) group by * logformat csv";
    let stdout = format!(
        "{query}\n\
         \x20  sum(b) |   max(b) | count(a) \n\
         ----------|----------|----------\n\
         \x203.000000 | 2.000000 |        2 \n\n"
    );
    dmap()
        .run_words(&[query], format!("a,b\n{long},1\n\"{long}\n\",2\n"))
        .is(0, stdout, "");
}

#[test]
fn lines_over_the_limit_come_in_pieces_and_that_is_said() {
    let query = "select count($line) group by *";
    let stdout = format!("{query}\n count($line) \n--------------\n            2 \n\n");
    let stderr = "dmap: -: 1 line was over the limit and split\n";
    dmap()
        .run_words(&[query], "x".repeat((1 << 20) + 1))
        .is(0, stdout, stderr);
}

/// Waits for `condition`, but not for ever.
fn holds_soon(condition: impl Fn() -> bool) -> bool {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !condition() && Instant::now() < deadline {
        thread::sleep(Duration::from_millis(20));
    }
    condition()
}

#[test]
fn a_file_has_interim_results_while_the_input_goes_on() {
    let dmap = dmap();
    let query = "select count($line) group by * outfile o.csv interval 1";
    let mut command = dmap.command_of([query]);
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let has_count = |count: u32| {
        let text = fs::read_to_string(dmap.path().join("o.csv"));
        text.is_ok_and(|text| text == format!("count($line)\n{count}\n"))
    };
    input.write_all(b"x\n").unwrap();
    assert!(holds_soon(|| has_count(1)), "after half an interval");
    input.write_all(b"x\nx\n").unwrap();
    assert!(holds_soon(|| has_count(3)), "after an interval");
    input.write_all(b"x\n").unwrap();
    drop(input);
    assert!(child.wait().unwrap().success());
    assert!(has_count(4), "at the end");
}

#[test]
fn rows_are_appended_once_however_long_it_takes() {
    let dmap = dmap();
    let query = "select count($line) group by * outfile append o.csv interval 1";
    let mut command = dmap.command_of([query]);
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(b"x\n").unwrap();
    thread::sleep(Duration::from_millis(700));
    drop(input);
    assert!(child.wait().unwrap().success());
    let text = fs::read_to_string(dmap.path().join("o.csv")).unwrap();
    assert_eq!(text, "count($line)\n1\n");
}

#[test]
fn many_blocks_give_the_result_of_one() {
    let lines: String = (0..400_000)
        .map(|n| format!("k=k{}|v={n}\n", n % 3))
        .collect();
    let query = "select k,count(v),sum(v),last(v) group by k logformat generickv";
    let stdout = format!(
        "{query}\n\
         \x20 k | count(v) |             sum(v) | last(v) \n\
         ----|----------|--------------------|---------\n\
         \x20k0 |   133334 | 26666733333.000000 |  399999 \n\
         \x20k1 |   133333 | 26666466667.000000 |  399997 \n\
         \x20k2 |   133333 | 26666600000.000000 |  399998 \n\n"
    );
    dmap().run_words(&[query], lines).is(0, stdout, "");
}

#[test]
fn profiling_changes_neither_output_nor_status() {
    let dmap = dmap_with_users();
    let words = ["users.csv", "nosuch", BY_USER];
    let profiling = ["-profile", "-quiet", "-profiledir", "p"];
    let missing = "dmap: nosuch: no such file\n";
    dmap.run_words(&words, "").is(1, BY_USER_TABLE, missing);
    let profiled = dmap.run_words(&[&words[..], &profiling].concat(), "");
    profiled.holds(profiled.stdout_text() == BY_USER_TABLE, "the same output");
    let names = listing(&dmap.path().join("p"));
    for kind in ["cpu", "mem", "alloc", "peak"] {
        let name = format!("dmap_{kind}_");
        profiled.holds(names.iter().any(|file| file.contains(&name)), &name);
    }
}

#[test]
fn help_manual_and_completions_know_the_flags() {
    documentation::check(&dmap(), "dmap");
}

/// A dmap that reads a pipe which stays open until the end of the test.
fn waiting(harness: &Harness, words: &[&str]) -> (std::process::Child, std::process::ChildStdin) {
    let mut command = harness.command_of(words);
    let mut child = command
        .stdin(std::process::Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut pipe = child.stdin.take().expect("it was asked for");
    pipe.write_all(b"1\n1\n").expect("it reads");
    (child, pipe)
}

const EARLY: &str = "dmap: ended early: the result is that of the lines read until then\n";

#[test]
fn when_time_is_up_the_result_is_that_of_the_lines_so_far() {
    let harness = dmap();
    let words = ["-timeout", "1", "-output", "csv", "select count($line)"];
    let (child, _pipe) = waiting(&harness, &words);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "count($line)\n2\n");
    assert_eq!(String::from_utf8_lossy(&output.stderr), EARLY);
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_signal_leaves_a_complete_result() {
    let harness = dmap();
    let words = ["select count($line) interval 1 outfile out.csv"];
    let (child, _pipe) = waiting(&harness, &words);
    let result = || std::fs::read_to_string(harness.path().join("out.csv")).unwrap_or_default();
    while result().is_empty() {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    std::fs::write(harness.path().join("out.csv"), "").expect("a file");
    let kill = std::process::Command::new("kill")
        .arg(child.id().to_string())
        .status();
    assert!(kill.expect("there is a kill").success());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(
        std::os::unix::process::ExitStatusExt::signal(&output.status),
        Some(15)
    );
    assert_eq!(String::from_utf8_lossy(&output.stderr), EARLY);
    assert_eq!(result(), "count($line)\n2\n");
    assert_eq!(
        harness::listing(harness.path()).len(),
        2,
        "the result and its query"
    );
}

#[test]
fn samples_carry_the_file_and_every_stage() {
    let rows: String = (0..100_000)
        .map(|n| format!("{n},user{n},{}\n", n * 7))
        .collect();
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    write!(gzip, "n,user,ms\n{rows}").expect("memory never fails");
    let compressed = gzip.finish().expect("memory never fails");
    let harness = dmap().file("a.csv.gz", compressed);
    let query = "select count($line),avg(ms),p95(ms),min(n),max(n),user where ms > 5 group by user logformat csv";
    let words = [
        "-cpuprofile",
        "-cpuprofilerate=1000",
        "-profiledir",
        "p",
        "-quiet",
        "-output",
        "csv",
        query,
        "a.csv.gz",
    ];
    let outcome = harness.run_words(&words, "");
    outcome.holds(
        outcome.stdout_text().lines().count() == 100_000,
        "a header and all rows but one",
    );
    let file = harness::listing(&harness.path().join("p"))
        .pop()
        .expect("a profile");
    let profile = std::fs::read(file).expect("a profile");
    let profile = dtail_profile::Profile::decode(&profile).expect("a complete one");
    for (key, text) in [
        ("file", "a.csv.gz"),
        ("stage", "decompress"),
        ("stage", "parse"),
        ("stage", "aggregate"),
        ("stage", "write"),
    ] {
        let mut labels = profile.samples.iter().flat_map(|sample| sample.labels);
        let has =
            labels.any(|label| profile.text(label.key) == key && profile.text(label.text) == text);
        assert!(has, "{key} {text}");
    }
}
