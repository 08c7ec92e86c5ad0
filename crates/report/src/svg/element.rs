//! Numbers and paths as attributes of elements.

use std::fmt;

use layout::Point;

/// A length with one decimal at most.
#[derive(Clone, Copy)]
pub(super) struct Number(pub(super) f64);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{:.1}", self.0);
        f.write_str(text.strip_suffix(".0").unwrap_or(&text))
    }
}

/// The path of a curve: a point, then three for each piece.
pub(super) fn curve(points: &[Point]) -> String {
    let mut path = String::new();
    for (index, point) in points.iter().enumerate() {
        let command = match index {
            0 => "M",
            1 => "C",
            _ => " ",
        };
        path += &format!("{command}{} {}", Number(point.x), Number(point.y));
    }
    path
}

/// The path of an area with straight borders.
pub(super) fn polygon(points: &[Point]) -> String {
    let points = points
        .iter()
        .map(|point| format!("{} {}", Number(point.x), Number(point.y)));
    format!("M{}z", points.collect::<Vec<String>>().join("L"))
}

#[cfg(test)]
mod tests {
    use super::Number;

    #[test]
    fn numbers() {
        let numbers = [0.0, 1.04, -2.96, 10.0].map(|value| Number(value).to_string());
        assert_eq!(numbers, ["0", "1", "-3", "10"]);
    }
}
