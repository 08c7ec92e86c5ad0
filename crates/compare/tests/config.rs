//! The configuration of gates: every mistake is refused, with its line and column.

use compare::Gates;

/// Checks that `text` is refused with exactly this message.
#[track_caller]
fn check(text: &str, expected: &str) {
    let error = Gates::parse(text).unwrap_err().to_string();
    assert_eq!(error, expected);
}

/// Checks one gate, whose keys begin at the fourth line.
#[track_caller]
fn check_gate(keys: &str, expected: &str) {
    check(
        &format!("version = 1\n[[gate]]\nname = 'g'\n{keys}"),
        expected,
    );
}

#[test]
fn the_file_as_a_whole() {
    check("", "1:1: missing field `version`");
    check(
        "version = 2\n",
        "1:11: only version 1 of the configuration is known",
    );
    check(
        "version = 1\n",
        "1:11: there is no [[gate]], so nothing would be checked",
    );
    check(
        "version = 1\n[[gate]]\nfunction = 'a'\nmax = '1%'\n",
        "2:1: the gate has no name",
    );
    let twice = "version = 1\n[[gate]]\nname = 'a'\nfunction = 'f'\nmax = '1%'\n\
                 [[gate]]\nname = 'a'\nfunction = 'f'\nmax = '1%'\n";
    check(twice, "7:8: a second gate is called 'a'");
    let defaults = "version = 1\n[defaults]\nmax = '1%'\n[[gate]]\nname = 'a'\nfunction = 'f'";
    check(
        defaults,
        "3:7: 'max' belongs to a [[gate]], not to [defaults]",
    );
}

#[test]
fn what_is_no_toml_and_what_is_no_key() {
    let error = Gates::parse("version = 1\n[[gate]\n").unwrap_err();
    assert_eq!(error.line, 2);
    let error = Gates::parse("version = 1\n[[gate]]\nname = 'g'\nmaximum = '1%'\n").unwrap_err();
    assert_eq!((error.line, error.column), (4, 1));
    assert!(
        error.reason.starts_with("unknown field `maximum`"),
        "{error}"
    );
    let error = Gates::parse("version = 1\n[[gate]]\nname = 3\n").unwrap_err();
    assert_eq!((error.line, error.column), (3, 8));
}

#[test]
fn keys_that_say_nothing_together() {
    check_gate(
        "max = '1%'",
        "2:1: the gate needs function = '...' or total = true",
    );
    check_gate(
        "function = 'f'",
        "2:1: the gate needs max = '...' or max_increase = '...'",
    );
    check_gate(
        "function = 'f'\ntotal = true\nmax = '1%'",
        "4:12: 'function' has no use with total = true",
    );
    check_gate(
        "group = true\ntotal = true\nmax = '1%'",
        "4:9: 'group' has no use with total = true",
    );
    check_gate(
        "total = true\nmax = '1%'",
        "2:1: the share of the total is always 100%: measure = \"value\" or \"per_unit\"",
    );
    check_gate(
        "total = true\nmetric = 'cum'\nmax = '1%'",
        "5:10: 'metric' has no use with total = true",
    );
    check_gate(
        "function = 'f'\nmax = '1%'\nbaseline = 'b'",
        "6:12: 'baseline' has no use without max_increase",
    );
    check_gate(
        "function = 'f'\nmax = '1%'\nmin_delta = '1pt'",
        "6:13: 'min_delta' has no use without max_increase",
    );
}

#[test]
fn keys_without_an_effect() {
    for (keys, at, key, why) in [
        ("fdr = 0.1", "6:7", "fdr", "without max_increase"),
        ("min_runs = 3", "6:12", "min_runs", "without max_increase"),
        ("on_new = 'fail'", "6:10", "on_new", "without max_increase"),
        (
            "work_label = 'dtail.lines'",
            "6:14",
            "work_label",
            "where nothing is divided by work",
        ),
    ] {
        let gate = format!("function = 'f'\nmax = '1%'\n{keys}");
        check_gate(&gate, &format!("{at}: '{key}' has no use {why}"));
    }
    for (keys, at, key) in [
        ("generics = 'erase'", "7:12", "generics"),
        ("granularity = 'files'", "7:15", "granularity"),
        ("ignore = ['x']", "7:10", "ignore"),
    ] {
        let gate = format!("total = true\nmeasure = 'value'\nmax = '1s'\n{keys}");
        check_gate(
            &gate,
            &format!("{at}: '{key}' has no use with total = true"),
        );
    }
    let of_value = "function = 'f'\nmeasure = 'value'\nmax_increase = '1%'\nwork_label = 'lines'";
    check_gate(
        of_value,
        "7:14: 'work_label' has no use where nothing is divided by work",
    );
    // Defaults are for the gates that have a use for them.
    let defaults = "version = 1\n[defaults]\nfdr = 0.1\nmetric = 'cum'\nwork_label = 'lines'\n\
                    [[gate]]\nname = 'g'\ntotal = true\nmeasure = 'value'\nmax = '1s'";
    assert!(Gates::parse(defaults).is_ok());
}

#[test]
fn values_that_say_nothing() {
    check_gate("function = ''\nmax = '1%'", "4:12: this is empty");
    check(
        "version = 1\n[[gate]]\nname = ' '\nfunction = 'f'\nmax = '1%'",
        "3:8: this is empty",
    );
    for key in ["profile", "sample_type"] {
        let gate = format!("function = 'f'\nmax = '1%'\n{key} = ''");
        let column = key.len() + 4;
        check_gate(&gate, &format!("6:{column}: this is empty"));
    }
    check_gate(
        "function = 'f'\nmax = '100%'",
        "5:7: '100%' is not below 100%: no share is above it",
    );
    check_gate(
        "function = 'f'\nmax_increase = '1%'\nmin_delta = '200pt'",
        "6:13: '200pt' is not below 100pt: no share is above it",
    );
    let renamed = "version = 1\n[rename]\na = ''\n[[gate]]\nname = 'g'\nfunction = 'f'\nmax = '1%'";
    check(renamed, "3:5: this is empty");
}

#[test]
fn values_that_cannot_be() {
    check_gate(
        "function = 'f'\nmax = '1'",
        "5:7: '1' is not a percentage such as 20%",
    );
    check_gate(
        "function = 'f'\nmax = 'much'",
        "5:7: 'much' does not begin with a number",
    );
    check_gate(
        "function = 'f'\nmax = '64MB'",
        "5:7: '64MB' is not a percentage such as 20%",
    );
    check_gate(
        "function = 'f'\nmax_increase = '1pt'",
        "5:16: '1pt' is not a percentage such as 20%",
    );
    check_gate(
        "function = 'f'\nmax_increase = '1%'\nmin_delta = '1%'",
        "6:13: '1%' is not points of percentage such as 1pt",
    );
    check_gate(
        "total = true\nmeasure = 'value'\nmax = '1%'",
        "6:7: '1%' is not a value such as 64MB, 50ms or 1000, as measure = \"value\" needs",
    );
    check_gate(
        "total = true\nmeasure = 'per_unit'\nmax = '1ms'",
        "6:7: '1ms' is not a value for some work such as 5ms/MB, as measure = \"per_unit\" needs",
    );
    check_gate(
        "function = 'f'\nmax = '1%'\nmetric = 'flatt'",
        "6:10: 'flatt' is none of flat, cum",
    );
    check_gate(
        "function = 'f'\nmax = '1%'\non_unknown = 'x'",
        "6:14: 'x' is none of pass, warn, fail",
    );
    check_gate(
        "function = 'f'\nmax_increase = '1%'\nmin_runs = 0",
        "6:12: the number must be 1 or more",
    );
    check_gate(
        "function = 'f'\nmax_increase = '1%'\nfdr = 0.7",
        "6:7: fdr must be above 0 and below 0.5",
    );
    check_gate(
        "function = '('\nmax = '1%'",
        "4:12: regular expression: error: unclosed group",
    );
    check_gate(
        "function = 'f'\nmax = '1%'\nignore = ['a', '[']",
        "6:16: regular expression: error: unclosed character class",
    );
    check_gate(
        "function = 'f'\nmax = '1%'\nprofile = 'a**'",
        "6:11: pattern of files: recursive wildcards must form a single path component",
    );
    check_gate(
        "function = 'f'\nmax_increase = '1%'\nbaseline = 'a['",
        "6:12: pattern of files: invalid range pattern",
    );
    check_gate(
        "function = 'f'\nmax = '1%'\nmin_samples = 'x'",
        "6:15: invalid type: string \"x\", expected a whole number",
    );
    let error = Gates::parse(b"version = 1\n# \xff").unwrap_err();
    assert_eq!(error.to_string(), "2:3: this is not UTF-8");
}

#[test]
fn the_gates_of_the_guide_are_valid() {
    let gates = Gates::parse(include_str!("../../../docs/guide/profile-gates.toml")).unwrap();
    assert_eq!(gates.gates.len(), 4);
}
