//! The picture of the call graph shows what the text for Graphviz says.

mod synthetic;

use report::{Kind, LoadOptions, NoFiles, Options, Report};
use roxmltree::{Document, Node};

fn text(profile: &dtail_profile::Profile, kind: Kind) -> String {
    let (profile, _) =
        report::load(vec![profile.clone()], Vec::new(), &LoadOptions::default()).unwrap();
    let mut text = Vec::new();
    Report::new(profile, kind, &Options::default())
        .unwrap()
        .write(&NoFiles, &mut text)
        .unwrap();
    String::from_utf8(text).unwrap()
}

/// The values of an attribute in Graphviz's text, in the order of the lines.
fn attributes(dot: &str, name: &str) -> Vec<String> {
    let start = format!(" {name}=\"");
    let lines = dot.lines().filter(|line| line.starts_with('N'));
    let values = lines.filter_map(|line| line.split_once(start.as_str()));
    let end = |rest: &str| {
        let mut escaped = false;
        rest.find(|character| {
            let is_end = character == '"' && !escaped;
            escaped = character == '\\' && !escaped;
            is_end
        })
    };
    values
        .map(|(_, rest)| {
            rest[..end(rest).unwrap()]
                .replace("\\\"", "\"")
                .replace("\\\\", "\\")
        })
        .collect()
}

fn titles(svg: &Document<'_>) -> Vec<String> {
    let groups = svg.descendants().filter(|node| node.has_tag_name("g"));
    let title = |group: Node<'_, '_>| {
        let title = group.children().find(|child| child.has_tag_name("title"))?;
        Some(title.text()?.to_owned())
    };
    groups.filter_map(title).collect()
}

fn sorted(mut texts: Vec<String>) -> Vec<String> {
    texts.sort_unstable();
    texts
}

#[test]
fn nodes_and_edges_are_those_of_dot() {
    for (name, profile) in synthetic::all() {
        let (dot, svg) = (text(&profile, Kind::Dot), text(&profile, Kind::Svg));
        let svg = Document::parse(&svg).unwrap();
        assert_eq!(
            sorted(titles(&svg)),
            sorted(attributes(&dot, "tooltip")),
            "{name}"
        );
    }
}

#[test]
fn every_number_of_dot_can_be_read() {
    for (name, profile) in synthetic::all() {
        let (dot, svg) = (text(&profile, Kind::Dot), text(&profile, Kind::Svg));
        let svg = Document::parse(&svg).unwrap();
        let lines: Vec<&str> = svg
            .descendants()
            .filter(|node| node.has_tag_name("tspan"))
            .filter_map(|node| node.text())
            .collect();
        let edges = dot.lines().filter(|line| line.contains(" -> "));
        for label in edges.filter_map(|line| line.split("label=\" ").nth(1)) {
            let value = label.split(['"', '\\']).next().unwrap();
            assert!(lines.contains(&value), "{name}: {value}");
        }
        for label in dot
            .lines()
            .filter(|line| line.contains("shape=box tooltip"))
        {
            let label = label
                .split("label=\"")
                .nth(1)
                .unwrap()
                .split('"')
                .next()
                .unwrap();
            let value = label.rsplit("\\n").next().unwrap();
            assert!(lines.contains(&value), "{name}: {value}");
        }
    }
}

#[test]
fn the_document_is_whole_and_refers_to_nothing() {
    for (name, profile) in synthetic::all() {
        let svg = text(&profile, Kind::Svg);
        let document = Document::parse(&svg).unwrap();
        for node in document.descendants() {
            assert!(
                !["script", "image", "use", "a"].contains(&node.tag_name().name()),
                "{name}"
            );
            assert!(
                node.attributes()
                    .all(|attribute| !attribute.value().contains("://")),
                "{name}"
            );
        }
    }
}
