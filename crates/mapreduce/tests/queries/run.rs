//! Runs a query over texts in memory.

use mapreduce::{Aggregation, Environment, Plan, Query, Source};

/// A plan for `query`, read by a machine called `web1.example` two hours east of UTC.
#[track_caller]
pub(crate) fn plan(query: &str) -> Plan {
    let environment = || Environment {
        hostname: "web1.example".into(),
        timezone: "CEST".into(),
        utc_offset_seconds: 7200,
    };
    let query = Query::parse(query).unwrap_or_else(|error| panic!("{error}"));
    Plan::new(query, environment)
}

/// Aggregates `files`, each given as its blocks of whole lines.
pub(crate) fn aggregate<'p>(plan: &'p Plan, files: &[Vec<&[u8]>]) -> Aggregation<'p> {
    let mut aggregation = Aggregation::new(plan);
    let mut stamps = 1..;
    for blocks in files {
        let mut source = Source::new(plan);
        let mut add = |records: Option<mapreduce::Records<'_>>| {
            if let (Some(records), Some(stamp)) = (records, stamps.next()) {
                aggregation.add(&records, stamp);
            }
        };
        blocks.iter().for_each(|block| add(source.push(block)));
        add(source.finish());
    }
    aggregation
}

/// The result of `query` over one file, as CSV.
#[track_caller]
pub(crate) fn csv(query: &str, input: &str) -> String {
    let plan = plan(query);
    let mut out = Vec::new();
    aggregate(&plan, &[vec![input.as_bytes()]])
        .report()
        .write_csv(&mut out)
        .unwrap();
    String::from_utf8(out).unwrap()
}

/// Compares the rows of the result, without the header, with `expected`.
#[track_caller]
pub(crate) fn check(query: &str, input: &str, expected: &[&str]) {
    let csv = csv(query, input);
    let rows: Vec<_> = csv.lines().skip(1).collect();
    assert_eq!(rows, expected, "{query}");
}
