//! What several pages say in the same words: who reads what, days and times, a session.

use jiff::Timestamp;
use jiff::civil::Date;
use practice::calendar::{Place, SessionKind, SessionState};
use practice::cases::Sides;
use practice::consent::Policy;
use practice::home::MySession;
use practice::private::Private;
use web::{Audience, Seen, Visit, listed};

/// For whom the two sides of a case are, in words.
#[derive(Debug, Clone)]
pub(crate) struct Readers {
    /// "Dr. Okafor".
    pub(crate) care: String,
    /// Which place of the reader's this is: "With Dr. Okafor, together with Sam", "With Dr. Okafor, for you alone".
    pub(crate) place: String,
    /// "Sam", "Sam and Kit"; empty in an individual case.
    pub(crate) partners: String,
    /// "Only you and Dr. Okafor".
    pub(crate) own: Audience,
    /// Whether there is somebody to share with.
    pub(crate) shares: bool,
    /// "Shared with Sam"; also where Sam left and reads what was shared until then.
    pub(crate) joint: Option<Audience>,
    /// "Sam is not told that these exist."
    pub(crate) untold: String,
    /// "You, Sam and Dr. Okafor."
    pub(crate) all_of_you: String,
    /// What happens with what is told alone, by what the reader signed; nothing in an individual case.
    pub(crate) policy: Option<PolicyView>,
}

/// The policy on secrets as it counts for the reader.
#[derive(Debug, Clone)]
pub(crate) struct PolicyView {
    pub(crate) line: String,
    pub(crate) href: String,
    /// "What you signed".
    pub(crate) link: &'static str,
}

impl PolicyView {
    fn of(policy: &Policy) -> Self {
        let (href, link) = match policy.signed {
            Some(signed) => (format!("/my/consents/signed/{signed}"), "What you signed"),
            None => (
                format!("/my/consents/{}/{}", policy.participant, policy.document),
                "Read and sign it",
            ),
        };
        Self {
            line: policy.line.clone(),
            href,
            link,
        }
    }
}

impl Readers {
    pub(crate) fn of(sides: &Sides) -> Self {
        let care: Vec<&str> = sides.care.iter().map(String::as_str).collect();
        let care = listed(&care);
        let names: Vec<&str> = sides
            .partners
            .iter()
            .map(|name| name.reveal().as_str())
            .collect();
        let once: Vec<&str> = sides
            .once
            .iter()
            .map(|name| name.reveal().as_str())
            .collect();
        let shares = !names.is_empty();
        let names = if shares { names } else { once };
        let partners = listed(&names);
        let own = Audience::only_you_and(&care);
        let are = if names.len() > 1 { "are" } else { "is" };
        let place = match (sides.relational, partners.as_str()) {
            (true, "") => format!("With {care}"),
            (true, partners) => format!("With {care}, together with {partners}"),
            (false, _) => format!("With {care}, for you alone"),
        };
        Self {
            place,
            policy: sides.policy.as_ref().map(PolicyView::of),
            untold: format!("{} {are} not told that these exist.", capital(&partners)),
            all_of_you: format!(
                "{}.",
                listed(&[&["You"], &names[..], &[care.as_str()]].concat())
            ),
            own: if partners.is_empty() {
                own
            } else {
                own.because(format!(
                    "{} cannot see this, and {are} not told that you wrote it.",
                    capital(&partners)
                ))
            },
            joint: (!partners.is_empty()).then(|| {
                let why = if shares {
                    let all = listed(&[&names[..], &[care.as_str()]].concat());
                    format!("{} can read this.", capital(&all))
                } else {
                    let read = if names.len() > 1 { "read" } else { "reads" };
                    format!(
                        "{} {read} what was shared until then, and nothing that is new.",
                        capital(&partners)
                    )
                };
                Audience::shared_with(&names).because(why)
            }),
            shares,
            care,
            partners,
        }
    }

    /// "Your reflection: only you and Dr. Okafor".
    pub(crate) fn your(&self, what: &str) -> Audience {
        Audience::new(
            Seen::Private,
            format!("Your {what}: only you and {}", self.care),
        )
    }

    /// "Sam", as a sentence begins.
    pub(crate) fn capital_partners(&self) -> String {
        capital(&self.partners)
    }

    /// "Save for Dr. Okafor only".
    pub(crate) fn save_own(&self) -> String {
        format!("Save for {} only", self.care)
    }

    /// What becomes of what is told alone, where no policy of several says it.
    pub(crate) fn limits(&self) -> String {
        match &self.policy {
            Some(_) => String::new(),
            None => format!("It stays between you and {}.", self.care),
        }
    }

    /// "From Sam".
    pub(crate) fn from(&self, name: &str, day: &str) -> Audience {
        Audience::new(Seen::Shared, format!("From {name}"))
            .because(format!("Shared with you and {} on {day}", self.care))
    }

    /// "Share with Sam".
    pub(crate) fn share(&self) -> String {
        format!("Share with {}", self.partners)
    }
}

/// With a capital at its beginning, as a sentence begins.
pub(crate) fn capital(words: &str) -> String {
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// "Thursday 19 November".
pub(crate) fn day(visit: &Visit, at: Timestamp) -> String {
    let locale = &visit.web().house().locale;
    locale.day(locale.here(at).date(), today(visit))
}

/// Today where the practice is.
pub(crate) fn today(visit: &Visit) -> Date {
    let locale = &visit.web().house().locale;
    locale.here(visit.web().now()).date()
}

/// A session in words.
#[derive(Debug, Clone)]
pub(crate) struct SessionView {
    /// "Thursday".
    pub(crate) weekday: String,
    /// "19".
    pub(crate) number: String,
    /// "November".
    pub(crate) month: String,
    /// "Thursday 19 November".
    pub(crate) day: String,
    /// "10:00 to 11:00".
    pub(crate) span: String,
    /// ", with Sam", or nothing.
    pub(crate) with: String,
    /// "Dr. Okafor, by video."
    pub(crate) place: String,
    /// Whether it is by video.
    pub(crate) video: bool,
    /// "Canceled", or nothing.
    pub(crate) state: &'static str,
    /// For `datetime`.
    pub(crate) machine: String,
    /// "Calling it off is free until Wednesday 18 November, 10:00.", or nothing when that has passed.
    pub(crate) calling_off: String,
}

impl SessionView {
    /// The icon of its place.
    pub(crate) fn icon(&self) -> &'static str {
        if self.video { "video" } else { "pin" }
    }

    pub(crate) fn of(visit: &Visit, one: &MySession) -> Self {
        let locale = &visit.web().house().locale;
        let (from, until) = (
            locale.here(instant(one.session.starts_at)),
            locale.here(instant(one.session.ends_at)),
        );
        let names: Vec<&str> = one.with.iter().map(|name| name.reveal().as_str()).collect();
        let video = one.session.place == Place::Video;
        let place = match (&one.room, video) {
            (_, true) => "by video".to_owned(),
            (Some(room), false) => format!("in the office, {room}"),
            (None, false) => "in the office".to_owned(),
        };
        Self {
            weekday: from.strftime("%A").to_string(),
            number: from.strftime("%-d").to_string(),
            month: from.strftime("%B").to_string(),
            day: locale.day(from.date(), today(visit)),
            span: locale.span(from.time(), until.time()),
            with: if names.is_empty() {
                String::new()
            } else {
                format!(", with {}", listed(&names))
            },
            place: format!("{}, {place}.", one.clinician),
            video,
            state: match one.session.state {
                SessionState::Cancelled => "Canceled",
                SessionState::NotHeld => "Did not take place",
                SessionState::Booked | SessionState::Held => "",
            },
            machine: web::machine(&from),
            calling_off: calling_off(visit, one),
        }
    }
}

fn calling_off(visit: &Visit, one: &MySession) -> String {
    if one.session.kind == SessionKind::Consultation {
        return "It is free, and you can call it off without a reason.".to_owned();
    }
    if one.free_until <= visit.web().now() {
        return String::new();
    }
    let locale = &visit.web().house().locale;
    let until = locale.moment(&locale.here(one.free_until), today(visit));
    format!("Calling it off is free until {until}.")
}

fn instant(micros: i64) -> Timestamp {
    practice::clock::from_micros(micros)
}

/// The words of a private value, for a page of the one who may read it.
pub(crate) fn words(value: &Private<String>) -> String {
    value.reveal().clone()
}
