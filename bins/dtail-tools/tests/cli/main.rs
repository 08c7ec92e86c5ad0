//! `dtail-tools` as its users meet it: words and files in, text and status out.

mod analyze;
mod anomalies;
mod benchmark;
mod command_line;
mod completion;
mod decide;
mod guide;
mod list;
mod page;
mod pprof;
mod quick;
mod shell;
mod terminal;
mod tools;
