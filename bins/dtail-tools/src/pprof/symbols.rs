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
    /// Takes the words of `-symbolize`; one that says none makes the others meaningless.
    pub(super) fn set(&mut self, value: &str, load: &mut LoadOptions) {
        for word in value.to_lowercase().split(':') {
            match word {
                "none" | "no" => {
                    self.is_off = true;
                    (load.demangle, load.force_demangle) = (None, false);
                    return;
                }
                "local" => self.is_off = false,
                "fastlocal" => (self.is_off, self.only_symbols) = (false, true),
                "remote" => {
                    self.is_off = true;
                    note("names are not asked of servers: with -symbolize=remote there are none");
                }
                "force" => self.force(load),
                "" | "default" | "demangle=default" => {}
                _ => match mode(word.strip_prefix("demangle=").unwrap_or(word)) {
                    Some(mode) => {
                        load.demangle = mode;
                        self.force(load);
                    }
                    None => note(&format!(
                        "ignoring unrecognized symbolization option: {word}"
                    )),
                },
            }
        }
    }

    /// Starts again from addresses and symbols.
    fn force(&mut self, load: &mut LoadOptions) {
        (self.force, load.force_demangle) = (true, true);
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

/// The words that say how much of mangled names to show.
fn mode(word: &str) -> Option<Option<Demangle>> {
    match word {
        "none" => Some(None),
        "templates" => Some(Some(Demangle::Templates)),
        "full" => Some(Some(Demangle::Full)),
        _ => None,
    }
}

fn search_path() -> String {
    let set = env::var(SEARCH_PATH).ok();
    let default = || Some(format!("{}/{SEARCH_PATH_DEFAULT}", env::var("HOME").ok()?));
    set.or_else(default).unwrap_or_default()
}
