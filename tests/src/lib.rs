//! Tests of the workspace as a whole live in `tests/`; this crate has no code of its own.
