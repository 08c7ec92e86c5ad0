//! Rust source as words: what the compiler sees, without comments, texts and documentation.

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};

/// One source file.
#[derive(Debug)]
pub struct Source {
    /// Path relative to the root of the workspace, with `/` between its parts.
    pub path: String,
    /// Identifiers, keywords and punctuation in order, attributes included.
    pub words: Vec<String>,
}

impl Source {
    /// All `.rs` files below `directory`, sorted by path.
    ///
    /// # Panics
    ///
    /// When a file cannot be read or is no Rust.
    #[must_use]
    pub fn below(root: &Path, directory: &Path) -> Vec<Source> {
        let mut paths = Vec::new();
        collect(directory, &mut paths);
        paths.sort();
        paths.iter().map(|path| Source::read(root, path)).collect()
    }

    fn read(root: &Path, path: &Path) -> Source {
        let text = fs::read_to_string(path).expect("source is readable text");
        let relative = path.strip_prefix(root).expect("sources are below the root");
        Source {
            path: relative.display().to_string(),
            words: words(&text),
        }
    }

    /// Whether `sequence`, words separated by blanks, occurs in the code.
    #[must_use]
    pub fn contains(&self, sequence: &str) -> bool {
        let sequence: Vec<&str> = sequence.split(' ').collect();
        self.words
            .windows(sequence.len())
            .any(|words| words == sequence)
    }
}

fn collect(directory: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).expect("a source directory is readable") {
        let path = entry.expect("a source directory is readable").path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}

/// The words of Rust source; brackets and literals are left out.
fn words(text: &str) -> Vec<String> {
    let tokens: TokenStream = text.parse().expect("source is Rust");
    let mut words = Vec::new();
    add_words(tokens, &mut words);
    words
}

fn add_words(tokens: TokenStream, words: &mut Vec<String>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => add_words(group.stream(), words),
            TokenTree::Ident(word) => words.push(word.to_string()),
            TokenTree::Punct(mark) => words.push(mark.to_string()),
            TokenTree::Literal(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, sequence: &str, expected: bool) {
        let source = Source {
            path: String::new(),
            words: words(text),
        };
        assert_eq!(source.contains(sequence), expected, "{sequence} in {text}");
    }

    #[test]
    fn code_is_seen_wherever_it_is_nested() {
        check("fn f() { g(|| unsafe { h() }) }", "unsafe", true);
        check("#![forbid(unsafe_code)]", "# ! forbid unsafe_code", true);
        check("#[cfg(target_os = \"linux\")] mod sys;", "target_os", true);
        check("use std::fs::File;", "std : : fs", true);
    }

    #[test]
    fn comments_and_texts_are_not_code() {
        check("// unsafe\nfn f() {}", "unsafe", false);
        check("/// unsafe\nfn f() {}", "unsafe", false);
        check("const A: &str = \"unsafe\";", "unsafe", false);
        check("fn unsafe_free() {}", "unsafe", false);
    }
}
