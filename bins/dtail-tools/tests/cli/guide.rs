//! The commands of docs/guide/profiling.md, run in their order.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::tools::{Run, Tools};

const PROGRAMS: &[&str] = &["dcat", "dgrep", "dmap"];

/// The lines of the blocks of shell commands in `text`.
fn commands(text: &str) -> Vec<&str> {
    let blocks = text
        .split("```sh\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next());
    blocks.flat_map(str::lines).collect()
}

/// The directory of `dtail-tools`, the other programs beside it.
fn programs() -> PathBuf {
    let dir = Path::new(env!("CARGO_BIN_EXE_dtail-tools"))
        .parent()
        .unwrap()
        .to_owned();
    if PROGRAMS.iter().all(|name| dir.join(name).is_file()) {
        return dir;
    }
    let profile = if dir.ends_with("release") {
        "release"
    } else {
        "dev"
    };
    let mut build = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    build.args(["build", "--quiet", "--profile", profile, "--target-dir"]);
    build
        .arg(dir.parent().unwrap())
        .current_dir(env!("CARGO_MANIFEST_DIR"));
    build.args(PROGRAMS.iter().flat_map(|name| ["--package", name]));
    assert!(build.status().unwrap().success());
    dir
}

#[test]
fn every_command_of_the_guide_works() {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guide/profiling.md");
    let guide = fs::read_to_string(guide).unwrap();
    let tools = Tools::new();
    let path = format!("{}:/usr/bin:/bin", programs().display());
    let commands = commands(&guide);
    assert!(
        commands.len() > 10,
        "the blocks of the guide are not recognised"
    );
    for line in commands {
        let mut shell = Command::new("sh");
        shell
            .args(["-c", line])
            .current_dir(tools.path(""))
            .env("PATH", &path);
        let run = Run::of(shell.env_remove("CARGO").output().unwrap());
        assert_eq!(run.code, Some(0), "{line}\n{}", run.stderr);
        assert!(
            !run.stdout.is_empty(),
            "{line} prints nothing\n{}",
            run.stderr
        );
        assert!(
            !run.stdout.contains("No profiles found"),
            "{line}\n{}",
            run.stdout
        );
    }
}
