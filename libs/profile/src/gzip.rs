//! The gzip layer around a profile.

use std::borrow::Cow;
use std::io::{ErrorKind, Read, Write};

use flate2::Compression;
use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;

use crate::error::{DecodeError, DecodeProblem};

/// The first bytes of every gzip stream.
const MAGIC: [u8; 2] = [0x1f, 0x8b];
/// Deflate cannot shrink data more than this, so a size beyond it is a lie.
const RATIO_MAX: usize = 1032;

/// The protobuf in `bytes`, which are gzip (any number of members) or the protobuf itself.
pub(crate) fn decompress(bytes: &[u8]) -> Result<Cow<'_, [u8]>, DecodeError> {
    if !bytes.starts_with(&MAGIC) {
        return Ok(Cow::Borrowed(bytes));
    }
    let mut raw = Vec::with_capacity(announced_size(bytes));
    let mut decoder = MultiGzDecoder::new(bytes);
    // One byte beyond what is refused anyway: a small file can hold any number of zeros.
    match decoder.by_ref().take(1 << 32).read_to_end(&mut raw) {
        Ok(_) => Ok(Cow::Owned(raw)),
        Err(error) => {
            let offset = bytes.len() - decoder.get_ref().len();
            let problem = match error.kind() {
                ErrorKind::UnexpectedEof => DecodeProblem::GzipTruncated,
                _ => DecodeProblem::GzipDamaged(error.to_string()),
            };
            Err(DecodeError::gzip(offset, problem))
        }
    }
}

/// The size that the last member's trailer announces, as far as it can be true.
fn announced_size(bytes: &[u8]) -> usize {
    let trailer: [u8; 4] = bytes.last_chunk().copied().unwrap_or_default();
    let size = u32::from_le_bytes(trailer) as usize;
    if size / RATIO_MAX <= bytes.len() {
        size + 1
    } else {
        0
    }
}

/// `raw` as one gzip member at the fastest level: the same trade-off as Go's runtime makes.
pub(crate) fn compress(raw: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(raw.len() / 2), Compression::fast());
    encoder
        .write_all(raw)
        .and_then(|()| encoder.finish())
        .expect("writing to memory does not fail")
}
