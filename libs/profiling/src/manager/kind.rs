//! What a profile file is about, as its name says it.

use std::fmt;

/// The kind of a profile file: the middle of its name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// CPU time by stack.
    Cpu,
    /// Heap in use when profiling stopped.
    Mem,
    /// Everything allocated since profiling started.
    Alloc,
    /// Heap in use at its high-water mark.
    Peak,
    /// Heap in use at a moment that the program chose; with its label.
    Snapshot(String),
}

impl Kind {
    /// A snapshot of this label. What may not stand in a file name's label (anything but letters,
    /// digits, `.` and `-`) becomes `-`; an empty label becomes `-` too.
    #[must_use]
    pub fn snapshot(label: &str) -> Self {
        let allowed = |c: char| {
            if c.is_alphanumeric() || c == '.' {
                c
            } else {
                '-'
            }
        };
        let label: String = label.chars().map(allowed).collect();
        Self::Snapshot(if label.is_empty() {
            "-".to_owned()
        } else {
            label
        })
    }
}

/// As in the file's name: `cpu`, `mem`, `alloc`, `peak`, `snapshot_<label>`.
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cpu => f.write_str("cpu"),
            Self::Mem => f.write_str("mem"),
            Self::Alloc => f.write_str("alloc"),
            Self::Peak => f.write_str("peak"),
            Self::Snapshot(label) => write!(f, "snapshot_{label}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(label: &str, expected: &str) {
        assert_eq!(Kind::snapshot(label).to_string(), expected);
    }

    #[test]
    fn labels_fit_into_file_names() {
        check("v1.2-rc", "snapshot_v1.2-rc");
        check("after_parse", "snapshot_after-parse");
        check("../../etc/passwd", "snapshot_..-..-etc-passwd");
        check("", "snapshot_-");
        check("größe", "snapshot_größe");
    }
}
