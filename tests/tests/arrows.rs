//! Dependencies point downward, from the programs to their parts to the libraries for everybody,
//! and only along the edges of this table. A further edge is a decision: write it here, and why
//! in ARCHITECTURE.md.

use workspace_tests::{Package, Shelf, Workspace};

/// Every crate and the crates of this workspace it may depend on.
const ARROWS: &[(&str, &[&str])] = &[
    ("dtail-sampler", &[]),
    ("dtail-profile", &[]),
    ("dtail-symbolize", &[]),
    (
        "dtail-profiling",
        &["dtail-sampler", "dtail-profile", "dtail-symbolize"],
    ),
    ("logread", &[]),
    ("search", &["logread", "paint"]),
    ("follow", &["logread"]),
    ("paint", &[]),
    ("mapreduce", &["paint"]),
    ("layout", &[]),
    ("report", &["dtail-profile", "dtail-symbolize", "layout"]),
    ("stats", &[]),
    ("webui", &["dtail-profile", "report"]),
    ("compare", &["dtail-profile", "report", "stats"]),
    ("series", &["compare", "dtail-profile", "report", "stats"]),
    ("cli", &["dtail-profiling", "paint"]),
    (
        "frontend",
        &["cli", "logread", "mapreduce", "paint", "search"],
    ),
    ("dcat", &["cli", "dtail-profiling", "frontend"]),
    ("dgrep", &["cli", "dtail-profiling", "frontend"]),
    (
        "dmap",
        &["cli", "dtail-profiling", "frontend", "logread", "mapreduce"],
    ),
    (
        "dtail",
        &[
            "cli",
            "dtail-profiling",
            "follow",
            "frontend",
            "logread",
            "mapreduce",
            "paint",
            "search",
        ],
    ),
    (
        "dtail-tools",
        &[
            "cli",
            "compare",
            "dtail-profile",
            "dtail-profiling",
            "report",
            "series",
            "stats",
            "webui",
        ],
    ),
    ("workspace-tests", &[]),
];

/// A crate from outside, and who may use it.
type Reserved = (&'static str, fn(&Package) -> bool);

const RESERVED: &[Reserved] = &[
    ("anyhow", |package| package.shelf == Shelf::Bins),
    ("clap", |package| {
        package.shelf == Shelf::Bins || package.name == "cli"
    }),
    ("libc", |package| {
        ["dtail-profiling", "logread"].contains(&package.name.as_str())
    }),
];

fn allowed(package: &str) -> Option<&'static [&'static str]> {
    ARROWS
        .iter()
        .find(|(name, _)| *name == package)
        .map(|(_, allowed)| *allowed)
}

#[test]
fn every_crate_depends_only_on_what_the_table_allows() {
    let workspace = Workspace::load();
    for package in &workspace.packages {
        let name = &package.name;
        let allowed = allowed(name).unwrap_or_else(|| panic!("{name} is not in the table"));
        for dependency in package.dependencies.iter().filter(|d| !d.development) {
            let to = &dependency.name;
            let is_allowed = !workspace.has(to) || allowed.contains(&to.as_str());
            assert!(is_allowed, "{name} must not depend on {to}");
        }
    }
}

#[test]
fn the_table_names_only_crates_that_exist() {
    let workspace = Workspace::load();
    for (name, allowed) in ARROWS {
        for name in allowed.iter().chain([name]) {
            assert!(
                workspace.has(name),
                "{name} is in the table, but not in the workspace"
            );
        }
    }
}

/// Tests, too, see only their own shelf and those below.
#[test]
fn no_shelf_depends_on_a_higher_one() {
    let workspace = Workspace::load();
    for package in &workspace.packages {
        for dependency in &package.dependencies {
            let Some(to) = workspace
                .packages
                .iter()
                .find(|p| p.name == dependency.name)
            else {
                continue;
            };
            assert!(
                to.shelf <= package.shelf,
                "{} must not depend on {}",
                package.name,
                to.name
            );
        }
    }
}

#[test]
fn reserved_crates_stay_where_they_belong() {
    for package in &Workspace::load().packages {
        for (reserved, may_use) in RESERVED {
            let uses = package
                .dependencies
                .iter()
                .any(|d| d.name == *reserved && !d.development);
            assert!(
                !uses || may_use(package),
                "{} must not use {reserved}",
                package.name
            );
        }
    }
}

/// What runs in a signal handler may not even be able to reach somebody else's code.
#[test]
fn the_sampler_depends_on_nothing() {
    let workspace = Workspace::load();
    let sampler = workspace
        .packages
        .iter()
        .find(|p| p.name == "dtail-sampler");
    let dependencies = &sampler.expect("the sampler is a member").dependencies;
    assert!(
        dependencies.iter().all(|dependency| dependency.development),
        "{dependencies:?}"
    );
}
