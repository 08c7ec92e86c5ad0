//! What a site answers, and to whom.

use std::path::Path;
use std::{fs, io};

use dtail_profile::{Line, Profile, ProfileBuilder};
use report::Files;
use webui::{Hosts, Request, Response, Site, Source};

const TOKEN: &str = "0123456789abcdef";
const HOST: &str = "127.0.0.1:8080";

/// A profile in which `main` calls `work`, with a value for each.
fn profile(own: i64, below: i64) -> Profile {
    let mut builder = ProfileBuilder::new();
    builder.sample_type("cpu", "nanoseconds");
    let location = |builder: &mut ProfileBuilder, name| {
        let function = builder.function(name, "", "src/main.rs", 1);
        let line = Line {
            function,
            line: 7,
            column: 0,
        };
        builder.location(None, 0, &[line])
    };
    let main = location(&mut builder, "main");
    let work = location(&mut builder, "work</script>");
    builder.sample(&[main], &[own], &[]);
    builder.sample(&[work, main], &[below], &[]);
    builder.finish().unwrap()
}

fn sources() -> Vec<Source> {
    let source = |name: &str, is_base, profile| Source {
        name: name.to_owned(),
        is_base,
        is_shown: !is_base,
        profile,
    };
    vec![
        source("new</script>.prof", false, profile(10, 30)),
        source("old.prof", true, profile(10, 10)),
    ]
}

/// One file of source code.
struct Code;

impl Files for Code {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        match path {
            "/home/src/main.rs" => Ok(b"1\n2\n3\n4\n5\n6\nwork();\n8\n".to_vec()),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn current_directory(&self) -> io::Result<String> {
        Ok("/home".to_owned())
    }
}

fn site() -> Site {
    let hosts = Hosts::new("127.0.0.1".parse().unwrap(), 8080, "");
    Site::new(sources(), TOKEN, hosts)
}

fn ask(method: &str, target: &str, host: &str) -> Response {
    send(&site(), method, target, host, &[])
}

fn send(site: &Site, method: &str, target: &str, host: &str, body: &[u8]) -> Response {
    let request = Request {
        method,
        target,
        host,
        body,
    };
    site.answer(&request, &Code)
}

fn get(path: &str) -> Response {
    ask("GET", &format!("/{TOKEN}/{path}"), HOST)
}

fn text(response: &Response) -> &str {
    std::str::from_utf8(&response.body).unwrap()
}

#[track_caller]
fn check(method: &str, target: &str, host: &str, status: u16) {
    let response = ask(method, target, host);
    assert_eq!(response.status, status, "{method} {target} {host}");
    let nothing = "a refusal tells nothing of the profiles";
    assert!(
        status == 200 || !text(&response).contains("prof"),
        "{nothing}"
    );
}

#[test]
fn only_the_token_and_the_own_host_get_an_answer() {
    let page = format!("/{TOKEN}/");
    check("GET", &page, HOST, 200);
    check("HEAD", &page, HOST, 200);
    check("GET", &page, "localhost:8080", 200);
    check("GET", &page, "evil.example:8080", 403);
    check("GET", &page, "", 403);
    check("POST", &page, HOST, 405);
    check("DELETE", &format!("{page}profile/0"), HOST, 405);
    for target in [
        "/",
        "",
        "*",
        "/0123456789abcdee/",
        "/0123456789ABCDEF/",
        "/profiles.json",
        "http://127.0.0.1:8080/0123456789abcdef/",
    ] {
        check("GET", target, HOST, 404);
    }
}

#[test]
fn no_path_leads_anywhere_else() {
    for path in [
        "../Cargo.toml",
        "..%2fCargo.toml",
        "%2e%2e/Cargo.toml",
        "style/../main.js",
        "/etc/passwd",
        "profile/2",
        "profile/-1",
        "profile/0/",
        "profile/../main.js",
        "MAIN.JS",
        "main.js/",
        "index.html",
        "README.md",
    ] {
        check("GET", &format!("/{TOKEN}/{path}"), HOST, 404);
    }
}

#[test]
fn a_forgotten_slash_is_added() {
    let response = ask("GET", &format!("/{TOKEN}"), HOST);
    assert_eq!(response.status, 308);
    assert_eq!(response.location, Some(format!("/{TOKEN}/")));
}

#[test]
fn every_response_forbids_other_origins() {
    for response in [get(""), get("main.js"), get("nope")] {
        let headers = response.headers();
        let value = |wanted: &str| {
            let found = headers.iter().find(|(name, _)| *name == wanted);
            found.map(|(_, value)| value.as_str()).unwrap_or_default()
        };
        assert!(
            value("Content-Security-Policy").starts_with("default-src 'none'; script-src 'self';")
        );
        assert_eq!(value("X-Content-Type-Options"), "nosniff");
        assert_eq!(value("Referrer-Policy"), "no-referrer");
        assert_eq!(value("Content-Length"), response.body.len().to_string());
    }
}

/// The paths of all files below a directory of the page.
fn files_below(directory: &Path, root: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_below(&path, root, found);
        } else {
            let relative = path.strip_prefix(root).unwrap();
            found.push(relative.to_str().unwrap().to_owned());
        }
    }
}

#[test]
fn the_page_names_all_its_files_and_has_them() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("page");
    let mut files = Vec::new();
    files_below(&root, &root, &mut files);
    files.retain(|path| path.ends_with(".js") || path.ends_with(".css"));
    let page = get("");
    for path in &files {
        assert!(
            text(&page).contains(&format!("href=\"{path}\"")),
            "{path} is not in assets.rs"
        );
        let sent = get(path);
        assert_eq!(sent.body, fs::read(root.join(path)).unwrap(), "{path}");
        let is_module = sent.media_type.starts_with("text/javascript");
        assert_eq!(is_module, path.ends_with(".js"), "{path}");
    }
    let links = text(&page).matches("<link rel=\"modulepreload\"").count()
        + text(&page).matches("<link rel=\"stylesheet\"").count();
    assert_eq!(links, files.len());
}

#[test]
fn profiles_are_listed_and_sent_as_they_are() {
    assert_eq!(
        text(&get("profiles.json")),
        "[{\"name\":\"new</script>.prof\",\"base\":false,\"shown\":true},\
         {\"name\":\"old.prof\",\"base\":true,\"shown\":false}]"
    );
    let sent = Profile::decode(&get("profile/1").body).unwrap();
    assert_eq!(sent.samples, profile(10, 10).samples);
}

#[test]
fn the_table_is_that_of_the_text_report() {
    let table = get("top.json?shown=0&sample_index=cpu&focus=work");
    assert_eq!(table.status, 200);
    let table = text(&table);
    assert!(table.contains("\"total\":40,"), "{table}");
    assert!(
        table.contains("\"name\":\"main\",\"flat\":0,\"flat_percent\":0,\"cum\":30"),
        "{table}"
    );
    let difference = get("top.json?shown=0&base=1");
    let difference = text(&difference);
    assert!(
        difference.contains("\"name\":\"main\",\"flat\":0,"),
        "{difference}"
    );
    assert!(difference.contains("\"flat\":20,"), "{difference}");
}

#[test]
fn the_graph_is_that_of_the_report() {
    let graph = get("graph.svg?shown=0&sample_index=cpu");
    assert_eq!((graph.status, graph.media_type), (200, "image/svg+xml"));
    let boxes = ["main (40ns)", "work&lt;/script&gt; (30ns)"];
    for title in boxes {
        assert!(text(&graph).contains(&format!("<title>{title}</title>")));
    }
    assert_eq!(get("graph.svg?shown=0&focus=nowhere").status, 200);
    assert_eq!(get("graph.svg?shown=7").status, 400);
}

#[test]
fn source_code_comes_with_what_each_line_spent() {
    let listing = get("source.json?shown=0&function=main");
    assert_eq!(listing.status, 200);
    let line = "{\"line\":7,\"flat\":10,\"cum\":40,\"source\":\"work();\"}";
    assert!(text(&listing).contains(line), "{}", text(&listing));
    assert_eq!(get("source.json?shown=0&function=mai").status, 400);
    assert_eq!(get("source.json?shown=0").status, 400);
    assert_eq!(get("code.json?shown=0&function=nowhere").status, 400);
}

#[test]
fn tables_that_cannot_be_made_say_why() {
    for (query, reason) in [
        ("shown=5", "there is no profile 5\n"),
        ("shown=0,00", "profile 00 is named twice\n"),
        ("shown=x", "there is no profile x\n"),
        (
            "shown=0&focus=%28",
            "parsing focus regexp: error: unclosed group\n",
        ),
        ("shown=0&nope=1", "unknown option nope\n"),
    ] {
        let response = get(&format!("top.json?{query}"));
        assert_eq!((response.status, text(&response)), (400, reason), "{query}");
    }
    assert_eq!(get("top.json").status, 400);
}

#[test]
fn one_file_holds_everything_and_ends_no_script_early() {
    let page = webui::standalone(&sources());
    assert_eq!(get("page.html").body, page.as_bytes());
    assert!(
        !page.contains("src=\"") && !page.contains("href=\"main.js"),
        "it loads nothing"
    );
    assert!(page.contains("id=\"profile-0\"") && page.contains("id=\"profile-1\""));
    assert!(page.contains("new\\u003c/script>.prof"));
    assert!(
        page.contains("<title>main ("),
        "the graph, which no server lays out there"
    );
    let opened = page.matches("<script").count();
    assert_eq!(page.matches("</script>").count(), opened);
}

#[test]
fn a_given_profile_is_reported_on_but_names_no_files() {
    let site = site();
    let give = format!("/{TOKEN}/profiles");
    let given = |body: &[u8]| send(&site, "POST", &give, HOST, body);
    let get = |path: &str| send(&site, "GET", &format!("/{TOKEN}/{path}"), HOST, &[]);
    let answer = given(&profile(1, 2).encode());
    assert_eq!((answer.status, text(&answer)), (200, "2"));
    let sent = Profile::decode(&get("profile/2").body).unwrap();
    assert_eq!(sent.samples, profile(1, 2).samples);
    assert!(text(&get("top.json?shown=2&base=0")).contains("\"cum\":-37"));
    assert_eq!(get("graph.svg?shown=2").status, 200);
    for list in ["shown=2", "shown=0&base=2", "shown=0,2"] {
        let refused = get(&format!("source.json?{list}&function=main"));
        assert_eq!(refused.status, 403, "{list}");
        assert_eq!(get(&format!("code.json?{list}&function=main")).status, 403);
    }
    assert!(
        !text(&get("profiles.json")).contains("2"),
        "others see it not"
    );
}

#[test]
fn what_is_given_must_be_a_profile_and_come_to_the_right_place() {
    let body = profile(1, 2).encode();
    let give = format!("/{TOKEN}/profiles");
    for (target, host, status) in [
        ("/profiles", HOST, 404),
        ("/0123456789abcdee/profiles", HOST, 404),
        (give.as_str(), "evil.example:8080", 403),
        (&format!("/{TOKEN}/profile/0"), HOST, 405),
    ] {
        let site = site();
        let request = Request {
            method: "POST",
            target,
            host,
            body: &[],
        };
        assert!(!site.wants_body(&request), "{target}");
        assert_eq!(send(&site, "POST", target, host, &body).status, status);
    }
    let site = site();
    let compressed = profile(1, 2).encode_gzip();
    for wrong in [
        b"".as_slice(),
        b"text",
        &compressed,
        &body[..body.len() - 1],
    ] {
        assert_eq!(send(&site, "POST", &give, HOST, wrong).status, 400);
    }
    for _ in 0..64 {
        assert_eq!(send(&site, "POST", &give, HOST, &body).status, 200);
    }
    assert_eq!(send(&site, "POST", &give, HOST, &body).status, 413);
}
