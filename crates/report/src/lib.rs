//! Profiles to reports: top, tree, peek, graph, as text and values.
