//! What a search prints, against a naive matcher and a naive selection, through every way to read:
//! files and pipes, plain and compressed, buffers from one byte, one thread and several.

mod naive;
mod reading;

use proptest::prelude::*;
use search::Window;

use crate::naive::{Line, Pattern, patterns};
use crate::reading::{Way, printed};

/// What is looked for.
#[derive(Clone, Debug)]
struct Wanted {
    pattern: Pattern,
    invert: bool,
    window: Window,
    /// The longest line, in bytes; longer ones come in pieces.
    max_line_length: usize,
}

impl Wanted {
    /// The numbers and texts of the selected lines of one file, one line at a time.
    fn lines(&self, text: &[u8]) -> Vec<Line> {
        let Window { before, after, max } = self.window;
        let (mut held, mut out): (Vec<Line>, Vec<Line>) = (Vec::new(), Vec::new());
        let (mut matches, mut after_left) = (0, 0);
        for (number, line) in (1..).zip(naive::lines(text, self.max_line_length)) {
            if self.pattern.matches(line) != self.invert {
                if max > 0 && matches == max {
                    break;
                }
                matches += 1;
                after_left = after;
                out.append(&mut held);
                out.push((number, line.to_vec()));
            } else if after_left > 0 {
                after_left -= 1;
                out.push((number, line.to_vec()));
            } else {
                held.push((number, line.to_vec()));
                held.drain(..held.len().saturating_sub(before as usize));
            }
        }
        out
    }
}

fn check(texts: &[Vec<u8>], wanted: &Wanted) {
    let expected: Vec<_> = texts.iter().map(|text| wanted.lines(text)).collect();
    for way in Way::ALL {
        for (threads, buffer_size) in [(1, 1), (1, 4096), (2, 1), (2, 7), (3, 64)] {
            let got = printed(texts, wanted, way, threads, buffer_size);
            let place = format!("{wanted:?} {way:?}, {threads} threads, buffers of {buffer_size}");
            assert_eq!(got, expected.concat(), "{place}, {texts:?}");
        }
    }
}

fn text() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop::sample::select(vec![
        &b"a"[..],
        b"b",
        b"\n",
        b"\n",
        b"ab\n",
        b"\r\n",
        b"\xc3\xa9",
        b"\xff",
        b"\0",
        b"aab",
    ]);
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

fn wanted() -> impl Strategy<Value = Wanted> {
    let window = (0..3_u64, 0..3_u64, 0..4_u64);
    let max_line_length = prop::sample::select(vec![1, 2, 5, 1 << 20]);
    (patterns(), any::<bool>(), window, max_line_length).prop_map(
        |(pattern, invert, (before, after, max), max_line_length)| Wanted {
            pattern,
            invert,
            window: Window { before, after, max },
            max_line_length,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_naive_lines_are_printed(
        texts in prop::collection::vec(text(), 1..4),
        wanted in wanted(),
    ) {
        check(&texts, &wanted);
    }
}
