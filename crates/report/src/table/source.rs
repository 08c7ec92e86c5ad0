//! Annotated source code and machine code.

use super::value::Value;
use super::{Table, columns};
use crate::disasm::CodeRoutine;
use crate::error::Error;
use crate::files::Files;
use crate::list::Routine;
use crate::prepare::Report;

impl Report {
    pub(super) fn list_table(&mut self, only: &str, files: &dyn Files) -> Result<Table<'_>, Error> {
        let routines = self.routines(only, files)?;
        Ok(Table {
            facts: Vec::new(),
            rows: routines.iter().map(source_row).collect(),
            columns: columns(["function", "file", "line", "flat", "cum", "source"]),
            lines: routines.iter().flat_map(source_lines).collect(),
        })
    }

    pub(super) fn disasm_table(
        &mut self,
        only: &str,
        files: &dyn Files,
    ) -> Result<Table<'_>, Error> {
        let routines = self.code_routines(only, files)?;
        Ok(Table {
            facts: Vec::new(),
            rows: routines.iter().map(code_row).collect(),
            columns: columns(["function", "address", "flat", "cum", "instruction", "place"]),
            lines: routines.iter().flat_map(code_lines).collect(),
        })
    }
}

fn source_row(routine: &Routine) -> Value<'static> {
    let lines = routine.lines.iter().map(|line| {
        Value::object([
            ("line", line.number.into()),
            ("flat", line.flat.into()),
            ("cum", line.cum.into()),
            ("source", source(&line.text)),
        ])
    });
    Value::object([
        ("function", routine.function.clone().into()),
        ("file", Value::unless_empty(routine.file.clone())),
        ("flat", routine.flat.into()),
        ("cum", routine.cum.into()),
        ("lines", Value::list(lines)),
        (
            "problem",
            Value::unless_empty(routine.problem.clone().unwrap_or_default()),
        ),
    ])
}

fn source_lines(routine: &Routine) -> Vec<Vec<Value<'static>>> {
    let line = |line: &crate::list::SourceLine| {
        vec![
            routine.function.clone().into(),
            routine.file.clone().into(),
            line.number.into(),
            line.flat.into(),
            line.cum.into(),
            source(&line.text),
        ]
    };
    routine.lines.iter().map(line).collect()
}

/// Source code need not be UTF-8, JSON must be.
fn source(text: &[u8]) -> Value<'static> {
    String::from_utf8_lossy(text).into_owned().into()
}

fn code_row(routine: &CodeRoutine) -> Value<'static> {
    let instructions = routine.instructions.iter().map(|instruction| {
        Value::object([
            ("address", hexadecimal(instruction.address)),
            ("flat", instruction.flat.into()),
            ("cum", instruction.cum.into()),
            ("instruction", instruction.text.clone().into()),
            ("place", Value::unless_empty(instruction.place.clone())),
        ])
    });
    Value::object([
        ("functions", Value::list(routine.names.iter().cloned())),
        ("flat", routine.flat.into()),
        ("cum", routine.cum.into()),
        ("instructions", Value::list(instructions)),
    ])
}

fn code_lines(routine: &CodeRoutine) -> Vec<Vec<Value<'static>>> {
    let name = routine.names.first().cloned().unwrap_or_default();
    let line = |instruction: &crate::disasm::SampledInstruction| {
        vec![
            name.clone().into(),
            hexadecimal(instruction.address),
            instruction.flat.into(),
            instruction.cum.into(),
            instruction.text.clone().into(),
            instruction.place.clone().into(),
        ]
    };
    routine.instructions.iter().map(line).collect()
}

/// Addresses are texts: not every reader of JSON has 64-bit integers.
pub(super) fn hexadecimal(address: u64) -> Value<'static> {
    format!("{address:#x}").into()
}
