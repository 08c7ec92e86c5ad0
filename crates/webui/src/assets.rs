//! The page's own files, compiled in.

use crate::http::Response;

/// One file of the page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asset {
    /// Path below the page's directory: `views/flame.js`.
    pub(crate) path: &'static str,
    bytes: &'static [u8],
}

impl Asset {
    /// The file as text.
    pub(crate) fn text(&self) -> &'static str {
        std::str::from_utf8(self.bytes).expect("the files of the page are UTF-8")
    }

    fn media_type(&self) -> &'static str {
        match self.path.rsplit_once('.').map(|(_, extension)| extension) {
            Some("js") => "text/javascript; charset=utf-8",
            Some("css") => "text/css; charset=utf-8",
            _ => "image/svg+xml",
        }
    }
}

/// The table of files below `page/`.
macro_rules! assets {
    ($($path:literal,)*) => {
        &[$(Asset {
            path: $path,
            bytes: include_bytes!(concat!("../page/", $path)),
        },)*]
    };
}

/// Style sheets in the order in which they apply, then the modules.
static ASSETS: &[Asset] = assets![
    "style/page.css",
    "style/parts.css",
    "style/views.css",
    "app.js",
    "data/columns.js",
    "data/dataset.js",
    "data/drop_frames.js",
    "data/load.js",
    "data/profile.js",
    "data/protobuf.js",
    "data/report.js",
    "export/folded.js",
    "export/list.js",
    "export/png.js",
    "export/save.js",
    "export/speedscope.js",
    "export/svg.js",
    "flame/chart.js",
    "flame/colours.js",
    "flame/gestures.js",
    "flame/layout.js",
    "flame/paint.js",
    "flame/pixels.js",
    "flame/table.js",
    "flame/text.js",
    "graph/colours.js",
    "graph/picture.js",
    "graph/viewport.js",
    "main.js",
    "model/change.js",
    "model/edges.js",
    "model/families.js",
    "model/filters.js",
    "model/frames.js",
    "model/functions.js",
    "model/labels.js",
    "model/model.js",
    "model/names.js",
    "model/path.js",
    "model/pattern.js",
    "model/ranges.js",
    "model/rows.js",
    "model/search.js",
    "model/stacks.js",
    "model/times.js",
    "model/tree.js",
    "model/units.js",
    "model/weights.js",
    "parts/as_table.js",
    "parts/chips.js",
    "parts/datatable.js",
    "parts/describe.js",
    "parts/dom.js",
    "parts/drop.js",
    "parts/filter_dialog.js",
    "parts/frame_menu.js",
    "parts/header.js",
    "parts/help.js",
    "parts/keys.js",
    "parts/legend.js",
    "parts/menu.js",
    "parts/rest.js",
    "parts/roving.js",
    "parts/picker.js",
    "parts/sides.js",
    "parts/status.js",
    "parts/tabs.js",
    "parts/theme.js",
    "state/state.js",
    "state/store.js",
    "views/flame.js",
    "views/graph.js",
    "views/heat.js",
    "views/labels.js",
    "views/list.js",
    "views/sandwich.js",
    "views/source.js",
    "views/table.js",
    "views/view.js",
];

/// The document that everything else hangs on, with marks for what differs between the served page
/// and the one in a single file.
const INDEX: &str = include_str!("../page/index.html");

/// The modules.
pub(crate) fn modules() -> impl Iterator<Item = &'static Asset> {
    ASSETS.iter().filter(|asset| asset.path.ends_with(".js"))
}

/// The style sheets, in the order in which they apply.
pub(crate) fn styles() -> impl Iterator<Item = &'static Asset> {
    ASSETS.iter().filter(|asset| asset.path.ends_with(".css"))
}

/// The file at `path`, as a response.
pub(crate) fn find(path: &str) -> Option<Response> {
    let asset = ASSETS.iter().find(|asset| asset.path == path)?;
    Some(Response::ok(asset.media_type(), asset.bytes))
}

/// The document with `head` and `body` at the end of these elements.
pub(crate) fn document(head: &str, body: &str) -> String {
    INDEX
        .replace("<!-- head -->\n", head)
        .replace("<!-- body -->\n", body)
}

/// The document as it is served: links to its style sheets, to its `profiles`, and to all modules at
/// once. Those would be asked for one after the other, where one imports the next.
pub(crate) fn index(profiles: usize) -> String {
    let style = |asset: &Asset| format!("<link rel=\"stylesheet\" href=\"{}\">\n", asset.path);
    let module = |asset: &Asset| format!("<link rel=\"modulepreload\" href=\"{}\">\n", asset.path);
    let data =
        |path: String| format!("<link rel=\"preload\" as=\"fetch\" crossorigin href=\"{path}\">\n");
    let numbered = (0..profiles).map(|number| format!("profile/{number}"));
    let head: String = styles()
        .map(style)
        .chain(
            ["profiles.json".to_owned()]
                .into_iter()
                .chain(numbered)
                .map(data),
        )
        .chain(modules().map(module))
        .collect();
    document(&head, "<script type=\"module\" src=\"main.js\"></script>\n")
}
