//! What the clauses compute.

use crate::run::{aggregate, check, csv, plan};

const PAIRS: &str = "k=y|n=15\nk=x|n=13\nk=y|n=15\nk=x|n=14\n";

#[test]
fn aggregates() {
    check(
        "select k,count(n),sum(n),min(n),max(n),avg(n),last(n),len(n) group by k logformat generickv",
        PAIRS,
        &[
            "x,2,27.000000,13.000000,14.000000,13.500000,14,2.000000",
            "y,2,30.000000,15.000000,15.000000,15.000000,15,2.000000",
        ],
    );
}

#[test]
fn shares_of_all_groups() {
    check(
        "select k,percentage(n),percentile(n) group by k logformat generickv",
        PAIRS,
        &["x,47.368421,50.000000", "y,52.631579,100.000000"],
    );
    check(
        "select percentage(n) group by k logformat generickv",
        "k=a|n=0\n",
        &["0.000000"],
    );
    check(
        "select percentile(n) group by k logformat generickv",
        "k=a|n=1\nk=b|n=1\nk=c|n=2\n",
        &["66.666667", "66.666667", "100.000000"],
    );
}

#[test]
fn average_is_over_the_values_not_the_lines() {
    let input = "k=a|n=5\nk=a\nk=a|n=zz\n";
    check(
        "select avg(n),count(k) group by k logformat generickv",
        input,
        &["5.000000,3"],
    );
}

#[test]
fn items_selected_twice_count_once() {
    let input = "a=1\na=1\na=2\na=2\n";
    let query = "select count(a),count(a),sum(a),avg(a) group by * logformat generickv";
    check(query, input, &["4,4,6.000000,1.500000"]);
}

#[test]
fn a_field_no_line_has() {
    let query = "select count($line),min(x),max(x),sum(x),avg(x),last(x),len(x) group by $empty";
    check(
        query,
        "a\n",
        &["1,0.000000,0.000000,0.000000,0.000000,,0.000000"],
    );
    check("select x logformat generickv", "a=1\n", &[]);
    check(
        "select sum(a) group by * logformat generickv",
        "a=zz\n",
        &[],
    );
}

#[test]
fn numbers_that_are_not_finite() {
    let query = "select sum(n),min(n),max(n) group by k logformat generickv";
    check(query, "k=a|n=inf\nk=a|n=1\n", &["+Inf,1.000000,+Inf"]);
    check(query, "k=a|n=-inf\nk=a|n=nan\n", &["NaN,-Inf,-Inf"]);
    check(
        "select sum(n) group by k logformat generickv",
        "k=a|n=1e308\nk=a|n=1e308\n",
        &["+Inf"],
    );
}

#[test]
fn values_that_are_no_numbers_are_left_out_and_said() {
    let plan = plan("select sum(n),max(n) group by * logformat generickv");
    let aggregation = aggregate(&plan, &[vec![b"n=zz\nn=1\nn=1e400\n"]]);
    let expected = ["left out 2 values of n: not a number, the first: \"zz\""];
    assert_eq!(aggregation.warnings(), expected);
}

#[test]
fn numeric_conditions() {
    let input = "a=1|b=2\na=2|b=2\na=3\na=zz\n";
    let check = |condition: &str, expected: &[&str]| {
        check(
            &format!("select a where {condition} logformat generickv"),
            input,
            expected,
        );
    };
    check("a == 2", &["2"]);
    check("a != 2", &["1", "3"]);
    check("a < b", &["1"]);
    check("a <= b", &["1", "2"]);
    check("a =< 2", &["1", "2"]);
    check("2 < a", &["3"]);
    check("a => 0x1p1", &["2", "3"]);
    check("nosuch != 1", &[]);
    check("`2` == 2", &[]);
}

#[test]
fn text_conditions() {
    let input = "a=foo|b=oo\na=bar|b=bar\na=\n";
    let check = |condition: &str, expected: &[&str]| {
        check(
            &format!("select a where {condition} logformat generickv"),
            input,
            expected,
        );
    };
    check("a eq \"foo\"", &["foo"]);
    check("a EQ b", &["bar"]);
    check("a ne \"foo\"", &["", "bar"]);
    check("a eq \"\"", &[""]);
    check("a eq $empty", &[""]);
    check("a contains \"o\"", &["foo"]);
    check("a lacks \"o\"", &["", "bar"]);
    check("a hasprefix \"f\"", &["foo"]);
    check("a nhasprefix \"f\"", &["", "bar"]);
    check("a hassuffix b", &["bar", "foo"]);
    check("a nhassuffix \"o\"", &["", "bar"]);
    check("nosuch ne \"x\"", &[]);
    check("a eq foo", &[]);
}

#[test]
fn conditions_are_joined() {
    let input = "a=1|b=1\na=1|b=2\na=2|b=1\na=2|b=2\n";
    let check = |condition: &str, expected: &[&str]| {
        check(
            &format!("select a,b where {condition} group by a b logformat generickv"),
            input,
            expected,
        );
    };
    check("a == 1 and b == 2", &["1,2"]);
    check("a == 1, b == 2", &["1,2"]);
    check("a == 1 b == 2", &["1,2"]);
    check("a == 1 or b == 1 and a == 2", &["1,1", "1,2", "2,1"]);
    check("(a == 1 or b == 1) and a == 2", &["2,1"]);
    check("a == 2 AND ((b == 1) OR b == 2)", &["2,1", "2,2"]);
}

#[test]
fn fields_may_be_called_like_connectives_and_calls() {
    check(
        "select or where or == 1 or or == 2 logformat generickv",
        "or=1\nor=2\nor=3\n",
        &["1", "2"],
    );
    let input = "count($time)|x\n".replace('|', ",") + "3,y\n4,z\n";
    check(
        "select x where count($time) > 3 logformat csv",
        &input,
        &["z"],
    );
    check(
        "select x where (count($time) > 3) logformat csv",
        &input,
        &["z"],
    );
}

#[test]
fn assigned_variables() {
    let check = |set: &str, expected: &str| {
        let query = format!("select $v set {set} group by $line logformat generickv");
        check(&query, "a=12x|b=y\n", &[expected]);
    };
    check("$v = a", "12x");
    check("$v = nosuch", "nosuch");
    check("$v = 42", "42");
    check("$v = 3.50", "3.50");
    check("$v = \"a\"", "a");
    check("$v = \"foo)\"", "foo)");
    check("$v = maskdigits(a)", "..x");
    check("$v = maskdigits(n0such)", "n.such");
    check(
        "$v = md5sum(maskdigits(a))",
        "070e80f8741093f8af5b863731a56817",
    );
    check("$u = a $v = $u", "12x");
    check("$v = a, $v = b", "y");
    check("$v = `a`", "12x");
    check("$hostname = a $v = $hostname", "12x");
}

#[test]
fn conditions_see_what_was_before_the_assignments() {
    let query = "select a set $a = 9 where $a == 9 logformat generickv";
    check(query, "a=1\n", &[]);
}

#[test]
fn groups() {
    check("select count($line)", "b\na\nb\n", &["1", "2"]);
    check(
        "select count($line),$hostname group by $hostname",
        "a\nb\n",
        &["2,web1.example"],
    );
    check(
        "select a,b,count($line) group by a,b logformat generickv",
        "a=x|b=\na=x\n",
        &["x,,2"],
    );
    let input = "a=1,|b=2\na=1|b=,2\na=1|b=,2\n";
    let query = "select count(a) group by a,b logformat generickv";
    check(query, input, &["2", "1"]);
}

#[test]
fn order_and_limit() {
    let input = "k=a|n=2\nk=b|n=10\nk=c|n=2\nk=d|n=nan\n";
    let check = |clauses: &str, expected: &[&str]| {
        check(
            &format!("select k,max(n) group by k {clauses} logformat generickv"),
            input,
            expected,
        );
    };
    let (a, b, c, d) = ("a,2.000000", "b,10.000000", "c,2.000000", "d,NaN");
    check("", &[a, b, c, d]);
    check("order by max(n)", &[b, a, c, d]);
    check("order by max(n) desc limit 2", &[b, a]);
    check("rorder by max(n)", &[a, c, b, d]);
    check("order by k", &[a, b, c, d]);
    check("rorder by max(n) order by max(n)", &[b, a, c, d]);
    check("limit 0", &[]);
    check("limit -5", &[a, b, c, d]);
}

#[test]
fn clauses_in_any_order_and_any_case() {
    let query = "LIMIT 1 logformat generickv Group By k SELECT last(n),k";
    assert_eq!(csv(query, PAIRS), "last(n),k\n14,x\n");
    check("select a select k logformat generickv", PAIRS, &["x", "y"]);
    check(
        "select count(k); logformat generickv limit 1",
        PAIRS,
        &["2"],
    );
}

#[test]
fn unknown_variables_are_warned_of() {
    let warnings = |query: &str| plan(query).warnings().to_vec();
    assert_eq!(
        warnings("select $nope,$line,b set $x = $zz where $x == $aa"),
        [
            "$aa is not a known variable for log format \"generic\"; did you mean bareword aa?",
            "$nope is not a known variable for log format \"generic\"; did you mean bareword nope?",
            "$zz is not a known variable for log format \"generic\"; did you mean bareword zz?",
        ]
    );
    assert_eq!(
        warnings("from STATS select $goroutine,$totl,$name set $total = a"),
        [
            "$goroutine is not a known variable for log format \"default\"; \
             did you mean $goroutines, or bareword goroutine?",
            "$name is not a known variable for log format \"default\"; did you mean bareword name?",
            "$totl is not a known variable for log format \"default\"; \
             did you mean $total, or bareword totl?",
        ]
    );
    assert_eq!(warnings("from STATS select $goroutines,$date"), [""; 0]);
    assert_eq!(
        warnings("select last($t) set $t = `$t` logformat csv"),
        [""; 0]
    );
    assert_eq!(
        warnings("select a logformat nosuch"),
        ["no log format \"nosuch\"; reading the lines as \"generic\""]
    );
}

#[test]
fn items_have_names() {
    let query = "select k as key, avg(n) as mean group by k order by mean logformat generickv";
    assert_eq!(csv(query, PAIRS), "key,mean\ny,15.000000\nx,13.500000\n");
    check(
        "select k as a rorder by k logformat generickv",
        PAIRS,
        &["x", "y"],
    );
    let fields = "select as, a as, as as b group by $line logformat generickv";
    assert_eq!(csv(fields, "as=1|a=2\n"), "as,a,as,b\n1,2,1,1\n");
}

#[test]
fn groups_are_chosen_by_their_result() {
    let check = |having: &str, expected: &[&str]| {
        let query =
            format!("select k,count(n) as c,avg(n) group by k having {having} logformat generickv");
        check(&query, PAIRS, expected);
    };
    check("avg(n) > 14", &["y,2,15.000000"]);
    check(
        "(avg(n) > 14 or k eq \"x\") and c == 2",
        &["x,2,13.500000", "y,2,15.000000"],
    );
    check("( avg(n) < 14 )", &["x,2,13.500000"]);
    check("count(n) != 2", &[]);
    check("k eq \"y\" limit 0", &[]);
}

#[test]
fn fields_may_be_called_having() {
    check(
        "select having where having == 1 group by having logformat generickv",
        "having=1\n",
        &["1"],
    );
    check(
        "select a,having limit 5 logformat generickv",
        "a=1|having=2\n",
        &["1,2"],
    );
}

#[test]
fn different_values_and_quantiles() {
    let input = "k=a|n=1\nk=a|n=2\nk=a|n=2\nk=a|n=zz\nk=b|n=1.0\nk=b|n=1\nk=c\n";
    let query = "select k,distinct(n),median(n),p75(n),p0(n),p100(n),count(k) \
                 group by k order by distinct(n) logformat generickv";
    check(
        query,
        input,
        &[
            "a,3,2.000000,2.000000,1.000000,2.000000,4",
            "b,2,1.000000,1.000000,1.000000,1.000000,2",
            "c,0,0.000000,0.000000,0.000000,0.000000,1",
        ],
    );
    check(
        "select distinct(n) group by * logformat generickv",
        input,
        &["4"],
    );
    check(
        "select p99.9(n) as high group by * having high > 1.9 logformat generickv",
        input,
        &["2.000000"],
    );
}
