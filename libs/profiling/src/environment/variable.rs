//! The value of `DTAIL_PROFILE`.
//!
//! ```text
//! value     = kinds [ ":" directory ]
//! kinds     = kind { "," kind }
//! kind      = ( "cpu" | "mem" ) [ "=" rate ]
//! directory = everything behind the first colon, not empty; "profiles" without one
//! rate      = digits: signals a second of CPU time for cpu, mean bytes between two samples for mem
//! ```
//!
//! Whatever is not of this form is refused as a whole: a profile that is missing at the end of a long run
//! costs more than a message at its start.

use std::str::FromStr;

/// The name of the variable.
pub(super) const VARIABLE: &str = "DTAIL_PROFILE";

/// The directory where none is named, which is that of the builder, too.
const DIRECTORY: &str = "profiles";

/// What a value asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Request<'a> {
    /// `Some` for a CPU profile; its rate in Hz, or the default.
    pub(super) cpu: Option<Option<u32>>,
    /// `Some` for memory profiles; their rate in bytes, or the default.
    pub(super) memory: Option<Option<usize>>,
    /// Where the files go.
    pub(super) directory: &'a str,
}

impl<'a> Request<'a> {
    /// Reads a value. The error says what is wrong with it, and what would be right.
    pub(super) fn parse(value: &'a str) -> Result<Self, String> {
        let (kinds, directory) = value.split_once(':').unwrap_or((value, DIRECTORY));
        if directory.is_empty() {
            return Err("no directory stands behind the colon".to_owned());
        }
        let mut request = Self {
            cpu: None,
            memory: None,
            directory,
        };
        for kind in kinds.split(',') {
            request.add(kind.trim())?;
        }
        Ok(request)
    }

    fn add(&mut self, kind: &str) -> Result<(), String> {
        let (name, rate) = match kind.split_once('=') {
            Some((name, rate)) => (name.trim_end(), Some(rate.trim_start())),
            None => (kind, None),
        };
        let is_first = match name {
            "cpu" => self.cpu.replace(parsed(kind, rate)?).is_none(),
            "mem" => self.memory.replace(parsed(kind, rate)?).is_none(),
            unknown => return Err(unknown_kind(unknown)),
        };
        if is_first {
            Ok(())
        } else {
            Err(format!("{name} is named twice"))
        }
    }
}

fn parsed<N: FromStr>(kind: &str, rate: Option<&str>) -> Result<Option<N>, String> {
    let parse = |rate: &str| {
        rate.parse()
            .map_err(|_| format!("the rate of {kind:?} is no whole number that a rate can be"))
    };
    rate.map(parse).transpose()
}

fn unknown_kind(name: &str) -> String {
    if name.is_empty() {
        return "a kind of profile is missing; there are cpu and mem".to_owned();
    }
    format!("there is no kind of profile {name:?}, but cpu and mem")
}

#[cfg(test)]
mod tests {
    use super::*;

    type Rates = (Option<Option<u32>>, Option<Option<usize>>);

    #[track_caller]
    fn check(value: &str, (cpu, memory): Rates, directory: &str) {
        let expected = Request {
            cpu,
            memory,
            directory,
        };
        assert_eq!(Request::parse(value), Ok(expected));
    }

    #[test]
    fn kinds_have_rates_and_share_a_directory() {
        check("cpu:p", (Some(None), None), "p");
        check("mem:p", (None, Some(None)), "p");
        check("cpu,mem:/a/b", (Some(None), Some(None)), "/a/b");
        check("mem=1,cpu=250:p", (Some(Some(250)), Some(Some(1))), "p");
        check(" cpu = 99 , mem:p", (Some(Some(99)), Some(None)), "p");
    }

    #[test]
    fn the_directory_may_hold_anything_or_be_left_out() {
        check("cpu:a:b,c=d", (Some(None), None), "a:b,c=d");
        check("cpu", (Some(None), None), "profiles");
    }

    #[track_caller]
    fn check_refused(value: &str, expected: &str) {
        assert_eq!(Request::parse(value), Err(expected.to_owned()));
    }

    #[test]
    fn everything_else_is_refused_with_its_reason() {
        check_refused("cpu:", "no directory stands behind the colon");
        check_refused(":p", "a kind of profile is missing; there are cpu and mem");
        check_refused(
            "cpu,:p",
            "a kind of profile is missing; there are cpu and mem",
        );
        check_refused(
            "/tmp/p",
            "there is no kind of profile \"/tmp/p\", but cpu and mem",
        );
        check_refused(
            "CPU:p",
            "there is no kind of profile \"CPU\", but cpu and mem",
        );
        check_refused("cpu,cpu:p", "cpu is named twice");
        check_refused("mem=1,mem=2:p", "mem is named twice");
        for rate in ["", "x", "-1", "1.5", "99999999999999999999"] {
            let expected =
                format!("the rate of \"cpu={rate}\" is no whole number that a rate can be");
            check_refused(&format!("cpu={rate}:p"), &expected);
        }
    }
}
