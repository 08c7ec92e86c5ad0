//! `dtail-tools profile list`, on profiles made here.

use crate::tools::{Run, Tools, alloc_profile, cpu_profile};

const CPU: &str = "profiles/dcat_cpu_20261123_120000.prof";
const ALLOC: &str = "profiles/my_tool_alloc_20261123_120000_2.prof";

/// A directory of two good profiles.
fn two_profiles() -> Tools {
    let tools = Tools::new();
    let cpu = cpu_profile(
        &[("main;read", 150), ("main", 50)],
        &["# dtail.signals=180"],
    );
    tools.write(CPU, cpu.encode_gzip());
    tools.write(ALLOC, alloc_profile(&[("main", 3 << 20)], &[]).encode());
    tools
}

/// Checks the lines of `list` with its words separated by one blank, and the
/// sizes left out: compression may vary.
#[track_caller]
fn check(tools: &Tools, line: &str, expected: &[&str]) {
    let run = tools.run(line);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
    let lines: Vec<String> = run.stdout.lines().map(without_size).collect();
    assert_eq!(lines, expected);
}

fn without_size(line: &str) -> String {
    let is_size = |word: &&str| *word == "size" || word.ends_with('B') && !word.contains('M');
    let words: Vec<&str> = line
        .split_whitespace()
        .filter(|word| !is_size(word))
        .collect();
    words.join(" ")
}

const TITLES: &str = "tool kind time samples duration total type rate host build file";
const CPU_ROW: &str = "dcat cpu 2026-11-23 12:00:00 180 2.50s 2s cpu 100Hz - - \
                       dcat_cpu_20261123_120000.prof";
const ALLOC_ROW: &str = "my_tool alloc 2026-11-23 12:00:00 1 - 3MB alloc_space - - \
                         my_tool_alloc_20261123_120000_2.prof";

#[test]
fn each_profile_is_a_row_with_figures_from_the_file() {
    let expected = [TITLES, CPU_ROW, ALLOC_ROW, "Total: 2 profiles"];
    check(&two_profiles(), "profile -mode list", &expected);
    check(&two_profiles(), "profile list", &expected);
    check(
        &two_profiles(),
        "profile list --dir=profiles -nocolor",
        &expected,
    );
}

#[test]
fn only_the_tools_asked_for_are_listed() {
    check(
        &two_profiles(),
        "profile list -commands my_tool",
        &[TITLES, ALLOC_ROW, "Total: 1 profile"],
    );
    check(
        &two_profiles(),
        "profile list -commands dmap",
        &["No profiles found in profiles"],
    );
}

/// Checks the first words of the rows in the order that `line` asks for.
#[track_caller]
fn check_order(tools: &Tools, line: &str, expected: &[&str]) {
    let run = tools.run(line);
    let rows = run.stdout.lines().filter(|row| row.contains(".prof"));
    let firsts: Vec<&str> = rows
        .filter_map(|row| row.split_whitespace().next())
        .collect();
    assert_eq!(firsts, expected, "{line}: {run:?}");
}

#[test]
fn rows_come_in_the_order_asked_for() {
    let tools = two_profiles();
    check_order(&tools, "profile list", &["dcat", "my_tool"]);
    check_order(&tools, "profile list -sort samples", &["dcat", "my_tool"]);
    tools.write("profiles/bad_cpu_20261123_120000.prof", [1; 5000]);
    check_order(
        &tools,
        "profile list -sort size",
        &["bad", "dcat", "my_tool"],
    );
    check_order(
        &tools,
        "profile list -sort NAME",
        &["bad", "dcat", "my_tool"],
    );
    check_order(
        &tools,
        "profile list -sort duration",
        &["dcat", "my_tool", "bad"],
    );
    check_order(
        &tools,
        "profile list -sort total",
        &["dcat", "my_tool", "bad"],
    );
    check_order(
        &tools,
        "profile list -sort time",
        &["dcat", "my_tool", "bad"],
    );
}

#[test]
fn profiles_from_before_are_left_out() {
    let tools = two_profiles();
    check_order(
        &tools,
        "profile list -since 2026-11-23T12:00",
        &["dcat", "my_tool"],
    );
    check_order(&tools, "profile list -since 2026-11-23T12:01", &[]);
    check_order(&tools, "profile list -since 1000w", &["dcat", "my_tool"]);
}

/// Checks the titles, the row and the last line of a list in a terminal of `columns` columns.
#[track_caller]
fn check_fitted(columns: usize, line: &[&str], titles: &str, row: &str, last: &str) {
    let tools = Tools::new();
    let facts = [
        "# dtail.host=web1",
        "# dtail.version=0.1.0",
        "# dtail.git=a1b2c3d",
        "# dtail.build_profile=release",
        "# dtail.rustc=1.88.0",
    ];
    tools.write(CPU, cpu_profile(&[("main", 7)], &facts).encode_gzip());
    let mut command = tools.command(line);
    let run = Run::of(
        command
            .env("COLUMNS", columns.to_string())
            .output()
            .unwrap(),
    );
    let lines: Vec<String> = run.stdout.lines().map(without_size).collect();
    assert_eq!(lines, [titles, row, last]);
    let longest = run.stdout.lines().map(|line| line.chars().count()).max();
    assert!(
        longest <= Some(columns) || line.contains(&"-wide"),
        "{run:?}"
    );
}

#[test]
fn a_list_tells_where_profiles_come_from_and_fits_the_terminal() {
    const FILE: &str = "dcat_cpu_20261123_120000.prof";
    let whole = format!(
        "dcat cpu 2026-11-23 12:00:00 7 2.50s 70ms cpu 100Hz web1 0.1.0 (a1b2c3d, release) {FILE}"
    );
    let list = ["profile", "list"];
    check_fitted(200, &list, TITLES, &whole, "Total: 1 profile");
    let wide = ["profile", "list", "-wide"];
    check_fitted(40, &wide, TITLES, &whole, "Total: 1 profile");
    check_fitted(
        80,
        &list,
        "time samples duration total file",
        &format!("2026-11-23 12:00:00 7 2.50s 70ms {FILE}"),
        "Total: 1 profile (-wide adds tool, kind, build, type, size, host, rate)",
    );
}

#[test]
fn json_tells_everything() {
    let tools = Tools::new();
    tools.write(
        CPU,
        cpu_profile(&[("main", 7)], &["# dtail.host=web1"]).encode_gzip(),
    );
    tools.write("profiles/bad.prof", "\u{1}");
    let run = tools.run("profile list -json");
    let list: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert!(
        list[0]["error"].as_str().unwrap().starts_with("byte "),
        "{list}"
    );
    let good = &list[1];
    assert_eq!(
        (&good["tool"], &good["kind"]),
        (&"dcat".into(), &"cpu".into())
    );
    assert_eq!(
        (&good["samples"], &good["total"]),
        (&7.into(), &70_000_000.into())
    );
    assert_eq!(
        (&good["unit"], &good["cpu_rate_hz"]),
        (&"nanoseconds".into(), &100.into())
    );
    assert_eq!(good["time"], "2026-11-23T12:00:00Z");
    assert_eq!(good["facts"]["host"], "web1");
    assert_eq!(tools.run("profile list -json -dir none").stdout, "[]\n");
}

#[test]
fn a_damaged_file_is_a_row_that_says_so() {
    let tools = Tools::new();
    let whole = cpu_profile(&[("main", 1)], &[]).encode_gzip();
    tools.write(CPU, &whole[..whole.len() - 5]);
    let row = "dcat cpu - - - - - - - - dcat_cpu_20261123_120000.prof: damaged: byte ";
    let run = tools.run("profile list");
    let lines: Vec<String> = run.stdout.lines().map(without_size).collect();
    assert!(lines[1].starts_with(row), "{run:?}");
    assert_eq!((lines.len(), lines[2].as_str()), (3, "Total: 1 profile"));
}

#[test]
fn a_file_of_another_name_is_known_by_its_contents() {
    let tools = Tools::new();
    tools.write(
        "profiles/mine.prof",
        cpu_profile(&[("main", 1)], &[]).encode_gzip(),
    );
    tools.write("profiles/notes.txt", "no profile");
    let row = "- cpu 2026-11-23 12:00:00 1 2.50s 10ms cpu 100Hz - - mine.prof";
    check(&tools, "profile list", &[TITLES, row, "Total: 1 profile"]);
}

#[test]
fn nothing_is_made_where_nothing_is() {
    let tools = Tools::new();
    check(&tools, "profile list", &["No profiles found in profiles"]);
    check(&tools, "profile list -dir p", &["No profiles found in p"]);
    assert!(!tools.path("profiles").exists() && !tools.path("p").exists());
}

#[test]
fn a_directory_that_cannot_be_read_is_an_error() {
    let tools = Tools::new();
    tools.write("p", "a file");
    let run = tools.run("profile list -dir p");
    assert_eq!(run.code, Some(3), "{run:?}");
    assert!(
        run.stderr.starts_with("dtail-tools profile: p: "),
        "{run:?}"
    );
}
