//! Verdicts in the formats of services: read by parsers, escaped, bounded.

mod made;

use compare::{GateEvidence, Gates, Input, Verdicts, check};
use made::cpu;

/// A function whose name is a trap for every format.
const TRAP: &str = "<T as a::B>::f&\"'%|::error,x:y\n]]>`*_";

/// The verdicts of one gate on profiles with `functions` of one share each.
fn verdicts(name: &str, max: &str, functions: &[&str]) -> Verdicts {
    let config =
        format!("version = 1\n[[gate]]\nname = \"{name}\"\nfunction = '.*'\nmax = '{max}'");
    let gates = Gates::parse(&config).unwrap();
    let stacks: Vec<(&str, i64)> = functions.iter().map(|name| (*name, 1000)).collect();
    let new: [Input; 1] = [cpu(&stacks, &[])];
    let evidence = GateEvidence {
        new: &new,
        baselines: &[],
        any_host: false,
    };
    check(&gates, evidence).unwrap()
}

/// Element, name and message of every element.
fn tags(xml: &str) -> Vec<(String, String, String)> {
    let document = roxmltree::Document::parse(xml).unwrap();
    let elements = document.descendants().filter(|node| node.is_element());
    let tag = |node: roxmltree::Node<'_, '_>| {
        let attribute = |key| node.attribute(key).unwrap_or_default().to_owned();
        let element = node.tag_name().name().to_owned();
        (element, attribute("name"), attribute("message"))
    };
    elements.map(tag).collect()
}

#[test]
fn junit_is_read_by_a_parser() {
    let xml = verdicts("no <hog>", "20%", &[TRAP]).junit();
    let tags = tags(&xml);
    let elements: Vec<&str> = tags
        .iter()
        .map(|(element, _, _)| element.as_str())
        .collect();
    assert_eq!(elements, ["testsuites", "testsuite", "testcase", "failure"]);
    assert_eq!(tags[1].1, "no <hog> (dgrep cpu)");
    assert_eq!(tags[2].1, TRAP);
    assert!(
        tags[3].2.starts_with("FAIL: 100.0% is above 20.0%"),
        "{tags:?}"
    );
    assert!(
        xml.contains("tests=\"1\" failures=\"1\" errors=\"0\" skipped=\"0\""),
        "{xml}"
    );
    let unknown = verdicts("g", "20%", &[]).junit();
    assert!(
        unknown.contains("failures=\"0\" errors=\"0\" skipped=\"1\""),
        "{unknown}"
    );
    assert!(!verdicts("g", "20%", &["a\u{1}b"]).junit().contains('\u{1}'));
}

#[test]
fn annotations_are_escaped() {
    let text = verdicts("a: b, c::d", "20%", &[TRAP]).github();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 1, "{text}");
    let (head, rest) = lines[0].split_once("::<T").unwrap();
    assert_eq!(head, "::error title=FAIL a%3A b%2C c%3A%3Ad (dgrep cpu)");
    assert!(rest.contains("%25|::error,x:y%0A]]>"), "{rest}");
    assert!(rest.contains("100.0%25 is above 20.0%25"), "{rest}");
}

#[test]
fn annotations_are_ten_of_a_kind_at_most() {
    let names: Vec<String> = (0..30).map(|n| format!("f{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let text = verdicts("g", "1%", &names).github();
    assert_eq!(text.lines().count(), 10, "{text}");
    assert!(
        text.ends_with("::error title=profile gates::and 21 more\n"),
        "{text}"
    );
    let ten = verdicts("g", "1%", &names[..10]).github();
    assert!(ten.lines().count() == 10 && !ten.contains("more"), "{ten}");
}

#[test]
fn markdown_renders() {
    let text = verdicts("a|b", "20%", &[TRAP]).markdown();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "<!-- dtail profile check -->");
    let table: Vec<&&str> = lines.iter().filter(|line| line.starts_with('|')).collect();
    assert_eq!(table.len(), 3, "{text}");
    // Every row has seven cells: eight bars that are not escaped.
    for row in table {
        let bars = row.replace("\\|", "").matches('|').count();
        assert_eq!(bars, 8, "{row}");
    }
    assert!(text.contains("&lt;T as a::B&gt;::f&amp;"), "{text}");
    assert!(text.contains("a\\|b (dgrep cpu)"), "{text}");
}

#[test]
fn markdown_fits_into_a_summary() {
    let names: Vec<String> = (0..5000).map(|n| format!("{n:0300}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let text = verdicts("g", "0.0001%", &names).markdown();
    assert!(text.len() < 1 << 20, "{}", text.len());
    assert!(text.contains("more lines did not fit."));
}

#[test]
fn the_table_is_for_people() {
    let text = verdicts("no hog", "20%", &["main"]).table(|name, _| name.to_owned());
    let expected = "\
FAIL    no hog (dgrep cpu): 1 run, 1000 samples
  FAIL    main
          100.0% is above 20.0%; at least 99.7% for certain [max 20%]
fail: 1 FAIL
";
    assert_eq!(text, expected);
}
