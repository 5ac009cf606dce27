//! People who come into a case, as forms ask for them and pages tell of it: names with a safe way each, and how each is let in.

use askama::Template;
use practice::accounts::{Invited, LetIn, Newcomer};
use practice::ids::PersonId;
use practice::people::Channel;
use practice::post::Leaves;
use practice::private::Private;
use web::{Form, Page};

/// The most people that one form brings along.
const MOST: usize = 5;

/// The names of the fields of somebody who is new.
pub(crate) struct NewcomerFields {
    pub(crate) number: usize,
    pub(crate) name: String,
    pub(crate) pronouns: String,
    pub(crate) mail: String,
}

/// Says how each is let in.
#[derive(Template)]
#[template(path = "inbox/accepted.html")]
pub(crate) struct Done {
    pub(crate) page: Page,
    pub(crate) title: &'static str,
    pub(crate) case: String,
    pub(crate) cares: bool,
    /// Whether something can be booked at once; joint work waits for the screening.
    pub(crate) books: bool,
    pub(crate) rows: Vec<Row>,
}

/// Somebody who is let in.
pub(crate) struct Row {
    person: String,
    name: String,
    line: &'static str,
    link: String,
}

/// The fields of as many people as the form has, at least `least`.
pub(crate) fn fields(form: &Form, least: usize) -> Vec<NewcomerFields> {
    let shown = form.parsed::<usize>("others").unwrap_or(least);
    (1..=shown.clamp(least, MOST))
        .map(|number| NewcomerFields {
            number,
            name: format!("name-{number}"),
            pronouns: format!("pronouns-{number}"),
            mail: format!("mail-{number}"),
        })
        .collect()
}

/// The form with fields for one more; nothing is decided.
pub(crate) fn one_more(form: &mut Form, least: usize) {
    let shown = fields(form, least).len();
    form.set("others", (shown + 1).min(MOST).to_string());
}

/// Those who are new, of the form's fields; `None` when something is missing. A blank one is left out where `least` may be.
pub(crate) fn newcomers(form: &mut Form, least: usize) -> Option<Vec<Newcomer>> {
    let mut found = Vec::new();
    for fields in fields(form, least) {
        let is_blank = form.text(&fields.name).is_empty() && form.text(&fields.mail).is_empty();
        if is_blank && fields.number > least {
            continue;
        }
        let name = form.need(&fields.name, 200, "Write the name to use.");
        let mail = form.need(
            &fields.mail,
            320,
            "Write an email address that is safe for them.",
        );
        form.within(&fields.pronouns, 100);
        if mail.as_ref().is_some_and(|mail| !looks_like_mail(mail)) {
            form.refuse(
                &fields.mail,
                "This is not an email address: there is one @ in it.",
            );
        }
        if let (Some(name), Some(mail)) = (name, mail) {
            found.push(Newcomer {
                name: name.into(),
                pronouns: Private::new(form.text(&fields.pronouns).to_owned()),
                channel: Channel::Mail,
                address: mail.into(),
            });
        }
    }
    form.is_good().then_some(found)
}

fn looks_like_mail(address: &str) -> bool {
    let plain = !address.contains(char::is_whitespace);
    let halves: Vec<&str> = address.split('@').collect();
    plain && matches!(halves.as_slice(), [name, house] if !name.is_empty() && !house.is_empty())
}

/// How somebody is let in, in the words of a row.
pub(crate) fn let_in(person: PersonId, name: String, how: &LetIn) -> Row {
    let line = match how {
        LetIn::Invited(invited) => return row(person, name, invited),
        LetIn::AsBefore(Some(_)) => {
            "They sign in as before. A message says that something changed, and nothing of what."
        }
        LetIn::AsBefore(None) => {
            "They sign in as before. Email is not a safe way for them: tell them yourself, by a safe way."
        }
    };
    Row {
        person: person.to_string(),
        name,
        line,
        link: String::new(),
    }
}

/// What became of an invitation, in the words of a row; a link to hand over is shown once.
pub(crate) fn row(person: PersonId, name: String, invited: &Invited) -> Row {
    let (line, link) = match invited {
        Invited::Mailed(Leaves::At(_)) => (
            "The link waits for the time of day at which email is safe for them, and leaves then. It works once, for 14 days.",
            String::new(),
        ),
        Invited::Mailed(Leaves::Now) => (
            "The link is on its way by email. It works once, for 14 days.",
            String::new(),
        ),
        Invited::ByHand(invitation) => (
            "Email is not a safe way for them. Hand this link over yourself; it works once, for 14 days, and is shown only now. They can read that you were shown it.",
            format!("/invitation/{}", invitation.text()),
        ),
        Invited::NotYet => (
            "Email is not a safe way for them. Whoever cares for them hands a link over, from the page of their contact.",
            String::new(),
        ),
    };
    Row {
        person: person.to_string(),
        name,
        line,
        link,
    }
}
