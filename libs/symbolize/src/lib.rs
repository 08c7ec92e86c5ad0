//! Addresses to functions, files, lines and inlined frames; mappings and build ids.
