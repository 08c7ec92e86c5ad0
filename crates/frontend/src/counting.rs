//! How files are read, and who is told.

use cli::Program;
use logread::{Counters, Follow, Options};

/// Samples carry the file and the stage.
const LABELS: Follow = Follow {
    file: cli::label_file,
    stage: cli::label_stage,
};

/// Counts what is read for the profiles of `program`, and labels their samples.
pub fn counters(program: &Program) -> Counters {
    Counters::new(program.is_profiled())
        .reporting(program.annotator())
        .following(program.is_profiled().then_some(LABELS))
}

/// How lines are read.
pub fn options(program: &Program) -> Options {
    Options {
        max_line_length: program.settings.max_line_length,
        ..Options::default()
    }
}
