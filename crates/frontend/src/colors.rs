//! The colours that were chosen, part by part.

use cli::Colors;
use paint::{Color, Style};

/// Those of lines.
pub(crate) fn of_lines(colors: &Colors) -> search::Palette {
    let usual = search::Palette::default();
    let remote = |part, usual| colors.style("remote", part, usual);
    let severity = |part, usual| colors.style("common", part, usual);
    search::Palette {
        remote: remote("remote", usual.remote),
        delimiter: remote("delimiter", usual.delimiter),
        host: remote("hostname", usual.host),
        share: remote("statsok", usual.share),
        number: remote("count", usual.number),
        source: remote("id", usual.source),
        text: remote("text", usual.text),
        warn: severity("severitywarn", usual.warn),
        error: severity("severityerror", usual.error),
        fatal: severity("severityfatal", usual.fatal),
        found: usual.found,
    }
}

/// Those of tables.
pub(crate) fn of_tables(colors: &Colors) -> mapreduce::Palette {
    let usual = mapreduce::Palette::default();
    let table = |part, usual| colors.style("maprtable", part, usual);
    let attribute = |part, usual| {
        let style = Style::new(usual, Color::Default, Color::Default);
        table(part, style).attribute
    };
    mapreduce::Palette {
        query: table("rawquery", usual.query),
        title: table("header", usual.title),
        sorted_by: attribute("headersortkey", usual.sorted_by),
        key: attribute("headergroupkey", usual.key),
        title_delimiter: table("headerdelimiter", usual.title_delimiter),
        cell: table("data", usual.cell),
        delimiter: table("delimiter", usual.delimiter),
    }
}
