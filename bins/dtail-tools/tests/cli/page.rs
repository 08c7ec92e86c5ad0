//! The page that is served, and the same in one file; what it answers is tested in `webui`.

use std::fs;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use dtail_profile::{Line, ProfileBuilder};

use crate::tools::Tools;

fn tools() -> Tools {
    let mut builder = ProfileBuilder::new();
    builder.sample_type("cpu", "nanoseconds");
    let function = builder.function("work", "", "src/a.rs", 1);
    let line = Line {
        function,
        line: 2,
        column: 0,
    };
    let location = builder.location(None, 64, &[line]);
    builder.sample(&[location], &[30_000_000], &[]);
    let tools = Tools::new();
    let profile = builder.finish().unwrap();
    tools.write("a.prof", profile.encode_gzip());
    tools.write("raw.prof", profile.encode());
    tools.write("text.prof", "not a profile");
    tools
}

/// A server that ends with the test.
struct Server {
    child: Child,
    /// `127.0.0.1:PORT`.
    authority: String,
    /// `/TOKEN/`, and what stands behind `#`.
    path: String,
    fragment: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Server {
    /// Starts `line` with these variables and waits until the address is printed.
    fn start(tools: &Tools, line: &str, environment: &[(&str, &str)]) -> Server {
        let args: Vec<&str> = line.split_whitespace().collect();
        let mut command = tools.command(&args);
        for name in ["SSH_CONNECTION", "DISPLAY", "WAYLAND_DISPLAY", "BROWSER"] {
            command.env_remove(name);
        }
        command.envs(environment.iter().copied());
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut url = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut url).unwrap();
        let rest = url
            .trim_end()
            .strip_prefix("http://")
            .unwrap_or_else(|| panic!("{line}: {url}"));
        let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
        let (authority, path) = rest.split_at(rest.find('/').unwrap());
        Server {
            authority: authority.to_owned(),
            path: path.to_owned(),
            fragment: fragment.to_owned(),
            child,
        }
    }

    /// The status line and the whole answer to a request for `path` of `host`.
    fn ask(&self, path: &str, host: &str) -> (String, String) {
        let mut stream = TcpStream::connect(&self.authority).unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer).into_owned();
        (answer.lines().next().unwrap_or_default().to_owned(), answer)
    }

    /// All that is answered to these bytes, when nothing more is sent.
    fn send(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(&self.authority).unwrap();
        let mut answer = Vec::new();
        // A refusal may come before all was sent, and the connection breaks behind it.
        drop(stream.write_all(bytes));
        drop(stream.shutdown(Shutdown::Write));
        drop(stream.read_to_end(&mut answer));
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// What was said on standard error until the server was ended. All that it has to say comes before
    /// its first answer.
    fn end(mut self) -> String {
        self.ask("/", &self.authority);
        self.child.kill().unwrap();
        let mut text = String::new();
        let mut stderr = self.child.stderr.take().unwrap();
        stderr.read_to_string(&mut text).unwrap();
        text
    }
}

#[test]
fn a_page_is_served_to_those_who_know_its_address() {
    let tools = tools();
    for line in [
        "pprof -http=: -no_browser a.prof",
        "pprof -http localhost:0 a.prof",
        "profile analyze a.prof -web",
    ] {
        let server = Server::start(&tools, line, &[]);
        assert!(server.authority.starts_with("127.0.0.1:"), "{line}");
        assert_eq!(server.path.len(), 34, "{line}: {}", server.path);
        let (status, page) = server.ask(&server.path, &server.authority);
        assert_eq!(status, "HTTP/1.1 200 OK", "{line}");
        assert!(
            page.contains("Content-Security-Policy: default-src 'none';"),
            "{line}"
        );
        let list = server.ask(&format!("{}profiles.json", server.path), &server.authority);
        assert!(list.1.contains("\"name\":\"a.prof\""), "{line}: {}", list.1);
        let (status, _) = server.ask("/", &server.authority);
        assert_eq!(status, "HTTP/1.1 404 Not Found", "{line}");
        let (status, _) = server.ask(&server.path, "evil.example");
        assert_eq!(status, "HTTP/1.1 403 Forbidden", "{line}");
        assert_eq!(server.end(), "", "{line}");
    }
}

/// Connections that say nothing, or half a request, are more than the server holds.
#[test]
fn silent_connections_keep_nobody_out() {
    let tools = tools();
    let server = Server::start(&tools, "pprof -http=: -no_browser a.prof", &[]);
    let mut silent: Vec<TcpStream> = (0..300)
        .map(|number| {
            let mut stream = TcpStream::connect(&server.authority).unwrap();
            stream.write_all(&b"GET /"[..number % 6]).unwrap();
            stream
        })
        .collect();
    let (status, _) = server.ask(&server.path, &server.authority);
    assert_eq!(status, "HTTP/1.1 200 OK");
    let first = silent[0].read(&mut [0; 16]);
    assert!(matches!(first, Ok(0) | Err(_)), "the oldest makes way");
    let last = silent.last_mut().unwrap();
    last.set_nonblocking(true).unwrap();
    let error = last.read(&mut [0; 16]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WouldBlock, "the latest stays");
}

#[test]
fn requests_follow_each_other_on_one_connection() {
    let tools = tools();
    let server = Server::start(&tools, "pprof -http=: -no_browser a.prof", &[]);
    let (path, host) = (&server.path, &server.authority);
    let get = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n");
    let head = format!("HEAD {path} HTTP/1.1\r\nHost: {host}\r\n\r\n");
    let profile = fs::read(tools.path("raw.prof")).unwrap();
    let post = format!(
        "POST {path}profiles HTTP/1.1\r\nHost: {host}\r\nContent-Length: {}\r\n\r\n",
        profile.len()
    );
    let list = get(&format!("{path}profiles.json"));
    let last = get(&format!("{path}top.json?shown=1"));
    let sent = [
        head.as_bytes(),
        list.as_bytes(),
        post.as_bytes(),
        &profile,
        last.as_bytes(),
    ];
    let answer = server.send(&sent.concat());
    let statuses = answer.matches("HTTP/1.1 200 OK\r\n").count();
    assert_eq!(statuses, 4, "{answer}");
    assert!(!answer.contains("<html"), "HEAD has no body");
    assert!(
        answer.ends_with("}\n") && answer.contains("\"cum\":30000000"),
        "{answer}"
    );
}

#[test]
fn what_cannot_be_read_is_refused() {
    let tools = tools();
    let server = Server::start(&tools, "pprof -http=: -no_browser a.prof", &[]);
    let (path, host) = (&server.path, &server.authority);
    let long = "x".repeat(1 << 20);
    for (request, status) in [
        (
            format!("GET {path}\0 HTTP/1.1\r\nHost: {host}\r\n\r\n"),
            400,
        ),
        (
            format!("GET {path}{long} HTTP/1.1\r\nHost: {host}\r\n\r\n"),
            400,
        ),
        (
            format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nX: {long}\r\n\r\n"),
            400,
        ),
        (format!("GET {path} HTTP/1.1\r\n\r\n"), 400),
        (
            format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nHost: {host}\r\n\r\n"),
            400,
        ),
        (
            format!("GET http://{host}{path} HTTP/1.1\r\nHost: {host}\r\n\r\n"),
            404,
        ),
        (format!("OPTIONS * HTTP/1.1\r\nHost: {host}\r\n\r\n"), 404),
        (
            format!("OPTIONS {path} HTTP/1.1\r\nHost: {host}\r\n\r\n"),
            405,
        ),
        (
            format!("POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 9\r\n\r\nfollowing"),
            405,
        ),
        (
            format!("POST {path}profiles HTTP/1.1\r\nHost: {host}\r\n\r\n"),
            400,
        ),
        (
            format!(
                "POST {path}profiles HTTP/1.1\r\nHost: {host}\r\nContent-Length: 99999999999\r\n\r\n"
            ),
            400,
        ),
        (
            format!(
                "POST {path}profiles HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            ),
            400,
        ),
        ("\u{16}\u{3}\u{1}".to_owned(), 400),
    ] {
        let answer = server.send(request.as_bytes());
        let expected = format!("HTTP/1.1 {status} ");
        assert!(
            answer.starts_with(&expected),
            "{request:.120}: {answer:.80}"
        );
        assert_eq!(answer.matches("HTTP/1.1").count(), 1, "{request:.120}");
    }
    let (status, _) = server.ask(path, host);
    assert_eq!(status, "HTTP/1.1 200 OK");
}

#[test]
fn two_pages_have_two_addresses() {
    let tools = tools();
    let first = Server::start(&tools, "pprof -http=: a.prof", &[]);
    let second = Server::start(&tools, "pprof -http=: a.prof", &[]);
    assert_ne!(first.path, second.path);
    let (status, _) = first.ask(&second.path, &first.authority);
    assert_eq!(status, "HTTP/1.1 404 Not Found");
}

#[test]
fn filters_of_the_command_line_are_those_of_the_page() {
    let tools = tools();
    let server = Server::start(&tools, "pprof -http=: -focus=a|b a.prof", &[]);
    assert_eq!(server.fragment, "f=a%7Cb");
}

#[test]
fn the_way_to_the_page_is_told_where_no_browser_can_open() {
    let tools = tools();
    let ssh = [
        ("SSH_CONNECTION", "10.0.0.9 50000 10.0.0.5 22"),
        ("DISPLAY", ":0"),
    ];
    let server = Server::start(&tools, "pprof -http=: a.prof", &ssh);
    let port = server.authority.rsplit_once(':').unwrap().1.to_owned();
    let told = server.end();
    let expected = format!("ssh -N -L {port}:127.0.0.1:{port} 10.0.0.5");
    assert!(told.contains(&expected), "{told}");
}

#[test]
fn a_browser_is_opened_on_a_desktop_unless_it_is_unwanted() {
    let tools = tools();
    tools.write(
        "browser",
        "#!/bin/sh\nprintf %s \"$1\" > opened.part; mv opened.part opened\n",
    );
    let made = tools.shell("chmod +x browser");
    assert_eq!(made.code, Some(0), "{made:?}");
    let browser = tools.path("browser");
    let desktop = [("DISPLAY", ":0"), ("BROWSER", browser.to_str().unwrap())];
    let unwanted = Server::start(&tools, "pprof -http=: -no_browser a.prof", &desktop);
    unwanted.ask(&unwanted.path, &unwanted.authority);
    drop(unwanted);
    let server = Server::start(&tools, "pprof -http=: a.prof", &desktop);
    let opened = tools.path("opened");
    let started = Instant::now();
    while !opened.exists() {
        assert!(
            started.elapsed() < Duration::from_secs(60),
            "no browser was opened"
        );
        thread::sleep(Duration::from_millis(5));
    }
    let address = format!("http://{}{}", server.authority, server.path);
    assert_eq!(fs::read_to_string(opened).unwrap(), address);
}

#[test]
fn an_open_address_is_said_to_be_open() {
    let tools = tools();
    let server = Server::start(&tools, "pprof -http=0.0.0.0:0 -no_browser a.prof", &[]);
    let told = server.end();
    assert!(told.contains("is open to other machines"), "{told}");
}

#[track_caller]
fn check_refused(line: &str, code: i32, reason: &str) {
    let run = tools().run(line);
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (Some(code), ""),
        "{line}: {run:?}"
    );
    assert!(run.stderr.contains(reason), "{line}: {run:?}");
    assert_eq!(run.stderr.lines().count(), 1, "{line}: {run:?}");
}

#[test]
fn pages_that_cannot_be_served() {
    check_refused("pprof -http=8080 a.prof", 2, "'8080' is no address such as");
    check_refused(
        "pprof -http=: -top a.prof",
        2,
        "-http shows a page; it goes without",
    );
    check_refused(
        "pprof -no_browser -top a.prof",
        2,
        "-no_browser has no use without -http",
    );
    check_refused("pprof -http=: text.prof", 3, "text.prof: ");
    check_refused("profile analyze text.prof -web", 3, "text.prof: ");
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let reason = format!("cannot listen at {address}: ");
    check_refused(&format!("pprof -http={address} a.prof"), 2, &reason);
}

#[test]
fn the_page_in_one_file() {
    let tools = tools();
    let run = tools.run("pprof -output=x.html a.prof");
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""), "{run:?}");
    let page = fs::read_to_string(tools.path("x.html")).unwrap();
    assert!(page.starts_with("<!doctype html>") && page.ends_with("</html>\n"));
    assert!(page.contains("\"name\":\"a.prof\""));
    let run = tools.run("pprof -output=missing/x.html a.prof");
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(!tools.path("x.html.part").exists());
}
