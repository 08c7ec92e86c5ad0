//! The instructions of all functions with samples, by the lines of source code they were made of.
//!
//! All, because a function that is shown may be inlined into any other.

use std::collections::HashMap;

use dtail_symbolize::Module;

use crate::disasm::{CodeRoutine, SampledInstruction};
use crate::files::Files;
use crate::kind::Kind;
use crate::path::{self, PathTrim};
use crate::prepare::Report;

/// Instructions by file and line.
#[derive(Default)]
pub(super) struct CodeByLine {
    instructions: HashMap<(String, i64), Vec<SampledInstruction>>,
    /// Why there are none.
    pub(super) problem: Option<String>,
}

impl CodeByLine {
    pub(super) fn new(report: &Report, files: &dyn Files) -> CodeByLine {
        let mut code = CodeByLine::default();
        let disasm = report.of_kind(Kind::Disasm(String::new()));
        match { disasm }.code_routines("", files) {
            Ok(routines) => {
                for routine in routines {
                    code.add(report, routine, files);
                }
            }
            Err(error) => code.problem = Some(error.to_string()),
        }
        code
    }

    /// The instructions of a line, in the order of their addresses.
    pub(super) fn of(&self, file: &str, line: i64) -> &[SampledInstruction] {
        let key = (file.to_owned(), line);
        self.instructions.get(&key).map_or(&[], Vec::as_slice)
    }

    /// Adds a function's instructions to their lines; inlined ones also to the lines of their calls.
    fn add(&mut self, report: &Report, routine: CodeRoutine, files: &dyn Files) {
        let Ok(bytes) = files.read(&routine.binary) else {
            return;
        };
        let Ok(module) = Module::parse(&bytes) else {
            return;
        };
        let trim = PathTrim {
            trim_path: &report.options.trim_path,
            source_path: &report.options.source_path,
        };
        let addresses: Vec<u64> = routine.instructions.iter().map(|one| one.address).collect();
        let frames = module.frames_of(&addresses);
        for (instruction, frames) in routine.instructions.into_iter().zip(frames) {
            let lines = frames.iter().filter(|frame| !frame.file.is_empty());
            let lines = lines.map(|frame| (path::clean(trim.apply(&frame.file)), frame.line));
            for (file, line) in lines {
                let key = (file, i64::from(line));
                self.instructions
                    .entry(key)
                    .or_default()
                    .push(instruction.clone());
            }
        }
    }
}
