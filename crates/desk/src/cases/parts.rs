//! Who takes part in a case from when to when, why a part ended, and what can be changed about that.

use practice::access::DeskAccess;
use practice::accounts::Colleague;
use practice::cases::{CaseKind, CaseOverview, CasePerson};
use practice::notes::Route;
use web::{Audience, Page};

use super::closing::may_close;
use super::joining::{may_begin, may_join};
use super::leaving::may_end;
use super::separating::{may_part, onward_words};
use crate::views::{Called, Wall, short_label};

/// The card "Who takes part".
#[derive(Default)]
pub(super) struct Parts {
    /// From when to when each took part; nothing in a case of one that goes on, where it would say nothing.
    pub(super) history: Vec<PartView>,
    /// Whether the case is of several people.
    pub(super) several: bool,
    /// Whether what is joint changes no more.
    pub(super) frozen: bool,
    /// What can be done: in which words, and where.
    pub(super) ways: Vec<(String, String)>,
}

/// A part.
pub(super) struct PartView {
    pub(super) name: String,
    pub(super) days: String,
    pub(super) ended: Option<EndedView>,
}

/// Why it ended, and where their care goes on.
pub(super) struct EndedView {
    pub(super) reason: String,
    pub(super) onward: String,
    pub(super) label: Audience,
}

pub(super) fn of(
    page: &Page,
    wall: &Wall<'_>,
    of: (&DeskAccess, &CaseOverview),
    names: (&[Called], &[Colleague]),
) -> Parts {
    let ((access, seen), (people, staff)) = (of, names);
    let parts = seen.people.iter().zip(people);
    let history = parts.map(|(person, called)| PartView {
        name: called.name.clone(),
        days: days(wall, person),
        ended: ended(page, seen, (person, people), staff),
    });
    let says = seen.case.kind == CaseKind::Relational || !seen.case.open;
    Parts {
        history: history.filter(|_| says).collect(),
        several: seen.case.kind == CaseKind::Relational,
        frozen: seen.case.parted.is_some(),
        ways: ways(page, access, seen),
    }
}

/// "Since 12 November 2026", "12 November 2026 to 20 November 2026".
fn days(wall: &Wall<'_>, person: &CasePerson) -> String {
    let day = |at: i64| wall.locale.date(wall.here(at).date());
    let from = day(person.participant.from);
    match person.participant.until {
        Some(until) => format!("{from} to {}", day(until)),
        None => format!("Since {from}"),
    }
}

fn ended(
    page: &Page,
    seen: &CaseOverview,
    of: (&CasePerson, &[Called]),
    staff: &[Colleague],
) -> Option<EndedView> {
    let (person, people) = of;
    let id = person.participant.id;
    let left = seen.left.iter().find(|one| one.participant == id)?;
    let onward = left.onward.map(|onward| onward_words(onward, staff));
    Some(EndedView {
        reason: left.reason.reveal().clone(),
        onward: onward.unwrap_or_default(),
        label: short_label(page, &seen.case, people, Route::Own(id)),
    })
}

fn ways(page: &Page, access: &DeskAccess, seen: &CaseOverview) -> Vec<(String, String)> {
    let here = format!("/desk/cases/{}", seen.case.id);
    let mut found = Vec::new();
    if may_join(access, seen) {
        found.push(("Somebody joins".to_owned(), format!("{here}/joining")));
    }
    for person in &seen.people {
        let id = person.participant.id;
        if may_end(access, seen, id) {
            let name = page.name(person.named.name.reveal());
            let words = format!("End the part of {name}");
            found.push((words, format!("{here}/people/{id}/end")));
        }
    }
    if may_part(access, seen) {
        let words = "The work together ends".to_owned();
        found.push((words, format!("{here}/separation")));
    }
    if may_close(access, seen) {
        let words = "Close the case".to_owned();
        found.push((words, format!("{here}/closing")));
    }
    if may_begin(access, seen) {
        let words = "Begin another case".to_owned();
        found.push((words, format!("{here}/begin")));
    }
    found
}
