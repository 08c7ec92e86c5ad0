//! Profiles to reports, with the rules and the bytes of `pprof`.
//!
//! [`Report`] prepares a profile for one kind of report: label frames, filters, granularity and the
//! total that percentages refer to. The modules of the kinds then write it as text; [`top()`] also
//! gives its rows as values.
//!
//! Profiles in, text and values out: no file, no socket, no clock, no environment. Source code and
//! binaries that a report needs are asked from its caller.
//!
//! ```
//! use dtail_profile::{Line, ProfileBuilder};
//!
//! let mut builder = ProfileBuilder::new();
//! builder.sample_type("cpu", "nanoseconds");
//! let main = builder.function("main", "", "main.rs", 1);
//! let location = builder.location(None, 0, &[Line { function: main, line: 7, column: 0 }]);
//! builder.sample(&[location], &[10_000_000], &[]);
//!
//! let report = report::top(&builder.finish()?, &report::Options::default())?;
//! assert_eq!(report.rows[0].name, "main");
//! assert_eq!(report.rows[0].flat_text, "10ms");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![forbid(unsafe_code)]

mod callgrind;
mod color;
mod columns;
mod disasm;
mod dot;
mod duration;
mod error;
mod files;
mod filter;
mod firefox;
mod folded;
mod granularity;
mod graph;
mod graph_name;
mod header;
mod json;
mod kind;
mod labels;
mod list;
mod load;
mod markup;
mod measurement;
mod names;
mod number;
mod options;
mod path;
mod pattern;
mod picture;
mod prepare;
mod proto;
mod raw;
mod sample_type;
mod short_name;
mod source;
mod speedscope;
mod svg;
mod symbolization;
mod table;
mod tags;
mod top;
mod traces;
mod tree;
mod weblist;
mod write;

pub use error::Error;
pub use files::{Files, NoFiles};
pub use filter::Warning;
pub use graph_name::graph_name;
pub use kind::Kind;
pub use load::{Combiner, LoadOptions, combine, load};
pub use measurement::{Scaled, convertible, percentage, scale, scaled_label};
pub use names::Demangle;
pub use options::{Granularity, Options, Sort};
pub use pattern::{Pattern, PatternError};
pub use prepare::Report;
pub use sample_type::choose as choose_sample_type;
pub use symbolization::{Symbolization, symbolize};
pub use table::Format;
pub use top::{InlineMark, TopReport, TopRow, top};
