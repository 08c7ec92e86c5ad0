//! The dmap query language: parse, filter, group, aggregate, and print tables or CSV.
