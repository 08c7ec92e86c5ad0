//! What the system refused, in a few words.

use std::io::{Error, ErrorKind};

/// The system's words without its number, in lower case, and our own where those mislead.
pub fn reason(error: &Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "no such file".to_owned(),
        ErrorKind::InvalidData => "is not text".to_owned(),
        ErrorKind::AlreadyExists => "not a directory".to_owned(),
        _ => {
            let text = error.to_string();
            let words = text.split(" (os error ").next().unwrap_or(&text);
            words.to_lowercase()
        }
    }
}
