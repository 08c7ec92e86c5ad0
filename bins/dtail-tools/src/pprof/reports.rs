//! The names of reports, on the command line and in the shell.

use report::Kind;

use super::viewer::{self, Viewer};

/// A report by name.
pub(super) enum Named {
    /// As it is.
    Plain(Kind),
    /// The call graph as a picture in this format, drawn by Graphviz.
    Graphviz(&'static str),
    /// As it is, in a program that shows it.
    Viewed(&'static Viewer),
    /// With the expression of the functions it is about.
    About(fn(String) -> Kind),
}

/// The report that is called `name`.
pub(super) fn find(name: &str) -> Option<Named> {
    Some(match name {
        "top" | "text" => Named::Plain(Kind::Top),
        "tree" => Named::Plain(Kind::Tree),
        "traces" => Named::Plain(Kind::Traces),
        "tags" => Named::Plain(Kind::Tags),
        "raw" => Named::Plain(Kind::Raw),
        "comments" => Named::Plain(Kind::Comments),
        "dot" => Named::Plain(Kind::Dot),
        "svg" => Named::Plain(Kind::Svg),
        "png" => Named::Graphviz("png"),
        "pdf" => Named::Graphviz("pdf"),
        "ps" => Named::Graphviz("ps"),
        "gif" => Named::Graphviz("gif"),
        "callgrind" => Named::Plain(Kind::Callgrind),
        "folded" => Named::Plain(Kind::Folded),
        "speedscope" => Named::Plain(Kind::Speedscope),
        "firefox" => Named::Plain(Kind::Firefox),
        "proto" => Named::Plain(Kind::Proto),
        "topproto" => Named::Plain(Kind::TopProto),
        "peek" => Named::About(Kind::Peek),
        "list" => Named::About(Kind::List),
        "weblist" => Named::About(Kind::WebList),
        "disasm" => Named::About(Kind::Disasm),
        name => return viewer::find(name).map(Named::Viewed),
    })
}
