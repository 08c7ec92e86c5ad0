//! File name patterns as Go's `filepath.Glob` reads them.
//!
//! `*` is any run of bytes, `?` any character, `[a-z]` and `[^a-z]` classes, and a backslash takes
//! the next character as it is. None of them matches a `/`; a leading dot is nothing special. There
//! is no `**` and there are no braces. Directories are read one pattern component at a time and the
//! matches of each come sorted by name.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

/// Why a pattern stands for nothing.
#[derive(Debug)]
pub(crate) enum Failure {
    /// It is malformed: an open class, an empty range, or a backslash at the end.
    BadPattern,
    /// This directory cannot be read, and nothing matches in the others.
    Unread(PathBuf, io::Error),
}

/// The pattern is malformed.
#[derive(Debug, Eq, PartialEq)]
struct BadPattern;

impl From<BadPattern> for Failure {
    fn from(BadPattern: BadPattern) -> Self {
        Failure::BadPattern
    }
}

/// Whether `component` has a character with a meaning of its own.
pub(crate) fn is_pattern(component: &OsStr) -> bool {
    component
        .as_bytes()
        .iter()
        .any(|byte| b"*?[\\".contains(byte))
}

/// The paths that match `pattern`.
///
/// # Errors
/// There is none, for one of these reasons.
pub(crate) fn expand(pattern: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut found = vec![PathBuf::new()];
    let mut unread = None;
    for component in pattern.components() {
        let name = component.as_os_str();
        if !is_pattern(name) {
            found.iter_mut().for_each(|path| path.push(name));
            continue;
        }
        let tokens = parse(name.as_bytes())?;
        found = found
            .iter()
            .flat_map(|directory| {
                matching(directory, &tokens).unwrap_or_else(|error| {
                    unread.get_or_insert((directory.clone(), error));
                    Vec::new()
                })
            })
            .collect();
    }
    found.retain(|path| path.symlink_metadata().is_ok());
    match unread.filter(|_| found.is_empty()) {
        Some((directory, error)) => Err(Failure::Unread(directory, error)),
        None => Ok(found),
    }
}

/// The components of a path, but for `.`, which means nothing.
pub(crate) fn components(path: &Path) -> impl Iterator<Item = Component<'_>> {
    let components = path.components();
    components.filter(|component| *component != Component::CurDir)
}

/// `path` as [`expand`] finds it, if it matches `pattern`.
pub(crate) fn found_at(pattern: &Path, path: &Path) -> Option<PathBuf> {
    let mut names = components(path);
    let mut found = PathBuf::new();
    for component in pattern.components() {
        let part = component.as_os_str();
        let name = match component {
            Component::CurDir => part,
            _ => names.next()?.as_os_str(),
        };
        let is_match = || parse(part.as_bytes()).is_ok_and(|it| matches(&it, name.as_bytes()));
        if name != part && !(is_pattern(part) && is_match()) {
            return None;
        }
        found.push(name);
    }
    names.next().is_none().then_some(found)
}

/// The entries of `directory` whose names match, sorted. What is no directory has none.
fn matching(directory: &Path, tokens: &[Token]) -> io::Result<Vec<PathBuf>> {
    let place = if directory.as_os_str().is_empty() {
        Path::new(".")
    } else {
        directory
    };
    let entries = match fs::read_dir(place) {
        Ok(entries) => entries,
        Err(error) if is_no_directory(&error) => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut names: Vec<_> = entries.flatten().map(|entry| entry.file_name()).collect();
    names.retain(|name| matches(tokens, name.as_bytes()));
    names.sort_unstable();
    Ok(names.iter().map(|name| directory.join(name)).collect())
}

fn is_no_directory(error: &io::Error) -> bool {
    let kind = error.kind();
    kind == io::ErrorKind::NotFound || kind == io::ErrorKind::NotADirectory
}

#[derive(Debug)]
enum Token {
    Byte(u8),
    AnyCharacter,
    AnyRun,
    Class {
        negated: bool,
        ranges: Vec<(char, char)>,
    },
}

fn parse(pattern: &[u8]) -> Result<Vec<Token>, BadPattern> {
    let mut tokens = Vec::new();
    let mut rest = pattern;
    while let [first, tail @ ..] = rest {
        rest = tail;
        tokens.push(match first {
            b'*' => Token::AnyRun,
            b'?' => Token::AnyCharacter,
            b'[' => class(&mut rest)?,
            b'\\' => {
                let (&escaped, tail) = rest.split_first().ok_or(BadPattern)?;
                rest = tail;
                Token::Byte(escaped)
            }
            &byte => Token::Byte(byte),
        });
    }
    Ok(tokens)
}

/// The class after its `[`, up to and with its `]`.
fn class(rest: &mut &[u8]) -> Result<Token, BadPattern> {
    let negated = rest.starts_with(b"^");
    *rest = &rest[usize::from(negated)..];
    let mut ranges = Vec::new();
    while ranges.is_empty() || !rest.starts_with(b"]") {
        let low = class_character(rest)?;
        let mut high = low;
        if let Some(tail) = rest.strip_prefix(b"-") {
            *rest = tail;
            high = class_character(rest)?;
        }
        ranges.push((low, high));
    }
    *rest = &rest[1..];
    Ok(Token::Class { negated, ranges })
}

fn class_character(rest: &mut &[u8]) -> Result<char, BadPattern> {
    if rest.starts_with(b"-") || rest.starts_with(b"]") {
        return Err(BadPattern);
    }
    *rest = rest.strip_prefix(b"\\").unwrap_or(rest);
    let (character, length) = first_character(rest).ok_or(BadPattern)?;
    *rest = &rest[length..];
    Ok(character)
}

/// The first character and its length in bytes; a byte that is no UTF-8 counts as U+FFFD.
fn first_character(bytes: &[u8]) -> Option<(char, usize)> {
    let chunk = bytes.utf8_chunks().next()?;
    match chunk.valid().chars().next() {
        Some(character) => Some((character, character.len_utf8())),
        None => Some((char::REPLACEMENT_CHARACTER, 1)),
    }
}

/// Matches from left to right and, where that fails, lets the last `*` take one byte more.
fn matches(tokens: &[Token], name: &[u8]) -> bool {
    let (mut token, mut at) = (0, 0);
    let mut retry = None;
    loop {
        match tokens.get(token) {
            Some(Token::AnyRun) => {
                retry = Some((token + 1, at));
                token += 1;
                continue;
            }
            None if at == name.len() => return true,
            Some(one) => {
                if let Some(length) = matches_one(one, &name[at..]) {
                    (token, at) = (token + 1, at + length);
                    continue;
                }
            }
            None => {}
        }
        match retry {
            Some((after, from)) if from < name.len() => {
                retry = Some((after, from + 1));
                (token, at) = (after, from + 1);
            }
            _ => return false,
        }
    }
}

/// How many bytes `token` takes off the front of `name`, if it matches there.
fn matches_one(token: &Token, name: &[u8]) -> Option<usize> {
    let (character, length) = first_character(name)?;
    let matched = match token {
        Token::Byte(byte) => return (name[0] == *byte).then_some(1),
        Token::AnyCharacter => true,
        Token::AnyRun => false,
        Token::Class { negated, ranges } => {
            ranges
                .iter()
                .any(|&(low, high)| (low..=high).contains(&character))
                != *negated
        }
    };
    matched.then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, name: &str, expected: Result<bool, BadPattern>) {
        let got = parse(pattern.as_bytes()).map(|tokens| matches(&tokens, name.as_bytes()));
        assert_eq!(got, expected, "{pattern} on {name}");
    }

    #[test]
    fn stars_and_question_marks() {
        check("*.log", "a.log", Ok(true));
        check("*.log", ".log", Ok(true));
        check("*.log", "a.log.gz", Ok(false));
        check("a*b*c", "axbxbc", Ok(true));
        check("a*b*c", "axbxb", Ok(false));
        check("?.log", "ä.log", Ok(true));
        check("?", "", Ok(false));
        check("*", "", Ok(true));
        check("**", "abc", Ok(true));
    }

    #[test]
    fn classes() {
        check("[a-c]x", "bx", Ok(true));
        check("[^a-c]x", "bx", Ok(false));
        check("[^a-c]x", "äx", Ok(true));
        check("[ä-ö]", "é", Ok(true));
        check("[\\]]", "]", Ok(true));
        check("[!a]", "!", Ok(true));
    }

    #[test]
    fn escapes_take_the_next_character_as_it_is() {
        check("\\*", "*", Ok(true));
        check("\\*", "a", Ok(false));
    }

    #[test]
    fn malformed_patterns() {
        for pattern in ["[", "[a", "[]a]", "[a-]", "[-a]", "[a-", "\\", "[\\"] {
            check(pattern, "a", Err(BadPattern));
        }
    }

    #[test]
    fn a_long_run_of_stars_ends_soon() {
        check(&"a*".repeat(30), &"a".repeat(200), Ok(true));
        check(&("a*".repeat(30) + "b"), &"a".repeat(200), Ok(false));
    }
}
