//! What goes wrong with files while they are followed.

use cli::Messages;
use logread::{Error, Source};

/// Says what goes wrong, and remembers what makes the exit status.
pub(crate) struct Troubles<'a> {
    messages: &'a Messages,
    failed: bool,
}

impl<'a> Troubles<'a> {
    pub(crate) fn new(messages: &'a Messages) -> Self {
        Troubles {
            messages,
            failed: false,
        }
    }

    pub(crate) fn long_line(&self, source: &Source) {
        let path = source.path().display();
        self.messages
            .warn(format_args!("{path}: a line was over the limit and split"));
    }

    /// A file that is not there may come; whether it did is seen at the end.
    pub(crate) fn unreadable(&mut self, error: Error) {
        self.failed |= error.is_permanent();
        self.messages.error(error);
    }

    pub(crate) fn failed_if(&mut self, failed: bool) {
        self.failed |= failed;
    }

    pub(crate) fn failed(&self) -> bool {
        self.failed
    }
}
