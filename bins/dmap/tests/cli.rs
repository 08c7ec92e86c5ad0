//! The program as its users run it.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

const USERS: &str = "user,ms\nann,10\nbob,20\nann,30\n";
const BY_USER: &str = "select user,count($line),avg(ms) group by user logformat csv";
const BY_USER_TABLE: &str = "\
select user,count($line),avg(ms) group by user logformat csv
 user | count($line) |   avg(ms) 
------|--------------|-----------
  ann |            2 | 20.000000 
  bob |            1 | 20.000000 

";

/// A directory of its own for one test.
struct Scene {
    dir: TempDir,
}

/// What is expected of one run; standard error is compared line by line.
struct Expected<'a> {
    status: i32,
    stdout: &'a str,
    stderr: &'a [&'a str],
}

impl Scene {
    fn new(files: &[(&str, &[u8])]) -> Self {
        let scene = Self {
            dir: tempfile::tempdir().unwrap(),
        };
        for (name, content) in files {
            fs::write(scene.path().join(name), content).unwrap();
        }
        scene
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap()
    }

    fn run(&self, args: &[&str], stdin: &str) -> Output {
        let mut child = Command::new(env!("CARGO_BIN_EXE_dmap"))
            .args(args)
            .current_dir(self.path())
            .env("TZ", "UTC")
            .env("DTAIL_HOSTNAME_OVERRIDE", "web1")
            .env_remove("DTAIL_INTEGRATION_TEST_RUN_MODE")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // The program may end without reading its input.
        let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
        child.wait_with_output().unwrap()
    }

    fn listing(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path()).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[track_caller]
    fn check(&self, args: &[&str], stdin: &str, expected: &Expected<'_>) {
        let output = self.run(args, stdin);
        let stdout = String::from_utf8_lossy(&output.stdout);
        let stderr = String::from_utf8_lossy(&output.stderr);
        let as_expected = output.status.code() == Some(expected.status)
            && stdout == expected.stdout
            && stderr.lines().eq(expected.stderr.iter().copied());
        assert!(
            as_expected,
            "dmap {args:?}\n{}, expected {}\n--- stdout\n{stdout}--- expected\n{}--- stderr\n{stderr}\
             --- expected\n{}\n--- files {:?}",
            output.status,
            expected.status,
            expected.stdout,
            expected.stderr.join("\n"),
            self.listing(),
        );
    }
}

/// Success with this output and no message.
fn prints(stdout: &str) -> Expected<'_> {
    Expected {
        status: 0,
        stdout,
        stderr: &[],
    }
}

#[test]
fn the_query_is_a_flag_or_an_argument() {
    let scene = Scene::new(&[("users.csv", USERS.as_bytes())]);
    for args in [
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
        scene.check(args, "", &prints(BY_USER_TABLE));
    }
}

#[test]
fn standard_input_is_read_without_files() {
    let scene = Scene::new(&[]);
    scene.check(&[BY_USER], USERS, &prints(BY_USER_TABLE));
    scene.check(&[BY_USER, "-"], USERS, &prints(BY_USER_TABLE));
}

#[test]
fn several_files_are_read_in_the_order_of_the_arguments() {
    let scene = Scene::new(&[("1.log", b"v=1\n"), ("2.log", b"v=2\n"), ("3.log", b"v=3")]);
    let query = "select last(v),count(v) group by * logformat generickv";
    let table = |last: u32, count: u32| {
        let rows = format!(
            " last(v) | count(v) \n---------|----------\n       {last} |        {count} \n"
        );
        format!("{query}\n{rows}\n")
    };
    scene.check(&[query, "2.log", "1.log"], "", &prints(&table(1, 2)));
    scene.check(&[query, "*.log"], "", &prints(&table(3, 3)));
    scene.check(
        &[query, "1.log", "-files", "3.log,2.log"],
        "",
        &prints(&table(1, 3)),
    );
}

#[test]
fn compressed_files_are_read() {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(USERS.as_bytes()).unwrap();
    let gzip = gzip.finish().unwrap();
    let zstd = zstd::encode_all(USERS.as_bytes(), 1).unwrap();
    let scene = Scene::new(&[("u.csv.gz", &gzip), ("u.csv.zst", &zstd)]);
    scene.check(&[BY_USER, "u.csv.gz"], "", &prints(BY_USER_TABLE));
    scene.check(&[BY_USER, "u.csv.zst"], "", &prints(BY_USER_TABLE));
}

#[test]
fn a_missing_file_is_reported_and_the_others_are_read() {
    let scene = Scene::new(&[("users.csv", USERS.as_bytes())]);
    let stderr = ["dmap: nosuch.csv: no such file", "dmap: .: is a directory"];
    let args = ["nosuch.csv", ".", "users.csv", BY_USER];
    scene.check(
        &args,
        "",
        &Expected {
            status: 1,
            stdout: BY_USER_TABLE,
            stderr: &stderr,
        },
    );
}

#[test]
fn a_broken_query_is_explained() {
    let stderr = [
        "dmap: invalid query in `limit`: `x` is not a whole number",
        "  select a limit x",
        "                 ^ expected a whole number of rows, as in `limit 10`",
    ];
    let args = ["select a limit x"];
    Scene::new(&[]).check(
        &args,
        "",
        &Expected {
            status: 2,
            stdout: "",
            stderr: &stderr,
        },
    );
}

#[test]
fn wrong_usage_is_one_line() {
    let scene = Scene::new(&[]);
    let check = |args: &[&str], line: &str| {
        scene.check(
            args,
            "",
            &Expected {
                status: 2,
                stdout: "",
                stderr: &[line],
            },
        );
    };
    let no_query = "dmap: no query: give one with -query, or one with `select` among the arguments";
    check(&[], no_query);
    check(&["users.csv"], no_query);
    check(
        &["-servers", "a,b", BY_USER],
        "dmap: -servers: servers are not built yet",
    );
}

#[test]
fn results_go_to_a_file() {
    let scene = Scene::new(&[("users.csv", USERS.as_bytes())]);
    let query = format!("{BY_USER} outfile out.csv");
    scene.check(&["users.csv", &query], "", &prints(""));
    assert_eq!(
        scene.text("out.csv"),
        "user,count($line),avg(ms)\nann,2,20.000000\nbob,1,20.000000\n"
    );
    assert_eq!(scene.text("out.csv.query"), query);
    assert_eq!(scene.listing(), ["out.csv", "out.csv.query", "users.csv"]);
}

#[test]
fn a_result_that_cannot_be_written_is_an_error() {
    let scene = Scene::new(&[("users.csv", USERS.as_bytes())]);
    let query = format!("{BY_USER} outfile no/out.csv");
    let output = scene.run(&["users.csv", &query], "");
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(
        stderr.starts_with("dmap: cannot write the result to no/out.csv"),
        "{stderr}"
    );
    assert_eq!(scene.listing(), ["users.csv"]);
}

#[test]
fn what_is_left_out_is_said() {
    let scene = Scene::new(&[("n.log", b"n=1\nn=zz\n")]);
    let query = "select sum(n) group by $nope logformat generickv";
    let stdout = format!("{query}\n   sum(n) \n----------\n 1.000000 \n\n");
    let stderr = [
        "dmap: warning: $nope is not a known variable for log format \"generickv\"; \
         did you mean bareword nope?",
        "dmap: warning: left out 1 value of n: not a number, the first: \"zz\"",
    ];
    scene.check(
        &["n.log", query],
        "",
        &Expected {
            status: 0,
            stdout: &stdout,
            stderr: &stderr,
        },
    );
}

#[test]
fn a_result_without_rows_prints_no_table() {
    let scene = Scene::new(&[]);
    let stderr = ["dmap: no line has what the query selects"];
    scene.check(
        &["select a"],
        "x\n",
        &Expected {
            status: 0,
            stdout: "",
            stderr: &stderr,
        },
    );
}

#[test]
fn ten_rows_are_shown_and_the_rest_is_said() {
    let scene = Scene::new(&[]);
    let input: String = (10..23).map(|n| format!("{n}\n")).collect();
    let output = scene.run(&["select $line"], &input);
    assert_eq!(
        String::from_utf8(output.stdout).unwrap().lines().count(),
        1 + 2 + 10 + 1
    );
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        stderr,
        "dmap: the first 10 of 13 rows; a `limit` clause shows more\n"
    );
}

#[test]
fn variables_of_the_machine() {
    let scene = Scene::new(&[]);
    let query = "select $hostname,$server,$timezone,$timeoffset";
    let stdout = format!(
        "{query}\n $hostname | $server | $timezone | $timeoffset \n\
         -----------|---------|-----------|-------------\n      \
         web1 |    web1 |       UTC |           0 \n\n"
    );
    scene.check(&[query], "x\n", &prints(&stdout));
}

#[test]
fn csv_records_of_any_length_are_whole() {
    let long = "x".repeat(3 << 20);
    let input = format!("a,b\n{long},1\n\"{long}\n\",2\n");
    let scene = Scene::new(&[("long.csv", input.as_bytes())]);
    let query = "select sum(b),max(b),count(a) group by * logformat csv";
    let stdout = format!(
        "{query}\n   sum(b) |   max(b) | count(a) \n----------|----------|----------\n 3.000000 | 2.000000 |        2 \n\n"
    );
    scene.check(&["long.csv", query], "", &prints(&stdout));
}

#[test]
fn lines_over_the_limit_come_in_pieces_and_that_is_said() {
    let input = format!("{}\n", "x".repeat((1 << 20) + 1));
    let scene = Scene::new(&[("long.log", input.as_bytes())]);
    let query = "select count($line) group by *";
    let stdout = format!("{query}\n count($line) \n--------------\n            2 \n\n");
    let stderr = ["dmap: long.log: 1 line was over the limit and split"];
    let expected = Expected {
        status: 0,
        stdout: &stdout,
        stderr: &stderr,
    };
    scene.check(&["long.log", query], "", &expected);
}

#[test]
fn profiling_changes_neither_output_nor_status() {
    let scene = Scene::new(&[("users.csv", USERS.as_bytes())]);
    let args = ["users.csv", "nosuch", BY_USER];
    let plain = scene.run(&args, "");
    let profiled = scene.run(
        &[&args[..], &["-profile", "-quiet", "-profiledir", "p"]].concat(),
        "",
    );
    assert_eq!(plain.status.code(), Some(1));
    assert_eq!(profiled.status.code(), plain.status.code());
    assert_eq!(profiled.stdout, plain.stdout);
}
