//! The mappings of a sum: one for each file, wherever its processes had it.

use dtail_profile::{Mapping, MappingId, Profile};
use foldhash::{HashMap, HashSet};

/// What makes mappings one: size in pages, offset, build id or file.
type Key = (u64, u64, String);

/// What is known of a mapping, joined over all sources.
#[derive(Clone, Debug)]
struct Known {
    start: u64,
    size: u64,
    file: String,
    build_id: String,
    has: [bool; 4],
}

/// The mappings of all sources so far.
#[derive(Debug, Default)]
pub(super) struct Mappings {
    known: HashMap<Key, Known>,
    /// The first mapping of a profile is the program itself; of several programs, the least.
    program: Option<Key>,
    /// Expressions that name frames to drop and to keep, and the page that explains the profile: the
    /// least of each.
    texts: [String; 3],
}

impl Mappings {
    /// Joins in the mappings and header texts of a source.
    pub(super) fn take(&mut self, profile: &Profile) {
        for mapping in &profile.mappings {
            let known = Known::of(profile, mapping);
            let slot = self.known.entry(key(profile, mapping));
            slot.and_modify(|slot| slot.join(&known)).or_insert(known);
        }
        let first = profile.mappings.first().map(|first| key(profile, first));
        // A profile that names no program has a mapping without a name at most.
        let program = first.filter(|(_, _, name)| !name.is_empty());
        self.program = match (self.program.take(), program) {
            (Some(first), Some(second)) => Some(first.min(second)),
            (first, second) => first.or(second),
        };
        let texts = [profile.drop_frames, profile.keep_frames, profile.doc_url];
        for (least, id) in self.texts.iter_mut().zip(texts) {
            let text = profile.text(id);
            if !text.is_empty() && (least.is_empty() || text < least.as_str()) {
                text.clone_into(least);
            }
        }
    }

    /// Gives the sum what was joined: the program first, the others in order. Those that no sample of the sum
    /// is in stay, too: where they lay counts when more is added.
    pub(super) fn restore(&self, profile: &mut Profile) {
        self.add_missing(profile);
        let keys: Vec<Key> = profile.mappings.iter().map(|m| key(profile, m)).collect();
        let moved = self.place(profile, &keys);
        let used = used(profile);
        let mut order: Vec<usize> = (0..keys.len())
            .filter(|index| used[*index] || keys[*index] != Key::default())
            .collect();
        let rank = |index: &usize| (Some(&keys[*index]) != self.program.as_ref(), &keys[*index]);
        order.sort_by(|first, second| rank(first).cmp(&rank(second)));
        let mut places = vec![0; keys.len()];
        for (place, index) in order.iter().enumerate() {
            places[*index] = place;
        }
        profile.mappings = order.iter().map(|index| profile.mappings[*index]).collect();
        for id in profile.locations.ids() {
            let location = profile.locations.get_mut(id);
            if let Some(mapping) = location.mapping {
                let index = mapping.index();
                location.address = location.address.wrapping_add(moved[index]);
                location.mapping = Some(MappingId::new(places[index]));
            }
        }
        let [drop, keep, page] = [0, 1, 2].map(|i| profile.strings.intern(&self.texts[i]));
        (profile.drop_frames, profile.keep_frames, profile.doc_url) = (drop, keep, page);
    }

    /// Adds the mappings in which the sum has no sample.
    fn add_missing(&self, profile: &mut Profile) {
        let mappings = profile.mappings.iter();
        let there: HashSet<Key> = mappings.map(|mapping| key(profile, mapping)).collect();
        for (key, known) in self.known.iter().filter(|(key, _)| !there.contains(*key)) {
            let mapping = Mapping {
                limit: known.size,
                offset: key.1,
                file: profile.strings.intern(&known.file),
                build_id: profile.strings.intern(&known.build_id),
                ..Mapping::default()
            };
            profile.mappings.push(mapping);
        }
    }

    /// Puts each mapping where the lowest of its sources was; how far each moved.
    fn place(&self, profile: &mut Profile, keys: &[Key]) -> Vec<u64> {
        let mut moved = vec![0; keys.len()];
        for (index, key) in keys.iter().enumerate() {
            let Some(known) = self.known.get(key) else {
                continue;
            };
            let file = profile.strings.intern(&known.file);
            let mapping = &mut profile.mappings[index];
            moved[index] = known.start.wrapping_sub(mapping.start);
            mapping.start = known.start;
            mapping.limit = known.start.wrapping_add(known.size);
            mapping.file = file;
            [
                mapping.has_functions,
                mapping.has_filenames,
                mapping.has_line_numbers,
                mapping.has_inline_frames,
            ] = known.has;
        }
        moved
    }
}

impl Known {
    fn of(profile: &Profile, mapping: &Mapping) -> Known {
        Known {
            start: mapping.start,
            size: mapping.limit.wrapping_sub(mapping.start),
            file: profile.text(mapping.file).to_owned(),
            build_id: profile.text(mapping.build_id).to_owned(),
            has: [
                mapping.has_functions,
                mapping.has_filenames,
                mapping.has_line_numbers,
                mapping.has_inline_frames,
            ],
        }
    }

    fn join(&mut self, other: &Known) {
        self.start = self.start.min(other.start);
        self.size = self.size.max(other.size);
        if other.file < self.file {
            self.file.clone_from(&other.file);
        }
        for (has, other) in self.has.iter_mut().zip(other.has) {
            *has &= other;
        }
    }
}

/// For each mapping, whether a location is in it.
fn used(profile: &Profile) -> Vec<bool> {
    let mut used = vec![false; profile.mappings.len()];
    for id in profile.locations.ids() {
        if let Some(mapping) = profile.locations.get(id).mapping {
            used[mapping.index()] = true;
        }
    }
    used
}

fn key(profile: &Profile, mapping: &Mapping) -> Key {
    let size = mapping.limit.wrapping_sub(mapping.start);
    let pages = size.wrapping_add(0xfff) & !0xfff;
    let name = match profile.text(mapping.build_id) {
        "" => profile.text(mapping.file),
        build_id => build_id,
    };
    (pages, mapping.offset, name.to_owned())
}
