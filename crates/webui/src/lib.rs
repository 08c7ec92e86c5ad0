//! The page that shows profiles.
//!
//! [`Site`] answers requests: the page's own files, the profiles as protobuf, and the numbers of
//! the text reports. [`standalone()`] puts all of it into one HTML file that needs no server.
//! The page decodes and adds up the profiles itself, so switching and filtering need no request.
//!
//! Requests in, responses out: there is no socket, file, clock or environment here. Who serves a
//! site chooses its secret token and says under which names it is reached.

#![forbid(unsafe_code)]

mod assets;
mod base64;
mod fragment;
mod given;
mod hosts;
mod http;
mod query;
mod site;
mod standalone;

pub use fragment::fragment;
pub use hosts::Hosts;
pub use http::{Request, Response};
pub use site::{Site, Source};
pub use standalone::standalone;
