//! The pprof profile format: decode, encode, check, build, merge.
//!
//! A [`Profile`] is what `profile.proto` describes, held in columns: strings are interned once and
//! named by [`StringId`], mappings, functions and locations by handles of 32 bits, and the samples
//! lie in flat arrays ([`Samples`]): a profile takes about one and a half times the size of its protobuf.
//!
//! * [`Profile::decode`] reads gzip or raw protobuf and refuses damage with a [`DecodeError`] that
//!   names the byte; [`Profile::read`] does so from a file without holding all its bytes;
//! * [`Profile::encode`] and [`Profile::encode_gzip`] write every field back;
//! * [`ProfileBuilder`] makes a profile from frames and values;
//! * [`Profile::check`] states what every valid profile satisfies;
//! * [`merge()`] adds profiles up.
//!
//! Bytes in, values out: the crate opens no file and reads no clock. It computes no report: flat
//! and cumulative values, graphs and filters by name are the business of its users.
//!
//! ```
//! use dtail_profile::{Line, Profile, ProfileBuilder};
//!
//! let mut builder = ProfileBuilder::new();
//! builder.sample_type("cpu", "nanoseconds");
//! let main = builder.function("main", "", "main.rs", 1);
//! let location = builder.location(None, 0x1000, &[Line { function: main, line: 7, column: 0 }]);
//! builder.sample(&[location], &[10_000_000], &[]);
//! let profile = builder.finish()?;
//!
//! let read = Profile::decode(&profile.encode_gzip())?;
//! assert_eq!(read.samples.values(0), [10_000_000]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![forbid(unsafe_code)]

mod builder;
mod canonical;
mod check;
mod decode;
mod encode;
mod error;
mod gzip;
mod handle;
mod locations;
mod merge;
mod model;
mod row_index;
mod samples;
mod segments;
mod strings;
mod wire;

pub use builder::{MappingSpec, ProfileBuilder};
pub use check::InvalidProfile;
pub use error::{DecodeError, DecodeProblem, Layer, ReadError};
pub use handle::{FunctionId, LocationId, MappingId, StringId};
pub use locations::{Line, Location, Locations};
pub use merge::{MergeError, Merger, check_mergeable, merge};
pub use model::{Function, Label, Mapping, Profile, ValueType};
pub use row_index::RowIndex;
pub use samples::{Sample, Samples};
pub use strings::Strings;
