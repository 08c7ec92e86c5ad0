//! How lines become fields.

use mapreduce::Source;

use crate::run::{aggregate, check, plan};

const RECORDS: &str = "\
INFO|1002-071143|1|stats.go:56|8|13|7|0.21|471h0m21s|MAPREDUCE:STATS|currentConnections=0|x=a=b
INFO|20211002-071209|1|stats.go:56|8|15|7|0.21|471h0m21s|MAPREDUCE:STATS|currentConnections=4
WARN|1002-071143|1|stats.go:56|8|99|7|0.21|471h0m21s|MAPREDUCE:STATS|currentConnections=9
INFO|1002-071143|1|stats.go:56|8|99|7|0.21|471h0m21s|MAPREDUCE:OTHER|currentConnections=9
some other line
";

#[test]
fn records_of_the_default_format() {
    let query = "from stats select $severity,$loglevel,$pid,$caller,$cpus,$goroutines,$cgocalls,\
                 $loadavg,$uptime,currentConnections,x group by $time";
    check(
        query,
        RECORDS,
        &[
            "INFO,INFO,1,stats.go:56,8,13,7,0.21,471h0m21s,0,a=b",
            "INFO,INFO,1,stats.go:56,8,15,7,0.21,471h0m21s,4,",
        ],
    );
    let parts = "from STATS select $date,$hour,$minute,$second,$time group by $time";
    check(
        parts,
        RECORDS,
        &[",,,,1002-071143", "20211002,07,12,09,20211002-071209"],
    );
}

#[test]
fn tables_choose_lines() {
    let count = |from: &str, expected: &[&str]| {
        check(
            &format!("{from} select count($line) group by *"),
            RECORDS,
            expected,
        );
    };
    count("from STATS", &["2"]);
    count("from *", &["3"]);
    count("from .", &["3"]);
    count("logformat default", &["3"]);
    count("from . logformat generic", &["5"]);
    count("", &["5"]);
    count("from ST.TS", &[]);
    count("from STATS logformat generic", &["3"]);
}

#[test]
fn a_record_with_a_broken_pair_is_dropped_and_said() {
    let record = RECORDS.lines().next().unwrap();
    let input = format!("{record}\n{record}|junk\n{record}|\n");
    let plan = plan("from STATS select count($line) group by *");
    let aggregation = aggregate(&plan, &[vec![input.as_bytes()]]);
    let mut out = Vec::new();
    aggregation.report().write_csv(&mut out).unwrap();
    assert_eq!(out, b"count($line)\n1\n");
    let warnings = aggregation.warnings();
    assert!(
        warnings[0].starts_with("left out 2 lines with a key-value pair without `=`"),
        "{warnings:?}"
    );
}

#[test]
fn common_variables() {
    check(
        "select $line,$empty,$hostname,$server,$timezone,$timeoffset,*",
        "  a b \r\n",
        &["a b,,web1.example,web1.example,CEST,7200,*"],
    );
}

#[test]
fn pairs_without_equals_are_skipped() {
    check(
        "select v,w,k logformat generickv",
        "k=1|v=a=b|junk||w=z\n\n",
        &["a=b,z,1"],
    );
}

#[test]
fn csv_columns() {
    let input = "user,ms,note\nann,10,\"a, \"\"b\"\"\"\nbob,20\n\ncid,1,2,3\n";
    let plan = plan("select user,ms,note group by user logformat csv");
    let aggregation = aggregate(&plan, &[vec![input.as_bytes()]]);
    let mut out = Vec::new();
    aggregation.report().write_csv(&mut out).unwrap();
    let expected = "user,ms,note\n,,\nann,10,\"a, \"\"b\"\"\"\nbob,20,\n";
    assert_eq!(String::from_utf8(out).unwrap(), expected);
    let warning =
        "left out 1 line with more fields than the header has columns, the first: \"cid,1,2,3\"";
    assert_eq!(aggregation.warnings(), [warning]);
}

#[test]
fn csv_line_ends_byte_order_mark_and_no_final_line_end() {
    check(
        "select a,b logformat csv",
        "\u{feff}a,b\r\n1,2\r\n3,4",
        &["1,2", "3,4"],
    );
    check("select a logformat csv", "a", &[]);
    check("select a logformat csv", "", &[]);
    check("select $line logformat csv", "a\n x \n", &["x"]);
}

#[test]
fn csv_columns_named_like_calls() {
    let query = "select sum($n),last($time) group by * \
                 set $n = `count($time)`, $time = `$time` logformat csv";
    check(query, "count($time),$time\n2,t1\n3,t2\n", &["5.000000,t2"]);
}

#[test]
fn every_csv_file_has_its_own_header() {
    let plan = plan("select a,count($line) group by a logformat csv");
    let aggregation = aggregate(&plan, &[vec![b"a,b\n1,2\n"], vec![b"b,a\n1,2\n"]]);
    let mut out = Vec::new();
    aggregation.report().write_csv(&mut out).unwrap();
    assert_eq!(out, b"a,count($line)\n1,1\n2,1\n");
}

#[test]
fn csv_records_span_lines_and_blocks() {
    let input = "a,b\n\"x\ny\",1\nz,\"2\n\n3\"\n";
    let query = "select a,b group by a logformat csv";
    let plan = plan(query);
    let expected = "a,b\n\"x\ny\",1\nz,\"2\n\n3\"\n";
    let lines: Vec<&[u8]> = input.split_inclusive('\n').map(str::as_bytes).collect();
    for blocks in [vec![input.as_bytes()], lines] {
        let mut out = Vec::new();
        aggregate(&plan, &[blocks])
            .report()
            .write_csv(&mut out)
            .unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}

#[test]
fn an_unbalanced_quote_swallows_a_bounded_part_of_the_file() {
    let line = "0123456789,x\n";
    let input = format!("a,b\n\"open,x\n{}", line.repeat(400_000));
    let plan = plan("select count(a) group by * logformat csv");
    let blocks: Vec<&[u8]> = input.as_bytes().chunks(line.len() * 20_000).collect();
    let mut whole_lines: Vec<&[u8]> = Vec::new();
    let mut at = 0;
    for block in blocks {
        let end = input.as_bytes()[..at + block.len()]
            .iter()
            .rposition(|b| *b == b'\n')
            .unwrap()
            + 1;
        whole_lines.push(&input.as_bytes()[at.min(end)..end]);
        at = end;
    }
    whole_lines.push(&input.as_bytes()[at..]);
    let mut out = Vec::new();
    aggregate(&plan, &[whole_lines])
        .report()
        .write_csv(&mut out)
        .unwrap();
    assert_eq!(String::from_utf8(out).unwrap(), "count(a)\n400001\n");
}

#[test]
fn bytes_that_are_not_text_are_kept() {
    let plan = plan("select k,count(k) logformat generickv");
    let mut out = Vec::new();
    aggregate(&plan, &[vec![b"k=\xff\0\nk=\xff\0\n"]])
        .report()
        .write_csv(&mut out)
        .unwrap();
    assert_eq!(out, b"k,count(k)\n\xff\0,2\n");
}

#[test]
fn json_members() {
    let input = concat!(
        r#"{"user": "ann", "ms": 1.5e1, "http": {"path": "/a\"b\u00fc", "n": [1, "}"]}, "x": null}"#,
        "\n",
        r#" {"http":{},"a.b":true,"\u0075ser":"bob"} "#,
        "\n\n",
        r#"{"user": "cid", "user": "dan", "ms": {}}"#,
        "\n",
    );
    let query = "select user,ms,http.path,http.n,http,x,a.b group by user logformat json";
    check(
        query,
        input,
        &[
            r#"ann,1.5e1,"/a""bü","[1, ""}""]","{""path"": ""/a\""b\u00fc"", ""n"": [1, ""}""]}",,"#,
            "bob,,,,{},,true",
            "dan,{},,,,,",
        ],
    );
    check(
        "select sum(ms) group by * logformat json",
        input,
        &["15.000000"],
    );
}

#[test]
fn lines_that_are_no_json_objects_are_left_out_and_said() {
    let lines = [
        "[1]",
        "{",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1",
        "{\"a\":1} x",
        "{\"a\":\"1}",
        "{a:1}",
        "nonsense",
        "{\"a\":[}",
        "{\"a\":1,}",
        "{\"a\":]}",
    ];
    let plan = plan("select count($line) group by * logformat json");
    let input = lines.join("\n") + "\n{\"a\":1}\n";
    let aggregation = aggregate(&plan, &[vec![input.as_bytes()]]);
    let mut out = Vec::new();
    aggregation.report().write_csv(&mut out).unwrap();
    assert_eq!(out, b"count($line)\n1\n");
    let expected = "left out 12 lines without a JSON object, the first: \"[1]\"";
    assert_eq!(aggregation.warnings(), [expected]);
}

#[test]
fn logfmt_pairs() {
    let input = concat!(
        "level=info msg=\"two words \\\"quoted\\\"\" ms=12 done  path=/a=b\n",
        "level= msg=\"open end\n",
    );
    let query = "select level,msg,ms,done,path group by $line logformat logfmt";
    check(
        query,
        input,
        &[
            ",\"\"\"open\",,,",
            "info,\"two words \"\"quoted\"\"\",12,,/a=b",
        ],
    );
    check(
        "select count(done),count(end) group by * logformat logfmt",
        input,
        &["1,1"],
    );
}

#[test]
fn a_record_has_a_mark_in_its_place_and_a_pair() {
    let check = |line: &str, expected: &[&str]| {
        check("select count($line) logformat default", line, expected);
    };
    check("INFO|1|2|3|4|5|6|7|8|MAPREDUCE:T|a=", &["1"]);
    check("INFO|1|2|3|4|5|6|7|8|MAPREDUCE:T", &[]);
    check("INFO|1|2|3|4|5|6|7|MAPREDUCE:T|a=1|b=2", &[]);
    check("INFO|1|2|3|4|5|6|7|8|REDUCE:T|a=1", &[]);
    check("INFO", &[]);
}

#[test]
fn columns_a_file_does_not_have_are_said() {
    let check = |query: &str, expected: &[&str]| {
        let plan = plan(query);
        let mut source = Source::new(&plan);
        source.push(b"User,status,duration\n");
        assert_eq!(source.unknown_columns(), expected, "{query}");
    };
    let status = "no column `state`, did you mean `status`?";
    check("select User where state eq \"x\" logformat csv", &[status]);
    check(
        "select user logformat csv",
        &["no column `user`, did you mean `User`?"],
    );
    let success = "no column `success`; the columns are User, status, duration";
    check(
        "select count($line),* where status eq success logformat csv",
        &[success],
    );
    check(
        "select $x,`a` set $x = text logformat csv",
        &["no column `a`; the columns are User, status, duration"],
    );
}
