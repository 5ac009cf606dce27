//! The texts that people sign, in plain words, with versions.
//!
//! A text is a template: what depends on the practice and its place is filled in before anybody reads it, and what
//! was read is what is signed. Who signed what, and when, is not here.

use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};

use crate::content::{self, ContentError};
use crate::digest::{hex, sha256};
use crate::language::Language;

/// Who signs a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signers {
    /// Every client for themselves.
    EachClient,
    /// Every participant of a relational case, each alone; in force when all have signed.
    EveryParticipant,
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// A heading.
    Heading(String),
    /// A paragraph.
    Paragraph(String),
    /// A list.
    List(Vec<String>),
}

/// A text as it ships, or as it was filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentText {
    /// What it is about, such as `informed-consent`.
    pub id: String,
    /// Its version; a higher one asks again (R9).
    pub version: u32,
    /// Its language.
    pub language: String,
    /// Its title.
    pub title: String,
    /// Who signs it.
    pub signers: Signers,
    /// What it is about, in one line.
    pub summary: String,
    /// What it comes to, in one line, for where it counts; empty for its summary.
    #[serde(default)]
    pub line: String,
    /// What it says.
    pub body: Vec<Block>,
    /// What the person who signs declares.
    pub statement: String,
}

/// What depends on the practice and its place.
#[derive(Debug, Clone)]
pub struct ConsentFacts {
    /// The practice's name.
    pub practice: String,
    /// The place whose law holds, such as `Massachusetts`.
    pub place: String,
    /// The number for an emergency.
    pub emergency: String,
    /// Whom to call in a crisis, in words.
    pub crisis: String,
    /// Whom to turn to about a licence, in words.
    pub board: String,
    /// Whom to turn to inside the practice, in words.
    pub ethics_contact: String,
    /// Years from which a person is an adult.
    pub adult_age: u8,
    /// Years that a record is kept after care ends.
    pub retention_years: u8,
    /// Hours before a session until which canceling is free.
    pub cancellation_hours: u16,
    /// Minutes that a session takes.
    pub session_minutes: u16,
}

/// The texts that ship with the program, read on first use.
#[expect(
    clippy::expect_used,
    reason = "the texts are part of the binary, and a test reads them"
)]
pub fn texts() -> &'static [ConsentText] {
    static TEXTS: LazyLock<Vec<ConsentText>> =
        LazyLock::new(|| shipped().expect("the shipped consents read"));
    &TEXTS
}

/// The shipped text with this id, to be kept beside others.
pub(super) fn shared(id: &str) -> Option<Arc<ConsentText>> {
    static SHARED: LazyLock<Vec<Arc<ConsentText>>> =
        LazyLock::new(|| texts().iter().cloned().map(Arc::new).collect());
    SHARED.iter().find(|text| text.id == id).cloned()
}

/// The shipped text with this id, in English, in which all of them are there.
pub fn text(id: &str) -> Option<&'static ConsentText> {
    text_exactly(id, Language::English)
}

/// The shipped text with this id in a language, or the English one where it is not there in that language or is of an older
/// version; which of the two it is, its own language says.
pub fn text_in(id: &str, language: Language) -> Option<&'static ConsentText> {
    Some(or_english(text_exactly(id, language), text(id)?))
}

/// A text in another language, when it says what the English one says now.
fn or_english<'t>(other: Option<&'t ConsentText>, english: &'t ConsentText) -> &'t ConsentText {
    let same = other.filter(|text| text.version == english.version);
    same.unwrap_or(english)
}

fn text_exactly(id: &str, language: Language) -> Option<&'static ConsentText> {
    let mut all = texts().iter();
    all.find(|text| text.id == id && text.language == language.tag())
}

macro_rules! shipped {
    ($($file:literal),* $(,)?) => {
        vec![$(content::read($file, include_str!(concat!("../../content/", $file)))?),*]
    };
}

fn shipped() -> Result<Vec<ConsentText>, ContentError> {
    Ok(shipped![
        "consents/informed-consent.json",
        "consents/secrets-limited.json",
        "consents/secrets-none.json",
        "consents/telehealth.json",
        "consents/release-own.json",
        "consents/release-joint.json",
        "consents/de/release-own.json",
        "consents/de/release-joint.json",
        "consents/de/informed-consent.json",
        "consents/de/telehealth.json",
        "consents/de/secrets-limited.json",
        "consents/de/secrets-none.json",
    ])
}

impl ConsentText {
    /// The text as people read and sign it, with the facts of the practice filled in.
    #[must_use]
    pub fn filled(&self, facts: &ConsentFacts) -> Self {
        let fill = |text: &String| facts.fill(text);
        Self {
            title: fill(&self.title),
            summary: fill(&self.summary),
            line: fill(&self.line),
            body: self
                .body
                .iter()
                .map(|block| match block {
                    Block::Heading(text) => Block::Heading(fill(text)),
                    Block::Paragraph(text) => Block::Paragraph(fill(text)),
                    Block::List(items) => Block::List(items.iter().map(fill).collect()),
                })
                .collect(),
            statement: fill(&self.statement),
            ..self.clone()
        }
    }

    /// What it comes to, in one line.
    #[must_use]
    pub fn in_one_line(&self) -> &str {
        if self.line.is_empty() {
            &self.summary
        } else {
            &self.line
        }
    }

    /// Exactly what was read, as bytes: the same for the same text, different for any other.
    ///
    /// Each part is preceded by its kind and its length, so that no part can pass for another.
    pub fn exact_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        part(&mut bytes, b'i', &self.id);
        part(&mut bytes, b'v', &self.version.to_string());
        part(&mut bytes, b'l', &self.language);
        part(&mut bytes, b't', &self.title);
        for block in &self.body {
            match block {
                Block::Heading(text) => part(&mut bytes, b'h', text),
                Block::Paragraph(text) => part(&mut bytes, b'p', text),
                Block::List(items) => {
                    part(&mut bytes, b'u', &items.len().to_string());
                    for item in items {
                        part(&mut bytes, b'-', item);
                    }
                }
            }
        }
        if !self.line.is_empty() {
            part(&mut bytes, b'o', &self.line);
        }
        part(&mut bytes, b's', &self.statement);
        bytes
    }

    /// The digest of exactly what was read, by the hash that the caller uses.
    pub fn digest<D>(&self, hash: impl FnOnce(&[u8]) -> D) -> D {
        hash(&self.exact_bytes())
    }
}

/// SHA-256 of exactly what was read, in hexadecimal.
pub(crate) fn hexadecimal(text: &ConsentText) -> String {
    hex(&text.digest(sha256))
}

fn part(bytes: &mut Vec<u8>, kind: u8, text: &str) {
    bytes.push(kind);
    bytes.extend_from_slice(&(text.len() as u64).to_be_bytes());
    bytes.extend_from_slice(text.as_bytes());
}

impl ConsentFacts {
    fn fill(&self, text: &str) -> String {
        let numbers = [
            ("{adult_age}", u16::from(self.adult_age)),
            ("{retention_years}", u16::from(self.retention_years)),
            ("{cancellation_hours}", self.cancellation_hours),
            ("{session_minutes}", self.session_minutes),
        ];
        let words = [
            ("{practice}", &self.practice),
            ("{place}", &self.place),
            ("{emergency}", &self.emergency),
            ("{crisis}", &self.crisis),
            ("{board}", &self.board),
            ("{ethics_contact}", &self.ethics_contact),
        ];
        let filled = numbers
            .iter()
            .fold(text.to_owned(), |text, (token, number)| {
                text.replace(token, &number.to_string())
            });
        words
            .iter()
            .fold(filled, |text, (token, word)| text.replace(token, word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> ConsentFacts {
        ConsentFacts {
            practice: "Alder House".into(),
            place: "Massachusetts".into(),
            emergency: "911".into(),
            crisis: "call or text 988".into(),
            board: "the licensing board".into(),
            ethics_contact: "Priya Raman".into(),
            adult_age: 18,
            retention_years: 7,
            cancellation_hours: 24,
            session_minutes: 60,
        }
    }

    fn words(text: &ConsentText) -> String {
        let mut words = format!("{}\n{}\n{}\n", text.title, text.summary, text.statement);
        for block in &text.body {
            match block {
                Block::Heading(line) | Block::Paragraph(line) => words.push_str(line),
                Block::List(lines) => words.push_str(&lines.join("\n")),
            }
            words.push('\n');
        }
        words
    }

    #[test]
    fn every_blank_is_filled() {
        let agreements = texts()
            .iter()
            .filter(|text| !text.id.starts_with("release-"));
        for text in agreements {
            let filled = words(&text.filled(&facts()));
            assert!(!filled.contains(['{', '}']), "{}", text.id);
        }
    }

    #[test]
    fn the_agreement_says_what_it_must() {
        let agreement = words(text("informed-consent").unwrap());
        for said in [
            "no physical contact",
            "child",
            "court",
            "emergency",
            "release",
            "cancel",
            "keep",
            "without your name",
            "withdraw",
            "prescribe",
        ] {
            assert!(agreement.contains(said), "{said}");
        }
    }

    #[test]
    fn both_ways_with_secrets_are_there_and_everybody_signs() {
        for id in ["secrets-none", "secrets-limited"] {
            let text = text(id).unwrap();
            assert_eq!(text.signers, Signers::EveryParticipant);
            assert!(words(text).contains("every adult who took part has signed"));
            // R15: what is shared leaves for others with every signature; a copy for oneself holds it, too.
            let own = "a copy for yourself at any time: of your own side, and of what was shared";
            assert!(words(text).contains(own));
            let german = text_in(id, Language::German).unwrap();
            assert_eq!((german.language.as_str(), german.version), ("de", 2));
            assert!(words(german).contains("eine Kopie für sich haben"));
        }
    }

    #[test]
    fn a_language_in_which_a_text_is_not_there_falls_back_and_says_so() {
        let german = text_in("telehealth", Language::German).unwrap();
        assert_eq!((german.language.as_str(), german.version), ("de", 1));
        let newer = ConsentText {
            version: 2,
            ..super::text("telehealth").unwrap().clone()
        };
        assert_eq!(or_english(Some(german), &newer).language, "en");
        assert_eq!(or_english(None, &newer).language, "en");
        for text in texts() {
            let original = super::text(&text.id).unwrap();
            assert_eq!(
                text.body.len(),
                original.body.len(),
                "{} {}",
                text.id,
                text.language
            );
            assert_eq!(text.signers, original.signers);
        }
    }

    #[test]
    fn any_other_text_has_other_bytes() {
        let text = text("telehealth").unwrap();
        let filled = text.filled(&facts());
        assert_eq!(filled.exact_bytes(), text.filled(&facts()).exact_bytes());
        let newer = ConsentText {
            version: filled.version + 1,
            ..filled.clone()
        };
        let mut joined = filled.clone();
        joined.body = vec![Block::Paragraph("ab".into()), Block::Paragraph("c".into())];
        let mut apart = filled.clone();
        apart.body = vec![Block::Paragraph("a".into()), Block::Paragraph("bc".into())];
        assert_ne!(filled.exact_bytes(), newer.exact_bytes());
        assert_ne!(joined.exact_bytes(), apart.exact_bytes());
        assert_eq!(filled.digest(<[u8]>::len), filled.exact_bytes().len());
    }
}
