//! Where the cursor stands: in a flag, in the value of one, or in a word.

use std::ffi::OsString;

use clap::{Arg, Command};

use crate::spelling::{find_flag, split_flag, value_is_optional};

/// What is being typed.
#[derive(Debug)]
pub enum At<'c> {
    /// The name of a flag.
    Flag,
    /// The value of this flag.
    Value(&'c Arg),
    /// A word that is no flag: a sub-command or a file.
    Word,
}

/// A place in a command line, and what stands before it.
#[derive(Debug)]
pub struct Place<'c> {
    /// The innermost sub-command.
    pub command: &'c Command,
    /// The words of the innermost command that are neither flags nor their values.
    pub words: Vec<OsString>,
    /// The flags before the place, with their values.
    pub flags: Vec<(&'c str, OsString)>,
    /// What is being typed.
    pub at: At<'c>,
    /// The part of the word that is done: `-focus=`, or nothing.
    pub(crate) done: String,
    /// The part of the word that is to be completed.
    pub typed: String,
}

impl<'c> Place<'c> {
    /// The place of `typed` behind the words `before`, in a command line of `command`.
    pub(crate) fn of(command: &'c Command, before: &[OsString], typed: &str) -> Place<'c> {
        let mut place = Place {
            command,
            words: Vec::new(),
            flags: Vec::new(),
            at: At::Word,
            done: String::new(),
            typed: typed.to_owned(),
        };
        let mut before = before.iter();
        while let Some(word) = before.next() {
            if word == "--" {
                place.words.extend(before.cloned());
                return place;
            }
            let Some((name, value)) = split_flag(word) else {
                place.word(word);
                continue;
            };
            let Some(flag) = place.find(&name) else {
                continue;
            };
            let takes_next = flag.get_action().takes_values() && !value_is_optional(flag);
            let value = match value {
                Some(value) => value,
                None if takes_next => match before.next() {
                    Some(value) => value.clone(),
                    None => {
                        place.at = At::Value(flag);
                        return place;
                    }
                },
                None => OsString::new(),
            };
            place
                .flags
                .push((flag.get_long().unwrap_or_default(), value));
        }
        place.look_at_typed();
        place
    }

    /// The flag whose value is being typed.
    #[must_use]
    pub fn flag_name(&self) -> Option<&'c str> {
        match self.at {
            At::Value(flag) => flag.get_long(),
            At::Flag | At::Word => None,
        }
    }

    fn word(&mut self, word: &OsString) {
        let name = word.to_str();
        match name.and_then(|name| self.command.find_subcommand(name)) {
            Some(sub_command) => {
                self.command = sub_command;
                self.words.clear();
            }
            None => self.words.push(word.clone()),
        }
    }

    fn find(&self, name: &str) -> Option<&'c Arg> {
        find_flag(self.command, name)
    }

    fn look_at_typed(&mut self) {
        if !self.typed.starts_with('-') {
            return;
        }
        let Some((name, value)) = self.typed.split_once('=') else {
            self.at = At::Flag;
            return;
        };
        if let Some(flag) = self.find(name.trim_start_matches('-')) {
            self.at = At::Value(flag);
            self.done = format!("{name}=");
            self.typed = value.to_owned();
        }
    }
}
