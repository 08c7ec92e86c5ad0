//! Whole queries: text and input in, tables, CSV, files and error messages out.

mod blocks;
mod errors;
mod formats;
mod oracle;
mod outfiles;
mod results;
mod run;
mod tables;
