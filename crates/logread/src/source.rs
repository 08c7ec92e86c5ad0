//! One thing to read: a file or standard input.

use std::fs::{File, Metadata};
use std::io::{self, BufReader, Read, Seek};
use std::os::fd::AsFd;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

use crate::block::{BlockReader, Options};
use crate::error::{Error, ErrorKind};
use crate::observer::Observer;
use crate::regular::Regular;

/// The lines of an opened [`Source`].
pub type Input<'o> = BlockReader<'o, Box<dyn Read + Send>>;

/// A file or standard input, not yet opened.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Source {
    path: PathBuf,
    id: Vec<u8>,
    standard_input: bool,
}

/// How a file is compressed.
enum Compression {
    Gzip,
    Zstd,
}

impl Source {
    /// Standard input; its path and its id are `-`. It is never decompressed.
    #[must_use]
    pub fn standard_input() -> Self {
        Source {
            path: "-".into(),
            id: b"-".to_vec(),
            standard_input: true,
        }
    }

    /// A file, known as `id` in the output.
    pub fn file(path: impl Into<PathBuf>, id: impl Into<Vec<u8>>) -> Self {
        Source {
            path: path.into(),
            id: id.into(),
            standard_input: false,
        }
    }

    /// The file's path, as the user named it.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it is standard input.
    #[must_use]
    pub fn is_standard_input(&self) -> bool {
        self.standard_input
    }

    /// What stands for the source in a line's header.
    #[must_use]
    pub fn id(&self) -> &[u8] {
        &self.id
    }

    /// Opens it for reading, through gzip (`.gz`, `.gzip`; all members) or zstd (`.zst`; all
    /// frames) by the ending of its name.
    ///
    /// # Errors
    /// When it does not exist, may not be read, or is a directory or device.
    pub fn open<'o>(
        &self,
        options: &Options,
        observer: &'o dyn Observer,
    ) -> Result<Input<'o>, Error> {
        Ok(self.open_bytes(observer)?.into_input(options, observer))
    }

    /// Opens it without cutting it into lines yet.
    ///
    /// # Errors
    /// Those of [`Source::open`].
    pub fn open_bytes(&self, observer: &dyn Observer) -> Result<Bytes, Error> {
        let opened = self
            .open_unnamed()
            .map_err(|kind| Error::new(&self.path, kind))?;
        observer.file_opened(&self.path);
        observer.file_entered(&self.path);
        Ok(opened)
    }

    /// Whether its bytes may come slowly, so that what was found is to be shown at once: a pipe or
    /// terminal, not a regular file.
    #[must_use]
    pub fn is_live(&self) -> bool {
        let metadata = if self.standard_input {
            io::stdin()
                .as_fd()
                .try_clone_to_owned()
                .and_then(|input| File::from(input).metadata())
        } else {
            self.path.metadata()
        };
        metadata.is_ok_and(|metadata| !metadata.is_file())
    }

    /// Whether its name says that it is compressed.
    #[must_use]
    pub fn is_compressed(&self) -> bool {
        self.compression().is_some()
    }

    fn compression(&self) -> Option<Compression> {
        match self.path.extension()?.to_str()? {
            "gz" | "gzip" => Some(Compression::Gzip),
            "zst" => Some(Compression::Zstd),
            _ => None,
        }
    }

    fn open_unnamed(&self) -> Result<Bytes, ErrorKind> {
        if self.standard_input {
            return Ok(standard_input()?);
        }
        let file = File::open(&self.path)?;
        let metadata = file.metadata()?;
        if let Some(kind) = refusal(&metadata) {
            return Err(kind);
        }
        Ok(match self.compression() {
            Some(Compression::Gzip) => Bytes::decompressed(Box::new(MultiGzDecoder::new(
                BufReader::with_capacity(64 << 10, file),
            ))),
            Some(Compression::Zstd) => Bytes::decompressed(Box::new(zstd::Decoder::new(file)?)),
            _ if metadata.is_file() => Bytes::File {
                file,
                size: metadata.len(),
            },
            _ => Bytes::stream(Box::new(file)),
        })
    }
}

/// Standard input, as a file where it is one that nobody has read from yet.
fn standard_input() -> io::Result<Bytes> {
    let mut input = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    let metadata = input.metadata()?;
    if metadata.is_file() && input.stream_position()? == 0 {
        return Ok(Bytes::File {
            file: input,
            size: metadata.len(),
        });
    }
    Ok(Bytes::stream(Box::new(input)))
}

/// An opened [`Source`].
pub enum Bytes {
    /// A regular file that is not compressed, whose parts can be read in any order.
    File {
        /// The file, at its start.
        file: File,
        /// Its size when it was opened, in bytes.
        size: u64,
    },
    /// Anything else.
    Stream(Stream),
}

impl std::fmt::Debug for Bytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Bytes::File { size, .. } => f.debug_struct("File").field("size", size).finish(),
            Bytes::Stream(_) => f.write_str("Stream"),
        }
    }
}

/// Bytes that can only be read from their start to their end.
pub struct Stream {
    input: Box<dyn Read + Send>,
    /// What reading it is; see [`Observer::stage_entered`].
    stage: &'static str,
}

impl std::fmt::Debug for Stream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Stream")
    }
}

impl Bytes {
    fn stream(input: Box<dyn Read + Send>) -> Self {
        let stage = "read";
        Bytes::Stream(Stream { input, stage })
    }

    fn decompressed(input: Box<dyn Read + Send>) -> Self {
        let stage = "decompress";
        Bytes::Stream(Stream { input, stage })
    }

    /// Cuts what is left of it into blocks of lines.
    pub fn into_input<'o>(self, options: &Options, observer: &'o dyn Observer) -> Input<'o> {
        let Stream { input, stage } = match self {
            Bytes::File { file, size } => Stream {
                input: Box::new(Regular::new(file, size)),
                stage: "read",
            },
            Bytes::Stream(stream) => stream,
        };
        BlockReader::new(input, options, observer).in_stage(stage)
    }
}

/// What cannot be read as lines: a directory holds none, a device may have no end.
fn refusal(metadata: &Metadata) -> Option<ErrorKind> {
    let kind = metadata.file_type();
    if kind.is_dir() {
        Some(ErrorKind::Directory)
    } else if kind.is_char_device() || kind.is_block_device() || kind.is_socket() {
        Some(ErrorKind::Device)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::write::GzEncoder;

    use super::*;
    use crate::{Counters, lines};

    const TEXT: &[u8] = b"one\ntwo\nthree\n";

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text).expect("memory never fails");
        encoder.finish().expect("memory never fails")
    }

    fn zstd(text: &[u8]) -> Vec<u8> {
        zstd::encode_all(text, 1).expect("memory never fails")
    }

    /// Reads a file called `name` with this content; gives its lines and the error that ended it.
    fn check(name: &str, content: &[u8], expected: &[&str], ended_by: Option<&str>) {
        let directory = tempfile::tempdir().expect("a directory for the test");
        let path = directory.path().join(name);
        std::fs::write(&path, content).expect("a file");
        let counters = Counters::default();
        let source = Source::file(&path, name);
        let mut input = source
            .open(&Options::default(), &counters)
            .expect("a readable file");
        let mut got = Vec::new();
        let failure = loop {
            match input.next_block() {
                Ok(Some(block)) => {
                    got.extend(lines(block).map(|line| String::from_utf8_lossy(line).into_owned()));
                }
                Ok(None) => break None,
                Err(error) => break Some(Error::io(name, error).to_string()),
            }
        };
        assert_eq!(got, expected, "{name}");
        assert_eq!(failure.as_deref(), ended_by, "{name}");
        assert_eq!(counters.facts()[0], ("files", 1));
    }

    #[test]
    fn the_ending_of_the_name_says_how_to_decompress() {
        let all = ["one", "two", "three"];
        check("a.log", TEXT, &all, None);
        check("a.gz", &gzip(TEXT), &all, None);
        check("a.log.gzip", &gzip(TEXT), &all, None);
        check("a.zst", &zstd(TEXT), &all, None);
        check("a.GZ", TEXT, &all, None);
    }

    #[test]
    fn all_members_and_frames_are_read() {
        check(
            "a.gz",
            &[gzip(b"one\nt"), gzip(b"wo\n")].concat(),
            &["one", "two"],
            None,
        );
        check(
            "a.zst",
            &[zstd(b"one\nt"), zstd(b"wo\n")].concat(),
            &["one", "two"],
            None,
        );
    }

    #[test]
    fn lines_before_the_damage_are_read() {
        let gz = [gzip(TEXT), gzip(TEXT)[..11].to_vec()].concat();
        let zst = [zstd(TEXT), zstd(TEXT)[..8].to_vec()].concat();
        let all = ["one", "two", "three"];
        check(
            "a.gz",
            &gz,
            &all,
            Some("a.gz: compressed data ends too early"),
        );
        check(
            "a.zst",
            &zst,
            &all,
            Some("a.zst: compressed data ends too early"),
        );
        check(
            "b.gz",
            b"not gzip at all",
            &[],
            Some("b.gz: invalid gzip header"),
        );
    }

    #[test]
    fn a_file_that_is_cut_short_meanwhile_is_an_error() {
        let file = tempfile::NamedTempFile::new().expect("a file for the test");
        let check = |left: u64, grown: u64, expected: &str| {
            std::fs::write(file.path(), TEXT).expect("a file");
            let options = Options {
                buffer_size: 4,
                ..Options::default()
            };
            let source = Source::file(file.path(), "");
            let mut input = source
                .open(&options, &crate::Unobserved)
                .expect("a readable file");
            let mut next = || input.next_block().map(|block| block.map(<[u8]>::to_vec));
            assert_eq!(next().expect("one line"), Some(b"one\n".to_vec()));
            file.as_file().set_len(left).expect("another length");
            file.as_file().set_len(grown).expect("another length");
            let ended = loop {
                match next() {
                    Ok(Some(_)) => {}
                    Ok(None) => break String::new(),
                    Err(error) => break error.to_string(),
                }
            };
            assert_eq!(ended, expected, "{left} {grown}");
        };
        let length = TEXT.len() as u64;
        check(length, length, "");
        check(length, length + 9, "");
        check(8, 8, "was cut short while it was read");
        check(0, 0, "was cut short while it was read");
        check(8, length, "");
    }

    #[test]
    fn what_holds_no_lines_is_refused() {
        let open = |path: &str| {
            let source = Source::file(path, "");
            let opened = source.open(&Options::default(), &crate::Unobserved);
            opened.map(|_| ()).expect_err("not to be read").to_string()
        };
        assert_eq!(open("/"), "/: is a directory");
        assert_eq!(open("/dev/null"), "/dev/null: is a device or socket");
        assert_eq!(open("/nosuch"), "/nosuch: no such file");
    }
}
