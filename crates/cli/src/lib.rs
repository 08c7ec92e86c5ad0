//! Flags in Go and GNU spelling, messages, exit codes and the profiling flags.
