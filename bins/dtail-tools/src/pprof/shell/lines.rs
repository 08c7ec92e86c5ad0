//! Where the lines of the shell come from: a terminal, where they can be edited, completed and recalled,
//! or anything else, which is read as it is.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::{self, BufRead, IsTerminal};
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;
use std::rc::Rc;

use dtail_profile::Profile;
use rustyline::config::Configurer;
use rustyline::error::ReadlineError;
use rustyline::history::{FileHistory, History};
use rustyline::{CompletionType, Editor};

use super::super::fault::{Fault, note};
use super::super::output;
use super::completer::Words;

const PROMPT: &str = "(pprof) ";

/// Lines that are remembered from one shell to the next.
const HISTORY_LINES: usize = 1000;

/// The lines of standard input.
pub(super) enum Lines {
    /// Read as they come.
    Plain,
    /// Edited at a terminal.
    Edited(Box<Edited>),
}

/// An editor of lines and the file of its history, if there is a place for it.
pub(super) struct Edited {
    editor: Editor<Words, FileHistory>,
    history: Option<PathBuf>,
}

impl Lines {
    /// The lines of standard input, for a shell about `profile`.
    pub(super) fn of_stdin(profile: &Rc<Profile>) -> Lines {
        let (input, output) = (io::stdin().is_terminal(), io::stdout().is_terminal());
        let editor = (input && output).then(|| Edited::new(Rc::clone(profile)));
        match editor {
            Some(Ok(edited)) => Lines::Edited(Box::new(edited)),
            // A terminal that cannot do it has lines all the same.
            _ => Lines::Plain,
        }
    }

    /// The next line, with its end or without; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<String>, Fault> {
        match self {
            // The prompt parts the reports, whoever reads them.
            Lines::Plain => {
                output::print(PROMPT.as_bytes())?;
                let mut line = String::new();
                let read = io::stdin().lock().read_line(&mut line);
                let size = read.map_err(|error| Fault::Input(error.to_string()))?;
                Ok((size > 0).then_some(line))
            }
            Lines::Edited(edited) => edited.next(),
        }
    }
}

impl Edited {
    fn new(profile: Rc<Profile>) -> rustyline::Result<Edited> {
        let mut editor = Editor::<Words, FileHistory>::new()?;
        editor.set_completion_type(CompletionType::List);
        editor.set_helper(Some(Words::of(profile)));
        editor.history_mut().set_max_len(HISTORY_LINES)?;
        let history = state_directory().map(|directory| directory.join("pprof_history"));
        if let Some(path) = history.as_ref().filter(|path| path.exists())
            && let Err(error) = editor.load_history(path)
        {
            note(&format!("{}: {error}", path.display()));
        }
        Ok(Edited { editor, history })
    }

    fn next(&mut self) -> Result<Option<String>, Fault> {
        loop {
            match self.editor.readline(PROMPT) {
                Ok(line) => {
                    self.remember(&line);
                    return Ok(Some(line));
                }
                // As at other prompts: the line is given up, not the shell.
                Err(ReadlineError::Interrupted) => {}
                Err(ReadlineError::Eof) => return Ok(None),
                Err(error) => return Err(Fault::Input(error.to_string())),
            }
        }
    }

    /// Writes the line to the history, at once: a shell may end in any way. Where that fails it is said
    /// once, and not tried again.
    fn remember(&mut self, line: &str) {
        let is_kept = self.editor.add_history_entry(line).unwrap_or(false);
        let Some(path) = self.history.clone().filter(|_| is_kept) else {
            return;
        };
        let directory = path.parent().map(PathBuf::from).unwrap_or_default();
        let made = fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(directory);
        let written = made
            .map_err(ReadlineError::from)
            .and_then(|()| self.editor.append_history(&path));
        if let Err(error) = written {
            note(&format!("no history is kept: {}: {error}", path.display()));
            self.history = None;
        }
    }
}

/// Where programs keep what they remember: `$XDG_STATE_HOME`, else `~/.local/state`.
fn state_directory() -> Option<PathBuf> {
    let base = state_base(env::var_os("XDG_STATE_HOME"), env::home_dir())?;
    Some(base.join("dtail"))
}

/// A path in the variable that is not absolute does not count.
fn state_base(variable: Option<OsString>, home: Option<PathBuf>) -> Option<PathBuf> {
    let named = variable
        .map(PathBuf::from)
        .filter(|path| path.is_absolute());
    named.or_else(|| Some(home.filter(|home| home.is_absolute())?.join(".local/state")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(variable: Option<&str>, home: Option<&str>, expected: Option<&str>) {
        let base = state_base(variable.map(OsString::from), home.map(PathBuf::from));
        assert_eq!(base, expected.map(PathBuf::from), "{variable:?} {home:?}");
    }

    #[test]
    fn the_history_is_where_programs_keep_their_state() {
        check(Some("/s"), Some("/h"), Some("/s"));
        check(Some("s"), Some("/h"), Some("/h/.local/state"));
        check(Some(""), Some("/h"), Some("/h/.local/state"));
        check(None, Some("/h"), Some("/h/.local/state"));
        check(None, Some(""), None);
        check(None, None, None);
    }
}
