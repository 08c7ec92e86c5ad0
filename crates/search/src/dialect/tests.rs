//! What matches, by the documentation of Go's `regexp/syntax` and by running it.

use crate::matcher::Matcher;

/// Whether `pattern` matches the line `text`.
fn is_match(pattern: &str, text: &[u8]) -> bool {
    let matcher = Matcher::new(pattern).unwrap_or_else(|error| panic!("{error}"));
    matcher.scan(&[text, b"\n"].concat()).next_line(0).is_some()
}

fn check(pattern: &str, matching: &[&str], other: &[&str]) {
    for text in matching {
        assert!(
            is_match(pattern, text.as_bytes()),
            "{pattern} is to match {text:?}"
        );
    }
    for text in other {
        assert!(
            !is_match(pattern, text.as_bytes()),
            "{pattern} is not to match {text:?}"
        );
    }
}

fn check_bytes(pattern: &str, text: &[u8], expected: bool) {
    assert_eq!(
        is_match(pattern, text),
        expected,
        "{pattern} on {:?}",
        text.escape_ascii()
    );
}

fn check_refused(pattern: &str, reason: &str) {
    let error = Matcher::new(pattern).expect_err(pattern).to_string();
    assert_eq!(error, format!("{pattern}: {reason}"));
}

#[test]
fn perl_classes_are_ascii() {
    check(r"^\d$", &["7"], &["٣", "a"]);
    check(r"^\D\D$", &["é٣"], &["é", "3a"]);
    check(r"^\w+$", &["a_Z9"], &["é", ""]);
    check(
        r"^a\sb$",
        &["a b", "a\tb", "a\rb", "a\x0Cb"],
        &["a\x0Bb", "a\u{a0}b"],
    );
    check(r"\bé", &["aé"], &["é", " é"]);
    check(r"^\Bé", &["é"], &["aé"]);
    check(r"^.*\B.*$", &["é"], &["wéw"]);
    check(r"\B", &["é", "ww", ""], &["w", "wéw"]);
    check(r"$??\B", &["éé"], &["wéw"]);
    check_bytes(r"w\B", b"w\xff", false);
    check_bytes(r"\B", b"w\xffw", false);
    check_bytes(r"\B", b"w\xff", true);
    check(r"^[\d\s-z]+$", &["1 -z"], &["y"]);
}

#[test]
fn braces_that_repeat_nothing_are_text() {
    check("a{", &["a{"], &["a"]);
    check("^a{,5}$", &["a{,5}"], &["aa"]);
    check("{a", &["{a"], &["a"]);
    check("a}", &["a}"], &["a"]);
    check("a{1,2", &["a{1,2"], &["aa"]);
    check("^a{02}$", &["a{02}"], &["aa"]);
    check("^a{2}$", &["aa"], &["a{2}"]);
    check("^a{1,}?b{0,2}$", &["aab", "abb"], &["abbb"]);
}

#[test]
fn quoted_text_stands_for_itself() {
    check(r"^\Qa.b*\E*c$", &["a.bc", "a.b**c"], &["aXbc"]);
    check(r"\Q(a", &["(a"], &["a"]);
}

#[test]
fn numbers_name_characters() {
    check(r"^\141\07\0$", &["a\u{7}\0"], &["141"]);
    check(r"^\x41\x{e9}\x{1F600}$", &["Aé😀"], &[]);
    check(r"^[\101-\103]$", &["B"], &["D"]);
}

#[test]
fn classes_have_no_set_operations() {
    check("^[[a]$", &["[", "a"], &["b"]);
    check("^[a&&b]$", &["a", "&", "b"], &["c"]);
    check("^[a~~b]$", &["a", "~"], &["c"]);
    check("^[]a]$", &["]", "a"], &["b"]);
    check("^[^]a]$", &["b"], &["]", "a"]);
    check("^[a-]$", &["a", "-"], &["b"]);
    check("^[[:alpha:][:^digit:]]$", &["a", " ", "é"], &["1"]);
    check("^[[.a.]]$", &["a]", "[]", ".]"], &["a", "b]"]);
    check("^[[=a=]]$", &["a]", "=]"], &["a"]);
    check("^[[:a]$", &["[", ":", "a"], &["b"]);
    check(r"^[\p{Greek}\PL]$", &["α", "1"], &["a"]);
}

#[test]
fn escaped_signs_stand_for_themselves() {
    check(r"\<a\>", &["<a>"], &["a"]);
    check(r"^a\b{start}", &["a{start}x"], &["astart"]);
    check(r"\_\-\/\]\}", &["_-/]}"], &[]);
}

#[test]
fn unicode_classes() {
    check(r"^\pL$", &["é", "a"], &["1"]);
    check(r"^\p{Greek}$", &["α"], &["a"]);
    check(r"^\p{^Greek}$", &["a"], &["α"]);
    check(r"^\P{^Greek}$", &["α"], &["a"]);
}

#[test]
fn groups_and_flags() {
    check("^(?P<n>a)(?P<n>b)(?<n>c)$", &["abc"], &["ab"]);
    check("^(?i)straße$", &["STRAßE"], &["strasse"]);
    check("^(?i:a)b$", &["Ab"], &["AB"]);
    check("^(?i)a(?-i)b$", &["Ab"], &["AB"]);
    check("^(?ii)a(?i-i)b$", &["Ab"], &["AB"]);
    check("^a(?i)+b$", &["aab", "aB"], &["Ab", "b"]);
    check("^a(?i)(?-i){2}b$", &["aab"], &["ab", "aaB"]);
    check("^a+(?i)?b$", &["aab", "B"], &["Ab"]);
    check("^(a|b)(?i)*c$", &["abC", "c"], &["Ac"]);
    check_refused("(?i)+", "nothing to repeat before +");
    check_refused("a|(?i)+", "nothing to repeat before +");
    check_refused("a(?i)++", "nested repetition at +");
    check("(?s)a.b(?m)$", &["a b"], &["a\nb"]);
    check("^(?U)a+?b{2}?$", &["aabb"], &["ab"]);
    check("(?U-i)A|(?i-s:b)", &["A", "B"], &["a"]);
    check("(?i)^[^k]*$", &["a"], &["K", "\u{212a}"]);
    check("^(a|)$", &["a", ""], &["b"]);
    check("^()$", &[""], &["()"]);
    check("^(?)a(?:)$", &["a"], &["b"]);
}

#[test]
fn the_ends_of_the_text_are_those_of_the_line() {
    check(r"\Aa\z", &["a"], &["ab", "ba"]);
    check("(?-m)^a$", &["a"], &["ab"]);
    check("5$", &["15"], &["5\r"]);
    check("5\n", &[], &["5"]);
    check("5\\s$", &["5\r"], &["5"]);
}

#[test]
fn a_byte_that_is_no_utf8_is_one_character() {
    check_bytes("^a.b$", b"a\xffb", true);
    check_bytes("^a..b$", b"a\xffb", false);
    check_bytes("^a..b$", b"a\xe2\x82b", true);
    check_bytes("^a.b$", "aéb".as_bytes(), true);
    check_bytes("^a..b$", "aéb".as_bytes(), false);
    check_bytes("^a[^x]b$", b"a\xffb", true);
    check_bytes("^a[^x]*b$", b"a\xff\xfeb", true);
    check_bytes("^a.*b$", b"a\xff\xfeb", true);
    check_bytes("^.+.+$", "é".as_bytes(), false);
    check_bytes(r"^a\Sb$", b"a\xffb", true);
    check_bytes(r"^\x{FFFD}$", b"\xff", true);
    check_bytes(r"^é$", b"\xe9", false);
    check_bytes("^ÿ$", b"\xff", false);
}

#[test]
fn what_go_refuses_is_refused() {
    check_refused("a**", "nested repetition at *");
    check_refused("a*+", "nested repetition at +");
    check_refused("a{2}{3}", "nested repetition at {3}");
    check_refused("a{1001}", "invalid repeat count {1001}");
    check_refused("a{3,2}", "invalid repeat count {3,2}");
    check_refused("a{99999999999}", "invalid repeat count {99999999999}");
    check_refused("*a", "nothing to repeat before *");
    check_refused("(|+)", "nothing to repeat before +");
    check_refused("[a--b]", "invalid character class range a--");
    check_refused("[z-a]", "invalid character class range z-a");
    check_refused("[[:foo:]]", "invalid character class range [:foo:]");
    check_refused("[a", "missing closing ]");
    check_refused("(a", "missing closing )");
    check_refused("a)", "unexpected )");
    check_refused("(?x)a", "invalid or unsupported group (?x)a");
    check_refused("(?u)a", "invalid or unsupported group (?u)a");
    check_refused("(?=a)", "invalid or unsupported group (?=a)");
    check_refused("(?P<é>a)", "invalid or unsupported group (?<é>a)");
    check_refused(r"\u0041", r"invalid escape sequence \u");
    check_refused(r"\U00000041", r"invalid escape sequence \U");
    check_refused(r"(a)\1", r"invalid escape sequence \1");
    check_refused(r"\8", r"invalid escape sequence \8");
    check_refused(r"\C", r"invalid escape sequence \C");
    check_refused(r"\x4", r"invalid escape sequence \x");
    check_refused(r"\x{110000}", r"invalid escape sequence \x");
    check_refused("a\\", "trailing backslash");
    check_refused("((a{1000}){1000}){1000}", "too large when compiled");
    check_refused(r"\p{Nosuch}", "Unicode property not found");
    check_refused(r"\pé", "invalid character class \\pé");
}
