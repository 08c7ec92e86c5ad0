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

/// A source path without the prefix that only the machine of the build knows.
///
/// `trim_path` lists prefixes, separated by colons. Without any, the path is cut behind the name of
/// a directory of `source_path` that occurs in it.
pub(crate) fn trim<'a>(path: &'a str, trim_path: &str, source_path: &str) -> &'a str {
    if trim_path.is_empty() {
        let cut = split_list(source_path).find_map(|directory| {
            path.split_once(&format!("/{}/", base(directory)))
                .map(|(_, rest)| rest)
        });
        if let Some(rest) = cut {
            return rest;
        }
    }
    let prefixes = split_list(trim_path).chain(["/proc/self/cwd/./", "/proc/self/cwd/"]);
    for prefix in prefixes {
        let rest = match prefix.ends_with('/') {
            true => path.strip_prefix(prefix),
            false => path
                .strip_prefix(prefix)
                .and_then(|rest| rest.strip_prefix('/')),
        };
        if let Some(rest) = rest {
            return rest;
        }
    }
    path
}

/// The entries of a list of paths separated by colons.
pub(crate) fn split_list(list: &str) -> impl Iterator<Item = &str> {
    list.split(':').filter(move |_| !list.is_empty())
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
            assert_eq!(trim(path, trim_path, source_path), expected, "{path}");
        }
        assert_eq!(
            (base("/bin/x"), base("/bin/x//"), base("/"), base("")),
            ("x", "x", "/", ".")
        );
    }
}
