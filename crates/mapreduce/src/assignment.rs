//! Assignments of a `set` clause, and the functions they call.

use std::io::Write;

use md5::{Digest, Md5};

/// `target = functions(source)`, generic over how fields are referred to: by name, then by slot.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Assignment<F> {
    pub(crate) target: F,
    pub(crate) source: Source<F>,
    /// Innermost first.
    pub(crate) functions: Vec<Function>,
}

/// Where an assigned value comes from.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Source<F> {
    /// Quoted text.
    Constant(Vec<u8>),
    /// The field's value; without such a field on the line the target stays as it is.
    Field(F),
    /// The field's value; without such a field on the line the text itself.
    FieldOr(F, Vec<u8>),
}

/// A function of one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Function {
    /// The MD5 digest of the bytes in lower-case hexadecimal digits.
    Md5Sum,
    /// The text with each ASCII digit replaced by `.`.
    MaskDigits,
}

impl<F> Assignment<F> {
    /// The same assignment with every field looked up by `resolve`.
    pub(crate) fn map<G>(&self, resolve: &mut impl FnMut(&F) -> G) -> Assignment<G> {
        let source = match &self.source {
            Source::Constant(text) => Source::Constant(text.clone()),
            Source::Field(field) => Source::Field(resolve(field)),
            Source::FieldOr(field, text) => Source::FieldOr(resolve(field), text.clone()),
        };
        Assignment {
            target: resolve(&self.target),
            source,
            functions: self.functions.clone(),
        }
    }
}

impl Function {
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        match name {
            "md5sum" => Some(Self::Md5Sum),
            "maskdigits" => Some(Self::MaskDigits),
            _ => None,
        }
    }

    /// Replaces the bytes of `value` from `start` on by the function's result.
    pub(crate) fn apply(self, value: &mut Vec<u8>, start: usize) {
        match self {
            Self::Md5Sum => {
                let digest = Md5::digest(&value[start..]);
                value.truncate(start);
                for byte in digest {
                    write!(value, "{byte:02x}").expect("a vector takes every byte");
                }
            }
            Self::MaskDigits => {
                for byte in value[start..]
                    .iter_mut()
                    .filter(|byte| byte.is_ascii_digit())
                {
                    *byte = b'.';
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(function: Function, input: &str, expected: &str) {
        let mut value = [b"kept ", input.as_bytes()].concat();
        function.apply(&mut value, 5);
        assert_eq!(
            String::from_utf8(value).unwrap(),
            format!("kept {expected}")
        );
    }

    #[test]
    fn digests_are_lower_case_hexadecimal() {
        check(Function::Md5Sum, "", "d41d8cd98f00b204e9800998ecf8427e");
        check(Function::Md5Sum, "abc", "900150983cd24fb0d6963f7d28e17f72");
    }

    #[test]
    fn digits_are_masked() {
        check(Function::MaskDigits, "a1b22-ü", "a.b..-ü");
    }
}
