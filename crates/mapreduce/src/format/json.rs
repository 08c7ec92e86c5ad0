//! The format `json`: one JSON object a line.
//!
//! A field is the name of a member, or names joined by `.` for a member of a member. Texts have
//! their escapes replaced, other values are as they stand in the line, and `null` is no value.
//! What no query asks for is skipped without a close look.

use std::collections::BTreeMap;

use memchr::memchr;

use super::Rejection;
use super::escape;
use crate::row::{Row, Slot};

/// The members a query asks for, of the line's object or of a member.
#[derive(Debug, Clone, Default)]
pub(crate) struct Members {
    members: Vec<Member>,
}

#[derive(Debug, Clone)]
struct Member {
    name: Vec<u8>,
    slot: Option<Slot>,
    inner: Members,
}

impl Members {
    /// A name with dots also stands for a member of that very name.
    pub(crate) fn new(slots: &BTreeMap<String, Slot>) -> Self {
        let mut members = Self::default();
        for (name, slot) in slots {
            members.entry(name).slot = Some(*slot);
            if let Some((outer, inner)) = name.split_once('.') {
                members.entry(outer).inner.insert_path(inner, *slot);
            }
        }
        members
    }

    fn insert_path(&mut self, path: &str, slot: Slot) {
        match path.split_once('.') {
            Some((outer, inner)) => self.entry(outer).inner.insert_path(inner, slot),
            None => self.entry(path).slot = Some(slot),
        }
    }

    fn entry(&mut self, name: &str) -> &mut Member {
        let name = name.as_bytes();
        let known = self.members.iter().position(|member| member.name == name);
        let index = known.unwrap_or_else(|| {
            self.members.push(Member {
                name: name.to_vec(),
                slot: None,
                inner: Self::default(),
            });
            self.members.len() - 1
        });
        &mut self.members[index]
    }

    fn find(&self, name: &[u8]) -> Option<&Member> {
        self.members.iter().find(|member| member.name == name)
    }

    pub(crate) fn read<'b>(&self, line: &'b [u8], row: &mut Row<'b>) -> Result<(), Rejection> {
        if line.is_empty() {
            return Err(Rejection::NotARecord);
        }
        let mut cursor = Cursor { rest: line };
        let is_object = cursor.object(self, row).is_some() && cursor.rest.trim_ascii().is_empty();
        is_object.then_some(()).ok_or(Rejection::NotAJsonObject)
    }
}

/// What is left of a line. Every method gives `None` where the line is no JSON.
struct Cursor<'b> {
    rest: &'b [u8],
}

impl<'b> Cursor<'b> {
    /// The next byte that is no blank.
    fn peek(&mut self) -> Option<u8> {
        self.rest = self.rest.trim_ascii_start();
        self.rest.first().copied()
    }

    fn take(&mut self, length: usize) -> &'b [u8] {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }

    fn accept(&mut self, byte: u8) -> Option<bool> {
        let accepted = self.peek()? == byte;
        self.take(usize::from(accepted));
        Some(accepted)
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        self.accept(byte)?.then_some(())
    }

    fn object(&mut self, wanted: &Members, row: &mut Row<'b>) -> Option<()> {
        self.expect(b'{')?;
        if self.accept(b'}')? {
            return Some(());
        }
        loop {
            self.member(wanted, row)?;
            if !self.accept(b',')? {
                return self.expect(b'}');
            }
        }
    }

    fn member(&mut self, wanted: &Members, row: &mut Row<'b>) -> Option<()> {
        let name = self.text()?;
        self.expect(b':')?;
        let member = match memchr(b'\\', name) {
            None => wanted.find(name),
            Some(_) => {
                let mut name = name.to_vec();
                escape::unescape(&mut name, 0);
                wanted.find(&name)
            }
        };
        match member {
            Some(member) => self.wanted_value(member, row),
            None => self.value().map(|_| ()),
        }
    }

    fn wanted_value(&mut self, member: &Member, row: &mut Row<'b>) -> Option<()> {
        let is_text = self.peek()? == b'"';
        let is_object = self.peek()? == b'{';
        if is_object && !member.inner.members.is_empty() {
            Cursor { rest: self.rest }.object(&member.inner, row)?;
        }
        let value = if is_text { self.text()? } else { self.value()? };
        let Some(slot) = member.slot.filter(|_| is_text || value != b"null") else {
            return Some(());
        };
        row.set(slot, value);
        if is_text && memchr(b'\\', value).is_some() {
            row.change(slot, escape::unescape);
        }
        Some(())
    }

    /// A text without its quotes, escapes and all.
    fn text(&mut self) -> Option<&'b [u8]> {
        if self.peek()? != b'"' {
            return None;
        }
        let length = escape::quoted_bytes(self.rest)?;
        Some(&self.take(length)[1..length - 1])
    }

    /// Any value as it stands.
    fn value(&mut self) -> Option<&'b [u8]> {
        match self.peek()? {
            b'"' => {
                let length = escape::quoted_bytes(self.rest)?;
                Some(self.take(length))
            }
            b'{' | b'[' => self.container(),
            _ => {
                let ends =
                    |byte: &u8| matches!(byte, b',' | b'}' | b']') || byte.is_ascii_whitespace();
                let length = self.rest.iter().position(ends).unwrap_or(self.rest.len());
                (length > 0).then(|| self.take(length))
            }
        }
    }

    /// An object or array, found by counting brackets outside texts.
    fn container(&mut self) -> Option<&'b [u8]> {
        let (mut at, mut depth) = (0, 0_usize);
        loop {
            match self.rest.get(at)? {
                b'"' => at += escape::quoted_bytes(&self.rest[at..])? - 1,
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            at += 1;
            if depth == 0 {
                return Some(self.take(at));
            }
        }
    }
}
