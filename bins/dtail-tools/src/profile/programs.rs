//! Finding the programs to profile, and building them when cargo runs us.
//!
//! `cargo run --bin dtail-tools` builds `dtail-tools` alone. The others are
//! then built here, with the same cargo, the same profile and into the same
//! directory, so that the profiles show the code that stands in the tree.

use std::{
    env,
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, anyhow, bail};

use super::progress::Progress;

/// Every target directory of cargo has this file at its top.
const TARGET_MARK: &str = "CACHEDIR.TAG";

/// What the search for programs depends on.
#[derive(Debug)]
pub(crate) struct Surroundings {
    /// The path of this program.
    exe: PathBuf,
    /// The value of `PATH`.
    path: OsString,
    /// How cargo runs us, if it does.
    cargo: Option<Cargo>,
}

/// The cargo that runs us, and how it built us.
#[derive(Debug, Eq, PartialEq)]
struct Cargo {
    program: OsString,
    manifest_dir: PathBuf,
    target_dir: PathBuf,
    /// The target triple, when one was named.
    target: Option<OsString>,
    profile: OsString,
}

impl Surroundings {
    /// Those of this process.
    pub(crate) fn of_this_process() -> Result<Surroundings> {
        let exe = env::current_exe().context("cannot tell where dtail-tools is")?;
        let path = env::var_os("PATH").unwrap_or_default();
        let cargo = Cargo::of(&exe, |name| env::var_os(name));
        Ok(Surroundings { exe, path, cargo })
    }

    /// The paths of the programs called `names`, in that order: beside this
    /// program, else on `PATH`. Builds them first when cargo runs us.
    pub(crate) fn programs(&self, names: &[&str], progress: &mut Progress) -> Result<Vec<PathBuf>> {
        if let Some(cargo) = &self.cargo {
            cargo.build(names, progress)?;
        }
        names.iter().map(|name| self.find(name)).collect()
    }

    fn find(&self, name: &str) -> Result<PathBuf> {
        let here = self.exe.parent().unwrap_or(Path::new("."));
        let dirs = std::iter::once(here.to_path_buf()).chain(env::split_paths(&self.path));
        let file = format!("{name}{}", env::consts::EXE_SUFFIX);
        dirs.map(|dir| dir.join(&file)).find(|path| path.is_file()).ok_or_else(|| {
            anyhow!(
                "cannot find {name}: neither in {} nor on PATH; `cargo build --release` builds it",
                here.display()
            )
        })
    }
}

impl Cargo {
    /// How cargo runs the program at `exe`, told from the environment that
    /// `cargo run` sets and from where the program lies.
    fn of(exe: &Path, variable: impl Fn(&str) -> Option<OsString>) -> Option<Cargo> {
        let program = variable("CARGO")?;
        let manifest_dir = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
        if variable("CARGO_PKG_NAME")? != env!("CARGO_PKG_NAME") {
            return None;
        }
        let target_dir = exe
            .ancestors()
            .skip(2)
            .find(|dir| dir.join(TARGET_MARK).is_file())?;
        let below: Vec<&OsStr> = exe
            .parent()?
            .strip_prefix(target_dir)
            .ok()?
            .iter()
            .collect();
        let (target, profile) = match below[..] {
            [profile] => (None, profile),
            [target, profile] => (Some(target.to_owned()), profile),
            _ => return None,
        };
        let (target_dir, profile) = (target_dir.to_owned(), profile.to_owned());
        Some(Cargo {
            program,
            manifest_dir,
            target_dir,
            target,
            profile,
        })
    }

    fn build(&self, names: &[&str], progress: &mut Progress) -> Result<()> {
        let profile = self.profile.display();
        progress.note(&format!("Building {} ({profile})", names.join(", ")));
        let status = self.build_command(names).status();
        let status = status.with_context(|| format!("cannot run {}", self.program.display()))?;
        if !status.success() {
            bail!("cargo could not build {}", names.join(", "));
        }
        Ok(())
    }

    fn build_command(&self, names: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command
            .current_dir(&self.manifest_dir)
            .arg("build")
            .stdin(Stdio::null());
        // The profile `dev` is the one whose directory has another name.
        let is_dev = self.profile == "debug";
        command.arg("--profile").arg(if is_dev {
            OsStr::new("dev")
        } else {
            &self.profile
        });
        command.arg("--target-dir").arg(&self.target_dir);
        if let Some(target) = &self.target {
            command.arg("--target").arg(target);
        }
        for name in names {
            command.args(["--package", name]);
        }
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn cargo_variables(name: &str) -> Option<OsString> {
        let value = match name {
            "CARGO" => "/opt/cargo",
            "CARGO_MANIFEST_DIR" => "/src/bins/dtail-tools",
            "CARGO_PKG_NAME" => "dtail-tools",
            _ => return None,
        };
        Some(value.into())
    }

    /// Checks the arguments of the build for a program that lies at `exe`
    /// within a target directory; `T` stands for that directory.
    #[track_caller]
    fn check(exe: &str, expected: Option<&str>) {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(TARGET_MARK), "").unwrap();
        let cargo = Cargo::of(&dir.path().join(exe), cargo_variables);
        let line = cargo.map(|cargo| {
            let command = cargo.build_command(&["dcat", "dgrep"]);
            let words: Vec<_> = command
                .get_args()
                .map(|word| word.to_string_lossy())
                .collect();
            words.join(" ").replace(&*dir.path().to_string_lossy(), "T")
        });
        assert_eq!(line.as_deref(), expected);
    }

    #[test]
    fn a_build_has_the_profile_and_the_place_of_this_program() {
        let release = "build --profile release --target-dir T --package dcat --package dgrep";
        check("release/dtail-tools", Some(release));
        check(
            "debug/dtail-tools",
            Some(&release.replace("release", "dev")),
        );
        check(
            "tuned/dtail-tools",
            Some(&release.replace("release", "tuned")),
        );
        let target = release.replace("T ", "T --target x86_64-unknown-linux-musl ");
        check(
            "x86_64-unknown-linux-musl/release/dtail-tools",
            Some(&target),
        );
        check("a/b/c/dtail-tools", None);
    }

    #[test]
    fn other_packages_and_installed_programs_are_not_run_by_cargo() {
        let dir = tempfile::tempdir().unwrap();
        let exe = dir.path().join("release/dtail-tools");
        assert_eq!(
            Cargo::of(&exe, cargo_variables),
            None,
            "no target directory"
        );
        fs::write(dir.path().join(TARGET_MARK), "").unwrap();
        assert!(Cargo::of(&exe, cargo_variables).is_some());
        assert_eq!(Cargo::of(&exe, |_| None), None, "no variables");
        let other = |name: &str| match name {
            "CARGO_PKG_NAME" => Some("xtask".into()),
            _ => cargo_variables(name),
        };
        assert_eq!(Cargo::of(&exe, other), None, "another package");
    }

    #[test]
    fn the_program_beside_us_is_preferred_to_one_on_the_path() {
        let dir = tempfile::tempdir().unwrap();
        let (here, there) = (dir.path().join("here"), dir.path().join("there"));
        for program in [here.join("dcat"), there.join("dcat"), there.join("dmap")] {
            fs::create_dir_all(program.parent().unwrap()).unwrap();
            fs::write(program, "").unwrap();
        }
        let exe = here.join("dtail-tools");
        let surroundings = Surroundings {
            exe,
            path: there.clone().into(),
            cargo: None,
        };
        assert_eq!(surroundings.find("dcat").unwrap(), here.join("dcat"));
        assert_eq!(surroundings.find("dmap").unwrap(), there.join("dmap"));
        let message = surroundings.find("dgrep").unwrap_err().to_string();
        assert!(
            message.starts_with("cannot find dgrep: neither in "),
            "{message}"
        );
    }
}
