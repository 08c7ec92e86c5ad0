//! Make, list and analyse profiles.

fn main() {}
