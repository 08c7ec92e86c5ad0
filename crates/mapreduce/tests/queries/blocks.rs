//! Where an input is cut into blocks makes no difference, and no input makes anything panic.

use mapreduce::TableStyle;
use proptest::prelude::*;

use crate::run::{aggregate, plan};

const FORMATS: [&str; 6] = ["default", "generic", "generickv", "csv", "json", "logfmt"];

/// Bytes that mean something to some format, and records of each.
fn input() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop::sample::select(vec![
        &b"\n"[..],
        b"\n",
        b"\r\n",
        b"\"",
        b"\"\"",
        b",",
        b"|",
        b"=",
        b" ",
        b"\\",
        b"{",
        b"}",
        b"[",
        b":",
        b"a",
        b"b",
        b"7",
        b"1e5",
        b"nan",
        b"\0",
        b"\xff",
        b"a=1|b=2",
        b"a=1 b=\"x y\"",
        b"a,b\n",
        b"{\"a\":1,\"b\":{\"c\":\"\\u00e9\"}}",
        b"INFO|1002-071143|1|s|8|13|7|0.21|1h|MAPREDUCE:T|a=1|b=2",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn result(query: &str, blocks: Vec<&[u8]>) -> (Vec<u8>, Vec<String>) {
    let plan = plan(query);
    let aggregation = aggregate(&plan, &[blocks]);
    let mut out = Vec::new();
    let report = aggregation.report();
    report.write_csv(&mut out).unwrap();
    report.write_table(TableStyle::Plain, &mut out).unwrap();
    report.write_json(&mut out).unwrap();
    (out, aggregation.warnings())
}

/// Groups of lines: every line its own block, and pairs of lines.
fn check(input: &[u8]) {
    let lines: Vec<&[u8]> = input.split_inclusive(|byte| *byte == b'\n').collect();
    let pairs: Vec<Vec<u8>> = lines.chunks(2).map(<[_]>::concat).collect();
    for format in FORMATS {
        let query = format!(
            "select a,b,b.c,count($line),sum(a),avg(b),last($x),distinct(a),median(b) \
             where a ne \"zz\" or $line contains \"\" set $x = maskdigits(b) \
             group by a,b logformat {format}"
        );
        let whole = result(&query, vec![input]);
        assert_eq!(result(&query, lines.clone()), whole, "{format} by line");
        let pairs = pairs.iter().map(Vec::as_slice).collect();
        assert_eq!(result(&query, pairs), whole, "{format} by pairs of lines");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn cutting_makes_no_difference(input in input()) {
        check(&input);
    }
}
