//! The smallest pieces of a page that templates write as one expression: an icon, a code to scan.

use std::fmt::{self, Write as _};
use std::sync::LazyLock;

use askama::filters::HtmlSafe;
use qrcode::{Color, QrCode};

use crate::assets::asset;

/// Where the sprite is: asked for dozens of times a page.
static SPRITE: LazyLock<String> = LazyLock::new(|| asset("icons.svg"));

/// One icon of the sprite, drawn in the colour of the text around it. It says nothing to a screen
/// reader: the words stand beside it.
#[derive(Debug, Clone, Copy)]
pub struct Icon<'a>(&'a str);

/// An icon by its name in `assets/icons.svg`, for templates: `{{ web::icon("door") }}`.
#[must_use]
pub fn icon(name: &str) -> Icon<'_> {
    Icon(name)
}

impl fmt::Display for Icon<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(r#"<svg class="icon" aria-hidden="true" focusable="false"><use href=""#)?;
        f.write_str(&SPRITE)?;
        f.write_char('#')?;
        for letter in self.0.chars().filter(char::is_ascii_alphanumeric) {
            f.write_char(letter)?;
        }
        f.write_str(r#""/></svg>"#)
    }
}

impl HtmlSafe for Icon<'_> {}

/// A code for a telephone's camera, dark on light in both themes, for the secret of one-time codes.
#[derive(Clone)]
pub struct Scan(Option<QrCode>);

/// A code to scan, for templates: `{{ web::scan(&address) }}`. Words stand beside it, with the same secret
/// to type. Nothing is drawn when the text is too long for a code.
#[must_use]
pub fn scan(text: &str) -> Scan {
    Scan(QrCode::new(text).ok())
}

impl fmt::Display for Scan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(code) = &self.0 else { return Ok(()) };
        let (width, side) = (code.width(), code.width() + 8);
        write!(
            f,
            r#"<svg class="scan" viewBox="0 0 {side} {side}" role="img" aria-label="A code to scan">"#
        )?;
        f.write_str(r##"<path fill="#fff" d="M0 0h999v999H0z"/><path fill="#000" d=""##)?;
        for (place, color) in code.to_colors().iter().enumerate() {
            if *color == Color::Dark {
                write!(f, "M{} {}h1v1h-1z", place % width + 4, place / width + 4)?;
            }
        }
        f.write_str(r#""/></svg>"#)
    }
}

impl HtmlSafe for Scan {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_icon_cannot_break_out_of_its_markup() {
        assert!(
            icon("door\"><script>")
                .to_string()
                .ends_with("#doorscript\"/></svg>")
        );
    }

    #[test]
    fn a_code_is_drawn_without_styles() {
        let drawn = scan("otpauth://totp/Alcove?secret=JBSWY3DPEHPK3PXP").to_string();
        assert!(
            drawn.starts_with("<svg class=\"scan\" viewBox=\"0 0 ") && !drawn.contains("style")
        );
        assert!(
            drawn.contains("M4 4h1v1h-1z"),
            "the corner of the finder pattern"
        );
        assert_eq!(scan(&"x".repeat(9_000)).to_string(), "");
    }
}
