//! Any text as a regular expression in Go's dialect, searched for in any lines: a line is found on its own
//! exactly when it is found among others.

#![no_main]

use libfuzzer_sys::fuzz_target;
use search::Matcher;

fuzz_target!(|data: &[u8]| {
    let at = data
        .iter()
        .position(|byte| *byte == 0)
        .unwrap_or(data.len());
    let (pattern, rest) = data.split_at(at);
    let Ok(pattern) = std::str::from_utf8(pattern) else {
        return;
    };
    let Ok(matcher) = Matcher::new(pattern) else {
        return;
    };
    let block = rest.get(1..).unwrap_or_default();
    let mut scan = matcher.scan(block);
    let mut from = 0;
    let mut found = Vec::new();
    while let Some(line) = scan.next_line(from) {
        assert!(line.start >= from && line.end > line.start);
        from = line.end;
        found.push(line);
    }
    let mut start = 0;
    for line in block.split_inclusive(|byte| *byte == b'\n') {
        let end = start + line.len();
        let alone = matcher.scan(line).next_line(0).is_some();
        assert_eq!(
            alone,
            found.contains(&(start..end)),
            "{pattern:?} in {line:?}"
        );
        start = end;
    }
    if let Some(highlighter) = matcher.highlighter() {
        drop(highlighter);
    }
});
