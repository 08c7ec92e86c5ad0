//! The query language of `dmap`: parse, filter, group, aggregate, and print tables or CSV.
//!
//! A [`Query`] is parsed text. A [`Plan`] is a query with every field name resolved to a slot.
//! A [`Source`] cuts one input file into [`Records`], an [`Aggregation`] adds them to its groups,
//! and its [`Report`] prints the rows. This crate opens no input and asks the system for nothing;
//! it takes blocks of whole lines and an [`Environment`], and writes to what it is given or to the
//! query's `outfile`.
//!
//! ```
//! use mapreduce::{Aggregation, Environment, Plan, Query, Source};
//!
//! let query = Query::parse("select count($line), word group by word logformat csv")?;
//! let plan = Plan::new(query, || Environment {
//!     hostname: "web1".into(),
//!     timezone: "UTC".into(),
//!     utc_offset_seconds: 0,
//! });
//! let mut source = Source::new(&plan);
//! let mut aggregation = Aggregation::new(&plan);
//! for (stamp, block) in (1..).zip([&b"word\nyes\n"[..], b"no\nyes\n"]) {
//!     if let Some(records) = source.push(block) {
//!         aggregation.add(&records, stamp);
//!     }
//! }
//! let mut out = Vec::new();
//! aggregation.report().write_csv(&mut out)?;
//! assert_eq!(out, b"count($line),word\n1,no\n2,yes\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

mod accumulator;
mod aggregation;
mod assignment;
mod batch;
mod column;
mod condition;
mod environment;
mod error;
mod format;
mod group;
mod key;
mod number;
mod outfile;
mod output;
mod parse;
mod plan;
mod query;
mod records;
mod report;
mod row;
mod scan;
mod skipped;
mod source;
mod tally;
mod token;
mod unknown;

pub use aggregation::Aggregation;
pub use environment::Environment;
pub use error::QueryError;
pub use outfile::OutfileError;
pub use output::{Palette, TABLE_ROWS_DEFAULT, TableStyle};
pub use plan::Plan;
pub use query::{Outfile, Query};
pub use records::Records;
pub use report::Report;
pub use source::{RECORD_BYTES_MAX, Source};
