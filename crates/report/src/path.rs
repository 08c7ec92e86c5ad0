//! Paths as pprof prints them: shortened by rule, never looked up.

/// The last part of a path, `.` when the path is empty.
pub(crate) fn base(path: &str) -> &str {
    if path.is_empty() {
        return ".";
    }
    let trimmed = path.trim_end_matches('/');
    if trimmed.is_empty() {
        return "/";
    }
    trimmed.rsplit('/').next().unwrap_or(trimmed)
}

/// The shortest path of the same meaning: no `.`, no `a/..`, no doubled slashes.
pub(crate) fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if rooted => {}
            _ => parts.push(part),
        }
    }
    let joined = parts.join("/");
    match (rooted, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

/// How source paths lose the prefix that only the machine of the build knows.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct PathTrim<'a> {
    /// Prefixes, separated by colons.
    pub(crate) trim_path: &'a str,
    /// Directories of sources, separated by colons. Without prefixes a path is cut behind the name
    /// of one of these that occurs in it.
    pub(crate) source_path: &'a str,
}

impl PathTrim<'_> {
    /// The path without its prefix.
    pub(crate) fn apply<'p>(&self, path: &'p str) -> &'p str {
        if self.trim_path.is_empty() {
            let cut = split_list(self.source_path).find_map(|directory| {
                path.split_once(&format!("/{}/", base(directory)))
                    .map(|(_, rest)| rest)
            });
            if let Some(rest) = cut {
                return rest;
            }
        }
        let prefixes = split_list(self.trim_path);
        let mut prefixes = prefixes.chain(["/proc/self/cwd/./", "/proc/self/cwd/"]);
        let rest = prefixes.find_map(|prefix| match prefix.ends_with('/') {
            true => path.strip_prefix(prefix),
            false => path
                .strip_prefix(prefix)
                .and_then(|rest| rest.strip_prefix('/')),
        });
        rest.unwrap_or(path)
    }
}

/// The entries of a list of paths separated by colons.
pub(crate) fn split_list(list: &str) -> impl Iterator<Item = &str> {
    list.split(':').filter(move |_| !list.is_empty())
}

/// `path` below `directory`, cleaned.
pub(crate) fn join(directory: &str, path: &str) -> String {
    clean(&format!("{directory}/{path}"))
}

/// A directory and those above it, innermost first.
pub(crate) fn ancestors(directory: &str) -> impl Iterator<Item = String> {
    std::iter::successors(Some(directory.to_owned()), |directory| {
        let parent = match directory.rsplit_once('/') {
            Some((parent, _)) => clean(if parent.is_empty() { "/" } else { parent }),
            None => ".".to_owned(),
        };
        (parent != *directory).then_some(parent)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleaned_paths() {
        let cases = [
            ("", "."),
            ("/", "/"),
            ("a//b/./c/..", "a/b"),
            ("/../a", "/a"),
            ("../../a", "../../a"),
            ("a/../..", ".."),
            (
                "/rustc/abc/library/core/src/../x.rs",
                "/rustc/abc/library/core/x.rs",
            ),
        ];
        for (path, expected) in cases {
            assert_eq!(clean(path), expected, "{path}");
        }
        let trimmed = [
            ("/build/app/x.rs", "/build", "", "app/x.rs"),
            ("/build/app/x.rs", "", "/home/me/app", "x.rs"),
            ("/build/app/x.rs", "/other:/build/app/", "", "x.rs"),
            ("/builder/x.rs", "/build", "", "/builder/x.rs"),
            ("/proc/self/cwd/x.rs", "", "", "x.rs"),
        ];
        for (path, trim_path, source_path, expected) in trimmed {
            assert_eq!(
                PathTrim {
                    trim_path,
                    source_path
                }
                .apply(path),
                expected,
                "{path}"
            );
        }
        assert_eq!(
            (base("/bin/x"), base("/bin/x//"), base("/"), base("")),
            ("x", "x", "/", ".")
        );
    }
}
