//! The values by label.

use super::value::Value;
use super::{Table, columns, percent};
use crate::prepare::Report;

impl Report {
    pub(super) fn tags_table(&mut self) -> Table<'_> {
        let report = &*self;
        let (mut rows, mut lines) = (Vec::new(), Vec::new());
        for (key, tag) in report.tags() {
            let mut values = Vec::new();
            for (text, sum) in tag.sorted() {
                let share = percent(sum, report.total);
                values.push(Value::object([
                    ("value", text.to_owned().into()),
                    ("sum", sum.into()),
                    ("percent", share.into()),
                ]));
                lines.push(vec![
                    key.into(),
                    text.to_owned().into(),
                    sum.into(),
                    share.into(),
                ]);
            }
            rows.push(Value::object([
                ("key", key.into()),
                ("sum", tag.total.into()),
                ("percent", percent(tag.total, report.total).into()),
                ("values", Value::List(values)),
            ]));
        }
        Table {
            facts: Vec::new(),
            rows,
            columns: columns(["key", "value", "sum", "percent"]),
            lines,
        }
    }
}
