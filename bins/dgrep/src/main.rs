//! Search log files.

fn main() {}
