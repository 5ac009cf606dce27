//! The questions of a part as fields of a form, and back: answers from what was typed, what was typed from answers.

use practice::intake::questions::{AnswerKind, Question, QuestionId, Section, questions};
use practice::intake::{Answer, Answers, Ranked};
use practice::library::{ConcernId, library};
use practice::private::Private;
use web::Form;

/// The longest text of one field, in characters.
const TEXT: usize = 10_000;
/// The longest line, in characters.
const LINE: usize = 500;

/// A question as it stands on the page.
pub(super) struct Field {
    pub(super) id: String,
    pub(super) text: &'static str,
    pub(super) hint: String,
    pub(super) kind: Kind,
    /// The field that keeps it for the room, and its words.
    pub(super) room: String,
    pub(super) room_words: &'static str,
}

/// How a question is answered on the page.
pub(super) enum Kind {
    /// One line.
    Line,
    /// As many lines as wanted.
    Lines,
    /// One of these; the field for own words, if there is one.
    One(Vec<(String, String)>, Option<String>),
    /// Any of these; the same.
    Any(Vec<(String, String)>, Option<String>),
    /// A number from 0 to 10, as every scale of the intake has them.
    Scale { low: String, high: String },
    /// Concerns in order: the fields of each place.
    Ranked(Vec<Place>),
}

/// One place in the order of concerns.
pub(super) struct Place {
    pub(super) name: String,
    pub(super) words: String,
    pub(super) label: String,
    pub(super) groups: Vec<Group>,
}

/// Concerns under a heading, with the client's words for each.
pub(super) struct Group {
    pub(super) title: &'static str,
    pub(super) concerns: Vec<(&'static str, &'static str)>,
}

/// The questions of a part that stand on its page: all but the date of birth, which comes first of all.
pub(super) fn of(section: &'static Section) -> Vec<Field> {
    section
        .questions
        .iter()
        .filter(|question| question.rule.is_none())
        .map(field)
        .collect()
}

fn field(question: &'static Question) -> Field {
    let id = question.id.as_ref();
    let source = questions().source(question);
    let source = source.map(|source| {
        format!(
            "This question is from {}, {} ({}).",
            source.title, source.published, source.license
        )
    });
    let hints = question.hint.iter().chain(&source);
    Field {
        id: id.to_owned(),
        text: &question.text,
        hint: hints.map(String::as_str).collect::<Vec<_>>().join(" "),
        kind: kind(question),
        room: room(id),
        room_words: &questions().in_person,
    }
}

fn kind(question: &'static Question) -> Kind {
    let id = question.id.as_ref();
    let own = |describe: bool| describe.then(|| beside(id));
    let options = || {
        let options = question.options().iter();
        options.map(|option| (option.value.clone(), option.label.clone()))
    };
    match &question.answer {
        AnswerKind::Date | AnswerKind::Text => Kind::Line,
        AnswerKind::LongText => Kind::Lines,
        AnswerKind::Choice { describe, .. } => {
            let skip = (String::new(), questions().skip.clone());
            Kind::One(options().chain([skip]).collect(), own(*describe))
        }
        AnswerKind::Choices { describe, .. } => Kind::Any(options().collect(), own(*describe)),
        AnswerKind::Scale { low, high, .. } => Kind::Scale {
            low: low.clone(),
            high: high.clone(),
        },
        AnswerKind::Concerns { most } => {
            Kind::Ranked((1..=*most).map(|at| place(id, at)).collect())
        }
    }
}

fn place(id: &str, at: u8) -> Place {
    let label = match at {
        1 => "First of all",
        2 => "Then",
        _ => "And",
    };
    let groups = library().groups().iter().map(|group| Group {
        title: &group.title,
        concerns: group
            .concerns
            .iter()
            .filter_map(|concern| library().concern(concern))
            .map(|concern| (concern.id.as_ref(), concern.client_label.as_str()))
            .collect(),
    });
    Place {
        name: format!("{id}-{at}"),
        words: format!("{id}-{at}-words"),
        label: label.to_owned(),
        groups: groups.collect(),
    }
}

fn room(id: &str) -> String {
    format!("{id}-room")
}

fn beside(id: &str) -> String {
    format!("{id}-words")
}

/// The answers of a part as they were typed; texts that are too long are refused in the form.
pub(super) fn typed(section: &'static Section, form: &mut Form) -> Answers {
    let mut answers = Answers::new();
    for question in &section.questions {
        let id = question.id.as_ref();
        let answer = if form.ticked(&room(id)) {
            Some(Answer::InTheRoom)
        } else {
            answer(question, form)
        };
        if let Some(answer) = answer {
            answers.insert(QuestionId::new(id), answer);
        }
    }
    answers
}

fn answer(question: &Question, form: &mut Form) -> Option<Answer> {
    let id = question.id.as_ref();
    match &question.answer {
        AnswerKind::Date => None,
        AnswerKind::Text => Some(Answer::Text(line(form, id, LINE))),
        AnswerKind::LongText => Some(Answer::Text(line(form, id, TEXT))),
        AnswerKind::Scale { .. } => form.parsed(id).map(Answer::Scale),
        AnswerKind::Choice { .. } | AnswerKind::Choices { .. } => {
            let words = line(form, &beside(id), LINE);
            let values = form.all(id).into_iter().map(str::to_owned).collect();
            Some(Answer::Chosen { values, words })
        }
        AnswerKind::Concerns { most } => {
            let ranked = (1..=*most).map(|at| {
                let concern = form.text(&format!("{id}-{at}")).to_owned();
                Ranked {
                    concern: (!concern.is_empty()).then(|| ConcernId::new(concern)),
                    words: line(form, &format!("{id}-{at}-words"), LINE),
                }
            });
            Some(Answer::Ranked(ranked.collect()))
        }
    }
}

fn line(form: &mut Form, name: &str, most: usize) -> Private<String> {
    form.within(name, most);
    Private::from(form.text(name))
}

/// What stands in the fields for these answers.
pub(super) fn filled(section: &'static Section, answers: &Answers) -> Form {
    let mut fields: Vec<(String, String)> = Vec::new();
    for question in &section.questions {
        let id = question.id.as_ref();
        match answers.get(&question.id) {
            None => {}
            Some(Answer::InTheRoom) => fields.push((room(id), "yes".to_owned())),
            Some(Answer::Text(words)) => fields.push((id.to_owned(), words.reveal().clone())),
            Some(Answer::Scale(at)) => fields.push((id.to_owned(), at.to_string())),
            Some(Answer::Chosen { values, words }) => {
                fields.extend(values.iter().map(|value| (id.to_owned(), value.clone())));
                fields.push((beside(id), words.reveal().clone()));
            }
            Some(Answer::Ranked(ranked)) => {
                for (at, one) in (1_u8..).zip(ranked) {
                    let concern = one.concern.as_ref().map_or("", AsRef::as_ref);
                    fields.push((format!("{id}-{at}"), concern.to_owned()));
                    fields.push((format!("{id}-{at}-words"), one.words.reveal().clone()));
                }
            }
        }
    }
    Form::filled(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scale_goes_from_0_to_10_as_the_page_shows_it() {
        let all = questions()
            .sections
            .iter()
            .flat_map(|section| &section.questions);
        for question in all {
            if let AnswerKind::Scale { from, to, .. } = &question.answer {
                assert_eq!((*from, *to), (0, 10), "{}", question.id.as_ref());
            }
        }
    }

    #[test]
    fn what_is_stored_fills_the_fields_and_comes_back_the_same() {
        for section in &questions().sections {
            let mut answers = Answers::new();
            for question in section
                .questions
                .iter()
                .filter(|asked| asked.rule.is_none())
            {
                let answer = match &question.answer {
                    AnswerKind::Scale { .. } => Answer::Scale(4),
                    AnswerKind::Choice { options, .. } | AnswerKind::Choices { options, .. } => {
                        Answer::Chosen {
                            values: vec![options[0].value.clone()],
                            words: Private::default(),
                        }
                    }
                    AnswerKind::Concerns { .. } => Answer::Ranked(vec![Ranked {
                        concern: Some(ConcernId::new("P1")),
                        words: Private::from("It hurts"),
                    }]),
                    AnswerKind::Date | AnswerKind::Text => Answer::InTheRoom,
                    AnswerKind::LongText => Answer::Text(Private::from("Two\nlines")),
                };
                answers.insert(question.id.clone(), answer);
            }
            let mut form = filled(section, &answers);
            let back = section.fitting(typed(section, &mut form));
            assert_eq!(back, answers, "{}", section.id);
        }
    }
}
