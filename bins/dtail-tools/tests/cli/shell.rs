//! The shell of `dtail-tools pprof` at a terminal.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::terminal::Terminal;
use crate::tools::{Tools, cpu_profile};

const PROMPT: &str = "(pprof) ";

fn tools() -> Tools {
    let tools = Tools::new();
    let profile = cpu_profile(&[("main;regex::find", 3), ("main;read", 2)], &[]);
    tools.write("cpu.prof", profile.encode_gzip());
    tools
}

fn shell(tools: &Tools) -> Terminal {
    let mut command = tools.command(&["pprof", "cpu.prof"]);
    command.env("XDG_STATE_HOME", tools.path("state"));
    let mut terminal = Terminal::start(command);
    terminal.wait_for(PROMPT);
    terminal
}

#[test]
fn words_are_completed_and_lines_are_recalled() {
    let tools = tools();
    let mut prompt = shell(&tools);
    prompt.types("pee\tfi\t\n");
    prompt.wait_for("peek find");
    prompt.wait_for("| regex::find");
    prompt.wait_for(PROMPT);
    // Ctrl-C gives up a line, not the shell.
    prompt.types("nonsense\x03");
    prompt.wait_for(PROMPT);
    prompt.types("help sort\n");
    prompt.wait_for("unrecognized command: \"sort\"");
    prompt.types("help cum\n");
    prompt.wait_for("cum: Order rows");
    prompt.wait_for(PROMPT);
    prompt.types("\x04");
    assert!(prompt.end().success());

    let history = tools.path("state/dtail/pprof_history");
    let text = fs::read_to_string(&history).unwrap();
    assert!(
        text.ends_with("peek find \nhelp sort\nhelp cum\n"),
        "{text}"
    );
    let mode = fs::metadata(&history).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    let mut again = shell(&tools);
    // Two lines up.
    again.types("\x1b[A\x1b[A\n");
    again.wait_for("unrecognized command: \"sort\"");
    again.types("quit\n");
    assert!(again.end().success());
}

#[test]
fn a_history_that_cannot_be_kept_is_said_once() {
    let tools = tools();
    tools.write("state", "a file, not a directory");
    let mut shell = shell(&tools);
    shell.types("top1\n");
    shell.wait_for("no history is kept: ");
    shell.wait_for("Showing top 1 nodes");
    shell.types("top2\n");
    let before = shell.wait_for("Showing top 2 nodes");
    assert!(!before.contains("no history"), "{before}");
    shell.types("quit\n");
    assert!(shell.end().success());
}
