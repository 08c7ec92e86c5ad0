//! "Did you mean": the known word that a mistyped one is nearest to.

/// The candidate that `word` is the beginning of, else the nearest one, if it
/// is near enough to be a slip of the fingers: at most one edit for every three
/// letters typed, and at least one.
pub(crate) fn nearest<'a>(word: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let begun = candidates
        .iter()
        .find(|candidate| word.len() > 1 && candidate.starts_with(word));
    if let Some(candidate) = begun {
        return Some(candidate);
    }
    let allowed = (word.chars().count() / 3).max(1);
    candidates
        .iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), *candidate))
        .filter(|(edits, _)| *edits <= allowed)
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

/// `; did you mean 'X'?` for the nearest candidate, or nothing.
pub(crate) fn suggestion(word: &str, candidates: &[&str]) -> String {
    nearest(word, candidates)
        .map(|candidate| format!("; did you mean '{candidate}'?"))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[track_caller]
    fn check(word: &str, expected: Option<&str>) {
        assert_eq!(nearest(word, &["list", "analyze", "quick"]), expected);
    }

    #[test]
    fn slips_of_the_fingers_are_recognised() {
        check("lst", Some("list"));
        check("analyse", Some("analyze"));
        check("qiuck", Some("quick"));
        check("ana", Some("analyze"));
    }

    #[test]
    fn other_words_are_not_guessed_at() {
        check("x", None);
        check("l", None);
        check("server", None);
        check("", None);
    }
}
