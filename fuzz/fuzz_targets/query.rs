//! Any text as a query of dmap, and its result over a few lines.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mapreduce::Query;

#[path = "../src/mapping.rs"]
mod mapping;

const LINES: &[u8] = b"\
INFO|1002-071143|1|stats.go:56|8|13|7|0.21|471h0m21s|MAPREDUCE:STATS|currentConnections=0|lifetimeConnections=1
{\"user\":\"ann\",\"ms\":1.5e3,\"nested\":{\"a\":[1,null]}}
user=bob ms=20 text=\"a b\"
a,b,\"c \"\"d\"\"\"
1,2,3
";

fuzz_target!(|text: &str| {
    match Query::parse(text) {
        Ok(query) => mapping::run(query, &[LINES]),
        // The message points at the place.
        Err(error) => assert!(error.to_string().lines().count() == 3),
    }
});
