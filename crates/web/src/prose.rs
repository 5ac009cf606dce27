//! An article's text as a page: one element for each piece that `practice` knows, and words that are escaped.
//!
//! There is no way from what somebody typed to markup but this one, and every element of it is written here. Headings begin
//! below the page's own.

use std::fmt;

use askama::filters::{Html, HtmlSafe, escape};
use practice::articles::{Mark, Piece, Prose, Target};

/// A text as HTML.
#[derive(Debug, Clone)]
pub struct Written(Prose);

/// A text for templates: `{{ web::prose(text) }}`, where `text` is what was read of Markdown.
#[must_use]
pub fn prose(text: &Prose) -> Written {
    Written(text.clone())
}

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for piece in self.0.pieces() {
            match piece {
                Piece::Begin(mark) => write!(f, "<{}>", element(*mark))?,
                Piece::End(mark) => write!(f, "</{}>", element(*mark))?,
                Piece::Link(target) => link(f, target)?,
                Piece::LinkEnd => f.write_str("</a>")?,
                Piece::Words(words) => escaped(f, words)?,
                Piece::Break => f.write_str("<br>")?,
                Piece::Rule => f.write_str("<hr>")?,
            }
        }
        Ok(())
    }
}

impl HtmlSafe for Written {}

const fn element(mark: Mark) -> &'static str {
    match mark {
        Mark::Paragraph => "p",
        Mark::Section => "h2",
        Mark::Subsection => "h3",
        Mark::Bullets => "ul",
        Mark::Numbers => "ol",
        Mark::Item => "li",
        Mark::Quote => "blockquote",
        Mark::Strong => "strong",
        Mark::Stress => "em",
    }
}

fn link(f: &mut fmt::Formatter<'_>, target: &Target) -> fmt::Result {
    f.write_str("<a href=\"")?;
    escaped(f, target.address())?;
    f.write_str(match target {
        Target::Elsewhere(_) => "\" rel=\"noreferrer\">",
        Target::Mail(_) | Target::Here(_) => "\">",
    })
}

fn escaped(f: &mut fmt::Formatter<'_>, words: &str) -> fmt::Result {
    let words = escape(words, Html).map_err(|_| fmt::Error)?;
    write!(f, "{words}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn html(text: &str) -> String {
        prose(&Prose::read(text)).to_string()
    }

    #[test]
    fn markdown_is_a_page_and_html_is_words() {
        assert_eq!(
            html(
                "## Today\n\nStop *now*.\n\n1. [See](https://example.org/?a=1&b=2)\n2. [Write](javascript:alert(1))"
            ),
            "<h2>Today</h2><p>Stop <em>now</em>.</p><ol><li><a href=\"https://example.org/?a=1&#38;b=2\" \
             rel=\"noreferrer\">See</a></li><li>Write</li></ol>"
        );
        assert_eq!(
            html("<script>alert(1)</script>"),
            "<p>&#60;script&#62;alert(1)&#60;/script&#62;</p>"
        );
    }

    /// What a browser would find between `<` and `>`.
    fn tags(html: &str) -> impl Iterator<Item = &str> {
        html.split('<')
            .skip(1)
            .filter_map(|rest| rest.split_once('>').map(|(tag, _)| tag))
    }

    proptest! {
        #[test]
        fn no_text_becomes_a_script_a_handler_or_an_element_of_its_own(
            text in prop_oneof![
                any::<String>(),
                "(<script>|<img src=x onerror=y>|\\[a\\]\\(javascript:b\\)|\\[a\\]\\(|https://a.b/\"onx=|\\)|<a href=|>|\"|'|&lt;|\n|`|# |- |> |\\*\\*|!){0,30}",
            ]
        ) {
            let page = html(&text);
            for tag in tags(&page) {
                let plain = ["p", "h2", "h3", "ul", "ol", "li", "blockquote", "strong", "em", "br", "hr", "a"];
                let link = ["a href=\"https://", "a href=\"mailto:", "a href=\"/"];
                let known = plain.contains(&tag.trim_start_matches('/'));
                prop_assert!(known || link.iter().any(|begin| tag.starts_with(begin)), "{}", tag);
                let quotes = tag.matches('"').count();
                prop_assert!(quotes == 0 || quotes == 2 || (quotes == 4 && tag.ends_with("\" rel=\"noreferrer\"")), "{}", tag);
            }
            prop_assert_eq!(page.matches('<').count(), tags(&page).count());
        }
    }
}
