//! Answers in words, as they are read on a page or in a document.

use super::Answer;
use super::questions::{AnswerKind, Question, questions};
use crate::library::library;

impl Question {
    /// An answer to this question in words, a line each; nothing for what says nothing.
    #[must_use]
    pub fn in_words(&self, said: &Answer) -> Vec<String> {
        let lines = match said {
            Answer::InTheRoom => vec![questions().in_person.clone()],
            Answer::Text(words) => vec![words.reveal().clone()],
            Answer::Scale(at) => vec![self.scale_in_words(*at)],
            Answer::Chosen { values, words } => {
                let chosen = self.options().iter();
                let chosen = chosen.filter(|option| values.contains(&option.value));
                let labels = chosen.map(|option| option.label.clone());
                labels
                    .chain(std::iter::once(words.reveal().clone()))
                    .collect()
            }
            Answer::Ranked(ranked) => ranked
                .iter()
                .map(|one| {
                    let concern = one.concern.as_ref().and_then(|id| library().concern(id));
                    let concern = concern.map_or("", |concern| concern.client_label.as_str());
                    match (concern, one.words.reveal().as_str()) {
                        (concern, "") => concern.to_owned(),
                        ("", words) => format!("“{words}”"),
                        (concern, words) => format!("{concern}: “{words}”"),
                    }
                })
                .collect(),
        };
        let mut lines = lines;
        lines.retain(|line| !line.trim().is_empty());
        lines
    }

    /// A number between its two ends, in words.
    fn scale_in_words(&self, at: u8) -> String {
        match &self.answer {
            AnswerKind::Scale {
                from,
                to,
                low,
                high,
            } => format!("{at}, between {from} ({low}) and {to} ({high})"),
            AnswerKind::Date
            | AnswerKind::Text
            | AnswerKind::LongText
            | AnswerKind::Choice { .. }
            | AnswerKind::Choices { .. }
            | AnswerKind::Concerns { .. } => at.to_string(),
        }
    }
}
