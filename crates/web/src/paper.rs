//! A page or several to print: headings, words and lines of characters, one below the other.
//!
//! The size fits A4 and US Letter alike. Fonts are those that every reader of PDF brings, so nothing is embedded; the file says
//! nothing of who made it or when. Not here: what stands on the page.

use pdf_writer::{Content, Finish as _, Name, Pdf, Rect, Ref, Str};

/// The width of A4 and the height of Letter, in points: it prints on both without being made smaller.
const PAGE: (u16, u16) = (595, 792);
const LEFT: u16 = 64;
const TOP: u16 = 732;
const BOTTOM: u16 = 44;

/// How a line is set: font, size, the step to the next line, characters that fit.
struct Face {
    font: Name<'static>,
    base: Name<'static>,
    size: u16,
    step: u16,
    fits: usize,
}

const HEADING: Face = Face {
    font: Name(b"H"),
    base: Name(b"Helvetica-Bold"),
    size: 20,
    step: 30,
    fits: 42,
};
const LABEL: Face = Face {
    font: Name(b"L"),
    base: Name(b"Helvetica-Bold"),
    size: 10,
    step: 13,
    fits: 80,
};
const WORDS: Face = Face {
    font: Name(b"W"),
    base: Name(b"Helvetica"),
    size: 10,
    step: 13,
    fits: 94,
};
const CHARACTERS: Face = Face {
    font: Name(b"C"),
    base: Name(b"Courier"),
    size: 9,
    step: 12,
    fits: 84,
};
const FACES: [&Face; 4] = [&HEADING, &LABEL, &WORDS, &CHARACTERS];

/// What is printed.
#[derive(Default)]
pub struct Paper {
    pages: Vec<Content>,
    at: u16,
    lacks: bool,
}

impl Paper {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A heading.
    pub fn heading(&mut self, words: &str) {
        self.set(&HEADING, words);
    }

    /// A label, and the words that belong to it, in as many lines as they need.
    pub fn labelled(&mut self, label: &str, words: &str) {
        self.label(label);
        self.words(words);
    }

    /// A label alone.
    pub fn label(&mut self, label: &str) {
        self.at = self.at.saturating_sub(6);
        self.set(&LABEL, label);
    }

    /// Words.
    pub fn words(&mut self, words: &str) {
        self.set(&WORDS, words);
    }

    /// Characters that somebody compares one by one.
    pub fn characters(&mut self, text: &str) {
        for line in text.lines() {
            self.set(&CHARACTERS, line);
        }
    }

    /// Whether something was written that these fonts do not have: it stands as question marks.
    #[must_use]
    pub const fn lacks_characters(&self) -> bool {
        self.lacks
    }

    fn set(&mut self, face: &Face, text: &str) {
        let mut shown = text.chars().filter(|one| !one.is_whitespace());
        self.lacks |= shown.any(|one| byte(one).is_none());
        for line in wrapped(text, face.fits) {
            if self.pages.is_empty() || self.at < BOTTOM.saturating_add(face.step) {
                self.pages.push(Content::new());
                self.at = TOP;
            }
            if let Some(page) = self.pages.last_mut() {
                page.begin_text()
                    .set_font(face.font, f32::from(face.size))
                    .next_line(f32::from(LEFT), f32::from(self.at))
                    .show(Str(&encoded(&line)))
                    .end_text();
            }
            self.at = self.at.saturating_sub(face.step);
        }
    }

    /// The file.
    #[must_use]
    pub fn pdf(self) -> Vec<u8> {
        let mut ids = (1..).map(Ref::new);
        let mut next = || ids.next().unwrap_or(Ref::new(i32::MAX));
        let (catalog, tree) = (next(), next());
        let fonts = FACES.map(|face| (face.font, face.base, next()));
        let mut pdf = Pdf::new();
        pdf.catalog(catalog).pages(tree);
        for (_, base, id) in fonts {
            let mut font = pdf.type1_font(id);
            font.base_font(base);
            font.encoding_predefined(Name(b"WinAnsiEncoding"));
        }
        let mut pages = Vec::with_capacity(self.pages.len());
        for drawn in self.pages {
            let (page, content) = (next(), next());
            pages.push(page);
            pdf.stream(content, &drawn.finish());
            let mut page = pdf.page(page);
            let (width, height) = (f32::from(PAGE.0), f32::from(PAGE.1));
            page.media_box(Rect::new(0.0, 0.0, width, height));
            page.parent(tree).contents(content);
            let mut resources = page.resources();
            let mut named = resources.fonts();
            for (name, _, id) in fonts {
                named.pair(name, id);
            }
            named.finish();
            resources.finish();
        }
        let count = i32::try_from(pages.len()).unwrap_or(i32::MAX);
        pdf.pages(tree).kids(pages).count(count);
        pdf.finish()
    }
}

/// Lines of at most so many characters, broken between words; a word that is longer is broken where it must be.
fn wrapped(text: &str, fits: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0_usize;
    for word in text.split_whitespace() {
        let mut rest: Vec<char> = word.chars().collect();
        while !rest.is_empty() {
            let piece: String = rest.drain(..rest.len().min(fits)).collect();
            let long = piece.chars().count();
            let between = usize::from(used > 0);
            if used.saturating_add(between).saturating_add(long) > fits {
                lines.push(String::new());
                used = 0;
            }
            if let Some(line) = lines.last_mut() {
                if used > 0 {
                    line.push(' ');
                    used = used.saturating_add(1);
                }
                line.push_str(&piece);
            }
            used = used.saturating_add(long);
        }
    }
    lines
}

/// The bytes of the encoding that readers' own fonts have; what it lacks is a question mark.
fn encoded(text: &str) -> Vec<u8> {
    text.chars().map(|one| byte(one).unwrap_or(b'?')).collect()
}

/// A character in that encoding (PDF 32000-1:2008, annex D, `WinAnsiEncoding`).
fn byte(character: char) -> Option<u8> {
    Some(match character {
        '€' => 0x80,
        '‚' => 0x82,
        '„' => 0x84,
        '…' => 0x85,
        'Š' => 0x8a,
        'Œ' => 0x8c,
        'Ž' => 0x8e,
        '‘' => 0x91,
        '’' => 0x92,
        '“' => 0x93,
        '”' => 0x94,
        '•' => 0x95,
        '–' => 0x96,
        '—' => 0x97,
        '™' => 0x99,
        'š' => 0x9a,
        'œ' => 0x9c,
        'ž' => 0x9e,
        'Ÿ' => 0x9f,
        other => {
            let is_there = |byte: &u8| (0x20..0x7f).contains(byte) || *byte >= 0xa0;
            return u8::try_from(other).ok().filter(is_there);
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_broken_between_words_and_the_encoding_is_the_readers() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrapped("", 3), [""]);
        assert_eq!(encoded("Zoë’s ж"), b"Zo\xeb\x92s ?");
        assert_eq!(encoded("„œ…“"), [0x84, 0x9c, 0x85, 0x93]);
    }

    #[test]
    fn it_is_told_when_characters_were_lacking() {
        let mut paper = Paper::new();
        paper.labelled("Name", "Zoë Šarić’s\t„œuvre“");
        assert!(paper.lacks_characters(), "ć");
        let mut paper = Paper::new();
        paper.words("Zoë Šar’s\t„œuvre“…");
        assert!(!paper.lacks_characters());
    }

    #[test]
    fn what_does_not_fit_goes_on_on_another_page_and_nothing_says_who_made_it() {
        let mut paper = Paper::new();
        paper.heading("A heading");
        for line in 0..80 {
            paper.labelled("Line", &line.to_string());
        }
        let pdf = paper.pdf();
        let shown = String::from_utf8_lossy(&pdf);
        assert!(shown.starts_with("%PDF-1.7") && shown.contains("/Count 4"));
        assert!(shown.contains("(A heading)") && shown.contains("(79)"));
        assert!(!shown.contains("/Info") && !shown.contains("Producer"));
    }
}
