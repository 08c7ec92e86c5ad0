//! What the programs share at their command line.
//!
//! Flags in Go and in GNU spelling ([`go_args`]), the flags common to the log commands
//! ([`CommonArgs`], [`ProfilingArgs`]), help, manual pages and completions out of their definitions
//! ([`Manual`], [`complete()`]), one-line messages ([`Messages`]), exit statuses
//! ([`Status`], [`Failure`]) and the frame around a log command ([`run`]).
//!
//! It knows nothing of logs, searches or queries, and never ends the process itself: [`run`] and
//! [`Exit::report`] return the [`std::process::ExitCode`] that `main` returns.

#![forbid(unsafe_code)]

mod choice;
mod colors;
mod command;
mod common_args;
mod completion;
mod config;
mod ending;
mod environment;
mod exit;
mod input;
mod labels;
mod log_file;
mod manual;
mod message;
mod number;
mod open_files;
mod output;
mod page;
mod parse;
mod pattern_args;
mod profiling_args;
mod progress;
mod query_args;
mod reason;
mod server_args;
mod session;
mod settings;
mod spelling;
mod status_line;

pub use choice::{ColorChoice, Form, LogLevel, Logger};
pub use colors::Colors;
pub use command::{LogCommand, Program, run};
pub use common_args::CommonArgs;
pub use completion::{At, Candidate, Place, Proposal, complete};
pub use config::check_configuration;
pub use ending::Ending;
pub use environment::{full_host_name, host_name};
pub use exit::{Exit, Failure, Status};
pub use input::Input;
pub use labels::{label_file, label_stage};
pub use manual::{Entries, Manual};
pub use message::{Messages, one_line};
pub use number::{count, positive};
pub use open_files::allow_many_open_files;
pub use output::{Output, is_closed, output};
pub use parse::{command_line, matches, parse};
pub use pattern_args::PatternArgs;
pub use profiling_args::ProfilingArgs;
pub use progress::{ReadingProgress, StepProgress};
pub use query_args::QueryArgs;
pub use reason::reason;
pub use server_args::ServerArgs;
pub use settings::Settings;
pub use spelling::go_args;
pub use status_line::{Erased, erased};
