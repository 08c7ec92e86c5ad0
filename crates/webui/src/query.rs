//! The query of a request: names and values, percent-decoded.

/// The pairs of a query `a=1&b=x%20y`, in order. A plus sign is a blank.
pub(crate) fn pairs(query: &str) -> Vec<(String, String)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let decoded = pairs.map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(name), decode(value))
    });
    decoded.collect()
}

/// `text` with `%41` and `+` replaced; a percent sign that starts no code stands for itself.
fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let code = bytes.get(at + 1..at + 3).and_then(hexadecimal);
        let (byte, taken) = match (bytes[at], code) {
            (b'%', Some(code)) => (code, 3),
            (b'+', _) => (b' ', 1),
            (byte, _) => (byte, 1),
        };
        decoded.push(byte);
        at += taken;
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

fn hexadecimal(digits: &[u8]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let value = digit(digits[0])? * 16 + digit(digits[1])?;
    u8::try_from(value).ok()
}

#[cfg(test)]
mod tests {
    use super::pairs;

    #[test]
    fn names_and_values() {
        let read = |query| {
            let pairs = pairs(query);
            let texts = pairs.iter().map(|(name, value)| format!("{name}={value}"));
            texts.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(read("a=1&b=x%3D%26&c"), "a=1 b=x=& c=");
        assert_eq!(read("a=x+y%20z"), "a=x y z");
        assert_eq!(read("a=%C3%B6&b=%F"), "a=ö b=%F");
        assert_eq!(read("a=%+1"), "a=% 1");
        assert_eq!(read(""), "");
    }
}
