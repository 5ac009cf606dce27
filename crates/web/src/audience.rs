//! Who can see what is typed or read here: the label that stands at every confidential box.
//!
//! Colour, icon, edge and words say the same thing, and the words name people, never "private" alone.
//! Not here: who may open a compartment. That is `practice::access`; this only says it.

use std::fmt;

use askama::filters::HtmlSafe;

use crate::parts::icon;

/// The four kinds of audience, each with its own colour, icon and edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// One person and their clinician: solid edge, closed door.
    Private,
    /// Partners and the clinician: double edge, two rings.
    Shared,
    /// People of the practice: dotted edge, a building.
    Team,
    /// The author alone, encrypted in the browser: dashed edge, a padlock. For nothing else.
    Sealed,
}

impl Seen {
    /// The class of the style sheet, also of a submit button (`btn--private`, `btn--shared`).
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Shared => "shared",
            Self::Team => "team",
            Self::Sealed => "sealed",
        }
    }

    /// The icon that always goes with it.
    #[must_use]
    pub fn icon(self) -> &'static str {
        match self {
            Self::Private => "door",
            Self::Shared => "pair",
            Self::Team => "team",
            Self::Sealed => "lock",
        }
    }
}

/// An audience in words. `{{ audience }}` writes its label, `{{ audience.small() }}` the small one;
/// the macro `compartment` puts a box under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audience {
    /// Which of the four kinds.
    pub seen: Seen,
    /// Who, in words that name people: "Only you and Dr. Okafor".
    pub who: String,
    /// One sentence more: "Sam cannot see this, and is not told that you wrote it." May be empty.
    pub why: String,
}

impl Audience {
    /// An audience in other words than the four below.
    #[must_use]
    pub fn new(seen: Seen, who: impl Into<String>) -> Self {
        Self {
            seen,
            who: who.into(),
            why: String::new(),
        }
    }

    /// "Only you and Dr. Okafor".
    #[must_use]
    pub fn only_you_and(clinician: &str) -> Self {
        Self::new(Seen::Private, format!("Only you and {clinician}"))
    }

    /// "Shared with Sam", "Shared with Sam and Kit".
    #[must_use]
    pub fn shared_with(partners: &[&str]) -> Self {
        Self::new(Seen::Shared, format!("Shared with {}", listed(partners)))
    }

    /// "Your care team".
    #[must_use]
    pub fn care_team() -> Self {
        Self::new(Seen::Team, "Your care team")
    }

    /// "Only the author, encrypted". For what the browser encrypts (T3) and nothing else.
    #[must_use]
    pub fn author_only() -> Self {
        Self::new(Seen::Sealed, "Only the author, encrypted")
    }

    /// On the desk, one partner's own material: "Noor only. Not for Sam".
    #[must_use]
    pub fn one_of(person: &str, others: &[&str]) -> Self {
        let who = if others.is_empty() {
            format!("{person} only")
        } else {
            format!("{person} only. Not for {}", listed(others))
        };
        Self::new(Seen::Private, who)
    }

    /// The same with one sentence of explanation under the label of a box.
    #[must_use]
    pub fn because(mut self, why: impl Into<String>) -> Self {
        self.why = why.into();
        self
    }

    /// The label in its small size, for rows.
    #[must_use]
    pub fn small(&self) -> Label<'_> {
        Label {
            audience: self,
            size: " who--sm",
        }
    }
}

/// "Sam", "Sam and Kit", "Sam, Kit and Bo".
#[must_use]
pub fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

impl fmt::Display for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Label {
            audience: self,
            size: "",
        }
        .fmt(f)
    }
}

impl HtmlSafe for Audience {}

/// An audience as a label in a row or a heading.
#[derive(Debug, Clone, Copy)]
pub struct Label<'a> {
    audience: &'a Audience,
    size: &'static str,
}

impl fmt::Display for Label<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Audience { seen, who, .. } = self.audience;
        let Ok(who) = askama::filters::escape(who.as_str(), askama::filters::Html);
        write!(
            f,
            r#"<span class="who {}{}">{}{who}</span>"#,
            seen.class(),
            self.size,
            icon(seen.icon())
        )
    }
}

impl HtmlSafe for Label<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_name_people_and_are_escaped() {
        assert_eq!(
            Audience::shared_with(&["Sam", "Kit", "Bo"]).who,
            "Shared with Sam, Kit and Bo"
        );
        assert_eq!(
            Audience::one_of("Noor", &["Sam"]).who,
            "Noor only. Not for Sam"
        );
        let html = Audience::only_you_and("Dr. <b>").to_string();
        assert!(html.contains("Only you and Dr. &#60;b&#62;"), "{html}");
        assert!(html.contains("icons.svg#door"));
    }
}
