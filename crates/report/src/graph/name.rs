//! What tells one node from another, and how a node is printed.

use std::borrow::Cow;

use dtail_profile::{StringId, Strings};

use crate::path;

/// What tells one node from another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct NodeInfo {
    pub(crate) name: StringId,
    /// The source file, cleaned.
    pub(crate) file: StringId,
    pub(crate) address: u64,
    pub(crate) line: i64,
    pub(crate) column: i64,
    /// First line of the function, only where binaries are kept apart or the name is missing.
    pub(crate) start_line: i64,
    /// The binary, under the same condition.
    pub(crate) object: StringId,
}

impl NodeInfo {
    /// The parts of the name that is printed, function and file given as texts: address, function,
    /// file and line, or what there is.
    pub(crate) fn parts<'a>(
        &self,
        name: &'a str,
        file: &'a str,
        strings: &'a Strings,
    ) -> Vec<Cow<'a, str>> {
        let mut parts = Vec::new();
        if self.address != 0 {
            parts.push(Cow::Owned(format!("{:016x}", self.address)));
        }
        if !name.is_empty() {
            parts.push(Cow::Borrowed(name));
        }
        if self.line != 0 {
            let column = if self.column == 0 {
                String::new()
            } else {
                format!(":{}", self.column)
            };
            parts.push(Cow::Owned(format!("{file}:{}{column}", self.line)));
        } else if !file.is_empty() {
            parts.push(Cow::Borrowed(file));
        } else if name.is_empty() {
            parts.push(self.object_name(strings));
        }
        parts
    }

    /// What stands for a missing name: the binary, if it is known.
    fn object_name<'a>(&self, strings: &Strings) -> Cow<'a, str> {
        match strings.get(self.object) {
            "" => Cow::Borrowed("<unknown>"),
            object => Cow::Owned(format!("[{}]", path::base(object))),
        }
    }

    /// The name as tables print it.
    pub(crate) fn printable<'a>(&self, strings: &'a Strings) -> Cow<'a, str> {
        let mut parts = self.parts(strings.get(self.name), strings.get(self.file), strings);
        if parts.len() == 1 {
            return parts.swap_remove(0);
        }
        Cow::Owned(parts.join(" "))
    }

    /// Every field as text: the last resort of orders that must not depend on chance.
    pub(crate) fn fingerprint(&self, strings: &Strings) -> String {
        let [name, file, object] = [self.name, self.file, self.object].map(|id| strings.get(id));
        let NodeInfo {
            address,
            line,
            column,
            start_line,
            ..
        } = self;
        format!("{name}  {address} {file} {start_line} {line} {column} {object}")
    }
}
