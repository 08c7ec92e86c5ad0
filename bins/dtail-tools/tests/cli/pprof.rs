//! `dtail-tools pprof`: flags, files and exit statuses; what reports say is tested in `report`.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread::{self, JoinHandle};

use dtail_profile::{Line, MappingSpec, ProfileBuilder};

use crate::tools::{Run, Tools};

/// The gzipped profile of a program with one function.
fn profile(function: &str, value: i64) -> Vec<u8> {
    let mut builder = ProfileBuilder::new();
    builder
        .sample_type("cpu", "nanoseconds")
        .period("cpu", "nanoseconds", 1);
    let mapping = builder.mapping(MappingSpec {
        file: "/bin/app",
        ..MappingSpec::default()
    });
    let function = builder.function(function, "", "src/a.rs", 1);
    let line = Line {
        function,
        line: 2,
        column: 0,
    };
    let location = builder.location(Some(mapping), 64, &[line]);
    builder.sample(&[location], &[value], &[]);
    builder.finish().unwrap().encode_gzip()
}

fn tools() -> Tools {
    let tools = Tools::new();
    tools.write("a.prof", profile("work", 30_000_000));
    tools.write("b.prof", profile("rest", 10_000_000));
    tools.write("cut.prof", &profile("work", 1)[..60]);
    tools.write("text.prof", "not a profile");
    tools.write("go.prof", "heap profile: 1: 2 [3: 4] @ heap/8192\n");
    tools.write("src/a.rs", "fn work() {\n    spin();\n}\n");
    tools.write("program", b"\x7fELF and so on");
    tools
}

#[track_caller]
fn check(line: &str, code: i32, stdout: &str, stderr: &str) -> Run {
    let run = tools().run(&format!("pprof {line}"));
    assert_eq!(run.code, Some(code), "{line}: {run:?}");
    assert!(run.stdout.contains(stdout), "{line}: {run:?}");
    assert!(run.stderr.contains(stderr), "{line}: {run:?}");
    run
}

#[test]
fn reports_in_every_spelling() {
    let row = "      30ms   100%   100%       30ms   100%  work\n";
    for line in [
        "-top a.prof",
        "--top a.prof",
        "a.prof -top=true",
        "-unit ms -top -- a.prof",
    ] {
        let run = check(line, 0, row, "");
        assert_eq!(run.stderr, "");
    }
    check("-top a.prof b.prof", 0, "40ms total", "");
    check("-top -base=b.prof a.prof", 0, "-10ms", "");
    check("-top -diff_base b.prof a.prof", 0, "of 10ms total", "");
    check(
        "-top -base=b.prof -base=a.prof a.prof",
        0,
        "0% of 0 total",
        "",
    );
    check("-top -base=b.prof -base= a.prof", 0, "30ms total", "");
    check(
        "-list=work a.prof",
        0,
        "      30ms       30ms      2:    spin();",
        "",
    );
    check("-top program a.prof", 0, "File: program\n", "");
    check(
        "-top -json a.prof",
        0,
        "{\"name\":\"work\",\"flat\":30000000,",
        "",
    );
    check(
        "-csv -top a.prof",
        0,
        "work,30000000,100,30000000,100,,cpu,nanoseconds\r\n",
        "",
    );
    check("-folded a.prof", 0, "work 30000000\n", "");
    check("-speedscope a.prof", 0, "\"weights\":[30000000]", "");
    check("-svg a.prof", 0, "<title>work (30ms)</title>", "");
    check("-h", 0, "Usage: dtail-tools pprof", "");
}

#[test]
fn wrong_usage_ends_with_2() {
    check("-top", 2, "", "pprof: no profile source specified\n");
    check("-top -tree a.prof", 2, "", "at most one output format");
    check(
        "-callgrind -json a.prof",
        2,
        "",
        "-json and -csv go with -top, -tree,",
    );
    check(
        "-tpo a.prof",
        2,
        "",
        "pprof: flag provided but not defined: -tpo; did you mean -top?\n",
    );
    check(
        "-top -nodecount=x a.prof",
        2,
        "",
        "illegal value \"x\" for nodecount",
    );
    check("-top -focus=( a.prof", 2, "", "parsing focus regexp");
    check("-top -sample_index=7 a.prof", 2, "", "sample_index \"7\"");
    check(
        "-top -normalize a.prof",
        2,
        "",
        "must have base profile to normalize by",
    );
    check(
        "-top -base=a.prof -diff_base=a.prof a.prof",
        2,
        "",
        "cannot both be specified",
    );
    check(
        "-peek=nothing a.prof",
        2,
        "",
        "no matches found for regexp: nothing",
    );
    check("-top -divide_by=0 a.prof", 2, "", "zero divisor");
}

#[test]
fn unreadable_profiles_end_with_3_and_one_line() {
    for (line, reason) in [
        ("-top none.prof", "pprof: none.prof: No such file"),
        ("-top src", "pprof: src: Is a directory"),
        (
            "-top cut.prof",
            "pprof: cut.prof: byte 60 of the gzip stream: the stream ends early\n",
        ),
        (
            "-top text.prof",
            "pprof: text.prof: byte 0 of the uncompressed profile: ",
        ),
        (
            "-top go.prof",
            "pprof: go.prof: a profile as text, as debug=1 asks for",
        ),
    ] {
        let run = check(line, 3, "", reason);
        assert_eq!(
            (run.stdout.as_str(), run.stderr.lines().count()),
            ("", 1),
            "{run:?}"
        );
    }
}

#[test]
fn one_readable_profile_is_enough() {
    let run = check(
        "-top none.prof a.prof",
        0,
        "work",
        "Fetched 1 source profiles out of 2",
    );
    assert!(run.stderr.starts_with("pprof: none.prof: "), "{run:?}");
}

#[test]
fn of_a_group_of_options_one_can_be_chosen() {
    check(
        "-top -cum -flat a.prof",
        2,
        "",
        "conflicting options set: [cum flat]",
    );
    check(
        "-top -lines -files -cum a.prof",
        2,
        "",
        "conflicting options set: [files lines]",
    );
    check("-top -cum -cum -flat=false a.prof", 0, "100%  work", "");
}

#[test]
fn lines_of_the_shell() {
    let tools = tools();
    tools.write(
        "lines",
        "top\nfocus=nothing\ntop1\n:\nlines\ntop -cum work\no\nnope\nlist\nraw > raw.txt\nsvg\n\nquit\ntop\n",
    );
    let run = tools.shell("dtail-tools pprof a.prof < lines");
    assert_eq!(run.code, Some(0), "{run:?}");
    let tables = &run.stdout;
    assert!(tables.starts_with("(pprof) Showing nodes"), "{run:?}");
    assert_eq!(tables.matches("(pprof) ").count(), 13, "{run:?}");
    assert_eq!(
        tables.matches("Showing nodes accounting for").count(),
        3,
        "{run:?}"
    );
    assert!(tables.contains("100%  work\n") && tables.contains("100%  work src/a.rs:2\n"));
    assert!(tools.path("profile001.svg").exists(), "{run:?}");
    assert!(
        run.stderr
            .starts_with("File: app\nType: cpu\nEntering interactive mode"),
        "{run:?}"
    );
    assert!(
        run.stderr
            .contains("  granularity               = lines                //: [addresses | "),
        "{run:?}"
    );
    let notes: Vec<&str> = run
        .stderr
        .lines()
        .filter(|line| line.starts_with("pprof: "))
        .collect();
    let expected = [
        "pprof: Focus expression matched no samples",
        "pprof: unrecognized command: \"nope\"",
        "pprof: command list requires an argument",
        "pprof: Generating report in raw.txt",
        "pprof: Generating report in profile001.svg",
    ];
    assert_eq!(notes, expected);
    assert!(
        fs::read_to_string(tools.path("raw.txt"))
            .unwrap()
            .starts_with("PeriodType: cpu")
    );
}

#[test]
fn assignments_of_the_shell() {
    let tools = tools();
    let lines = "sample_index=nope\nmean_cpu\ntop1\nunit=s //: not ms\ntop1\npeek a=b\nfocus\nproto\noutput=top.txt\ntop1";
    tools.write("lines", lines);
    let run = tools.shell("dtail-tools pprof a.prof < lines");
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stdout.ends_with("(pprof) (pprof) "), "{run:?}");
    for note in [
        "sample_index \"nope\" must be",
        "no matches found for regexp: a=b",
        "focus needs a value: focus=VALUE",
        "Generating report in profile001.pb.gz",
        "Generating report in top.txt",
    ] {
        assert!(run.stderr.contains(note), "{note} {run:?}");
    }
    let report = fs::read_to_string(tools.path("top.txt")).unwrap();
    assert!(report.contains("work"), "{report}");
}

/// Answers one request with `answer`; the address, and the request when it has come.
fn serve(answer: Vec<u8>) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 1024];
        let size = stream.read(&mut request).unwrap();
        stream.write_all(&answer).unwrap();
        String::from_utf8_lossy(&request[..size]).into_owned()
    });
    (address, server)
}

#[test]
fn profiles_are_fetched_from_programs() {
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n".to_vec();
    let (address, server) = serve([head, profile("work", 5)].concat());
    let run = check(
        &format!("-top -seconds=2 {address}/debug/pprof/profile"),
        0,
        " work\n",
        "Please wait... (2s)",
    );
    assert!(run.stderr.contains(&format!(
        "Fetching profile over HTTP from http://{address}/"
    )));
    let request = server.join().unwrap();
    assert!(
        request.starts_with("GET /debug/pprof/profile?seconds=2 HTTP/1.1\r\n"),
        "{request}"
    );

    let (address, server) = serve(b"HTTP/1.1 404 Not Found\r\n\r\nUnknown profile\n".to_vec());
    check(
        &format!("-top http://{address}/x"),
        3,
        "",
        "server response: 404 Not Found - Unknown profile",
    );
    server.join().unwrap();
    check("-top 127.0.0.1:1/x", 3, "", "127.0.0.1:1/x: ");
}

#[test]
fn many_profiles_are_merged_in_groups() {
    let tools = tools();
    for number in 0..300 {
        tools.write(
            &format!("many/{number}.prof"),
            profile(&format!("f{}", number % 3), 10),
        );
    }
    let run = tools.shell("dtail-tools pprof -top many/*.prof");
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stdout.contains("3us, 100% of 3us total"), "{run:?}");
    assert!(
        run.stdout
            .contains(" 1us 33.33% 33.33%        1us 33.33%  f0\n"),
        "{run:?}"
    );
}

#[test]
fn what_is_written_can_be_read() {
    let tools = tools();
    let run = tools.run("pprof -proto -output out.prof a.prof");
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""), "{run:?}");
    assert!(
        run.stderr.contains("Generating report in out.prof"),
        "{run:?}"
    );
    let [first, second] =
        ["a.prof", "out.prof"].map(|file| tools.run(&format!("pprof -raw {file}")));
    assert_eq!(first.stdout, second.stdout);
    assert!(fs::metadata(tools.path("out.prof")).unwrap().len() > 0);
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let run = tools()
        .shell("dtail-tools pprof -raw a.prof | true; dtail-tools pprof -top a.prof | head -1");
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
}

/// Runs a line with `directory` as the only place where programs are.
#[cfg(unix)]
fn run_with_path(tools: &Tools, directory: &str, line: &str) -> Run {
    let args: Vec<&str> = line.split(' ').collect();
    let mut command = tools.command(&args);
    command.env("PATH", tools.path(directory));
    Run::of(command.output().unwrap())
}

#[cfg(unix)]
#[test]
fn other_pictures_are_made_by_graphviz() {
    use std::os::unix::fs::PermissionsExt;

    let tools = tools();
    let missing = run_with_path(&tools, "nowhere", "pprof -png a.prof");
    assert_eq!(missing.code, Some(2), "{missing:?}");
    assert!(
        missing
            .stderr
            .contains("install the package graphviz, or take -svg"),
        "{missing:?}"
    );
    let script = "#!/bin/sh\nread first\nif [ $1 = -Tgif ]; then echo no gif >&2; exit 1; fi\necho $1 $first\n";
    let dot = tools.write("bin/dot", script);
    fs::set_permissions(dot, fs::Permissions::from_mode(0o755)).unwrap();
    let drawn = run_with_path(&tools, "bin", "pprof -pdf a.prof");
    assert_eq!(drawn.stdout, "-Tpdf digraph \"app\" {\n", "{drawn:?}");
    let failed = run_with_path(&tools, "bin", "pprof -gif -output=x.gif a.prof");
    assert_eq!(failed.code, Some(2), "{failed:?}");
    assert!(
        failed.stderr.contains("dot of Graphviz failed: no gif"),
        "{failed:?}"
    );
    assert!(!tools.path("x.gif").exists(), "no half-written file");
}

/// Runs a line with programs and temporary files of its own: each script in `programs` is one. Nothing
/// may be left of the temporary files.
#[cfg(unix)]
fn run_with_programs(programs: &[(&str, &str)], line: &str, input: &str) -> Run {
    use std::io::Write;
    use std::os::unix::fs::PermissionsExt;
    use std::process::Stdio;

    let tools = tools();
    for (name, script) in programs {
        let path = tools.write(&format!("bin/{name}"), format!("#!/bin/sh\n{script}\n"));
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    fs::create_dir(tools.path("tmp")).unwrap();
    let args: Vec<&str> = line.split(' ').collect();
    let mut command = tools.command(&args);
    command
        .env("PATH", tools.path("bin"))
        .env("TMPDIR", tools.path("tmp"))
        .env("BROWSER", "my-browser -new")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    let run = Run::of(child.wait_with_output().unwrap());
    let left = fs::read_dir(tools.path("tmp")).unwrap().count();
    assert_eq!(left, 0, "{run:?}");
    run
}

/// Says who may read the file it is to show, the end of its name, and its first line.
#[cfg(unix)]
const VIEWER: &str = r#"read line <"$2"; /bin/ls -l "$2" | /usr/bin/cut -c1-10 >&2; echo "$0 $1 ${2##*.} $line" >&2"#;

#[cfg(unix)]
#[test]
fn viewers_are_started_on_a_file_of_their_own() {
    let dot = ("dot", "read first; echo $1 $first");
    let shown = run_with_programs(&[dot, ("gv", VIEWER)], "pprof -gv a.prof", "");
    assert_eq!(
        (shown.code, shown.stdout.as_str()),
        (Some(0), ""),
        "{shown:?}"
    );
    assert!(
        shown.stderr.starts_with("-rw-------\n")
            && shown
                .stderr
                .ends_with("bin/gv --noantialias ps -Tps digraph \"app\" {\n"),
        "{shown:?}"
    );
    // In the shell a program does not hold up the next line.
    let browser = ("my-browser", VIEWER);
    let shown = run_with_programs(&[browser], "pprof a.prof", "web\nquit\n");
    assert_eq!(shown.code, Some(0), "{shown:?}");
    assert!(
        shown.stderr.contains("bin/my-browser -new svg <?xml"),
        "{shown:?}"
    );
}

#[cfg(unix)]
#[test]
fn a_viewer_that_is_missing_or_fails_is_named() {
    let missing = run_with_programs(&[], "pprof -kcachegrind a.prof", "");
    assert_eq!(missing.code, Some(2), "{missing:?}");
    assert!(
        missing
            .stderr
            .contains("pprof: -kcachegrind cannot start kcachegrind (No such file")
            && missing.stderr.contains("with -callgrind -output FILE\n"),
        "{missing:?}"
    );
    let no_dot = run_with_programs(&[("evince", VIEWER)], "pprof -evince a.prof", "");
    assert_eq!(no_dot.code, Some(2), "{no_dot:?}");
    assert!(
        no_dot.stderr.contains("install the package graphviz"),
        "{no_dot:?}"
    );
    let failed = run_with_programs(&[("eog", "exit 3")], "pprof -eog a.prof", "");
    assert_eq!(failed.code, Some(2), "{failed:?}");
    assert!(
        failed
            .stderr
            .ends_with("pprof: eog failed: exit status: 3\n"),
        "{failed:?}"
    );
    let table = run_with_programs(&[("eog", VIEWER)], "pprof -eog -json a.prof", "");
    assert_eq!(table.code, Some(2), "{table:?}");
    let to_file = run_with_programs(&[], "pprof -web -output=x.svg a.prof", "");
    assert_eq!(to_file.code, Some(0), "{to_file:?}");
}

/// A profile of one address in a program that is not there.
fn bare_profile() -> Vec<u8> {
    let mut builder = ProfileBuilder::new();
    builder.sample_type("cpu", "nanoseconds");
    let mapping = builder.mapping(MappingSpec {
        start: 0x1000,
        limit: 0x2000,
        file: "/no/such/program",
        ..MappingSpec::default()
    });
    let location = builder.location(Some(mapping), 0x1040, &[]);
    builder.sample(&[location], &[10], &[]);
    builder.finish().unwrap().encode_gzip()
}

#[test]
fn addresses_without_a_binary_stay_addresses() {
    let tools = tools();
    tools.write("bare.prof", bare_profile());
    let warning = "no names for addresses in /no/such/program, which cannot be read";
    for (line, is_warned) in [
        ("pprof -top bare.prof", true),
        (
            "pprof -top -symbolize=fastlocal:demangle=full bare.prof",
            true,
        ),
        ("pprof -top -symbolize=none bare.prof", false),
        ("pprof -top -symbolize=force a.prof", true),
    ] {
        let run = tools.run(line);
        assert_eq!(run.code, Some(0), "{run:?}");
        let warning = if line.contains("a.prof") {
            "/bin/app"
        } else {
            warning
        };
        assert_eq!(run.stderr.contains(warning), is_warned, "{run:?}");
    }
    let run = tools.run("pprof -top -symbolize=none -tools=/usr/bin bare.prof");
    assert!(run.stdout.contains("  [program]\n"), "{run:?}");
    assert!(run.stderr.contains("-tools has no use"), "{run:?}");
}
