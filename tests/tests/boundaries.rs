//! What is deliberately absent from the code, crate by crate: unsafe code, system calls, effects.

use workspace_tests::{Package, Source, Workspace};

/// Crates that may hold unsafe code at all, and in which of their files: path prefixes.
const UNSAFE_ALLOWED: &[(&str, &[&str])] = &[
    ("dtail-sampler", &["libs/sampler/src/"]),
    (
        "dtail-profiling",
        &[
            "libs/profiling/src/sys/",
            "libs/profiling/src/sys.rs",
            "libs/profiling/src/allocator.rs",
            "libs/profiling/src/heap/",
            "libs/profiling/src/unwind/capture.rs",
        ],
    ),
    (
        "logread",
        &["crates/logread/src/sys/", "crates/logread/src/sys.rs"],
    ),
];

/// Where the operating system and the processor may be named.
const PLATFORM_ALLOWED: &[&str] = &[
    "libs/profiling/src/sys/",
    "libs/profiling/src/sys.rs",
    "crates/logread/src/sys/",
    "crates/logread/src/sys.rs",
];

/// Words that make code depend on the platform.
const PLATFORM_WORDS: &[&str] = &[
    "libc",
    "target_arch",
    "target_endian",
    "target_env",
    "target_family",
    "target_feature",
    "target_os",
    "target_pointer_width",
    "target_vendor",
];

/// Crates that take bytes and return values.
const EFFECT_FREE: &[&str] = &[
    "compare",
    "dtail-profile",
    "dtail-symbolize",
    "layout",
    "report",
    "series",
    "stats",
    "webui",
];

/// Words by which a file, a socket, a clock or the environment is reached.
const EFFECTS: &[&str] = &[
    "std : : env",
    "std : : fs",
    "std : : net",
    "std : : process",
    "std : : thread",
    "std : : os",
    "Instant",
    "SystemTime",
];

fn sources() -> Vec<Source> {
    let workspace = Workspace::load();
    workspace
        .packages
        .iter()
        .flat_map(|package| package.sources(&workspace))
        .collect()
}

fn is_below(path: &str, prefixes: &[&str]) -> bool {
    prefixes.iter().any(|prefix| path.starts_with(prefix))
}

#[test]
fn unsafe_code_is_forbidden_in_every_other_crate() {
    let workspace = Workspace::load();
    let may_hold_unsafe = |package: &&Package| {
        let files = UNSAFE_ALLOWED
            .iter()
            .find(|(name, _)| *name == package.name);
        files.is_some_and(|(_, files)| files.iter().any(|file| workspace.root.join(file).exists()))
    };
    for package in workspace
        .packages
        .iter()
        .filter(|package| !may_hold_unsafe(package))
    {
        for source in crate_roots(&workspace, package) {
            let forbids = source.contains("# ! forbid unsafe_code");
            assert!(forbids, "{} lacks #![forbid(unsafe_code)]", source.path);
        }
    }
}

/// The root modules of the library and the programs of a package.
fn crate_roots(workspace: &Workspace, package: &Package) -> Vec<Source> {
    let targets = package.targets.iter();
    let built = targets.filter(|target| target.kinds.iter().any(|k| k == "lib" || k == "bin"));
    let roots: Vec<_> = built.map(|target| target.root_module.clone()).collect();
    let mut sources = package.sources(workspace);
    sources.retain(|source| roots.contains(&workspace.root.join(&source.path)));
    sources
}

#[test]
fn unsafe_code_stays_in_the_files_that_are_reviewed_for_it() {
    let allowed: Vec<&str> = UNSAFE_ALLOWED
        .iter()
        .flat_map(|(_, files)| files.iter().copied())
        .collect();
    for source in sources().iter().filter(|source| source.contains("unsafe")) {
        assert!(
            is_below(&source.path, &allowed),
            "{} must not hold unsafe code",
            source.path
        );
    }
}

#[test]
fn the_platform_is_named_only_in_sys() {
    for source in sources()
        .iter()
        .filter(|source| !is_below(&source.path, PLATFORM_ALLOWED))
    {
        for word in PLATFORM_WORDS {
            assert!(
                !source.contains(word),
                "{} must not name {word}",
                source.path
            );
        }
    }
}

#[test]
fn bytes_go_in_and_values_come_out() {
    let workspace = Workspace::load();
    for package in workspace
        .packages
        .iter()
        .filter(|p| EFFECT_FREE.contains(&p.name.as_str()))
    {
        for source in package.sources(&workspace) {
            for effect in EFFECTS {
                let path = &source.path;
                assert!(
                    !source.contains(effect),
                    "{path} must not use {}",
                    effect.replace(' ', "")
                );
            }
        }
    }
}

/// A name that says nothing attracts everything.
#[test]
fn modules_are_named_after_what_they_hold() {
    for source in sources() {
        for word in ["common", "helpers", "misc", "shared", "util", "utils"] {
            let is_named = source.path.split(['/', '.']).any(|part| part == word);
            assert!(!is_named, "{} is named after nothing", source.path);
        }
    }
}
