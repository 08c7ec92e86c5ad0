//! Where names come from: the words of `-symbolize`, and the binaries of this machine.

use std::env;

use dtail_profile::Profile;
use report::{Demangle, LoadOptions, Symbolization};

use super::fault::note;
use super::warn;
use crate::disk::Disk;

/// The variable with the directories of binaries, and what stands for it when it is not set.
const SEARCH_PATH: &str = "PPROF_BINARY_PATH";
const SEARCH_PATH_DEFAULT: &str = "pprof/binaries";

/// What to do about addresses without names.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Symbolize {
    /// Leave them as they are.
    is_off: bool,
    /// Look up even those that have names.
    force: bool,
    only_symbols: bool,
}

impl Symbolize {
    /// Takes the words of `-symbolize`.
    pub(super) fn set(&mut self, value: &str, load: &mut LoadOptions) {
        for word in value.to_lowercase().split(':') {
            match word {
                "none" | "no" => (self.is_off, load.demangle) = (true, None),
                "local" => self.is_off = false,
                "fastlocal" => (self.is_off, self.only_symbols) = (false, true),
                "remote" => {
                    self.is_off = true;
                    note("names are not asked of servers: with -symbolize=remote there are none");
                }
                "force" => (self.force, load.force_demangle) = (true, true),
                "demangle=none" => load.demangle = None,
                "demangle=full" => load.demangle = Some(Demangle::Full),
                "demangle=templates" => load.demangle = Some(Demangle::Templates),
                "" | "demangle=default" => {}
                _ => note(&format!(
                    "ignoring unrecognized symbolization option: {word}"
                )),
            }
            load.force_demangle |= matches!(word, "demangle=full" | "demangle=templates");
        }
    }

    /// Gives names to the addresses of profiles.
    pub(super) fn apply(self, profiles: &mut [Profile], program: &str) {
        if self.is_off {
            return;
        }
        let options = Symbolization {
            force: self.force,
            only_symbols: self.only_symbols,
            search_path: search_path(),
            program: program.to_owned(),
        };
        for profile in profiles {
            warn(&report::symbolize(profile, &Disk, &options));
        }
    }
}

fn search_path() -> String {
    let set = env::var(SEARCH_PATH).ok();
    let default = || Some(format!("{}/{SEARCH_PATH_DEFAULT}", env::var("HOME").ok()?));
    set.or_else(default).unwrap_or_default()
}
