//! Show log files.

fn main() {}
