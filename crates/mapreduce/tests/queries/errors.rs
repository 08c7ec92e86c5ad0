//! Queries that cannot be run, and what is said about them.

use mapreduce::Query;

/// Compares the whole message of an invalid query.
#[track_caller]
fn check(query: &str, expected: &str) {
    match Query::parse(query) {
        Ok(_) => panic!("{query:?} was accepted"),
        Err(error) => assert_eq!(error.to_string(), expected.trim_matches('\n'), "{query:?}"),
    }
}

/// Compares clause, offending text and message.
#[track_caller]
fn check_token(query: &str, clause: &str, token: &str, message: &str) {
    let error = Query::parse(query).expect_err(query);
    let got = (
        error.clause().unwrap_or("-"),
        &query[error.span()],
        error.message(),
    );
    assert_eq!(got, (clause, token, message), "{query:?}");
}

#[test]
fn carets_stand_under_the_token() {
    check(
        "select a where b ?? c",
        "
invalid query in `where`: unknown operator `??`
  select a where b ?? c
                   ^^ expected an operator: == != < <= > >= for numbers, eq ne contains ncontains lacks hasprefix nhasprefix hassuffix nhassuffix for text
",
    );
    check(
        "foo bar",
        "
invalid query: `foo` is not a keyword
  foo bar
  ^^^ expected one of select from where set group having rorder order interval limit outfile logformat
",
    );
    check(
        "select a,\n  sum(b limit 3",
        "
invalid query in `select`: `sum(b` does not end with `)`
    sum(b limit 3
    ^^^^^ expected AGGREGATE(FIELD)
",
    );
    check(
        "select ü group by",
        "
invalid query in `group`: nothing to group by
  select ü group by
                   ^ expected at least one field
",
    );
    check(
        "",
        "
invalid query: nothing is selected
  
  ^ expected `select` with at least one field, as in `select count($line)`
",
    );
}

#[test]
fn select() {
    check_token("select", "select", "", "nothing is selected");
    check_token("from STATS", "-", "", "nothing is selected");
    check_token(
        "select foo(bar)",
        "select",
        "foo(bar)",
        "unknown aggregate `foo`",
    );
    check_token(
        "select SUM(a)",
        "select",
        "SUM(a)",
        "unknown aggregate `SUM`",
    );
    check_token(
        "select sum(a(b))",
        "select",
        "sum(a(b))",
        "`a(b)` is not a field",
    );
    check_token(
        "select sum)a",
        "select",
        "sum)a",
        "`)` without `(` in `sum)a`",
    );
    check_token(
        "select sum(a)b",
        "select",
        "sum(a)b",
        "`sum(a)b` does not end with `)`",
    );
    check_token("select sum()", "select", "sum()", "`sum` of no field");
}

#[test]
fn from() {
    check_token("select a from", "from", "", "the table name is missing");
    check_token(
        "select a from A B",
        "from",
        "B",
        "`B` is one table name too many",
    );
}

#[test]
fn conditions() {
    check_token(
        "select a where",
        "where",
        "",
        "the comparison is not complete",
    );
    check_token(
        "select a where b",
        "where",
        "",
        "the comparison is not complete",
    );
    check_token(
        "select a where b ==",
        "where",
        "",
        "the comparison is not complete",
    );
    check_token(
        "select a where b == 1 and",
        "where",
        "",
        "the comparison is not complete",
    );
    check_token("select a where b = c", "where", "=", "unknown operator `=`");
    let quoted = "text \"b\" compared as a number";
    check_token("select a where \"b\" == 1", "where", "\"b\"", quoted);
    check_token("select a where 1 == \"b\"", "where", "\"b\"", quoted);
    check_token(
        "select a where (b == 1",
        "where",
        "(",
        "`(` is never closed",
    );
    check_token("select a where b == 1)", "where", ")", "`)` without `(`");
    let deep = format!("select a where {}a == 1", "(".repeat(101));
    check_token(&deep, "where", "(", "parentheses nest too deeply");
}

#[test]
fn assignments() {
    check_token("select a set", "set", "", "nothing is set");
    check_token("select a set b = c", "set", "b", "`b` cannot be set");
    check_token("select a set $b == c", "set", "==", "unknown operator `==`");
    for query in ["select a set $b", "select a set $b ="] {
        check_token(query, "set", "", "the assignment is not complete");
    }
    let unknown = "unknown function `nofunc`";
    check_token("select a set $b = nofunc(c)", "set", "nofunc(c)", unknown);
    check_token(
        "select a set $b = foo)",
        "set",
        "foo)",
        "`)` without `(` in `foo)`",
    );
    let no_call = "`md5sum()` is not a call of a function";
    check_token("select a set $b = md5sum()", "set", "md5sum()", no_call);
}

#[test]
fn order_and_limits() {
    for clause in ["group", "order", "rorder"] {
        let query = format!("select a {clause} by");
        let error = Query::parse(&query).expect_err(&query);
        assert_eq!(
            (error.clause(), error.span().is_empty()),
            (Some(clause), true)
        );
    }
    check_token("select a order by b", "order", "b", "`b` is not selected");
    check_token(
        "select a limit",
        "limit",
        "",
        "the number of rows is missing",
    );
    check_token(
        "select a limit x",
        "limit",
        "x",
        "`x` is not a whole number",
    );
    check_token(
        "select a limit 1.5",
        "limit",
        "1.5",
        "`1.5` is not a whole number",
    );
    check_token(
        "select a interval x",
        "interval",
        "x",
        "`x` is not a whole number",
    );
    check_token(
        "select a logformat",
        "logformat",
        "",
        "the name of the format is missing",
    );
}

#[test]
fn having() {
    let unknown = "`b` is not selected";
    check_token("select a having (b > 1 or a > 1)", "having", "b", unknown);
    check_token(
        "select a having a > 1 and",
        "having",
        "",
        "the comparison is not complete",
    );
}

#[test]
fn outfile() {
    check_token("select a outfile", "outfile", "", "the path is missing");
    check_token(
        "select a outfile b c",
        "outfile",
        "c",
        "`c` is one path too many",
    );
    check_token(
        "select a outfile append b c",
        "outfile",
        "c",
        "`c` is one path too many",
    );
    check_token(
        "select a outfile \"\"",
        "outfile",
        "\"\"",
        "the path is empty",
    );
}

#[test]
fn no_text_makes_the_parser_panic() {
    use proptest::prelude::*;
    let word = prop::sample::select(vec![
        "select",
        "where",
        "set",
        "group",
        "order",
        "outfile",
        "limit",
        "by",
        "(",
        ")",
        "((a",
        "))",
        "or",
        "and",
        "==",
        "eq",
        "=",
        "$x",
        "\"",
        "\"\"",
        "`",
        "``",
        ",",
        "sum(",
        "sum(a)",
        "ü",
        "\n",
        "1",
        "md5sum(md5sum(",
        "append",
        ";",
    ]);
    proptest!(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() }, |(words in prop::collection::vec(word, 0..12))| {
        for text in [words.join(" "), words.concat()] {
            if let Err(error) = Query::parse(&text) {
                prop_assert!(error.to_string().contains("expected"));
            }
        }
    });
}

/// The token of the message may be a string that goes over lines.
#[test]
fn a_message_has_three_lines_whatever_the_token_holds() {
    let query = "select a where b \"x\n\ty\" 1";
    let error = Query::parse(query).unwrap_err().to_string();
    assert_eq!(error.lines().count(), 3, "{error}");
    assert!(error.contains("x  y"), "{error}");
}
