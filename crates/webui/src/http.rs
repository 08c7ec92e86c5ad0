//! What a request asks and what a response says, without the wire.

use std::borrow::Cow;

/// A request, as far as the page's server looks at it.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// `GET`, `HEAD`, ...
    pub method: &'a str,
    /// The target as it stands in the request line: path and query, nothing decoded.
    pub target: &'a str,
    /// The value of the `Host` header; empty when there is none.
    pub host: &'a str,
    /// What the request carries, where [`Site::wants_body`](crate::Site::wants_body) says that it is
    /// wanted; else nothing.
    pub body: &'a [u8],
}

/// What the page may load and where it may send to: itself.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
                      img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";

/// The answer to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The status: 200, 404, ...
    pub status: u16,
    /// The media type of the body.
    pub media_type: &'static str,
    /// The body; what a `HEAD` request leaves out.
    pub body: Cow<'static, [u8]>,
    /// Where to go instead, for a status of 308.
    pub location: Option<String>,
}

impl Response {
    /// A body of this media type, with status 200.
    pub(crate) fn ok(media_type: &'static str, body: impl Into<Cow<'static, [u8]>>) -> Response {
        Response {
            status: 200,
            media_type,
            body: body.into(),
            location: None,
        }
    }

    /// A refusal: the status and one line.
    pub(crate) fn refusal(status: u16, reason: &str) -> Response {
        Response {
            status,
            ..Response::ok(
                "text/plain; charset=utf-8",
                format!("{reason}\n").into_bytes(),
            )
        }
    }

    /// The words that belong to the status.
    pub fn reason(&self) -> &'static str {
        match self.status {
            200 => "OK",
            308 => "Permanent Redirect",
            400 => "Bad Request",
            403 => "Forbidden",
            404 => "Not Found",
            405 => "Method Not Allowed",
            413 => "Content Too Large",
            _ => "Error",
        }
    }

    /// All headers, in the order to send them in. Nothing is kept in a cache, nothing can be framed,
    /// and the page's address, which holds the token, is told to nobody.
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        let mut headers = vec![
            ("Content-Type", self.media_type.to_owned()),
            ("Content-Length", self.body.len().to_string()),
            ("Content-Security-Policy", POLICY.to_owned()),
            ("X-Content-Type-Options", "nosniff".to_owned()),
            ("Referrer-Policy", "no-referrer".to_owned()),
            ("Cross-Origin-Opener-Policy", "same-origin".to_owned()),
            ("Cross-Origin-Resource-Policy", "same-origin".to_owned()),
            ("Cache-Control", "no-store".to_owned()),
        ];
        headers.extend(self.location.clone().map(|to| ("Location", to)));
        headers
    }
}
