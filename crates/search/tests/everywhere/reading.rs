//! The ways in which a search can come by its lines.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, PipeWriter, Write};
use std::os::fd::AsRawFd;
use std::path::Path;
use std::thread;

use flate2::write::GzEncoder;
use logread::{Options, Unobserved};
use search::{Layout, Matcher, Printer, Problem, Search};

use crate::Wanted;
use crate::naive::Line;

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Way {
    File,
    Pipe,
    Gzip,
    Zstd,
}

impl Way {
    pub(crate) const ALL: [Way; 4] = [Way::File, Way::Pipe, Way::Gzip, Way::Zstd];
}

/// The numbers and texts of the lines that a search through all the texts prints, in its order.
pub(crate) fn printed(
    texts: &[Vec<u8>],
    wanted: &Wanted,
    way: Way,
    threads: usize,
    buffer_size: usize,
) -> Vec<Line> {
    let directory = tempfile::tempdir().expect("a directory for the test");
    let mut pipes = Vec::new();
    let mut names = Vec::new();
    for (number, text) in texts.iter().enumerate() {
        let path = directory.path().join(number.to_string());
        names.push(match way {
            Way::Pipe => {
                let (reader, writer) = io::pipe().expect("a pipe for the test");
                let name = format!("/dev/fd/{}", reader.as_raw_fd());
                pipes.push((reader, writer, text.as_slice()));
                OsString::from(name)
            }
            Way::File => written(&path, text),
            Way::Gzip => written(&path.with_extension("gz"), &gzip(text)),
            Way::Zstd => written(
                &path.with_extension("zst"),
                &zstd::encode_all(text.as_slice(), 1).expect("memory never fails"),
            ),
        });
    }
    let matcher = Matcher::new(&wanted.pattern.written()).expect("a valid pattern");
    let options = Options {
        buffer_size,
        max_line_length: wanted.max_line_length,
    };
    let search = Search {
        invert: wanted.invert,
        window: wanted.window,
        threads,
        threads_from_bytes: 0,
        ..Search::new(matcher, options, &Unobserved)
    };
    thread::scope(|scope| {
        let (readers, writers): (Vec<_>, Vec<_>) = pipes
            .into_iter()
            .map(|(reader, writer, text)| (reader, (writer, text)))
            .unzip();
        scope.spawn(|| writers.into_iter().for_each(trickle));
        let mut out = Vec::new();
        let layout = Layout::new(false, None, || "host".to_owned());
        let mut printer = Printer::new(&mut out, layout);
        let summary = search.files(names, &mut printer, |problem| {
            let is_split = matches!(problem, Problem::LongLines { .. });
            assert!(is_split && wanted.max_line_length < 1 << 20, "{problem}");
        });
        assert_eq!(
            summary.expect("memory never fails").matched,
            !out.is_empty()
        );
        drop(readers);
        numbered(&out)
    })
}

fn written(path: &Path, bytes: &[u8]) -> OsString {
    let mut file = File::create(path).expect("a file for the test");
    file.write_all(bytes).expect("a file for the test");
    path.into()
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text).expect("memory never fails");
    encoder.finish().expect("memory never fails")
}

/// Writes in several pieces, until nobody reads any more.
fn trickle((mut writer, text): (PipeWriter, &[u8])) {
    let _ = text.chunks(9).try_for_each(|piece| writer.write_all(piece));
}

/// `REMOTE|host|100|number|name|text` as number and text.
fn numbered(out: &[u8]) -> Vec<Line> {
    let line = |line: &[u8]| {
        let mut parts = line.splitn(6, |byte| *byte == b'|').skip(3);
        let number = parts.next().expect("a header");
        let number = std::str::from_utf8(number).expect("a number");
        let text = parts.nth(1).expect("a text").to_vec();
        (number.parse().expect("a number"), text)
    };
    logread::lines(out).map(line).collect()
}
