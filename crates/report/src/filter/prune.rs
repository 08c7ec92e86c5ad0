//! Filters that cut the leaf end of stacks: the profile's drop_frames, and prune_from.

use dtail_profile::{Line, Profile};

use super::{Warning, rebuild_samples};
use crate::pattern::Pattern;

/// Parentheses that belong to a name rather than to its arguments.
const NAME_PARENTHESES: [&str; 2] = ["(anonymous namespace)", "operator()"];

/// A function's name without its arguments, as the expressions of these filters expect it.
fn without_arguments(name: &str) -> &str {
    let name = name.strip_prefix('.').unwrap_or(name);
    let mut from = 0;
    while let Some(found) = name[from..].find('(') {
        let at = from + found;
        let reserved = NAME_PARENTHESES.iter().find_map(|reserved| {
            let start = at.checked_sub(reserved.find('(')?)?;
            (start >= from && name[start..].starts_with(reserved)).then_some(start + reserved.len())
        });
        match reserved {
            Some(end) => from = end,
            None => return &name[..at],
        }
    }
    name
}

/// Which functions `is_dropped` accepts, by name without arguments; nameless ones never match.
fn functions_matching(profile: &Profile, is_dropped: impl Fn(&str) -> bool) -> Vec<bool> {
    let dropped = |name: &str| !name.is_empty() && is_dropped(without_arguments(name));
    profile
        .functions
        .iter()
        .map(|function| dropped(profile.text(function.name)))
        .collect()
}

/// What dropping does to a location.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cut {
    /// Nothing.
    None,
    /// The whole location goes.
    Whole,
    /// Some lines of the location stay, everything below it goes.
    Beneath,
}

/// Applies the profile's own drop_frames and keep_frames, as every reader does on load.
///
/// Frames that match are dropped with all they call, but never above the first frame, seen from
/// the root, that does not match. An expression that cannot be read is a warning.
pub(crate) fn remove_uninteresting(profile: &mut Profile, warnings: &mut Vec<Warning>) {
    let (drop, keep) = (
        profile.text(profile.drop_frames),
        profile.text(profile.keep_frames),
    );
    if drop.is_empty() {
        return;
    }
    let whole_name = |pattern: &str| Pattern::new(&format!("^({pattern})$"));
    let keep = if keep.is_empty() {
        Ok(None)
    } else {
        whole_name(keep).map(Some)
    };
    let dropped = match (whole_name(drop), keep) {
        (Ok(drop), Ok(keep)) => functions_matching(profile, |name| {
            drop.is_match(name) && !keep.as_ref().is_some_and(|keep| keep.is_match(name))
        }),
        (Err(error), _) | (_, Err(error)) => {
            warnings.push(Warning::new(format!("drop_frames of the profile: {error}")));
            return;
        }
    };
    let cuts = cut_locations(profile, |line| dropped[line.function.index()]);
    rebuild_samples(profile, |sample, _| {
        let cut = |index: usize| cuts[sample.stack[index].index()];
        let user = sample.stack.len()
            - sample
                .stack
                .iter()
                .rev()
                .take_while(|id| cuts[id.index()] != Cut::None)
                .count();
        let start = (0..user).rev().find(|index| cut(*index) != Cut::None);
        let start = start.map_or(0, |index| {
            if cut(index) == Cut::Whole {
                index + 1
            } else {
                index
            }
        });
        Some((&sample.stack[start..], sample.labels))
    });
}

/// Cuts each location below its outermost dropped line.
fn cut_locations(profile: &mut Profile, is_dropped: impl Fn(&Line) -> bool) -> Vec<Cut> {
    let mut cuts = vec![Cut::None; profile.locations.len()];
    for id in profile.locations.ids() {
        let lines = profile.locations.lines(id);
        let Some(outermost) = lines.iter().rposition(&is_dropped) else {
            continue;
        };
        let count = lines.len();
        cuts[id.index()] = if outermost + 1 == count {
            Cut::Whole
        } else {
            Cut::Beneath
        };
        if outermost + 1 < count {
            profile.locations.truncate_lines(id, outermost + 1..count);
        }
    }
    cuts
}

/// Drops what lies below the lowest matching frame of each sample; the frame itself stays.
pub(super) fn prune_from(profile: &mut Profile, pattern: &Pattern) {
    let matching = functions_matching(profile, |name| pattern.is_match(name));
    let mut starts = vec![false; profile.locations.len()];
    for id in profile.locations.ids() {
        let lines = profile.locations.lines(id);
        if let Some(lowest) = lines
            .iter()
            .position(|line| matching[line.function.index()])
        {
            let count = lines.len();
            profile.locations.truncate_lines(id, lowest..count);
            starts[id.index()] = true;
        }
    }
    rebuild_samples(profile, |sample, _| {
        let start = sample
            .stack
            .iter()
            .position(|id| starts[id.index()])
            .unwrap_or(0);
        Some((&sample.stack[start..], sample.labels))
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_without_arguments() {
        let cases = [
            ("f", "f"),
            (".f", "f"),
            ("f(int)", "f"),
            ("(anonymous namespace)::f(int)", "(anonymous namespace)::f"),
            ("X::operator()(int)", "X::operator()"),
            ("a(operator())", "a"),
        ];
        for (name, expected) in cases {
            assert_eq!(without_arguments(name), expected, "{name}");
        }
    }
}
