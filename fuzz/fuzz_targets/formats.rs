//! Any bytes as lines of every log format, in blocks as they may be cut.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mapreduce::Query;

#[path = "../src/mapping.rs"]
mod mapping;

const QUERIES: [&str; 7] = [
    "from STATS select count($line),sum(a),$hostname group by $hostname",
    "select count($line),p95(ms),last(user) group by user logformat generic",
    "select sum(ms),user where ms > 1 and user ne \"x\" group by user logformat generickv",
    "select distinct(a),min(b),a group by a logformat csv",
    "select count($line),max(ms),`nested.a` group by `nested.a` logformat json",
    "select avg(ms),percentage(ms),user group by user order by avg(ms) logformat logfmt",
    "from STATS select $time,$severity,len($line) set $x = maskdigits($line), $y = md5sum($line) group by $x, $y",
];

fuzz_target!(|data: &[u8]| {
    let Some((&first, lines)) = data.split_first() else {
        return;
    };
    // A block is a run of whole lines: cut behind one of them.
    let ends: Vec<usize> = (1..=lines.len())
        .filter(|&end| lines[end - 1] == b'\n')
        .collect();
    let cut = ends
        .get(usize::from(first) % ends.len().max(1))
        .copied()
        .unwrap_or(0);
    let (head, tail) = lines.split_at(cut);
    let blocks: Vec<&[u8]> = [head, tail]
        .into_iter()
        .filter(|block| !block.is_empty())
        .collect();
    for text in QUERIES {
        let query = Query::parse(text).unwrap_or_else(|error| panic!("{error}"));
        mapping::run(query, &blocks);
    }
});
