//! Pictures in the formats that only Graphviz makes, where it is installed.

use std::io::{self, Write};
use std::process::{Child, Command, Stdio};
use std::thread;

use super::fault::Fault;

/// The picture of a graph in the language of Graphviz.
pub(super) fn draw(graph: &[u8], format: &str) -> Result<Vec<u8>, Fault> {
    let child = Command::new("dot")
        .arg(format!("-T{format}"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let result = child.and_then(|child| talk(child, graph));
    let output = result.map_err(|error| {
        Fault::Usage(format!(
            "-{format} is drawn by Graphviz, whose program dot cannot be run ({error}); \
             install the package graphviz, or take -svg, which needs nothing"
        ))
    })?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let text = String::from_utf8_lossy(&output.stderr);
    let first = text
        .lines()
        .next()
        .unwrap_or("no reason given")
        .trim()
        .to_owned();
    Err(Fault::Usage(format!("dot of Graphviz failed: {first}")))
}

/// Gives the child its input while its output is read: either pipe may fill up.
fn talk(mut child: Child, graph: &[u8]) -> io::Result<std::process::Output> {
    let input = child.stdin.take();
    thread::scope(|scope| {
        // A child that ends early says on its standard error why.
        let writer = scope.spawn(move || input.map(|mut input| input.write_all(graph)));
        let output = child.wait_with_output();
        drop(writer.join());
        output
    })
}
