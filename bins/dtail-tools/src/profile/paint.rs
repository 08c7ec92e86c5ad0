//! Titles, and how wide the page is.

use std::{
    env,
    io::{self, IsTerminal, Write},
};

use cli::one_line;

/// How standard output is to be written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Page {
    colour: bool,
    /// The columns of the terminal; `None` when lines may have any length.
    pub(crate) width: Option<usize>,
}

impl Page {
    /// Standard output of this process. Colour needs a terminal that knows it,
    /// and neither `-nocolor` (`plain`) nor NO_COLOR. `COLUMNS` sets the width.
    pub(crate) fn of_stdout(plain: bool) -> Page {
        let terminal = io::stdout().is_terminal();
        let refused = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
        Page {
            colour: terminal && !plain && !refused && !dumb,
            width: width(),
        }
    }

    /// Writes `text` as a title: underlined, and green where there is colour.
    pub(crate) fn title(&self, out: &mut dyn Write, text: &str) -> io::Result<()> {
        let text = one_line(text);
        let (green, off) = if self.colour {
            ("\x1b[32m", "\x1b[0m")
        } else {
            ("", "")
        };
        let room = self.width.unwrap_or(usize::MAX);
        let line = "=".repeat(text.chars().count().min(room));
        writeln!(out, "{green}{text}{off}\n{green}{line}{off}")
    }
}

fn width() -> Option<usize> {
    let said = env::var("COLUMNS")
        .ok()
        .and_then(|columns| columns.parse().ok());
    let asked = || terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| width.0.into());
    said.or_else(asked).filter(|&columns| columns > 0)
}

/// `text` in at most `width` columns, `...` in place of its middle if need be:
/// the beginning and the end of a function's name tell most.
pub(crate) fn clipped(text: &str, width: Option<usize>) -> String {
    let text = one_line(text);
    let length = text.chars().count();
    let Some(width) = width.filter(|&width| length > width) else {
        return text;
    };
    let dots = &"..."[..width.min(3)];
    let kept = width - dots.len();
    let head: String = text.chars().take(kept / 2).collect();
    let tail: String = text.chars().skip(length - kept.div_ceil(2)).collect();
    format!("{head}{dots}{tail}")
}

/// `text` in lines of at most `width` columns, broken at blanks; a word that
/// is longer than a line is clipped. At least one line.
pub(crate) fn wrapped(text: &str, width: Option<usize>) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let word = clipped(word, width);
        let line = lines.last_mut().expect("there is always a line");
        let length = line.chars().count() + 1 + word.chars().count();
        if line.is_empty() {
            line.push_str(&word);
        } else if width.is_none_or(|width| length <= width) {
            line.push(' ');
            line.push_str(&word);
        } else {
            lines.push(word);
        }
    }
    lines
}

/// The shell command `command` in lines of at most `width` columns, each but the last ended by the
/// backslash that lets a shell read on. A word is never broken, so one that is longer than a line
/// stands alone; a comment that does not fit behind the command goes before it.
pub(crate) fn continued(command: &str, width: Option<usize>) -> Vec<String> {
    let command = one_line(command);
    let Some(width) = width.filter(|&width| command.chars().count() > width) else {
        return vec![command];
    };
    let words = shell_words(&command);
    let comment = words.iter().position(|word| word.starts_with('#'));
    let (words, comment) = words.split_at(comment.unwrap_or(words.len()));
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in words {
        let room = width.saturating_sub(line.chars().count() + 1 + " \\".len());
        if line.is_empty() {
            line.push_str(word);
        } else if word.chars().count() <= room {
            line = format!("{line} {word}");
        } else {
            lines.push(format!("{line} \\"));
            line = format!("  {word}");
        }
    }
    lines.push(line);
    if !comment.is_empty() {
        lines.insert(0, comment.join(" "));
    }
    lines
}

/// The words of a shell command as they are written, quotes included.
fn shell_words(command: &str) -> Vec<&str> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    let is_break = |character: char| {
        let was_escaped = std::mem::take(&mut is_escaped);
        match character {
            '\'' if !was_escaped => is_quoted = !is_quoted,
            '\\' if !was_escaped => is_escaped = !is_quoted,
            _ => {}
        }
        character == ' ' && !is_quoted && !was_escaped
    };
    let words = command.split(is_break);
    words.filter(|word| !word.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, width: Option<usize>, expected: &str) {
        assert_eq!(clipped(text, width), expected);
    }

    #[test]
    fn long_texts_are_clipped_to_the_width() {
        check("regex::find", None, "regex::find");
        check("regex::find", Some(11), "regex::find");
        check("regex::find", Some(10), "reg...find");
        check("a\tb\u{1b}[31m", None, "a\\tb\\u{1b}[31m");
        check("größer", Some(5), "g...r");
        check("abc", Some(2), "..");
        check("abc", Some(0), "");
    }

    #[track_caller]
    fn check_wrapped(text: &str, width: Option<usize>, expected: &[&str]) {
        assert_eq!(wrapped(text, width), expected);
    }

    #[test]
    fn sentences_are_broken_at_blanks() {
        check_wrapped("No sample was lost", None, &["No sample was lost"]);
        check_wrapped("No sample was lost", Some(18), &["No sample was lost"]);
        check_wrapped("No sample was lost", Some(10), &["No sample", "was lost"]);
        check_wrapped("of alloc::vec::Vec::push", Some(11), &["of", "allo...push"]);
        check_wrapped("", Some(5), &[""]);
    }

    #[track_caller]
    fn check_continued(command: &str, width: usize, expected: &[&str]) {
        assert_eq!(continued(command, Some(width)), expected);
    }

    #[test]
    fn commands_go_on_behind_a_backslash() {
        let command = r"top 'a b'\''  c' d.prof   # why";
        assert_eq!(continued(command, None), [command]);
        check_continued(command, command.len(), &[command]);
        check_continued(command, 30, &["# why", r"top 'a b'\''  c' d.prof"]);
        let broken = ["# why", "top \\", r"  'a b'\''  c' \", "  d.prof"];
        check_continued(command, 17, &broken);
        check_continued(command, 0, &broken);
        check_continued("top -cum ab", 10, &["top -cum \\", "  ab"]);
    }

    #[test]
    fn titles_are_coloured_only_when_asked() {
        for (colour, expected) in [
            (false, "Top\n===\n"),
            (true, "\x1b[32mTop\x1b[0m\n\x1b[32m===\x1b[0m\n"),
        ] {
            let mut out = Vec::new();
            Page {
                colour,
                width: None,
            }
            .title(&mut out, "Top")
            .unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
    }
}
