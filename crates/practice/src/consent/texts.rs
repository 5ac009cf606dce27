//! The texts that people sign, in plain words, with versions.
//!
//! A text is a template: what depends on the practice and its place is filled in before anybody reads it, and what
//! was read is what is signed. Who signed what, and when, is not here.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::content::{self, ContentError};

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

/// The shipped text with this id.
pub fn text(id: &str) -> Option<&'static ConsentText> {
    texts().iter().find(|text| text.id == id)
}

fn shipped() -> Result<Vec<ConsentText>, ContentError> {
    Ok(vec![
        content::read(
            "consents/informed-consent.json",
            include_str!("../../content/consents/informed-consent.json"),
        )?,
        content::read(
            "consents/secrets-limited.json",
            include_str!("../../content/consents/secrets-limited.json"),
        )?,
        content::read(
            "consents/secrets-none.json",
            include_str!("../../content/consents/secrets-none.json"),
        )?,
        content::read(
            "consents/telehealth.json",
            include_str!("../../content/consents/telehealth.json"),
        )?,
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
        part(&mut bytes, b's', &self.statement);
        bytes
    }

    /// The digest of exactly what was read, by the hash that the caller uses.
    pub fn digest<D>(&self, hash: impl FnOnce(&[u8]) -> D) -> D {
        hash(&self.exact_bytes())
    }
}

/// SHA-256 of exactly what was read, in hexadecimal.
pub(super) fn hexadecimal(text: &ConsentText) -> String {
    let digest = text.digest(|bytes| aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes));
    digest
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
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
        for text in texts() {
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
