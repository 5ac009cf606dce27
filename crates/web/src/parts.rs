//! The smallest pieces of a page that templates write as one expression: an icon, the brand's mark.

use std::fmt;

use askama::filters::HtmlSafe;

use crate::assets::asset;

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
        let name: String = self.0.chars().filter(char::is_ascii_alphanumeric).collect();
        write!(
            f,
            r#"<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{name}"/></svg>"#,
            asset("icons.svg"),
        )
    }
}

impl HtmlSafe for Icon<'_> {}
