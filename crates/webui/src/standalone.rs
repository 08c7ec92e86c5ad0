//! One HTML file that holds the page and its profiles, and works from a disk.
//!
//! Modules of a page that was opened from a disk cannot load each other by path. Each becomes a
//! `data:` address here, listed in an import map, and its imports become the names of that map.

use dtail_profile::Profile;
use report::{Kind, NoFiles, Options};

use crate::assets::{self, Asset};
use crate::base64;
use crate::site::{SVG, Source, list, made};

/// What the file may load: what it holds itself.
const POLICY: &str = "default-src 'none'; script-src 'unsafe-inline' data:; \
                      style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; \
                      form-action 'none'";

/// The page with `sources` in it, as one HTML document.
pub fn standalone(sources: &[Source]) -> String {
    let mut head = format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n");
    for sheet in assets::styles() {
        head.push_str(&format!("<style>\n{}</style>\n", sheet.text()));
    }
    head.push_str(&format!(
        "<script type=\"importmap\">{}</script>\n",
        import_map()
    ));
    let mut body = format!(
        "<script type=\"application/json\" id=\"profiles\">{}</script>\n",
        list(sources).replace('<', "\\u003c")
    );
    for (number, source) in sources.iter().enumerate() {
        let bytes = base64::encode(&source.profile.encode_gzip());
        body.push_str(&format!(
            "<script type=\"application/x-profile\" id=\"profile-{number}\">{bytes}</script>\n"
        ));
    }
    for (number, graph) in graphs(sources) {
        body.push_str(&format!(
            "<script type=\"image/svg+xml\" id=\"graph-{number}\">{graph}</script>\n"
        ));
    }
    body.push_str("<script type=\"module\">import \"page/main.js\";</script>\n");
    assets::document(&head, &body)
}

/// The call graph of what the page begins with, for every sample type it has a picture of, by the
/// position of the type: only the server lays graphs out.
fn graphs(sources: &[Source]) -> Vec<(usize, String)> {
    let side = |wanted: fn(&Source) -> bool| -> Vec<Profile> {
        let chosen = sources.iter().filter(|source| wanted(source));
        chosen.map(|source| source.profile.clone()).collect()
    };
    let (shown, base) = (
        side(|source| source.is_shown),
        side(|source| source.is_base),
    );
    let types = shown
        .first()
        .map_or(0, |profile| profile.sample_types.len());
    let graph = |number: usize| {
        let options = Options {
            sample_index: number.to_string(),
            ..Options::default()
        };
        let graph = made(
            shown.clone(),
            base.clone(),
            Kind::Svg,
            SVG,
            &options,
            &NoFiles,
        )
        .ok()?;
        Some((number, String::from_utf8(graph).ok()?))
    };
    (0..types).filter_map(graph).collect()
}

/// Every module under its name, as JSON.
fn import_map() -> String {
    let entry = |module: &Asset| {
        let text = with_names(module);
        let address = format!(
            "data:text/javascript;base64,{}",
            base64::encode(text.as_bytes())
        );
        (format!("page/{}", module.path), address)
    };
    let entries: serde_json::Map<String, serde_json::Value> = assets::modules()
        .map(entry)
        .map(|(name, address)| (name, address.into()))
        .collect();
    serde_json::json!({ "imports": entries }).to_string()
}

/// The text of a module with its imports by name: `"../model/tree.js"` becomes
/// `"page/model/tree.js"`.
fn with_names(module: &Asset) -> String {
    let mut named = String::new();
    for line in module.text().split_inclusive('\n') {
        match import_path(line) {
            Some(path) => named.push_str(&line.replace(path, &resolve(module.path, path))),
            None => named.push_str(line),
        }
    }
    named
}

/// The relative path that a line imports from. An import's last line holds its path, in double quotes.
pub(crate) fn import_path(line: &str) -> Option<&str> {
    let line = line.trim_end().strip_suffix("\";")?;
    let (before, path) = line.rsplit_once('"')?;
    let is_import = before.ends_with("from ") || before == "import ";
    (is_import && path.starts_with('.')).then_some(path)
}

/// `path` seen from the module at `from`, as a name of the import map.
pub(crate) fn resolve(from: &str, path: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            name => parts.push(name),
        }
    }
    format!("page/{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_become_names() {
        let cases = [
            ("main.js", "./model/tree.js", "page/model/tree.js"),
            ("views/flame.js", "../model/tree.js", "page/model/tree.js"),
            ("views/flame.js", "./table.js", "page/views/table.js"),
        ];
        for (from, path, expected) in cases {
            assert_eq!(resolve(from, path), expected);
        }
        assert_eq!(
            import_path("import { a } from \"./b.js\";\n"),
            Some("./b.js")
        );
        assert_eq!(import_path("} from \"../b.js\";"), Some("../b.js"));
        assert_eq!(import_path("import \"./b.js\";"), Some("./b.js"));
        assert_eq!(import_path("const a = \"./b.js\";"), None);
    }

    /// A module that imports what is not there would leave the file blank.
    #[test]
    fn every_import_leads_to_a_module() {
        let names: Vec<String> = assets::modules()
            .map(|module| format!("page/{}", module.path))
            .collect();
        for module in assets::modules() {
            for path in module.text().lines().filter_map(import_path) {
                let name = resolve(module.path, path);
                assert!(names.contains(&name), "{} imports {name}", module.path);
            }
        }
    }
}
