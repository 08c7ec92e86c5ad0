//! The profile.proto model: decode, encode, check, merge, filter.
