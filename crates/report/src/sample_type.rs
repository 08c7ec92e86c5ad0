//! Which value of a sample a report is about.

use dtail_profile::Profile;

use crate::error::Error;

/// The position of the sample type that `word` names: a number, a name, or empty for the default.
///
/// # Errors
///
/// When the profile has no such sample type.
pub fn choose(profile: &Profile, word: &str) -> Result<usize, Error> {
    let names: Vec<&str> = profile
        .sample_types
        .iter()
        .map(|t| profile.text(t.kind))
        .collect();
    let Some(last) = names.len().checked_sub(1) else {
        return Err(Error::NoSampleType);
    };
    if word.is_empty() {
        let default = profile.text(profile.default_sample_type);
        let named = names
            .iter()
            .position(|name| !default.is_empty() && *name == default);
        return Ok(named.unwrap_or(last));
    }
    // Profiles of old have `space` and `objects` where newer ones have `inuse_space`.
    let legacy = word.strip_prefix("inuse_").unwrap_or(word);
    let found = match word.parse::<i64>() {
        Ok(number) => usize::try_from(number).ok().filter(|index| *index <= last),
        Err(_) => names
            .iter()
            .position(|name| *name == word || *name == legacy),
    };
    found.ok_or_else(|| {
        Error::NoSuchSampleType(
            word.to_owned(),
            names.iter().map(|n| (*n).to_owned()).collect(),
        )
    })
}
