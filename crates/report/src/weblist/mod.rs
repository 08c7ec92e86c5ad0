//! Annotated source code with its machine code, as a page: `weblist`.
//!
//! One file without scripts that refers to nothing outside. A line of source code opens and shows
//! the instructions that were made of it; which those are is asked of the binary's debug
//! information, so that instructions without samples have their line, too.

mod code;

use std::io::{self, Write};

use self::code::CodeByLine;
use crate::color::{Ground, of_share};
use crate::error::Error;
use crate::files::Files;
use crate::kind::Kind;
use crate::list::{Routine, SourceLine};
use crate::markup::Escaped;
use crate::measurement::percentage;
use crate::prepare::Report;

const STYLE: &str = "\
:root{color-scheme:light dark}\
body{font:14px/1.4 system-ui,sans-serif;margin:1.5em}\
h1{font-size:1.3em}h2{font-size:1.05em;margin:2em 0 .2em;overflow-wrap:anywhere}\
p{margin:.2em 0 .6em}\
table{border-collapse:collapse;font:12px/1.45 ui-monospace,monospace;tab-size:4}\
th,td{padding:0 .6em;text-align:right;vertical-align:top;white-space:pre}\
td:last-child,th:last-child{text-align:left;width:100%}\
tr.hot td:first-child{border-left:.5em solid var(--heat)}\
tr.hot td:nth-child(-n+2){font-weight:bold}\
summary{cursor:pointer;margin-left:-1.2em}\
pre{margin:.2em 0 .4em 1em;padding:.3em .6em;border-left:2px solid #8888;opacity:.85}";

impl Report {
    /// Writes the page of all functions that match.
    pub(crate) fn write_weblist(
        self,
        pattern: &str,
        files: &dyn Files,
        out: &mut dyn Write,
    ) -> Result<(), Error> {
        let routines = self
            .of_kind(Kind::List(pattern.to_owned()))
            .routines(pattern, files)?;
        let code = CodeByLine::new(&self, files);
        let program = self
            .profile
            .mappings
            .first()
            .map_or("", |m| self.profile.text(m.file));
        let title = format!("{} {}", crate::path::base(program), self.type_name);
        writeln!(
            out,
            concat!(
                "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">",
                "<meta http-equiv=\"Content-Security-Policy\" ",
                "content=\"default-src 'none'; style-src 'unsafe-inline'\">",
                "<title>{}</title><style>{}</style></head><body>"
            ),
            Escaped(&title),
            STYLE
        )?;
        writeln!(out, "<h1>Source code with its samples</h1>")?;
        for line in self.profile_lines() {
            writeln!(out, "<p>{}</p>", Escaped(line.trim_ascii_end()))?;
        }
        if let Some(problem) = &code.problem {
            writeln!(out, "<p>No machine code: {}</p>", Escaped(problem))?;
        }
        for routine in &routines {
            self.write_section(routine, &code, out)?;
        }
        Ok(writeln!(out, "</body></html>")?)
    }

    fn write_section(
        &self,
        routine: &Routine,
        code: &CodeByLine,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        writeln!(out, "<h2>{}</h2>", Escaped(&routine.function))?;
        let place = match routine.file.as_str() {
            "" => "no source information",
            file => file,
        };
        writeln!(
            out,
            "<p>{}: flat {}, cum {} ({} of {})</p>",
            Escaped(place),
            self.format(routine.flat),
            self.format(routine.cum),
            percentage(routine.cum, self.total).trim_ascii(),
            self.format(self.total)
        )?;
        if let Some(problem) = &routine.problem {
            writeln!(out, "<p>{}</p>", Escaped(problem))?;
        }
        if routine.lines.is_empty() {
            return Ok(());
        }
        writeln!(
            out,
            "<table><tr><th>flat</th><th>cum</th><th>line</th><th>source</th></tr>"
        )?;
        for line in &routine.lines {
            self.write_row(routine, line, code, out)?;
        }
        writeln!(out, "</table>")
    }

    fn write_row(
        &self,
        routine: &Routine,
        line: &SourceLine,
        code: &CodeByLine,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let heat = match line.cum {
            0 => String::new(),
            cum => {
                let share = cum as f64 / self.total.max(1) as f64;
                format!(
                    " class=\"hot\" style=\"--heat:{}\"",
                    of_share(share, Ground::Fore)
                )
            }
        };
        write!(
            out,
            "<tr{heat}><td>{}</td><td>{}</td><td>{}</td><td>",
            self.format_or_dot(line.flat),
            self.format_or_dot(line.cum),
            line.number
        )?;
        let text = String::from_utf8_lossy(&line.text);
        let instructions = code.of(&routine.file, line.number);
        if instructions.is_empty() {
            return writeln!(out, "{}</td></tr>", Escaped(&text));
        }
        writeln!(out, "<details><summary>{}</summary><pre>", Escaped(&text))?;
        for instruction in instructions {
            writeln!(
                out,
                "{:>10} {:>10} {:>8x}  {}",
                self.format_or_dot(instruction.flat),
                self.format_or_dot(instruction.cum),
                instruction.address,
                Escaped(&instruction.text)
            )?;
        }
        writeln!(out, "</pre></details></td></tr>")
    }
}
