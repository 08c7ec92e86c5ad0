//! What a report shows and how: the options of `pprof`, under its names.

use jiff::tz::TimeZone;

use crate::error::Error;

/// What becomes one node of the graph, one row of a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Granularity {
    /// A function; functions of one name are one, wherever they are defined.
    #[default]
    Functions,
    /// A function in a file.
    FileFunctions,
    /// A source file.
    Files,
    /// A source line.
    Lines,
    /// An instruction address.
    Addresses,
}

/// What the rows are ordered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// The value of the frame itself.
    #[default]
    Flat,
    /// The value of the frame and all it calls.
    Cum,
}

/// What a report shows and how. Every expression is empty when unused.
#[derive(Clone, Debug)]
pub struct Options {
    /// The sample type, by number or name; empty for the profile's default.
    pub sample_index: String,
    /// Divide each value by the first value of its sample.
    pub mean: bool,
    /// Divide every value by this.
    pub divide_by: f64,
    /// Unit of the numbers; `minimum` chooses one for the whole report, `auto` one a value.
    pub unit: String,
    /// Order of the rows.
    pub sort: Sort,
    /// What becomes one row.
    pub granularity: Granularity,
    /// Count inlined calls to the function that holds them.
    pub no_inlines: bool,
    /// Show columns where lines are shown.
    pub show_columns: bool,
    /// Rows at most; 0 for all, -1 for the default of the kind of report.
    pub node_count: i64,
    /// Leave out nodes below this share of the total.
    pub node_fraction: f64,
    /// Leave out edges below this share of the total.
    pub edge_fraction: f64,
    /// Leave anything out at all.
    pub trim: bool,
    /// Keep the paths apart that lead to a node (`dot` and `callgrind` only).
    pub call_tree: bool,
    /// Leave out nodes of negative value.
    pub drop_negative: bool,
    /// Keep only samples through a matching frame.
    pub focus: String,
    /// Leave out samples through a matching frame.
    pub ignore: String,
    /// Leave out matching frames.
    pub hide: String,
    /// Keep only matching frames.
    pub show: String,
    /// Leave out what is above the highest matching frame.
    pub show_from: String,
    /// Leave out what is below a matching frame.
    pub prune_from: String,
    /// Keep only samples with a matching label.
    pub tag_focus: String,
    /// Leave out samples with a matching label.
    pub tag_ignore: String,
    /// Keep only matching labels.
    pub tag_show: String,
    /// Leave out matching labels.
    pub tag_hide: String,
    /// Labels whose values become frames at the root, separated by commas.
    pub tag_root: String,
    /// Labels whose values become frames at the leaf, separated by commas.
    pub tag_leaf: String,
    /// Percentages refer to what the filters leave.
    pub relative_percentages: bool,
    /// Leave out the lines that describe the profile.
    pub compact_labels: bool,
    /// Directories to search for source code, separated by colons.
    pub source_path: String,
    /// Prefixes to take off source paths, separated by colons.
    pub trim_path: String,
    /// Assembly in Intel's syntax.
    pub intel_syntax: bool,
    /// The zone in which times are shown.
    pub time_zone: TimeZone,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            sample_index: String::new(),
            mean: false,
            divide_by: 1.0,
            unit: "minimum".to_owned(),
            sort: Sort::Flat,
            granularity: Granularity::Functions,
            no_inlines: false,
            show_columns: false,
            node_count: -1,
            node_fraction: 0.005,
            edge_fraction: 0.001,
            trim: true,
            call_tree: false,
            drop_negative: false,
            focus: String::new(),
            ignore: String::new(),
            hide: String::new(),
            show: String::new(),
            show_from: String::new(),
            prune_from: String::new(),
            tag_focus: String::new(),
            tag_ignore: String::new(),
            tag_show: String::new(),
            tag_hide: String::new(),
            tag_root: String::new(),
            tag_leaf: String::new(),
            relative_percentages: false,
            compact_labels: false,
            source_path: String::new(),
            trim_path: String::new(),
            intel_syntax: false,
            time_zone: TimeZone::UTC,
        }
    }
}

/// Names of the options that are on or off.
const SWITCHES: [&str; 9] = [
    "mean",
    "noinlines",
    "showcolumns",
    "trim",
    "call_tree",
    "drop_negative",
    "relative_percentages",
    "compact_labels",
    "intel_syntax",
];

/// Names of the options that are one choice of a group; `flat=true` and `sort=flat` are the same.
const CHOICES: [&str; 7] = [
    "flat",
    "cum",
    "functions",
    "filefunctions",
    "files",
    "lines",
    "addresses",
];

/// Names of the options with a number or a text.
const VALUES: [&str; 20] = [
    "sample_index",
    "divide_by",
    "unit",
    "nodecount",
    "nodefraction",
    "edgefraction",
    "focus",
    "ignore",
    "hide",
    "show",
    "show_from",
    "prune_from",
    "tagfocus",
    "tagignore",
    "tagshow",
    "taghide",
    "tagroot",
    "tagleaf",
    "source_path",
    "trim_path",
];

/// The groups, each with what may be chosen.
const GROUPS: [(&str, &[&str]); 2] = [
    ("sort", &["cum", "flat"]),
    (
        "granularity",
        &["addresses", "filefunctions", "files", "functions", "lines"],
    ),
];

impl Options {
    /// What can be chosen of the group called `name`, in alphabetical order.
    pub fn choices(name: &str) -> Option<&'static [&'static str]> {
        let group = GROUPS.iter().find(|(group, _)| *group == name);
        group.map(|(_, choices)| *choices)
    }

    /// The group that `choice` is one of.
    pub fn group(choice: &str) -> Option<&'static str> {
        let group = GROUPS.iter().find(|(_, choices)| choices.contains(&choice));
        group.map(|(name, _)| *name)
    }

    /// Whether `name` is an option that takes no value on the command line.
    pub fn is_switch(name: &str) -> bool {
        SWITCHES.contains(&name) || CHOICES.contains(&name)
    }

    /// The names of all options, switches first.
    pub fn names() -> impl Iterator<Item = &'static str> {
        SWITCHES.into_iter().chain(CHOICES).chain(VALUES)
    }

    /// Sets the option that `pprof` calls `name`.
    ///
    /// # Errors
    ///
    /// When there is no such option, or it cannot have the value.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), Error> {
        if CHOICES.contains(&name) {
            return if truth(name, value)? {
                self.choose(name)
            } else {
                Ok(())
            };
        }
        if let Some(switch) = self.switch(name) {
            *switch = truth(name, value)?;
            return Ok(());
        }
        if let Some(text) = self.text(name) {
            value.clone_into(text);
            return Ok(());
        }
        match name {
            "sort" | "granularity" => return self.choose(value),
            "divide_by" => self.divide_by = number(name, value)?,
            "nodecount" => self.node_count = number(name, value)?,
            "nodefraction" => self.node_fraction = number(name, value)?,
            "edgefraction" => self.edge_fraction = number(name, value)?,
            _ => return Err(Error::UnknownOption(name.to_owned())),
        }
        Ok(())
    }

    /// The value of the option that `pprof` calls `name`, as [`Options::set`] takes it.
    pub fn get(&self, name: &str) -> Option<String> {
        let mut copy = self.clone();
        if let Some(switch) = copy.switch(name) {
            return Some(switch.to_string());
        }
        if let Some(text) = copy.text(name) {
            return Some(std::mem::take(text));
        }
        Some(match name {
            "divide_by" => self.divide_by.to_string(),
            "nodecount" => self.node_count.to_string(),
            "nodefraction" => self.node_fraction.to_string(),
            "edgefraction" => self.edge_fraction.to_string(),
            "sort" | "granularity" => self.chosen(name)?.to_owned(),
            _ if CHOICES.contains(&name) => {
                copy.choose(name).ok()?;
                ((copy.sort, copy.granularity) == (self.sort, self.granularity)).to_string()
            }
            _ => return None,
        })
    }

    /// The choice of a group that is in force.
    fn chosen(&self, group: &str) -> Option<&'static str> {
        let is_chosen = |choice: &&&str| self.get(choice).as_deref() == Some("true");
        Options::choices(group)?.iter().find(is_chosen).copied()
    }

    /// Takes one choice of a group.
    fn choose(&mut self, choice: &str) -> Result<(), Error> {
        match choice {
            "flat" => self.sort = Sort::Flat,
            "cum" => self.sort = Sort::Cum,
            "functions" => self.granularity = Granularity::Functions,
            "filefunctions" => self.granularity = Granularity::FileFunctions,
            "files" => self.granularity = Granularity::Files,
            "lines" => self.granularity = Granularity::Lines,
            "addresses" => self.granularity = Granularity::Addresses,
            _ => {
                return Err(Error::BadValue(
                    "sort or granularity".to_owned(),
                    choice.to_owned(),
                ));
            }
        }
        Ok(())
    }

    fn switch(&mut self, name: &str) -> Option<&mut bool> {
        Some(match name {
            "mean" => &mut self.mean,
            "noinlines" => &mut self.no_inlines,
            "showcolumns" => &mut self.show_columns,
            "trim" => &mut self.trim,
            "call_tree" => &mut self.call_tree,
            "drop_negative" => &mut self.drop_negative,
            "relative_percentages" => &mut self.relative_percentages,
            "compact_labels" => &mut self.compact_labels,
            "intel_syntax" => &mut self.intel_syntax,
            _ => return None,
        })
    }

    fn text(&mut self, name: &str) -> Option<&mut String> {
        Some(match name {
            "sample_index" => &mut self.sample_index,
            "unit" => &mut self.unit,
            "focus" => &mut self.focus,
            "ignore" => &mut self.ignore,
            "hide" => &mut self.hide,
            "show" => &mut self.show,
            "show_from" => &mut self.show_from,
            "prune_from" => &mut self.prune_from,
            "tagfocus" => &mut self.tag_focus,
            "tagignore" => &mut self.tag_ignore,
            "tagshow" => &mut self.tag_show,
            "taghide" => &mut self.tag_hide,
            "tagroot" => &mut self.tag_root,
            "tagleaf" => &mut self.tag_leaf,
            "source_path" => &mut self.source_path,
            "trim_path" => &mut self.trim_path,
            _ => return None,
        })
    }

    /// The filters in force, as `name=value`, in the order in which headers list them.
    pub(crate) fn active_filters(&self) -> Vec<String> {
        let filters = [
            ("focus", &self.focus),
            ("ignore", &self.ignore),
            ("hide", &self.hide),
            ("show", &self.show),
            ("show_from", &self.show_from),
            ("tagfocus", &self.tag_focus),
            ("tagignore", &self.tag_ignore),
            ("tagshow", &self.tag_show),
            ("taghide", &self.tag_hide),
        ];
        let set = filters.into_iter().filter(|(_, value)| !value.is_empty());
        set.map(|(name, value)| format!("{name}={value}")).collect()
    }
}

fn truth(name: &str, value: &str) -> Result<bool, Error> {
    match value.to_lowercase().as_str() {
        "true" | "t" | "yes" | "y" | "1" | "" => Ok(true),
        "false" | "f" | "no" | "n" | "0" => Ok(false),
        _ => Err(Error::BadValue(name.to_owned(), value.to_owned())),
    }
}

fn number<T: std::str::FromStr>(name: &str, value: &str) -> Result<T, Error> {
    value
        .parse()
        .map_err(|_| Error::BadValue(name.to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_option_can_be_read_and_set() {
        for name in Options::names() {
            let mut options = Options::default();
            let value = options.get(name).unwrap();
            options.set(name, &value).unwrap();
            let changed = if Options::is_switch(name) {
                "true"
            } else {
                "5"
            };
            options.set(name, changed).unwrap();
            assert_eq!(options.get(name).as_deref(), Some(changed), "{name}");
        }
        for (name, value) in [("sort", "flat"), ("granularity", "functions")] {
            assert_eq!(Options::default().get(name).as_deref(), Some(value));
            assert_eq!(Options::group(value), Some(name));
        }
        assert_eq!(Options::default().get("nope"), None);
        assert!(Options::default().set("nope", "").is_err());
    }
}
