//! Routes: which answer a request gets.

use std::collections::HashSet;

use dtail_profile::Profile;
use report::{Files, Format, Kind, LoadOptions, Options, Pattern, Report};
use serde::Serialize;

use crate::assets;
use crate::given::Given;
use crate::hosts::Hosts;
use crate::http::{Request, Response};
use crate::query;
use crate::standalone::standalone;

const JSON: &str = "application/json";
const HTML: &str = "text/html; charset=utf-8";
pub(crate) const SVG: &str = "image/svg+xml";
const BYTES: &str = "application/octet-stream";
/// Where a reader's profile is sent to.
const GIVE: &str = "profiles";

/// One profile that the page shows.
#[derive(Clone, Debug)]
pub struct Source {
    /// What the page calls it: a file name.
    pub name: String,
    /// Whether the page starts with it as the side to compare with.
    pub is_base: bool,
    /// Whether the page starts with it switched on.
    pub is_shown: bool,
    /// The profile, loaded as for a report.
    pub profile: Profile,
}

/// The page and what it may ask for.
#[derive(Debug)]
pub struct Site {
    /// `/TOKEN/`.
    prefix: String,
    hosts: Hosts,
    sources: Vec<Source>,
    /// The protobuf of each source, made before anybody waits for it.
    encoded: Vec<Vec<u8>>,
    /// Profiles that readers gave, numbered behind the sources.
    given: Given,
}

/// A profile in the list that the page begins with.
#[derive(Serialize)]
pub(crate) struct Listed<'a> {
    name: &'a str,
    base: bool,
    shown: bool,
}

/// The list of profiles that the page begins with, as JSON.
pub(crate) fn list(sources: &[Source]) -> String {
    let listed = |source: &Source| {
        let entry = Listed {
            name: &source.name,
            base: source.is_base,
            shown: source.is_shown,
        };
        serde_json::to_string(&entry).expect("a name and two truth values are JSON")
    };
    let entries: Vec<String> = sources.iter().map(listed).collect();
    format!("[{}]", entries.join(","))
}

impl Site {
    /// A site that shows `sources` to whoever knows `token` and comes under one of `hosts`.
    ///
    /// # Panics
    ///
    /// When `token` is empty or holds more than letters and digits.
    pub fn new(sources: Vec<Source>, token: &str, hosts: Hosts) -> Site {
        let is_plain = token.bytes().all(|byte| byte.is_ascii_alphanumeric());
        assert!(
            !token.is_empty() && is_plain,
            "a token is letters and digits"
        );
        Site {
            prefix: format!("/{token}/"),
            hosts,
            encoded: sources
                .iter()
                .map(|source| source.profile.encode())
                .collect(),
            sources,
            given: Given::default(),
        }
    }

    /// Whether a request is a reader's, who knows the token.
    pub fn lets_in(&self, request: &Request<'_>) -> bool {
        self.hosts.allows(request.host) && request.target.starts_with(&self.prefix)
    }

    /// Whether the body of a request is to be read: a profile that a reader gives.
    pub fn wants_body(&self, request: &Request<'_>) -> bool {
        let path = request.target.strip_prefix(self.prefix.as_str());
        self.hosts.allows(request.host) && request.method == "POST" && path == Some(GIVE)
    }

    /// Answers a request. Paths are compared as they stand: none is decoded or resolved. Of `files`
    /// only those are read that a profile names: the source code and the programs of its functions.
    pub fn answer(&self, request: &Request<'_>, files: &dyn Files) -> Response {
        if !self.hosts.allows(request.host) {
            return Response::refusal(403, "this host name is not served here");
        }
        let (path, query) = request
            .target
            .split_once('?')
            .unwrap_or((request.target, ""));
        let Some(path) = path.strip_prefix(self.prefix.as_str()) else {
            return self.outside(path);
        };
        if self.wants_body(request) {
            return self.take(request.body);
        }
        if !matches!(request.method, "GET" | "HEAD") {
            return Response::refusal(405, "only GET and HEAD are served");
        }
        match path {
            "" => Response::ok(HTML, assets::index(self.sources.len()).into_bytes()),
            "profiles.json" => Response::ok(JSON, list(&self.sources).into_bytes()),
            "page.html" => Response::ok(HTML, standalone(&self.sources).into_bytes()),
            "top.json" => self.report(query, Kind::Top, JSON, files),
            "graph.svg" => self.report(query, Kind::Svg, SVG, files),
            "source.json" => self.listing(query, Kind::List, files),
            "code.json" => self.listing(query, Kind::Disasm, files),
            "filtered.pb.gz" => self.report(query, Kind::Proto, BYTES, files),
            _ => self
                .profile_bytes(path)
                .or_else(|| assets::find(path))
                .unwrap_or_else(not_found),
        }
    }

    /// What is asked for without the token: nothing, but for the one slash that is easily forgotten.
    fn outside(&self, path: &str) -> Response {
        if path.len() + 1 == self.prefix.len() && self.prefix.starts_with(path) {
            return Response {
                status: 308,
                location: Some(self.prefix.clone()),
                ..Response::refusal(308, "")
            };
        }
        not_found()
    }

    /// Takes a profile of a reader in, and answers with its number.
    fn take(&self, body: &[u8]) -> Response {
        match self.given.take(body) {
            Ok(index) => {
                let number = self.sources.len() + index;
                Response::ok(JSON, number.to_string().into_bytes())
            }
            Err(refusal) => refusal,
        }
    }

    /// `profile/N`: the profile number N as protobuf.
    fn profile_bytes(&self, path: &str) -> Option<Response> {
        let number: usize = path.strip_prefix("profile/")?.parse().ok()?;
        let bytes = match number.checked_sub(self.sources.len()) {
            None => self.encoded[number].clone(),
            Some(index) => self.given.profile(index)?.encode(),
        };
        Some(Response::ok(BYTES, bytes))
    }

    /// A report about the profiles `shown` without those of `base`, both lists of numbers, under
    /// options by their names. Of a picture as much is left out as `pprof` leaves out; nothing of
    /// all else.
    fn report(
        &self,
        query: &str,
        kind: Kind,
        media_type: &'static str,
        files: &dyn Files,
    ) -> Response {
        let made = self.asked(query).and_then(|(shown, base, mut options)| {
            options.trim = kind == Kind::Svg;
            made(shown, base, kind, media_type, &options, files).map_err(|error| error.to_string())
        });
        match made {
            Ok(body) => Response::ok(media_type, body),
            Err(reason) => Response::refusal(400, &reason),
        }
    }

    /// The lines of the function that the query names under `function`. A profile that a reader gave
    /// could name any file of this machine, so none is read for it.
    fn listing(&self, query: &str, kind: fn(String) -> Kind, files: &dyn Files) -> Response {
        if self.names_given(query) {
            let reason =
                "source code is read only for the profiles that the server was started with";
            return Response::refusal(403, reason);
        }
        let mut pairs = query::pairs(query).into_iter();
        let Some((_, function)) = pairs.find(|(name, _)| name == "function") else {
            return Response::refusal(400, "no function is named");
        };
        self.report(query, kind(Pattern::exactly(&function)), JSON, files)
    }

    /// The profiles, their base and the options that a query asks for.
    fn asked(&self, query: &str) -> Result<(Vec<Profile>, Vec<Profile>, Options), String> {
        let (mut shown, mut base) = (Vec::new(), Vec::new());
        let mut options = Options::default();
        for (name, value) in query::pairs(query) {
            match name.as_str() {
                "shown" => shown = self.numbered(&value)?,
                "base" => base = self.numbered(&value)?,
                "function" => {}
                _ => options
                    .set(&name, &value)
                    .map_err(|error| error.to_string())?,
            }
        }
        Ok((shown, base, options))
    }

    /// The profiles of a list of numbers such as `0,2`.
    fn numbered(&self, list: &str) -> Result<Vec<Profile>, String> {
        let mut seen = HashSet::new();
        let profile = |text: &str| {
            let number: Option<usize> = text.parse().ok();
            // Each is a copy: one request could take all memory.
            if !seen.insert(number) {
                return Err(format!("profile {text} is named twice"));
            }
            let found = number.and_then(|number| self.profile(number));
            found.ok_or_else(|| format!("there is no profile {text}"))
        };
        numbers(list).map(profile).collect()
    }

    /// The profile of this number, a source or a given one.
    fn profile(&self, number: usize) -> Option<Profile> {
        match number.checked_sub(self.sources.len()) {
            None => Some(self.sources[number].profile.clone()),
            Some(index) => self.given.profile(index),
        }
    }

    /// Whether a query is about a profile that a reader gave.
    fn names_given(&self, query: &str) -> bool {
        let pairs = query::pairs(query).into_iter();
        let mut lists = pairs.filter(|(name, _)| matches!(name.as_str(), "shown" | "base"));
        let is_given = |number: &str| number.parse().is_ok_and(|n: usize| n >= self.sources.len());
        lists.any(|(_, list)| numbers(&list).any(is_given))
    }
}

/// The numbers of a list such as `0,2`.
fn numbers(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').filter(|number| !number.is_empty())
}

/// The bytes of a report: its table, where that is asked for, else the profile that it is.
pub(crate) fn made(
    shown: Vec<Profile>,
    base: Vec<Profile>,
    kind: Kind,
    media_type: &str,
    options: &Options,
    files: &dyn Files,
) -> Result<Vec<u8>, report::Error> {
    let load = LoadOptions {
        is_diff: true,
        ..LoadOptions::default()
    };
    let (profile, _) = report::load(shown, base, &load)?;
    let mut body = Vec::new();
    let report = Report::new(profile, kind, options)?;
    match media_type {
        JSON => report.write_table(Format::Json, files, &mut body)?,
        _ => report.write(files, &mut body)?,
    }
    Ok(body)
}

fn not_found() -> Response {
    Response::refusal(404, "not found")
}
