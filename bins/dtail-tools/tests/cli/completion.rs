//! Completion: what is proposed at the end of a command line, and that the script for bash puts it in.

use crate::tools::{Tools, cpu_profile};

fn tools() -> Tools {
    let tools = Tools::new();
    let stacks = [("main;<T as Trait>::find", 3), ("main;regex::find(x)", 2)];
    let profile = cpu_profile(&stacks, &[]).encode_gzip();
    tools.write("cpu.prof", profile);
    tools.write("notes.txt", "no profile");
    tools.write("sub/x", "");
    tools
}

/// What is proposed for the last of the words, which are separated by blanks.
#[track_caller]
fn check(line: &str, expected: &[&str]) {
    let mut args = vec!["--__complete", "fish"];
    args.extend(line.split(' '));
    let output = tools().command(&args).output().unwrap();
    assert!(
        output.status.success() && output.stderr.is_empty(),
        "{output:?}"
    );
    let answer = String::from_utf8(output.stdout).unwrap();
    let mut lines = answer.lines();
    let head = lines.next().unwrap_or_default();
    let got: Vec<&str> = match head.split('\t').next() {
        Some("words") => lines.filter_map(|line| line.split('\t').next()).collect(),
        _ => head.split('\t').collect(),
    };
    assert_eq!(got, expected, "{line}: {answer}");
}

#[test]
fn commands_modes_and_values_are_proposed() {
    check("p", &["profile", "pprof"]);
    check(
        "profile ",
        &[
            "quick",
            "full",
            "dmap",
            "list",
            "analyze",
            "anomalies",
            "benchmark",
            "merge",
            "diff",
            "check",
            "baseline",
        ],
    );
    check("profile -mode an", &["analyze", "anomalies"]);
    check("profile list -sort t", &["tool", "time", "total"]);
    check("profile -commands dcat,d", &["dcat,dgrep", "dcat,dmap"]);
    check("profile -test", &["-testdata"]);
    check("profile -dir ", &["directories", ""]);
    check("profile list ", &[]);
    check("pprof -peek", &["-peek"]);
    check("pprof --tagf", &["--tagfocus"]);
    check("pprof -symbolize=n", &["none"]);
}

#[test]
fn files_are_profiles() {
    for line in [
        "profile analyze ",
        "profile diff ",
        "profile -mode analyze ",
        "pprof ",
        "pprof -base=",
        "pprof -top cpu.prof ",
    ] {
        let tools = tools();
        let mut command = tools.command(&["--__complete", "zsh"]);
        let answer = command.args(line.split(' ')).output().unwrap().stdout;
        let answer = String::from_utf8(answer).unwrap();
        assert!(
            answer.starts_with("files\t") && answer.ends_with("\tprof\tpprof\tpb.gz\n"),
            "{answer}"
        );
    }
}

#[test]
fn names_are_those_of_the_profile_on_the_line() {
    check("pprof cpu.prof -sample_index ", &["samples", "cpu"]);
    check("pprof -top cpu.prof -focus m", &["main"]);
    check("pprof cpu.prof --peek=f", &["find", "find.x."]);
    check("pprof cpu.prof -list <T", &["<T as Trait>::find"]);
    check("pprof none.prof cpu.prof -hide re", &["regex::find.x."]);
}

#[test]
fn what_cannot_be_known_is_not_proposed() {
    check("pprof none.prof -focus m", &[]);
    check("pprof notes.txt -focus m", &[]);
    check("pprof -focus m", &[]);
    let commands = ["profile", "benchmark", "pprof", "help", "version"];
    check("nosuch ", &commands);
    let run = tools().run("--__complete");
    assert_eq!(
        (run.code, run.stdout.as_str(), run.stderr.as_str()),
        (Some(0), "", "")
    );
}

/// What bash gets to put in, one a line, for a line that it has cut so that `word` is to be replaced.
#[track_caller]
fn check_bash(line: &str, word: &str, expected: &str) {
    const SESSION: &str = r#"
        source <(dtail-tools -completions bash)
        complete -p dtail-tools >&2
        compopt() { :; }
        COMP_LINE=$1 COMP_POINT=${#1}
        _dtail-tools dtail-tools "$2"
        printf '%s\n' "${COMPREPLY[@]}" | sort
    "#;
    let tools = tools();
    tools.write("session", SESSION);
    let run = tools.shell(&format!("bash session '{line}' '{word}'"));
    assert_eq!(run.stdout, expected, "{line}: {run:?}");
    assert_eq!(run.stderr, "complete -F _dtail-tools dtail-tools\n");
}

#[test]
fn the_script_for_bash_puts_it_in() {
    check_bash("dtail-tools pr", "pr", "profile\n");
    check_bash("dtail-tools pprof ", "", "cpu.prof\nsub\n");
    check_bash("dtail-tools pprof -output=n", "n", "notes.txt\n");
    check_bash("dtail-tools profile -dir ", "", "sub\n");
    check_bash(
        "dtail-tools pprof cpu.prof -focus=regex::f",
        "f",
        "find.x.\n",
    );
    check_bash(
        "dtail-tools pprof cpu.prof -focus \"<T",
        "<T",
        "<T as Trait>::find\n",
    );
    check_bash(
        "dtail-tools pprof cpu.prof -focus Tr",
        "Tr",
        "Trait\\>::find\n",
    );
}
