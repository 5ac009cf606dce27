//! The note of a session on one side, as a card of the workspace: which sides there are, what can be written, and where each
//! block of it goes.

use practice::cases::Case;
use practice::notes::{Note, NoteBlock, NoteState, Route};
use practice::sessions::Workspace;
use web::{Audience, Form, Goes, Page};

use crate::notes::reading::{FIELDS, ReadNote};
use crate::views::{Badge, Called, Wall, short_label, side_label, side_word};

/// Which side is shown, and words that were typed and could not be kept.
pub(super) struct Shown {
    pub(super) route: Option<Route>,
    pub(super) typed: Option<Form>,
}

impl Shown {
    /// A side as it is stored; nothing where the writer has to say first whose record it is.
    pub(super) fn stored(route: Option<Route>) -> Self {
        Self { route, typed: None }
    }

    /// A side with what was typed.
    pub(super) fn typed(route: Route, form: Form) -> Self {
        Self {
            route: Some(route),
            typed: Some(form),
        }
    }
}

/// A side of the case to change to.
pub(super) struct SideLink {
    pub(super) words: String,
    pub(super) icon: &'static str,
    pub(super) href: String,
    pub(super) is_current: bool,
}

/// The note of this session on the chosen side.
pub(super) struct NoteCard {
    pub(super) label: Audience,
    pub(super) side: String,
    pub(super) badge: Option<Badge>,
    pub(super) href: String,
    pub(super) revision: u32,
    pub(super) saved: String,
    pub(super) writes: bool,
    pub(super) form: Form,
    /// Where each block goes, in the order of the fields.
    pub(super) goes: Vec<Vec<Goes>>,
    /// The policy on secrets that counts on a participant's own side, and where it stands what they signed.
    pub(super) policy: Option<(String, String)>,
    /// Who has to sign first, in words; nothing is written before (R9).
    pub(super) missing: String,
    pub(super) others: bool,
    pub(super) read: Option<ReadNote>,
    /// What is stored meanwhile, beside what was typed.
    pub(super) meanwhile: Option<ReadNote>,
    /// What was typed and cannot be kept in this note any more.
    pub(super) given_back: Vec<(&'static str, String)>,
    pub(super) supervised: bool,
}

/// The sides of a case to change to; none where there is one. From the session of one of several it goes on to the joint one,
/// which is opened when it is asked for.
pub(super) fn side_links(
    page: &Page,
    seen: &Workspace,
    people: &[Called],
    route: Option<Route>,
) -> Vec<SideLink> {
    let beyond = seen.only.map(|_| Route::Chart);
    let routes = seen.sides.iter().map(|side| side.route).chain(beyond);
    let routes: Vec<Route> = routes.collect();
    if routes.len() < 2 {
        return Vec::new();
    }
    let links = routes.into_iter().map(|side| {
        let label = short_label(page, &seen.case, people, side);
        SideLink {
            words: side_words(&label),
            icon: label.seen.icon(),
            href: format!(
                "/desk/sessions/{}?side={}",
                seen.session.id,
                side_word(side)
            ),
            is_current: Some(side) == route,
        }
    });
    links.collect()
}

/// "Couple record", "Noor only".
fn side_words(label: &Audience) -> String {
    label.who.split('.').next().unwrap_or_default().to_owned()
}

/// The sides to which something of a case can go, each in a word or two. `routes` are those that who asks may write.
pub(crate) fn goes(
    page: &Page,
    (case, people): (&Case, &[Called]),
    routes: &[Route],
    chosen: Option<Route>,
) -> Vec<Goes> {
    let sides = routes.iter().map(|route| {
        let label = short_label(page, case, people, *route);
        let words = side_words(&label);
        Goes::to(side_word(*route), Audience::new(label.seen, words)).chosen(chosen == Some(*route))
    });
    sides.collect()
}

pub(super) fn card(
    page: &Page,
    wall: &Wall<'_>,
    seen: &Workspace,
    (people, route, typed): (&[Called], Route, Option<Form>),
) -> NoteCard {
    let note = seen.side(route).and_then(|side| side.note.as_ref());
    let missing: Vec<String> = seen
        .uninformed(route)
        .into_iter()
        .filter(|_| !seen.only_read)
        .map(|named| page.name(named.name.reveal()))
        .collect();
    let missing: Vec<&str> = missing.iter().map(String::as_str).collect();
    let is_draft = note.is_none_or(|note| note.state == NoteState::Draft);
    let mine = note.is_none_or(|note| note.author == seen.reader);
    let frozen = route == Route::Chart && seen.case.parted.is_some();
    let writes = is_draft && mine && missing.is_empty() && !seen.only_read && !frozen;
    let reads = |note: &Note| ReadNote::of(wall, note, |_| String::new());
    let revision = note.map_or(0, |note| note.revision);
    let is_stale = typed
        .as_ref()
        .is_some_and(|form| form.parsed("revision").unwrap_or(0) != revision);
    NoteCard {
        label: side_label(page, &seen.case, people, route),
        side: side_word(route),
        badge: note
            .filter(|note| note.state != NoteState::Draft)
            .map(|note| Badge::of_note(note.state)),
        href: note.map_or(String::new(), |note| format!("/desk/notes/{}", note.id)),
        revision,
        saved: String::new(),
        goes: each_block(page, seen, (people, route), typed.as_ref()),
        policy: policy(seen, route),
        missing: web::listed(&missing),
        others: is_draft && !mine,
        read: note.filter(|_| !writes).map(reads),
        meanwhile: note.filter(|_| writes && is_stale).map(reads),
        given_back: typed
            .as_ref()
            .filter(|_| !writes)
            .map_or(Vec::new(), given_back),
        form: typed.unwrap_or_else(|| filled(note)),
        supervised: seen.case.supervisor.is_some_and(|id| id != seen.reader),
        writes,
    }
}

/// Where each block goes: the side that is shown, another one, or the process note.
fn each_block(
    page: &Page,
    seen: &Workspace,
    (people, route): (&[Called], Route),
    typed: Option<&Form>,
) -> Vec<Vec<Goes>> {
    let routes: Vec<Route> = seen.sides.iter().map(|side| side.route).collect();
    let each = NoteBlock::ALL.map(|block| {
        let mut sides = goes(page, (&seen.case, people), &routes, Some(route));
        sides.push(Goes::process_note());
        let asked = typed.map(|form| form.text(&field_of(block)).to_owned());
        if let Some(asked) = asked.filter(|asked| !asked.is_empty()) {
            for side in &mut sides {
                side.chosen = side.value == asked;
            }
        }
        sides
    });
    each.into()
}

/// The field that says where a block goes.
pub(super) fn field_of(block: NoteBlock) -> String {
    format!("{}_to", block.word())
}

/// What happens with what a participant told alone, by what they signed, where their own side is written.
fn policy(seen: &Workspace, route: Route) -> Option<(String, String)> {
    let Route::Own(id) = route else { return None };
    let found = seen.policies.iter().find(|one| one.participant == id)?;
    let line = if found.signed.is_some() {
        found.line.clone()
    } else {
        format!("Not signed yet: {}", found.line)
    };
    let href = format!("/desk/cases/{}/intake/{id}", seen.case.id);
    Some((line, href))
}

fn given_back(form: &Form) -> Vec<(&'static str, String)> {
    FIELDS
        .iter()
        .filter(|(name, _)| !form.text(name).is_empty())
        .map(|(name, title)| (*title, form.raw(name).to_owned()))
        .collect()
}

fn filled(note: Option<&Note>) -> Form {
    let Some(note) = note else {
        return Form::blank();
    };
    let text = &note.text;
    let said = [&text.brought, &text.did, &text.landed, &text.agreed];
    let fields = FIELDS
        .iter()
        .zip(said)
        .map(|((name, _), said)| (*name, said.reveal().as_str()));
    let phases = text.phases.iter().map(|phase| ("phases", phase.as_str()));
    Form::filled(fields.chain(phases))
}
