//! The colour that stands for a share of the total: red for more, green for less, grey for nothing.

/// What a colour is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ground {
    /// Lines and borders: dark.
    Fore,
    /// Areas with text on them: light.
    Back,
}

/// Shares below this fade to grey, instead of passing through yellow.
const FADE: f64 = 0.2;
/// The power that moves small shares away from grey.
const SHIFT: f64 = 0.3;

/// The colour of `share`, from -1 to 1, as `#rrggbb`.
pub(crate) fn of_share(share: f64, ground: Ground) -> String {
    let (mut saturation, value) = match ground {
        Ground::Fore => (1.0, 0.7),
        Ground::Back => (0.1, 0.93),
    };
    let mut score = if share.is_nan() {
        share
    } else {
        share.clamp(-1.0, 1.0)
    };
    if score.abs() < FADE {
        saturation *= score.abs() / FADE;
    }
    if score != 0.0 {
        score = score.abs().powf(SHIFT).copysign(score);
    }
    let (red, green) = if score < 0.0 {
        (value * (1.0 + saturation * score), value)
    } else {
        (value, value * (1.0 - saturation * score))
    };
    let blue = value * (1.0 - saturation);
    let byte = |part: f64| (part * 255.0) as u8;
    format!("#{:02x}{:02x}{:02x}", byte(red), byte(green), byte(blue))
}

#[cfg(test)]
mod tests {
    use super::{Ground, of_share};

    #[test]
    fn shares() {
        let cases = [
            (0.0, "#b2b2b2", "#ededed"),
            (1.0, "#b20000", "#edd5d5"),
            (-1.0, "#00b200", "#d5edd5"),
            (0.1, "#b28559", "#ede7e1"),
            (7.0, "#b20000", "#edd5d5"),
        ];
        for (share, fore, back) in cases {
            assert_eq!(of_share(share, Ground::Fore), fore, "{share}");
            assert_eq!(of_share(share, Ground::Back), back, "{share}");
        }
    }
}
