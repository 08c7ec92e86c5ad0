//! The styles that a configuration file gives to parts of the output.

use std::collections::BTreeMap;

use paint::{Attribute, Color, Style};

/// Colours and attributes by the group and the part they are for, both in lower case.
#[derive(Clone, Debug, Default)]
pub struct Colors {
    parts: BTreeMap<(String, String), Given>,
}

/// What is given of a style.
#[derive(Clone, Copy, Debug, Default)]
struct Given {
    attribute: Option<Attribute>,
    background: Option<Color>,
    foreground: Option<Color>,
}

impl Colors {
    /// The style of a part, such as `hostname` in the group `remote`: what is given, over the `usual`
    /// one.
    #[must_use]
    pub fn style(&self, group: &str, part: &str, usual: Style) -> Style {
        let given = self.parts.get(&(group.to_owned(), part.to_owned()));
        let given = given.copied().unwrap_or_default();
        Style {
            attribute: given.attribute.unwrap_or(usual.attribute),
            background: given.background.unwrap_or(usual.background),
            foreground: given.foreground.unwrap_or(usual.foreground),
        }
    }

    pub(crate) fn set_attribute(&mut self, group: &str, part: &str, attribute: Attribute) {
        self.part(group, part).attribute = Some(attribute);
    }

    pub(crate) fn set_background(&mut self, group: &str, part: &str, color: Color) {
        self.part(group, part).background = Some(color);
    }

    pub(crate) fn set_foreground(&mut self, group: &str, part: &str, color: Color) {
        self.part(group, part).foreground = Some(color);
    }

    fn part(&mut self, group: &str, part: &str) -> &mut Given {
        self.parts
            .entry((group.to_owned(), part.to_owned()))
            .or_default()
    }
}
