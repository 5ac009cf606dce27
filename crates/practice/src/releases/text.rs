//! The exact text of a release, as each signer reads it: what, of which days, to whom, for what, until when.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::consent::texts::{self, Block, ConsentText};
use crate::copies::what::{Days, Kinds};
use crate::language::Language;
use crate::private::Private;

/// Of which side a signature lets something leave.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Of the signer's own.
    Own,
    /// Of the joint one.
    Joint,
}

impl Part {
    /// The stored word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Joint => "joint",
        }
    }

    /// The part of a stored word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        [Self::Own, Self::Joint]
            .into_iter()
            .find(|one| one.word() == word)
    }

    const fn document(self) -> &'static str {
        match self {
            Self::Own => "release-own",
            Self::Joint => "release-joint",
        }
    }
}

/// What a release allows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Frame {
    /// Which kinds of content.
    pub kinds: Kinds,
    /// Of which days.
    pub days: Days,
    /// To whom, by name.
    pub to: Private<String>,
    /// By which way.
    pub way: Private<String>,
    /// For what.
    pub purpose: Private<String>,
    /// For what, as everybody reads it who signs for the joint part, where that is said in other words.
    #[serde(default)]
    pub joint_purpose: Option<Private<String>>,
    /// The last day on which it allows anything.
    pub until: Date,
    /// In which language it is read and signed, and the document made.
    pub language: Language,
}

impl Frame {
    /// Whether anything may leave on its ground on this day.
    #[must_use]
    pub fn lasts(&self, today: Date) -> bool {
        today <= self.until
    }

    /// The kinds that can be of a part: nothing on the joint side is of some kinds.
    #[must_use]
    pub fn kinds_of(&self, part: Part) -> Kinds {
        let all = self.kinds.iter().copied();
        all.filter(|kind| part == Part::Own || kind.can_be_joint())
            .collect()
    }

    /// As it is read for a part: the kinds that can be of it, and what that part is for. Nothing is in it of what a part beside it
    /// is for (R2).
    #[must_use]
    pub fn of(&self, part: Part) -> Self {
        let joint = self.joint_purpose.as_ref().filter(|_| part == Part::Joint);
        Self {
            kinds: self.kinds_of(part),
            purpose: joint.unwrap_or(&self.purpose).clone(),
            joint_purpose: None,
            ..self.clone()
        }
    }

    /// What a document is for that holds these parts: each thing once.
    #[must_use]
    pub fn purpose_of(&self, parts: impl IntoIterator<Item = Part>) -> Private<String> {
        let mut said: Vec<String> = Vec::new();
        for part in parts {
            let purpose = self.of(part).purpose.reveal().clone();
            if !said.contains(&purpose) {
                said.push(purpose);
            }
        }
        Private::new(said.join("\n"))
    }

    /// Exactly what is read and signed. `nothing` where there is no such text.
    #[must_use]
    pub fn text(&self, part: Part, practice: &str) -> Option<ConsentText> {
        let template = texts::text_in(part.document(), self.language)?;
        let of = self.of(part);
        let kinds: Vec<&str> = of
            .kinds
            .iter()
            .map(|kind| kind.plain(self.language))
            .collect();
        let blanks = [
            ("practice", practice.to_owned()),
            ("kinds", kinds.join(", ")),
            ("from", self.language.day(self.days.from())),
            ("to", self.language.day(self.days.until())),
            ("recipient", self.to.reveal().clone()),
            ("way", self.way.reveal().clone()),
            ("purpose", of.purpose.reveal().clone()),
            ("until", self.language.day(self.until)),
        ];
        let fill = |text: &String| filled(text, &blanks);
        Some(ConsentText {
            body: template
                .body
                .iter()
                .map(|block| match block {
                    Block::Heading(text) => Block::Heading(fill(text)),
                    Block::Paragraph(text) => Block::Paragraph(fill(text)),
                    Block::List(lines) => Block::List(lines.iter().map(fill).collect()),
                })
                .collect(),
            ..template.clone()
        })
    }
}

/// Fills the blanks in one pass, so that what somebody typed into one is never taken for another.
fn filled(text: &str, blanks: &[(&str, String)]) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, piece) in text.split('{').enumerate() {
        let known = piece.split_once('}').filter(|_| at > 0);
        match known.and_then(|(name, rest)| {
            let found = blanks.iter().find(|(blank, _)| *blank == name)?;
            Some((found.1.as_str(), rest))
        }) {
            Some((value, rest)) => {
                out.push_str(value);
                out.push_str(rest);
            }
            None => out.push_str(piece),
        }
    }
    out
}
