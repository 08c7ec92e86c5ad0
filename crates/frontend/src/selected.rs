//! The lines that are asked for.

use cli::{Failure, PatternArgs};
use search::{Matcher, Window};

/// Which lines to print.
#[derive(Debug)]
pub struct Selected {
    /// Which lines match.
    pub matcher: Matcher,
    /// The lines that do not match instead.
    pub invert: bool,
    /// The lines around them.
    pub window: Window,
}

impl Selected {
    /// Every line.
    #[must_use]
    pub fn everything() -> Self {
        Selected {
            matcher: Matcher::everything(),
            invert: false,
            window: Window::default(),
        }
    }

    /// What the flags ask for.
    ///
    /// # Errors
    /// The pattern is empty, or no regular expression.
    pub fn by(args: &PatternArgs) -> Result<Self, Failure> {
        let (flag, pattern) = args.pattern();
        if pattern.is_empty() {
            return Err(Failure::usage("-regex: no regular expression given"));
        }
        let matcher =
            Matcher::new(pattern).map_err(|error| Failure::usage(format!("-{flag} {error}")))?;
        Ok(Selected {
            matcher,
            invert: args.invert,
            window: Window {
                before: args.before,
                after: args.after,
                max: args.max,
            },
        })
    }
}
