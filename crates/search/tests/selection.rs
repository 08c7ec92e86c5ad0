//! The selection against a naive one, through read buffers from one byte.

use std::io;

use logread::{BlockReader, Options, Unobserved};
use proptest::prelude::*;
use search::{Matcher, Run, Selection, Sink, Window};

/// A numbered line, without its end.
type Line = (u64, String);

#[derive(Default)]
struct Collected(Vec<Line>);

impl Sink for Collected {
    fn run(&mut self, run: Run<'_>) -> io::Result<()> {
        assert!(!run.bytes.is_empty(), "a run has lines");
        let text = |line: &[u8]| String::from_utf8_lossy(line).into_owned();
        self.0
            .extend((run.number..).zip(logread::lines(run.bytes).map(text)));
        Ok(())
    }

    fn wants_numbers(&self) -> bool {
        true
    }
}

fn selected(text: &str, buffer_size: usize, search: &Search) -> Selected {
    let matcher = Matcher::new(&search.pattern).expect("a valid pattern");
    let options = Options {
        buffer_size,
        ..Options::default()
    };
    let mut input = BlockReader::new(text.as_bytes(), &options, &Unobserved);
    let mut selection = Selection::new(&matcher, search.invert, search.window);
    let mut sink = Collected::default();
    while let Some(block) = input.next_block().expect("memory never fails") {
        if selection
            .block(block, &mut sink)
            .expect("the sink never fails")
            .is_break()
        {
            break;
        }
    }
    Selected {
        lines: sink.0,
        matched: selection.matched(),
    }
}

struct Selected {
    lines: Vec<Line>,
    matched: bool,
}

#[derive(Clone, Debug)]
struct Search {
    pattern: String,
    invert: bool,
    window: Window,
}

impl Search {
    /// Knows only the patterns of these tests: text, alternatives and anchors.
    fn matches(&self, line: &str) -> bool {
        let one = |pattern: &str| match (pattern.strip_prefix('^'), pattern.strip_suffix('$')) {
            (Some(""), None) => true,
            (Some(start), None) => line.starts_with(start),
            (None, Some(end)) => line.ends_with(end),
            (Some("$"), Some("^")) => line.is_empty(),
            _ => line.contains(pattern),
        };
        self.pattern.split('|').any(one) != self.invert
    }
}

/// The definition, one line at a time.
fn naive(text: &str, search: &Search) -> Vec<Line> {
    let Window { before, after, max } = search.window;
    let mut ring: Vec<Line> = Vec::new();
    let (mut out, mut matches, mut after_left) = (Vec::new(), 0, 0);
    for (number, line) in (1..).zip(text.lines()) {
        let line = (number, line.to_owned());
        if search.matches(&line.1) {
            if max > 0 && matches == max {
                break;
            }
            matches += 1;
            out.append(&mut ring);
            out.push(line);
            after_left = after;
        } else if after_left > 0 {
            after_left -= 1;
            out.push(line);
        } else {
            ring.push(line);
            ring.drain(..ring.len().saturating_sub(before as usize));
        }
    }
    out
}

fn check(text: &str, search: &Search) {
    let expected = naive(text, search);
    for buffer_size in [1, 2, 3, 5, 16, 4096] {
        let got = selected(text, buffer_size, search);
        let matched = expected.iter().any(|(_, line)| search.matches(line));
        let place = format!("{search:?}, buffer of {buffer_size}, on {text:?}");
        assert_eq!((&got.lines, got.matched), (&expected, matched), "{place}");
    }
}

fn numbers(pattern: &str, before: u64, after: u64, max: u64) -> Vec<u64> {
    let text: String = (1..=20).map(|number| format!("line {number}\n")).collect();
    let window = Window { before, after, max };
    let search = Search {
        pattern: pattern.to_owned(),
        invert: false,
        window,
    };
    selected(&text, 64, &search)
        .lines
        .into_iter()
        .map(|(number, _)| number)
        .collect()
}

#[test]
fn windows_as_specified() {
    assert_eq!(numbers("line 10", 2, 1, 0), [8, 9, 10, 11]);
    assert_eq!(numbers("line 1$", 0, 3, 1), [1, 2, 3, 4]);
    assert_eq!(numbers("line [25]$", 0, 3, 1), [2, 3, 4]);
    assert_eq!(numbers("line 1", 0, 30, 1), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert_eq!(numbers("line [35]$", 3, 2, 0), [1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(numbers(".", 0, 0, 3), [1, 2, 3]);
    assert_eq!(numbers("nothing", 2, 2, 2), [0; 0]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn the_selection_is_the_naive_one(
        text in "[ab\n]{0,40}",
        pattern in prop::sample::select(vec!["a", "ab", "^a", "b$", "^", "aa|b", "^$", "ba|^b"]),
        invert: bool,
        before in 0u64..4,
        after in 0u64..4,
        max in 0u64..4,
    ) {
        let window = Window { before, after, max };
        check(&text, &Search { pattern: pattern.to_owned(), invert, window });
    }
}
