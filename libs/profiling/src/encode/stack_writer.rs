//! Stacks of addresses to stacks of locations.

use std::collections::{HashMap, HashSet};

use dtail_profile::{Line, LocationId, MappingId, MappingSpec, ProfileBuilder};
use dtail_symbolize::Frame;

use super::image::{ImageMapping, ProcessImage};

/// Frames that stand for what has no stack, or not a whole one.
pub(super) const LOST_SAMPLES: &str = "[lost samples]";
pub(super) const TRUNCATED_STACK: &str = "[truncated stack]";
pub(super) const UNSAMPLED_CPU: &str = "[unsampled cpu]";
pub(super) const UNWIND_FAILED: &str = "[unwind failed]";

/// Where to look an address of a captured stack up: the interrupted one, which is the first, as it is,
/// and return addresses one byte before, which is inside the call.
pub(super) fn lookup_addresses(frames: &[u64]) -> impl Iterator<Item = u64> {
    frames
        .iter()
        .enumerate()
        .map(|(depth, pc)| if depth == 0 { *pc } else { pc.wrapping_sub(1) })
}

/// Every address that the names of these stacks need.
pub(super) fn collect_addresses<'s>(
    stacks: impl Iterator<Item = &'s [u64]>,
    addresses: &mut HashSet<u64>,
) {
    stacks.for_each(|frames| addresses.extend(lookup_addresses(frames)));
}

/// Turns addresses into the locations of one profile.
#[derive(Debug)]
pub(super) struct StackWriter<'i> {
    image: &'i ProcessImage,
    mappings: Vec<MappingId>,
    locations: HashMap<u64, LocationId>,
}

impl<'i> StackWriter<'i> {
    /// Adds the mappings of `image` to the profile.
    pub(super) fn add_mappings(image: &'i ProcessImage, builder: &mut ProfileBuilder) -> Self {
        let mappings = image
            .mappings
            .iter()
            .map(|m| builder.mapping(spec(m)))
            .collect();
        Self {
            image,
            mappings,
            locations: HashMap::new(),
        }
    }

    /// The location of an address as [`lookup_addresses`] gives it.
    pub(super) fn location(&mut self, builder: &mut ProfileBuilder, address: u64) -> LocationId {
        if let Some(known) = self.locations.get(&address) {
            return *known;
        }
        let location = self.add_location(builder, address, 0);
        self.locations.insert(address, location);
        location
    }

    /// The location of an address without the frames in front of the first that `skip` does not hold
    /// for; `None` when it holds for all. An address without names is not skipped.
    pub(super) fn location_after(
        &mut self,
        builder: &mut ProfileBuilder,
        address: u64,
        skip: impl Fn(&Frame) -> bool,
    ) -> Option<LocationId> {
        let frames = self.image.at(address).map_or(&[][..], |(_, frames)| frames);
        let skipped = frames.iter().take_while(|frame| skip(frame)).count();
        match skipped {
            0 => Some(self.location(builder, address)),
            skipped if skipped == frames.len() => None,
            skipped => Some(self.add_location(builder, address, skipped)),
        }
    }

    fn add_location(
        &self,
        builder: &mut ProfileBuilder,
        address: u64,
        skipped: usize,
    ) -> LocationId {
        let Some((mapping, frames)) = self.image.at(address) else {
            return builder.location(None, address, &[]);
        };
        let lines: Vec<Line> = frames
            .iter()
            .skip(skipped)
            .map(|f| line(builder, f))
            .collect();
        builder.location(self.mappings.get(mapping).copied(), address, &lines)
    }
}

fn line(builder: &mut ProfileBuilder, frame: &Frame) -> Line {
    let start_line = frame.start_line.into();
    let function = builder.function(&frame.name, &frame.system_name, &frame.file, start_line);
    Line {
        function,
        line: frame.line.into(),
        column: frame.column.into(),
    }
}

/// A location that stands for something that has no code, such as `[lost samples]`.
pub(super) fn pseudo_frame(builder: &mut ProfileBuilder, name: &str) -> LocationId {
    let function = builder.function(name, "", "", 0);
    builder.location(
        None,
        0,
        &[Line {
            function,
            line: 0,
            column: 0,
        }],
    )
}

fn spec(mapping: &ImageMapping) -> MappingSpec<'_> {
    MappingSpec {
        start: mapping.mapping.start,
        limit: mapping.mapping.limit,
        offset: mapping.mapping.offset,
        file: &mapping.mapping.path,
        build_id: &mapping.build_id,
        has_functions: mapping.known.functions,
        has_filenames: mapping.known.filenames,
        has_line_numbers: mapping.known.lines,
        has_inline_frames: mapping.known.inlined,
    }
}

#[cfg(test)]
mod tests {
    use dtail_symbolize::parse_maps;

    use super::*;

    fn frames(names: &[&str]) -> Vec<Frame> {
        let frame = |name: &&str| Frame {
            name: (*name).to_owned(),
            ..Frame::default()
        };
        names.iter().map(frame).collect()
    }

    /// What is left of an address with these frames when those that begin with `skip` in front are not
    /// wanted; `None` for nothing.
    fn check(names: &[&str], expected: Option<&[&str]>) {
        let maps = parse_maps(b"1000-2000 r-xp 00000000 00:00 1 /program\n");
        let image = ProcessImage::of_frames(maps[0].clone(), vec![(0x1100, frames(names))]);
        let mut builder = ProfileBuilder::new();
        builder.sample_type("space", "bytes");
        let mut writer = StackWriter::add_mappings(&image, &mut builder);
        let skip = |frame: &Frame| frame.name.starts_with("skip");
        let location = writer.location_after(&mut builder, 0x1100, skip);
        let stack: Vec<LocationId> = location.into_iter().collect();
        builder.sample(&stack, &[1], &[]);
        let profile = builder.finish().unwrap();
        let sample = profile.samples.iter().next().unwrap();
        let lines = sample.stack.first().map(|id| profile.locations.lines(*id));
        let name = |line: &Line| {
            profile
                .text(profile.function(line.function).name)
                .to_owned()
        };
        let found = lines.map(|lines| lines.iter().map(name).collect::<Vec<_>>());
        let expected = expected.map(|names| names.iter().map(|n| (*n).to_owned()).collect());
        assert_eq!(found, expected, "of {names:?}");
    }

    #[test]
    fn only_the_frames_in_front_are_left_out() {
        check(&["a", "b"], Some(&["a", "b"]));
        check(
            &["skip", "skip too", "a", "skip", "b"],
            Some(&["a", "skip", "b"]),
        );
        check(&["skip", "skip too"], None);
        check(&[], Some(&[]));
    }

    #[test]
    fn return_addresses_are_looked_up_inside_the_call() {
        let looked_up: Vec<u64> = lookup_addresses(&[10, 20, 30]).collect();
        assert_eq!(looked_up, [10, 19, 29]);
    }
}
