//! The commands of docs/guide/profiling.md and the recipes of docs/guide/profile-gates.md, run in their order.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use yaml_rust2::{Yaml, YamlLoader};

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

fn guide(name: &str) -> String {
    let guides = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guide");
    fs::read_to_string(guides.join(name)).unwrap()
}

#[test]
fn every_command_of_the_guide_works() {
    let guide = guide("profiling.md");
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

/// The commands of a recipe: those of the steps of GitHub's `jobs`, or of GitLab's `script`.
fn steps(recipe: &Yaml) -> Vec<&str> {
    let job = &recipe["jobs"]["profile"];
    let steps = job["steps"].as_vec().into_iter().flatten();
    let script = recipe["profile"]["script"].as_vec().into_iter().flatten();
    let commands = steps.map(|step| &step["run"]).chain(script);
    commands.filter_map(Yaml::as_str).collect()
}

/// The recipes are YAML, and every command in them works, on the first build and on a second one. Short
/// runs have too few samples to be judged: status 4.
#[test]
fn the_recipes_for_builds_work() {
    let guide_text = guide("profile-gates.md");
    let recipes: Vec<&str> = guide_text
        .split("```yaml\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect();
    assert_eq!(recipes.len(), 2);
    let path = format!("{}:/usr/bin:/bin", programs().display());
    for recipe in recipes {
        let tools = Tools::new();
        tools.write("big.log", "INFO a\nERROR b\n".repeat(1000));
        tools.write("gates.toml", guide("profile-gates.toml"));
        let documents = YamlLoader::load_from_str(recipe).unwrap();
        let commands = steps(&documents[0]);
        assert!(commands.len() >= 4, "{commands:?}");
        for line in commands.iter().chain(&commands) {
            let mut shell = Command::new("sh");
            shell
                .args(["-ec", line])
                .current_dir(tools.path(""))
                .env("PATH", &path)
                .env("CI_COMMIT_BRANCH", "main");
            let run = Run::of(shell.env_remove("GITHUB_STEP_SUMMARY").output().unwrap());
            let expected = if line.contains("profile check") { 4 } else { 0 };
            assert_eq!(run.code, Some(expected), "{line}\n{run:?}");
        }
        let junit = fs::read_to_string(tools.path("gates.xml")).unwrap();
        assert!(junit.starts_with("<?xml"), "{junit}");
    }
}
