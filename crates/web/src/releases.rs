//! The fields of a release, as both doors read them: what, of which days, to whom, by which way, for what, until when.
//!
//! Not here: of whose side, which each door asks in its own words.

use jiff::civil::Date;
use practice::copies::what::{Days, Kind, Kinds};
use practice::language::Language;
use practice::private::Private;
use practice::releases::text::Frame;

use crate::form::Form;

/// The longest name and way, in characters.
const NAME: usize = 200;
/// The longest purpose.
const PURPOSE: usize = 1_000;

/// What may be named, with its word in a form.
#[must_use]
pub fn kinds() -> Vec<(&'static str, String)> {
    let all = Kind::ALL.into_iter();
    all.map(|kind| {
        let words = kind.plain(Language::English);
        let mut letters = words.chars();
        let first = letters.next().map(char::to_uppercase);
        let capital = first.into_iter().flatten().chain(letters).collect();
        (kind.word(), capital)
    })
    .collect()
}

/// The kinds that were chosen; none is refused.
pub fn chosen(form: &mut Form) -> Kinds {
    let kinds: Kinds = form
        .all("kinds")
        .into_iter()
        .filter_map(Kind::of_word)
        .collect();
    if kinds.is_empty() {
        form.refuse("kinds", "Choose what may leave.");
    }
    kinds
}

/// The days that were given, in the fields `from` and `until_day`.
pub fn days(form: &mut Form) -> Option<Days> {
    let days = form
        .parsed::<Date>("from")
        .zip(form.parsed::<Date>("until_day"))
        .and_then(|(from, until)| Days::new(from, until));
    if days.is_none() {
        form.refuse("from", "Give the first and the last day, in this order.");
    }
    days
}

/// What it is for, in the field `name`.
pub fn purpose(form: &mut Form, name: &str) -> Option<String> {
    form.need(name, PURPOSE, "Say what it is for.")
}

/// What the form names, or nothing with the messages beside its fields: `kinds`, `from`, `until_day`, `until`, `to`, `way`,
/// `language`. What it is for is what was read before, of the own part and of the joint one.
pub fn frame(form: &mut Form, (own, joint): (Option<String>, Option<String>)) -> Option<Frame> {
    let kinds = chosen(form);
    let days = days(form);
    let until = form.parsed::<Date>("until");
    if until.is_none() {
        form.refuse("until", "Say until when it may be handed out.");
    }
    let to = form.need("to", NAME, "Say to whom.");
    let way = form.need("way", NAME, "Say how it gets there.");
    let language = Language::of_tag(form.text("language")).unwrap_or_default();
    if !form.is_good() {
        return None;
    }
    Some(Frame {
        kinds,
        days: days?,
        to: Private::new(to?),
        way: Private::new(way?),
        joint_purpose: joint.clone().map(Private::new),
        purpose: Private::new(own.or(joint)?),
        until: until?,
        language,
    })
}
