//! Any text as a configuration file.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Err(error) = cli::check_configuration(text) {
        // The line, the key if it has one, and the reason.
        assert!(error.starts_with(':') && error.lines().count() == 1, "{error:?}");
    }
});
