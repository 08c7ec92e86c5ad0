//! Reduces the locations to what a row of the report distinguishes.

use dtail_profile::{Profile, StringId};

use crate::options::{Granularity, Options};

/// What a row distinguishes.
struct Detail {
    function: bool,
    file: bool,
    line: bool,
    address: bool,
}

impl Detail {
    fn of(granularity: Granularity) -> Detail {
        let detail = |function, file, line, address| Detail {
            function,
            file,
            line,
            address,
        };
        match granularity {
            Granularity::Functions => detail(true, false, false, false),
            Granularity::FileFunctions => detail(true, true, false, false),
            Granularity::Files => detail(false, true, false, false),
            Granularity::Lines => detail(true, true, true, false),
            Granularity::Addresses => detail(true, true, true, true),
        }
    }
}

/// Clears in `profile` what the granularity does not tell apart.
pub(crate) fn apply(profile: &mut Profile, options: &Options) {
    if options.granularity == Granularity::Addresses && !options.no_inlines {
        return;
    }
    let detail = Detail::of(options.granularity);
    clear_mappings(profile, &detail, options.no_inlines);
    clear_functions(profile, &detail);
    clear_locations(profile, &detail, options);
}

fn clear_mappings(profile: &mut Profile, detail: &Detail, no_inlines: bool) {
    for mapping in &mut profile.mappings {
        mapping.has_inline_frames &= !no_inlines;
        mapping.has_functions &= detail.function;
        mapping.has_filenames &= detail.file;
        mapping.has_line_numbers &= detail.line;
    }
}

fn clear_functions(profile: &mut Profile, detail: &Detail) {
    for function in &mut profile.functions {
        if !detail.function {
            function.name = StringId::EMPTY;
            function.system_name = StringId::EMPTY;
        }
        if !detail.file {
            function.filename = StringId::EMPTY;
        }
    }
}

fn clear_locations(profile: &mut Profile, detail: &Detail, options: &Options) {
    let locations = &mut profile.locations;
    for id in locations.ids() {
        let lines = locations.lines(id).len();
        if options.no_inlines && lines > 1 {
            locations.truncate_lines(id, lines - 1..lines);
        }
        for line in locations.lines_mut(id) {
            if !detail.line {
                line.line = 0;
            }
            if !detail.line || !options.show_columns {
                line.column = 0;
            }
        }
        if !detail.address {
            locations.get_mut(id).address = 0;
        }
    }
}
