//! The crates of the workspace and their dependencies, as `cargo metadata` sees them.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::source::Source;

/// The workspace this crate belongs to.
#[derive(Debug)]
pub struct Workspace {
    /// Absolute path of the root directory.
    pub root: PathBuf,
    /// Every member, in the order of cargo.
    pub packages: Vec<Package>,
}

/// A member of the workspace.
#[derive(Debug)]
pub struct Package {
    /// Name in the manifest.
    pub name: String,
    /// Absolute path of the directory with the manifest.
    pub directory: PathBuf,
    /// Which of the shelves the directory is on.
    pub shelf: Shelf,
    /// What it depends on, development included.
    pub dependencies: Vec<Dependency>,
    /// What cargo builds from it.
    pub targets: Vec<Target>,
}

/// Top-level directories of the workspace, from the bottom up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shelf {
    /// Libraries for any program.
    Libs,
    /// Parts of the programs here.
    Crates,
    /// The programs.
    Bins,
    /// This crate.
    Tests,
}

/// An edge from a package to another crate, of the workspace or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    /// Name of the crate depended on.
    pub name: String,
    /// Whether only tests, examples and benchmarks need it.
    pub development: bool,
}

/// Something cargo builds: a library, a program, a test, an example.
#[derive(Debug)]
pub struct Target {
    /// What follows `--bin` or `--example`.
    pub name: String,
    /// `lib`, `bin`, `example`, `test` ...
    pub kinds: Vec<String>,
    /// Absolute path of the root module.
    pub root_module: PathBuf,
}

impl Workspace {
    /// Asks cargo, without the network and without writing anything.
    ///
    /// # Panics
    ///
    /// When cargo fails, or answers in an unknown form.
    #[must_use]
    pub fn load() -> Workspace {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        let output = Command::new(env!("CARGO"))
            .args([
                "metadata",
                "--no-deps",
                "--format-version",
                "1",
                "--offline",
            ])
            .arg("--manifest-path")
            .arg(manifest)
            .output()
            .expect("cargo built this test, so it can be started");
        let messages = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "cargo metadata failed: {messages}");
        let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo writes JSON");
        let root = PathBuf::from(text(&metadata["workspace_root"]));
        let packages = items(&metadata["packages"])
            .map(|value| package(&root, value))
            .collect();
        Workspace { root, packages }
    }

    /// Whether `name` is a member.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.packages.iter().any(|package| package.name == name)
    }

    /// Content of the file at `path` below the root; `None` when it cannot be read.
    #[must_use]
    pub fn read(&self, path: &str) -> Option<String> {
        std::fs::read_to_string(self.root.join(path)).ok()
    }
}

impl Package {
    /// The files of `src/`, parsed into tokens.
    ///
    /// # Panics
    ///
    /// When a file cannot be read or is no Rust.
    #[must_use]
    pub fn sources(&self, workspace: &Workspace) -> Vec<Source> {
        Source::below(&workspace.root, &self.directory.join("src"))
    }
}

fn package(root: &Path, value: &Value) -> Package {
    let manifest = PathBuf::from(text(&value["manifest_path"]));
    let directory = manifest
        .parent()
        .expect("a file is in a directory")
        .to_owned();
    Package {
        name: text(&value["name"]),
        shelf: shelf(root, &directory),
        directory,
        dependencies: items(&value["dependencies"]).map(dependency).collect(),
        targets: items(&value["targets"]).map(target).collect(),
    }
}

fn shelf(root: &Path, directory: &Path) -> Shelf {
    let relative = directory
        .strip_prefix(root)
        .expect("members are below the root");
    match relative.iter().next().and_then(|name| name.to_str()) {
        Some("libs") => Shelf::Libs,
        Some("crates") => Shelf::Crates,
        Some("bins") => Shelf::Bins,
        Some("tests") => Shelf::Tests,
        other => panic!("{other:?} is no shelf"),
    }
}

fn dependency(value: &Value) -> Dependency {
    Dependency {
        name: text(&value["name"]),
        development: value["kind"] == "dev",
    }
}

fn target(value: &Value) -> Target {
    Target {
        name: text(&value["name"]),
        kinds: items(&value["kind"]).map(text).collect(),
        root_module: PathBuf::from(text(&value["src_path"])),
    }
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value
        .as_array()
        .expect("cargo documents an array here")
        .iter()
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .expect("cargo documents a text here")
        .to_owned()
}
