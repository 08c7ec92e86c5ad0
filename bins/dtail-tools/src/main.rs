//! `dtail-tools`: makes, lists and analyses profiles.
//!
//! The program only parses, wires and exits. What a profile means is the job
//! of the `report` crate, how one is taken that of `dtail-profiling`: the two
//! sides meet in the profile files alone.

#![forbid(unsafe_code)]

use std::{env, ffi::OsString, process::ExitCode};

mod command;
mod deadline;
mod disk;
mod pprof;
mod profile;
mod profile_file;
mod serve;
mod spelling;

fn main() -> ExitCode {
    let args: Vec<OsString> = env::args_os().skip(1).collect();
    command::run(&args)
}
