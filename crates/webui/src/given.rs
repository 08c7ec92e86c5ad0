//! Profiles that readers drop onto the page: the server keeps them for as long as it runs, so that its
//! reports can be about them.
//!
//! They come as plain protobuf, since what a compressed file grows to is known too late, and are kept
//! within bounds, since whoever has the page's address can send them.

use std::sync::{PoisonError, RwLock};

use dtail_profile::Profile;
use report::{Demangle, LoadOptions};

use crate::http::Response;

/// Bytes of protobuf that are kept.
const BYTES_MAX: usize = 256 << 20;
/// Profiles that are kept.
const PROFILES_MAX: usize = 64;
/// How a compressed file begins.
const GZIP: &[u8] = &[0x1f, 0x8b];

/// The profiles that readers gave.
#[derive(Debug, Default)]
pub(crate) struct Given(RwLock<Kept>);

#[derive(Debug, Default)]
struct Kept {
    profiles: Vec<Profile>,
    /// Bytes of what they were sent as.
    bytes: usize,
}

impl Given {
    /// Takes a profile in, loaded as for a report. Its number among the given ones.
    ///
    /// # Errors
    ///
    /// The refusal of what is no profile, compressed, or too much.
    pub(crate) fn take(&self, body: &[u8]) -> Result<usize, Response> {
        if body.starts_with(GZIP) {
            return Err(Response::refusal(400, "profiles are sent uncompressed"));
        }
        let profile = load(body).map_err(|reason| Response::refusal(400, &reason))?;
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if kept.profiles.len() == PROFILES_MAX || kept.bytes + body.len() > BYTES_MAX {
            return Err(Response::refusal(413, "the server keeps no more profiles"));
        }
        kept.bytes += body.len();
        kept.profiles.push(profile);
        Ok(kept.profiles.len() - 1)
    }

    /// The given profile of this number.
    pub(crate) fn profile(&self, index: usize) -> Option<Profile> {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
        kept.profiles.get(index).cloned()
    }
}

fn load(bytes: &[u8]) -> Result<Profile, String> {
    let options = LoadOptions {
        demangle: Some(Demangle::default()),
        ..LoadOptions::default()
    };
    let profile = Profile::decode(bytes).map_err(|error| error.to_string())?;
    let loaded = report::load(vec![profile], Vec::new(), &options);
    loaded
        .map(|(profile, _)| profile)
        .map_err(|error| error.to_string())
}
