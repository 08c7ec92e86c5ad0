//! Shows results, the final one and interim ones, where the query wants them.

use std::io::{self, ErrorKind, IsTerminal};

use cli::{Failure, Form, Program, QueryArgs, Status, reason};
use mapreduce::{Plan, Report, TableStyle};

use crate::colors::of_tables;

/// What a result on standard output is to look like.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Table, CSV or JSON.
    pub form: Form,
    /// Whether a table has colours.
    pub colored: bool,
}

impl Look {
    /// What the flags ask for.
    #[must_use]
    pub fn new(query: &QueryArgs, program: &Program) -> Self {
        Look {
            form: query.output,
            colored: program.settings.is_colored,
        }
    }
}

/// Where results go, and what was shown last.
#[derive(Debug)]
pub struct Display<'a> {
    plan: &'a Plan,
    form: Form,
    style: TableStyle,
    program: &'a Program,
    /// What was printed last.
    printed: Vec<u8>,
}

impl<'a> Display<'a> {
    /// Shows results of `plan`; what else there is to say goes to the messages of `program`.
    pub fn new(plan: &'a Plan, look: Look, program: &'a Program) -> Self {
        Display {
            plan,
            form: look.form,
            style: match look.colored {
                true => TableStyle::Colored(of_tables(&program.settings.colors)),
                false => TableStyle::Plain,
            },
            program,
            printed: Vec::new(),
        }
    }

    /// Whether somebody may look before the end: at a terminal, or at a file. A program that reads
    /// a pipe, and a file that is appended to, get one result.
    pub fn wants_interim_results(&self) -> bool {
        match self.plan.query().outfile() {
            Some(outfile) => !outfile.append,
            None => self.form == Form::Table && io::stdout().is_terminal(),
        }
    }

    /// Shows what there is so far, if there is anything to see.
    ///
    /// # Errors
    /// Standard output cannot be written.
    pub fn show_interim(&mut self, report: &Report<'_>) -> Result<(), Failure> {
        if report.row_count() > 0 {
            self.show(report)?;
        }
        Ok(())
    }

    /// Shows the result of a part, whatever was shown before, if there is anything to see.
    ///
    /// # Errors
    /// Standard output cannot be written.
    pub fn show_part(&mut self, report: &Report<'_>) -> Result<Status, Failure> {
        self.printed.clear();
        match report.row_count() {
            0 => Ok(Status::Success),
            _ => self.show(report),
        }
    }

    /// Shows the result, and says on standard error what of it is not shown.
    ///
    /// # Errors
    /// Standard output cannot be written.
    pub fn show_final(&mut self, report: &Report<'_>) -> Result<Status, Failure> {
        let status = self.show(report)?;
        let (rows, left_out) = (report.row_count(), report.table_rows_left_out());
        if self.plan.query().outfile().is_some() {
            return Ok(status);
        }
        if rows == 0 {
            self.program
                .messages
                .warn("no line has what the query selects");
        } else if self.form == Form::Table && left_out > 0 {
            let shown = rows - left_out;
            self.program.messages.warn(format_args!(
                "the first {shown} of {rows} rows; a `limit` clause shows more"
            ));
        }
        Ok(status)
    }

    /// Writes the query's outfile, or prints the result unless it stands there already.
    fn show(&mut self, report: &Report<'_>) -> Result<Status, Failure> {
        self.program.stage_labeller()("write");
        if let Some(outfile) = self.plan.query().outfile() {
            let written = report.write_outfile(outfile);
            return Ok(written.map_or_else(
                |error| {
                    let reason = unwritten(error.cause());
                    self.program
                        .messages
                        .error(format_args!("{error}: {reason}"));
                    Status::Failure
                },
                |()| Status::Success,
            ));
        }
        let mut text = Vec::new();
        match self.form {
            Form::Csv => report.write_csv(&mut text)?,
            Form::Json => report.write_json(&mut text)?,
            Form::Table if report.row_count() == 0 => {}
            Form::Table => {
                report.write_query(self.style, &mut text)?;
                report.write_table(self.style, &mut text)?;
            }
        }
        if text != self.printed {
            self.program.print(&text)?;
            self.printed = text;
        }
        Ok(Status::Success)
    }
}

/// Why an outfile could not be written, and what to do about it.
fn unwritten(cause: &io::Error) -> String {
    let elsewhere = "or name another file in `outfile`";
    match cause.kind() {
        ErrorKind::NotFound => format!("no such directory; create it, {elsewhere}"),
        ErrorKind::StorageFull => format!("{}; make room, {elsewhere}", reason(cause)),
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            format!("{}; change that, {elsewhere}", reason(cause))
        }
        _ => reason(cause),
    }
}
