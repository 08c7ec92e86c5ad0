//! Query log files.

fn main() {}
