//! The matcher over blocks against itself, one line at a time.

use proptest::prelude::*;
use search::Matcher;

const PATTERNS: [&str; 14] = [
    "a", "aé", "^a", "a$", "^$", "a.b", "^.$", "^..$", "a.*é", "[^a]b", r"\bé", "(a|é)+b", "a\nb",
    "^[^b]*$",
];

/// The lines found in the whole block, as places.
fn found(matcher: &Matcher, block: &[u8]) -> Vec<(usize, usize)> {
    let mut scan = matcher.scan(block);
    let (mut lines, mut from) = (Vec::new(), 0);
    while from < block.len() {
        let Some(line) = scan.next_line(from) else {
            break;
        };
        lines.push((line.start, line.end));
        from = line.end;
    }
    lines
}

/// The same, showing the matcher one line at a time.
fn by_line(matcher: &Matcher, block: &[u8]) -> Vec<(usize, usize)> {
    let mut start = 0;
    let mut lines = Vec::new();
    for line in block.split_inclusive(|&byte| byte == b'\n') {
        if matcher.scan(line).next_line(0).is_some() {
            lines.push((start, start + line.len()));
        }
        start += line.len();
    }
    lines
}

/// The last line is open, so that its end is that of the block.
#[test]
fn no_line_begins_behind_the_last() {
    for pattern in [".", "b", "b$", "b?"] {
        let matcher = Matcher::new(pattern).expect("a valid pattern");
        let mut scan = matcher.scan(b"a\nb");
        assert_eq!(scan.next_line(2), Some(2..3), "{pattern}");
        assert_eq!(scan.next_line(3), None, "{pattern}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_block_gives_what_its_lines_give(
        parts in prop::collection::vec(
            prop::sample::select(vec!["a", "b", "é", "\n", "\n", " "]), 0..40),
        invalid in prop::collection::vec((0usize..40, prop::sample::select(vec![0xffu8, 0xc3, 0xa9])), 0..3),
        pattern in prop::sample::select(PATTERNS.to_vec()),
    ) {
        let mut block = parts.concat().into_bytes();
        for (at, byte) in invalid {
            block.insert(at.min(block.len()), byte);
        }
        let matcher = Matcher::new(pattern).expect("a valid pattern");
        prop_assert_eq!(found(&matcher, &block), by_line(&matcher, &block));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Whatever the pattern is: it is refused or it searches, and over blocks as over lines.
    #[test]
    fn any_text_is_a_pattern_or_an_error(
        pattern in r"[ab\\()\[\]{}*+?|^$.,:\-1-3PQEdwWsSbBzAxié<>&~\n]{0,12}",
        block in "[ab1-3é \n-]{0,24}",
    ) {
        if let Ok(matcher) = Matcher::new(&pattern) {
            let block = block.as_bytes();
            prop_assert_eq!(found(&matcher, block), by_line(&matcher, block));
        }
    }
}
