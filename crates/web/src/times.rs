//! The times of day at which a way to reach somebody is safe, as two fields of a form and in words (R12).
//!
//! Not here: what waits for them (`practice::post`).

use jiff::civil::Time;
use practice::people::SafeTimes;

use crate::form::Form;
use crate::local::Locale;

/// The names of the two fields of one way: from when, until when.
#[derive(Debug, Clone)]
pub struct TimeFields {
    /// From when.
    pub from: String,
    /// Until when.
    pub until: String,
}

impl TimeFields {
    /// Those of the way at `place` in a list.
    #[must_use]
    pub fn at(place: usize) -> Self {
        Self {
            from: format!("from-{place}"),
            until: format!("until-{place}"),
        }
    }

    /// Those of a form with one way.
    #[must_use]
    pub fn one() -> Self {
        Self {
            from: "from".to_owned(),
            until: "until".to_owned(),
        }
    }

    /// Writes what is known into the form.
    pub fn fill(&self, form: &mut Form, times: Option<SafeTimes>) {
        if let Some(times) = times {
            form.set(&self.from, written(times.from()));
            form.set(&self.until, written(times.until()));
        }
    }

    /// What was typed: nothing for at any time; half of it, and no times of day, are refused.
    pub fn read(&self, form: &mut Form) -> Option<SafeTimes> {
        let (from, until) = (form.text(&self.from), form.text(&self.until));
        if from.is_empty() && until.is_empty() {
            return None;
        }
        let times = match (from.parse::<Time>(), until.parse::<Time>()) {
            (Ok(from), Ok(until)) => SafeTimes::new(from, until),
            _ => None,
        };
        if times.is_none() {
            let words = "Give both, two times of day that differ, or leave both empty.";
            form.refuse(&self.from, words);
        }
        times
    }
}

/// As the browser's own field of a time writes it.
fn written(time: Time) -> String {
    time.strftime("%H:%M").to_string()
}

/// "9:00 am to 5:00 pm"; nothing for at any time.
#[must_use]
pub fn times_in_words(locale: &Locale, times: Option<SafeTimes>) -> String {
    times.map_or_else(String::new, |times| {
        locale.span(times.from(), times.until())
    })
}
