//! What a command line was made to do, without how it was profiled: runs of one workload can be compared.

/// Flags that say how a run was profiled, and whether a value follows.
const PROFILING: &[(&str, bool)] = &[
    ("profile", false),
    ("cpuprofile", false),
    ("memprofile", false),
    ("profiledir", true),
    ("cpuprofilerate", true),
    ("memprofilerate", true),
];

/// The program's name and its arguments, without profiling flags; words that repeat one another, as the
/// name of a file that is read again and again, appear once.
pub(crate) fn workload(command: &str) -> String {
    let mut words = words(command).into_iter();
    let program = words.next().unwrap_or_default();
    let name = program.rsplit('/').next().unwrap_or(&program);
    let mut kept: Vec<String> = vec![name.to_owned()];
    let mut skips_value = false;
    for word in words {
        if std::mem::take(&mut skips_value) {
            continue;
        }
        if let Some((takes_value, has_value)) = profiling_flag(&word) {
            skips_value = takes_value && !has_value;
        } else if kept.last() != Some(&word) {
            kept.push(word);
        }
    }
    kept.join(" ")
}

/// For a profiling flag: whether it takes a value, and whether the word holds it already.
fn profiling_flag(word: &str) -> Option<(bool, bool)> {
    let flag = word.strip_prefix("--").or_else(|| word.strip_prefix('-'))?;
    let (name, value) = match flag.split_once('=') {
        Some((name, _)) => (name, true),
        None => (flag, false),
    };
    let known = PROFILING.iter().find(|(known, _)| *known == name);
    known.map(|(_, takes_value)| (*takes_value, value))
}

/// The words of a command line, quotes kept: blanks within single quotes part nothing.
fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut is_quoted = false;
    for character in command.chars() {
        is_quoted ^= character == '\'';
        if character == ' ' && !is_quoted {
            words.push(std::mem::take(&mut word));
        } else {
            word.push(character);
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(command: &str, expected: &str) {
        assert_eq!(workload(command), expected);
    }

    #[test]
    fn the_workload_is_what_is_left_without_profiling() {
        check("", "");
        check("/usr/bin/dgrep -plain x a.log", "dgrep -plain x a.log");
        check(
            "target/release/dgrep -profile -profiledir p1 -plain a.log a.log a.log b.log",
            "dgrep -plain a.log b.log",
        );
        check("dmap --profiledir=p -memprofilerate 1 -x y", "dmap -x y");
        check(
            "dmap -profile -query 'select -profile  from x' f",
            "dmap -query 'select -profile  from x' f",
        );
        check("dcat -profiles a", "dcat -profiles a");
    }
}
