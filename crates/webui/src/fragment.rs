//! The options of a command line as the state that the page begins with.

use report::{Granularity, Options};

/// What stands behind `#` in the page's address so that it begins with `options`; the names are
/// those of the page's `state.js`. Addresses are no granularity of the page.
pub fn fragment(options: &Options) -> String {
    let granularity = match options.granularity {
        Granularity::Functions | Granularity::Addresses => "",
        Granularity::FileFunctions => "filefunctions",
        Granularity::Files => "files",
        Granularity::Lines => "lines",
    };
    let texts = [
        ("si", options.sample_index.as_str()),
        ("f", &options.focus),
        ("i", &options.ignore),
        ("h", &options.hide),
        ("s", &options.show),
        ("sf", &options.show_from),
        ("tf", &options.tag_focus),
        ("ti", &options.tag_ignore),
        ("g", granularity),
    ];
    let switches = [
        ("inl=0", options.no_inlines),
        ("rel=1", options.relative_percentages),
    ];
    let texts = texts
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}", encode(value)));
    let switches = switches
        .iter()
        .filter(|(_, on)| *on)
        .map(|(text, _)| (*text).to_owned());
    texts.chain(switches).collect::<Vec<String>>().join("&")
}

/// `text` with everything but letters, digits and `-._~` percent-encoded.
fn encode(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_become_the_state_of_the_page() {
        assert_eq!(fragment(&Options::default()), "");
        let mut options = Options::default();
        for (name, value) in [
            ("focus", "a::b|c d"),
            ("sample_index", "cpu"),
            ("noinlines", "true"),
            ("granularity", "lines"),
        ] {
            options.set(name, value).unwrap();
        }
        assert_eq!(
            fragment(&options),
            "si=cpu&f=a%3A%3Ab%7Cc%20d&g=lines&inl=0"
        );
    }
}
