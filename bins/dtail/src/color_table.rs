//! All combinations of colours, for people who choose theirs for a configuration file.

use std::io::{self, Write};

use paint::{Attribute, Color, Style};

const ATTRIBUTES: [Attribute; 8] = [
    Attribute::Bold,
    Attribute::Dim,
    Attribute::Italic,
    Attribute::Underline,
    Attribute::Blink,
    Attribute::RapidBlink,
    Attribute::Reverse,
    Attribute::None,
];

const SAMPLE: &str = " WARN|1002-071949|disk /var is 91% full; the oldest logs are removed at 95% ";

/// Prints a line for each combination, and if `wide` one of sample text below it.
pub(crate) fn print(wide: bool) -> io::Result<()> {
    let mut out = Vec::new();
    for attribute in ATTRIBUTES {
        for foreground in Color::ALL {
            let others = Color::ALL.into_iter().filter(|color| *color != foreground);
            for background in others {
                push(
                    Style::new(attribute, background, foreground),
                    wide,
                    &mut out,
                );
            }
        }
    }
    cli::output()?.write_all(&out)
}

fn push(style: Style, wide: bool, out: &mut Vec<u8>) {
    let text = format!(
        " Foreground:{:>10}  |  Background:{:>10}  |  Attribute:{:>10} ",
        style.foreground.name(),
        style.background.name(),
        style.attribute.name(),
    );
    style.paint(text.as_bytes(), out);
    out.push(b'\n');
    if wide {
        style.paint(SAMPLE.as_bytes(), out);
        out.push(b'\n');
    }
}
