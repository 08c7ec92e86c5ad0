//! Starting `dtail-tools` in a directory of its own, and making profiles.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use dtail_profile::{Line, LocationId, Profile, ProfileBuilder};
use tempfile::TempDir;

/// A directory to run `dtail-tools` in.
pub(crate) struct Tools {
    dir: TempDir,
}

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Tools {
    pub(crate) fn new() -> Tools {
        Tools {
            dir: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// The program, not run by cargo as far as it can see, with a fixed time zone.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dtail-tools"));
        command
            .args(args)
            .current_dir(self.dir.path())
            .env("TZ", "UTC");
        for name in ["CARGO", "COLUMNS", "NO_COLOR"] {
            command.env_remove(name);
        }
        command
    }

    /// Runs the words of `line`, separated by blanks.
    pub(crate) fn run(&self, line: &str) -> Run {
        let args: Vec<&str> = line.split_whitespace().collect();
        Run::of(self.command(&args).output().unwrap())
    }

    /// Runs a line as a shell does, with `dtail-tools` on its path.
    pub(crate) fn shell(&self, line: &str) -> Run {
        let exe = Path::new(env!("CARGO_BIN_EXE_dtail-tools"));
        let path = format!("{}:/usr/bin:/bin", exe.parent().unwrap().display());
        let mut command = Command::new("sh");
        command
            .args(["-c", line])
            .current_dir(self.dir.path())
            .env("PATH", path);
        Run::of(command.output().unwrap())
    }

    /// Writes `bytes` as the file `name`, its directory made when missing.
    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }
}

impl Run {
    pub(crate) fn of(output: Output) -> Run {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Run {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}

/// A CPU profile of one sample for each stack, such as `main;read` (root
/// first), of 10 ms a tick; started at noon (UTC) of 2026-11-23.
pub(crate) fn cpu_profile(stacks: &[(&str, i64)], comments: &[&str]) -> Profile {
    let mut builder = ProfileBuilder::new();
    builder
        .sample_type("samples", "count")
        .sample_type("cpu", "nanoseconds");
    builder
        .period("cpu", "nanoseconds", 10_000_000)
        .default_sample_type("cpu");
    builder.time(1_795_435_200_000_000_000, 2_500_000_000);
    add(&mut builder, stacks, comments, |ticks| {
        vec![ticks, ticks * 10_000_000]
    });
    builder.finish().unwrap()
}

/// A profile of allocations: for each stack the bytes, one object a kilobyte,
/// a quarter of them in use.
pub(crate) fn alloc_profile(stacks: &[(&str, i64)], comments: &[&str]) -> Profile {
    let mut builder = ProfileBuilder::new();
    builder
        .sample_type("alloc_objects", "count")
        .sample_type("alloc_space", "bytes");
    builder
        .sample_type("inuse_objects", "count")
        .sample_type("inuse_space", "bytes");
    builder
        .period("space", "bytes", 524_288)
        .default_sample_type("alloc_space");
    builder.time(1_795_435_200_000_000_000, 0);
    add(&mut builder, stacks, comments, |bytes| {
        vec![bytes / 1024, bytes, bytes / 4096, bytes / 4]
    });
    builder.finish().unwrap()
}

fn add(
    builder: &mut ProfileBuilder,
    stacks: &[(&str, i64)],
    comments: &[&str],
    values: impl Fn(i64) -> Vec<i64>,
) {
    for comment in comments {
        builder.comment(comment);
    }
    for (stack, value) in stacks {
        let leaf_first: Vec<LocationId> =
            stack.rsplit(';').map(|name| frame(builder, name)).collect();
        builder.sample(&leaf_first, &values(*value), &[]);
    }
}

fn frame(builder: &mut ProfileBuilder, name: &str) -> LocationId {
    let function = builder.function(name, "", "src/main.rs", 1);
    builder.location(
        None,
        0,
        &[Line {
            function,
            line: 2,
            column: 0,
        }],
    )
}
