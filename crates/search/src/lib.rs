//! Finds matching lines with their context and hands them to a sink.
