//! Cards on paper: a page for each, with the text in numbered groups and as a picture that a camera reads.
//!
//! A page of cards that unlock does not say what it is for, and none says whose it is: who finds one learns that there are two
//! more. Cards of a succession say that they are such, so that nobody takes the one for the other. The size fits A4 and US
//! Letter alike. Fonts are those that every reader of PDF brings, so nothing is embedded.

use pdf_writer::{Content, Finish as _, Name, Pdf, Rect, Ref, Str};
use qrcode::{Color, EcLevel, QrCode};
use vault::{CARDS, Card};
use zeroize::Zeroizing;

use crate::failure::Failure;

/// The width of A4 and the height of Letter, in points: it prints on both without being made smaller.
const PAGE: (u16, u16) = (595, 792);
const LEFT: u16 = 72;
/// The side of one module of the picture.
const MODULE: u16 = 5;
/// Where the words below the title begin, and how far apart they are.
const KEEP_TOP: u16 = 676;
const KEEP_STEP: u16 = 16;
const PICTURE_TOP: u16 = 620;
const TEXT_TOP: u16 = 350;
/// Between two groups, and between two lines of them.
const STEP: (u16, u16) = (105, 52);
const GROUPS_A_LINE: usize = 4;

const HEADING: Name<'static> = Name(b"H");
const WORDS: Name<'static> = Name(b"W");
const GROUP: Name<'static> = Name(b"G");
const FONTS: [(Name<'static>, Name<'static>); 3] = [
    (HEADING, Name(b"Helvetica-Bold")),
    (WORDS, Name(b"Helvetica")),
    (GROUP, Name(b"Courier-Bold")),
];

/// What a set of cards is for.
#[derive(Clone, Copy)]
pub(crate) enum Set<'a> {
    /// It unlocks.
    Unlocking,
    /// It opens what somebody left for who comes after them.
    Succession {
        /// By which its public half is recognised.
        check: &'a str,
    },
}

impl Set<'_> {
    const fn title(self) -> &'static str {
        match self {
            Self::Unlocking => "Card",
            Self::Succession { .. } => "Succession card",
        }
    }

    /// The lines below the title.
    fn keep(self) -> Vec<String> {
        let apart =
            "Keep this card apart from the other two, in another place or with another person.";
        match self {
            Self::Unlocking => vec![
                apart.to_owned(),
                "Do not photograph or copy it, and type it in nowhere before you are asked for it."
                    .to_owned(),
            ],
            Self::Succession { check } => vec![
                apart.to_owned(),
                "Do not photograph or copy it. Two are typed in when somebody has to be succeeded."
                    .to_owned(),
                format!("The check of this set: {check}"),
            ],
        }
    }
}

/// A card's text as lines of four groups.
pub(super) fn lines(text: &str) -> Vec<Zeroizing<String>> {
    let groups: Vec<&str> = text.split('-').collect();
    let line = |groups: &[&str]| Zeroizing::new(groups.join(" "));
    groups.chunks(GROUPS_A_LINE).map(line).collect()
}

/// The PDF of a set.
///
/// # Errors
/// [`Failure::Refused`] when the picture cannot be made.
pub(crate) fn of(cards: &[Card; CARDS], set: Set<'_>) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut ids = (1..).map(Ref::new);
    let mut next = || ids.next().unwrap_or(Ref::new(i32::MAX));
    let (catalog, tree) = (next(), next());
    let fonts = FONTS.map(|(name, base)| (name, base, next()));
    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(tree);
    for (_, base, id) in fonts {
        pdf.type1_font(id).base_font(base);
    }
    let mut pages = Vec::with_capacity(CARDS);
    for card in cards {
        let (page, content) = (next(), next());
        pages.push(page);
        pdf.stream(content, &drawn(card, set)?);
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
    let count = i32::try_from(CARDS).unwrap_or(i32::MAX);
    pdf.pages(tree).kids(pages).count(count);
    Ok(Zeroizing::new(pdf.finish()))
}

fn drawn(card: &Card, set: Set<'_>) -> Result<Vec<u8>, Failure> {
    let text = card.to_text();
    let mut page = Content::new();
    let title = format!("{} {} of {CARDS}", set.title(), card.number());
    say(&mut page, (HEADING, 24), (LEFT, 704), &title);
    for (line, y) in set.keep().iter().zip(downwards(KEEP_TOP, KEEP_STEP)) {
        say(&mut page, (WORDS, 11), (LEFT, y), line);
    }
    picture(&mut page, &text)?;
    let mut number = 0_u16;
    for (line, y) in lines(&text).iter().zip(downwards(TEXT_TOP, STEP.1)) {
        for (group, x) in line.split(' ').zip(rightwards(LEFT, STEP.0)) {
            number += 1;
            let above = y.saturating_add(20);
            say(&mut page, (WORDS, 8), (x, above), &number.to_string());
            say(&mut page, (GROUP, 20), (x, y), group);
        }
    }
    Ok(page.finish().to_vec())
}

fn say(page: &mut Content, (font, size): (Name<'_>, u16), (x, y): (u16, u16), text: &str) {
    page.begin_text()
        .set_font(font, f32::from(size))
        .next_line(f32::from(x), f32::from(y))
        .show(Str(text.as_bytes()))
        .end_text();
}

/// A quarter of the picture may be stained and it still reads.
fn picture(page: &mut Content, text: &str) -> Result<(), Failure> {
    let code = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::Q)
        .map_err(|error| Failure::refused(format!("the picture of a card: {error}")))?;
    let side = f32::from(MODULE);
    let rows = code.to_colors();
    for (row, y) in rows
        .chunks(code.width())
        .zip(downwards(PICTURE_TOP, MODULE))
    {
        for (color, x) in row.iter().zip(rightwards(LEFT, MODULE)) {
            if *color == Color::Dark {
                page.rect(f32::from(x), f32::from(y), side, side);
            }
        }
    }
    page.fill_nonzero();
    Ok(())
}

fn downwards(from: u16, step: u16) -> impl Iterator<Item = u16> {
    (0..=from).rev().step_by(usize::from(step))
}

fn rightwards(from: u16, step: u16) -> impl Iterator<Item = u16> {
    (from..).step_by(usize::from(step))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pages_carry_the_cards_and_do_not_say_what_for() {
        let (_, cards) = vault::deal(&vault::SeededRandomness::new(3));
        let pdf = of(&cards, Set::Unlocking).unwrap();
        let shown = String::from_utf8_lossy(&pdf);
        assert!(shown.starts_with("%PDF-1.7") && shown.contains("/Count 3"));
        for card in &cards {
            assert!(shown.contains(&format!("(Card {} of 3)", card.number())));
            for group in card.to_text().split('-') {
                assert!(shown.contains(&format!("({group})")), "{group}");
            }
        }
        for word in ["alcove", "practice", "unlock", "key", "record", "/Info"] {
            assert!(
                !shown.to_lowercase().contains(&word.to_lowercase()),
                "{word}"
            );
        }
    }

    #[test]
    fn cards_of_a_succession_say_so_and_not_whose_they_are() {
        let cards = vault::deal_secret(&[9; 32], 0, &vault::SeededRandomness::new(3));
        let check = "K7QF-2M3P-0000";
        let pdf = of(&cards, Set::Succession { check }).unwrap();
        let shown = String::from_utf8_lossy(&pdf);
        for card in &cards {
            let title = format!("(Succession card {} of 3)", card.number());
            assert!(shown.contains(&title));
        }
        assert!(shown.contains(check) && !shown.contains("(Card "));
        for word in ["alcove", "practice", "unlock", "client", "/Info"] {
            assert!(!shown.to_lowercase().contains(word), "{word}");
        }
    }

    #[test]
    fn the_picture_is_made_of_the_text_as_it_is_typed() {
        let (_, [card, ..]) = vault::deal(&vault::SeededRandomness::new(4));
        let text = card.to_text();
        let code = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::Q).unwrap();
        let side = u16::try_from(code.width()).unwrap();
        assert!(PICTURE_TOP - side * MODULE > TEXT_TOP + 40, "{side}");
        assert!(LEFT + side * MODULE < PAGE.0 - LEFT);
    }
}
