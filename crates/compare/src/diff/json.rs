//! A diff as JSON: the schema is docs/schema/profile-diff.json.

use serde::Serialize;

use super::{Change, Diff, DiffRow, Side};
use crate::signed::rounded;

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    #[serde(rename = "type")]
    kind: &'a str,
    unit: &'a str,
    finding: &'static str,
    old: SideDocument,
    new: SideDocument,
    difference: f64,
    ratio: Option<f64>,
    dispersion: Option<f64>,
    rows: Vec<RowDocument<'a>>,
}

#[derive(Serialize)]
struct SideDocument {
    runs: usize,
    total: f64,
    samples: Option<f64>,
}

#[derive(Serialize)]
struct RowDocument<'a> {
    function: &'a str,
    state: &'static str,
    flat: ChangeDocument,
    cum: ChangeDocument,
}

#[derive(Serialize)]
struct ChangeDocument {
    old: f64,
    new: f64,
    difference: f64,
    points: f64,
    ratio: Option<f64>,
    interval: Option<[f64; 2]>,
    p: Option<f64>,
    q: Option<f64>,
}

impl Diff {
    /// The diff as a JSON document of schema `dtail.profile.diff/1`, all rows in the order of names;
    /// values are means over the runs, points and intervals are points of percentage.
    pub fn json(&self) -> String {
        let total = self.total();
        let document = Document {
            schema: "dtail.profile.diff/1",
            kind: &self.measured.kind,
            unit: &self.measured.unit,
            finding: self.finding().text(),
            old: SideDocument::of(&self.old),
            new: SideDocument::of(&self.new),
            difference: self.difference(&total),
            ratio: self.ratio(&total).map(rounded),
            dispersion: self.dispersion.map(|dispersion| rounded(dispersion.factor)),
            rows: self.rows.iter().map(|row| self.row_document(row)).collect(),
        };
        let text = serde_json::to_string_pretty(&document);
        text.expect("the document has only texts and numbers") + "\n"
    }

    fn row_document<'a>(&self, row: &'a DiffRow) -> RowDocument<'a> {
        RowDocument {
            function: &row.name,
            state: row.state(),
            flat: self.change_document(&row.flat),
            cum: self.change_document(&row.cum),
        }
    }

    fn change_document(&self, change: &Change) -> ChangeDocument {
        let odds = change.odds;
        let in_points = |(low, high): (f64, f64)| [rounded(100.0 * low), rounded(100.0 * high)];
        ChangeDocument {
            old: self.old.mean(change.old),
            new: self.new.mean(change.new),
            difference: self.difference(change),
            points: rounded(100.0 * self.points(change)),
            ratio: self.ratio(change).map(rounded),
            interval: odds.map(|odds| in_points(odds.interval)),
            p: odds.map(|odds| rounded(odds.p)),
            q: odds.map(|odds| rounded(odds.q)),
        }
    }
}

impl SideDocument {
    fn of(side: &Side) -> SideDocument {
        SideDocument {
            runs: side.runs,
            total: side.mean(side.total),
            samples: side.samples,
        }
    }
}
