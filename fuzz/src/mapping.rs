//! Runs a query over blocks of lines and prints its result in every form.

use mapreduce::{Aggregation, Environment, Palette, Plan, Query, Source, TableStyle};

pub fn run(query: Query, blocks: &[&[u8]]) {
    let plan = Plan::new(query, || Environment {
        hostname: "web1.example".into(),
        timezone: "CEST".into(),
        utc_offset_seconds: 7200,
    });
    let mut source = Source::new(&plan);
    let mut aggregation = Aggregation::new(&plan);
    for (stamp, block) in (1..).zip(blocks) {
        if let Some(records) = source.push(block) {
            aggregation.add(&records, stamp);
        }
    }
    if let Some(records) = source.finish() {
        aggregation.add(&records, u64::MAX);
    }
    let mut total = Aggregation::new(&plan);
    total.merge(&aggregation);
    let report = total.report();
    let mut out = Vec::new();
    let printed = [
        report.write_csv(&mut out),
        report.write_json(&mut out),
        report.write_query(TableStyle::Colored(Palette::default()), &mut out),
        report.write_table(TableStyle::Colored(Palette::default()), &mut out),
    ];
    assert!(printed.iter().all(Result::is_ok), "memory never fails");
}
