//! Lines of text: how large they are, and where they go.
//!
//! Whoever shows the picture chooses the font, so sizes are estimates, from the widths of Helvetica
//! with some room to spare.

use std::io::{self, Write};

use layout::{Point, Size};

use super::element::Number;
use crate::markup::Escaped;

pub(super) const FONT_FAMILY: &str = "Helvetica, Arial, Liberation Sans, sans-serif";

/// From one line to the next, and from the top of a line to its base, in font sizes.
const LINE_HEIGHT: f64 = 1.2;
const ASCENT: f64 = 0.92;
/// What other fonts may be wider.
const SLACK: f64 = 1.07;

/// The widths of the printable characters of ASCII, from the blank on, in thousandths of the font
/// size.
const WIDTHS: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];
/// Of all other characters.
const WIDTH_OTHER: u16 = 1000;

/// The room that lines take.
pub(super) fn size(lines: &[String], font: f64) -> Size {
    let width = lines.iter().map(|line| width(line)).fold(0.0, f64::max);
    Size {
        width: width * font,
        height: lines.len() as f64 * LINE_HEIGHT * font,
    }
}

/// The width of a line in font sizes.
fn width(line: &str) -> f64 {
    let width = |character: char| {
        let place = (character as usize).checked_sub(' ' as usize);
        let width = place.and_then(|place| WIDTHS.get(place).copied());
        f64::from(width.unwrap_or(WIDTH_OTHER)) / 1000.0
    };
    line.chars().map(width).sum::<f64>() * SLACK
}

/// Writes lines around a centre.
pub(super) fn write_centred(
    lines: &[String],
    font: f64,
    centre: Point,
    out: &mut dyn Write,
) -> io::Result<()> {
    let top = centre.y - size(lines, font).height / 2.0;
    let start = Point {
        x: centre.x,
        y: top,
    };
    write(lines, font, start, " text-anchor=\"middle\"", out)
}

/// Writes lines below and to the right of a point.
pub(super) fn write_left(
    lines: &[String],
    font: f64,
    start: Point,
    out: &mut dyn Write,
) -> io::Result<()> {
    write(lines, font, start, "", out)
}

fn write(
    lines: &[String],
    font: f64,
    start: Point,
    anchor: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    write!(out, "<text font-size=\"{}\"{anchor}>", Number(font))?;
    for (index, line) in lines.iter().enumerate() {
        let base = start.y + (index as f64 * LINE_HEIGHT + ASCENT) * font;
        let (x, y) = (Number(start.x), Number(base));
        write!(out, "<tspan x=\"{x}\" y=\"{y}\">{}</tspan>", Escaped(line))?;
    }
    writeln!(out, "</text>")
}
