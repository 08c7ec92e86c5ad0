//! The table for people, byte for byte.

use mapreduce::{Palette, TableStyle};

use crate::run::{aggregate, plan};

#[track_caller]
fn check(query: &str, input: &str, expected: &str) {
    let plan = plan(query);
    let mut out = Vec::new();
    aggregate(&plan, &[vec![input.as_bytes()]])
        .report()
        .write_table(TableStyle::Plain, &mut out)
        .unwrap();
    assert_eq!(String::from_utf8(out).unwrap(), expected);
}

const WORDS: &str = "w=a|n=1\nw=bb|n=-2.5\nw=a|n=3\nw=héllo|n=1000\n";

#[test]
fn cells_are_aligned_to_the_right() {
    check(
        "select w,count(w),avg(n) group by w rorder by count(w) logformat generickv",
        WORDS,
        concat!(
            "      w | count(w) |      avg(n) \n",
            "--------|----------|-------------\n",
            "     bb |        1 |   -2.500000 \n",
            "  héllo |        1 | 1000.000000 \n",
            "      a |        2 |    2.000000 \n",
            "\n",
        ),
    );
}

#[test]
fn columns_are_as_wide_as_rows_beyond_the_limit() {
    check(
        "select w group by w limit 1 logformat generickv",
        WORDS,
        "      w \n--------\n      a \n\n",
    );
    check(
        "select w group by w limit 0 logformat generickv",
        WORDS,
        "      w \n--------\n\n",
    );
}

#[test]
fn ten_rows_unless_a_limit_is_set() {
    let input: String = (0..12).map(|n| format!("n={n}\n")).collect();
    let rows = |query: &str| {
        let plan = plan(query);
        let aggregation = aggregate(&plan, &[vec![input.as_bytes()]]);
        let report = aggregation.report();
        let mut out = Vec::new();
        report.write_table(TableStyle::Plain, &mut out).unwrap();
        (
            String::from_utf8(out).unwrap().lines().count() - 3,
            report.table_rows_left_out(),
        )
    };
    assert_eq!(rows("select n logformat generickv"), (10, 2));
    assert_eq!(rows("select n limit -1 logformat generickv"), (10, 2));
    assert_eq!(rows("select n limit -2 logformat generickv"), (12, 0));
    assert_eq!(rows("select n limit 11 logformat generickv"), (11, 0));
    assert_eq!(rows("select n limit 99 logformat generickv"), (12, 0));
}

#[test]
fn rows_as_json() {
    let json = |query: &str, input: &str| {
        let plan = plan(query);
        let mut out = Vec::new();
        aggregate(&plan, &[vec![input.as_bytes()]])
            .report()
            .write_json(&mut out)
            .unwrap();
        String::from_utf8(out).unwrap()
    };
    let query = "select w,count(w),avg(n) as \"the \\mean\",max(n) group by w logformat generickv";
    let expected = concat!(
        "[\n",
        "{\"w\":\"\\\"q\\\"\\\\\",\"count(w)\":1,\"the \\\\mean\":0.5,\"max(n)\":0.5},\n",
        "{\"w\":\"\\u0001\\t\",\"count(w)\":2,\"the \\\\mean\":null,\"max(n)\":null}\n",
        "]\n",
    );
    let input = "w=\"q\"\\|n=.5\nw=\u{1}\t|n=inf\nw=\u{1}\t|n=1\n";
    assert_eq!(
        json(&format!("{query} order by w"), input).len(),
        expected.len()
    );
    assert_eq!(
        json(&format!("{query} rorder by count(w)"), input),
        expected
    );
    assert_eq!(json(query, ""), "[]\n");
}

#[test]
fn colours_of_the_parts() {
    let plan = plan("select n,max(n) group by n order by max(n) logformat generickv");
    let aggregation = aggregate(&plan, &[vec![b"n=1\n"]]);
    let report = aggregation.report();
    let mut out = Vec::new();
    let colored = TableStyle::Colored(Palette::default());
    report.write_query(colored, &mut out).unwrap();
    report.write_table(colored, &mut out).unwrap();
    let expected = concat!(
        "[39m[49m[36m[40m[2mselect n,max(n) group by n order by max(n) logformat generickv",
        "[0m[49m[39m[49m[39m\n",
        "[39m[49m[37m[44m[1m[7m n [0m[49m[39m[37m[44m[2m|[0m[49m[39m",
        "[37m[44m[1m[4m   max(n) [0m[49m[39m\n",
        "[37m[44m[2m---[0m[49m[39m[37m[44m[2m|[0m[49m[39m",
        "[37m[44m[2m----------[0m[49m[39m\n",
        "[37m[44m 1 [49m[39m[37m[44m[2m|[0m[49m[39m[37m[44m 1.000000 [49m[39m\n",
        "[49m[39m\n",
    );
    let text = String::from_utf8(out).unwrap();
    assert_eq!(text.replace('\u{1b}', ""), expected);
    assert_eq!(
        text.matches('\u{1b}').count(),
        expected.matches('[').count()
    );
}
