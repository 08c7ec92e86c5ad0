//! The documents promise commands; continuous integration runs them, and their programs exist.

use workspace_tests::Workspace;

/// Commands of fenced shell blocks in Markdown, comments and blank lines left out.
fn shell_commands(markdown: &str) -> Vec<String> {
    let mut commands = Vec::new();
    let mut in_shell = false;
    for line in markdown.lines() {
        if let Some(language) = line.trim_start().strip_prefix("```") {
            in_shell = ["sh", "bash"].contains(&language.split(' ').next().unwrap_or_default());
        } else if in_shell && !line.trim().is_empty() && !line.trim_start().starts_with('#') {
            commands.push(line.trim().to_owned());
        }
    }
    commands
}

/// The word behind each `flag` of a command.
fn values<'a>(command: &'a str, flag: &str) -> Vec<&'a str> {
    let words: Vec<&str> = command.split_whitespace().collect();
    words
        .windows(2)
        .filter(|pair| pair[0] == flag)
        .map(|pair| pair[1])
        .collect()
}

fn is_built(workspace: &Workspace, kind: &str, name: &str) -> bool {
    let mut targets = workspace
        .packages
        .iter()
        .flat_map(|package| &package.targets);
    targets.any(|target| target.name == name && target.kinds.iter().any(|k| k == kind))
}

/// The command that builds and tests everything, and the one that shows what it is for.
const PROMISED: [&str; 2] = [
    "cargo test --workspace",
    "cargo run --release --bin dtail-tools -- profile",
];

#[test]
fn continuous_integration_runs_what_is_promised() {
    let script = Workspace::load()
        .read(".ci/run")
        .expect("the script is part of the repository");
    for command in PROMISED {
        assert!(script.contains(command), ".ci/run does not run `{command}`");
    }
}

#[test]
fn the_readme_promises_what_continuous_integration_runs() {
    let readme = Workspace::load()
        .read("README.md")
        .expect("there is a README");
    let commands = shell_commands(&readme);
    for command in PROMISED {
        assert!(
            commands.iter().any(|c| c == command),
            "README.md does not show `{command}`"
        );
    }
}

#[test]
fn documents_name_only_programs_and_examples_that_exist() {
    let workspace = Workspace::load();
    for document in ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md"] {
        for command in shell_commands(&workspace.read(document).unwrap_or_default()) {
            for (flag, kind) in [("--bin", "bin"), ("--example", "example")] {
                for name in values(&command, flag) {
                    let found = is_built(&workspace, kind, name);
                    assert!(found, "{document}: no {kind} {name}: {command}");
                }
            }
            for name in values(&command, "-p") {
                assert!(
                    workspace.has(name),
                    "{document}: no package {name}: {command}"
                );
            }
        }
    }
}

#[test]
fn commands_are_read_from_shell_blocks_only() {
    let markdown = "a\n```sh\n# why\ncargo test\n\n  ls -l\n```\ncargo b\n```rust\nlet a;\n```\n```bash\nx\n```";
    assert_eq!(shell_commands(markdown), ["cargo test", "ls -l", "x"]);
    assert_eq!(values("cargo run --bin a -- -p b --bin", "--bin"), ["a"]);
}
