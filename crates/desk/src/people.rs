//! A person's names and ways of contact, for those who may reach them, and a new link for a client who cannot sign in.
//! Only what was called safe is used (R12); who may see a link is `practice::accounts`'s.

use askama::Template;
use axum::extract::{Path, State};
use practice::Practice;
use practice::access::DeskAccess;
use practice::accounts::{AccountError, Handing, Invited, Inviting};
use practice::clock::micros;
use practice::ids::PersonId;
use practice::people::{Identity, Way};
use practice::post::Leaves;
use web::{
    Answer, Asked, Desk, Form, Locale, Page, PageError, Routes, Visit, get, go, post,
    show as page_shown, times_in_words,
};

use crate::pages;
use crate::views::Wall;

mod times;

pub(crate) fn routes() -> Routes<Practice> {
    Routes::new()
        .route("/desk/people/{id}", get(show))
        .route("/desk/people/{id}/invitation", post(invite))
        .merge(times::routes())
}

#[derive(Template)]
#[template(path = "people/show.html")]
struct Show {
    page: Page,
    name: String,
    pronouns: String,
    ways: Vec<WayView>,
    avoid: String,
    remarks: String,
    id: PersonId,
    /// Whether who reads may write down the times at which ways are safe.
    times: bool,
    inviting: Option<Inviting>,
    link: String,
    /// Until when a letter would wait; empty when it leaves at once.
    waits: String,
}

/// A way to reach somebody.
pub(crate) struct WayView {
    pub(crate) channel: &'static str,
    pub(crate) address: String,
    pub(crate) safe: bool,
    pub(crate) mind: String,
    pub(crate) times: String,
    /// What to say, or not to say, by this way.
    pub(crate) cover: String,
}

async fn show(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(id): Path<PersonId>,
    Asked(asked): Asked,
) -> Answer {
    let page = pages::frame(&visit, &practice, &access, ("Contact", "")).await?;
    let page = pages::done(page, &asked);
    page_shown(&contact(&visit, &practice, &access, (page, id)).await?)
}

async fn contact(
    visit: &Visit,
    practice: &Practice,
    access: &DeskAccess,
    of: (Page, PersonId),
) -> Result<Show, PageError> {
    let (page, id) = of;
    let identity = practice.identity(access, id).await?;
    let inviting = practice.inviting(access, id).await?;
    let waits = match inviting.and_then(|inviting| inviting.by_mail) {
        Some(Leaves::At(at)) => Wall::of(visit, practice).moment(micros(at)),
        Some(Leaves::Now) | None => String::new(),
    };
    Ok(Show {
        page,
        id,
        times: practice.may_write_down_ways(access, id).await?,
        inviting,
        waits,
        link: String::new(),
        name: identity.name.reveal().clone(),
        pronouns: identity.pronouns.reveal().clone(),
        ways: ways(&identity, &visit.web().house().locale),
        avoid: identity.avoid.reveal().clone(),
        remarks: identity
            .remarks
            .as_ref()
            .map_or(String::new(), |remarks| remarks.reveal().clone()),
    })
}

/// `POST /desk/people/{id}/invitation`: a new link, by mail or (`by=hand`) shown once to be handed over.
async fn invite(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(id): Path<PersonId>,
    form: Form,
) -> Answer {
    let handing = if form.chose("by", "hand") {
        Handing::ByHand
    } else {
        Handing::Mail
    };
    let here = format!("/desk/people/{id}");
    let invitation = match practice.invite_client(&access, id, handing).await {
        Ok(Invited::ByHand(invitation)) => invitation,
        Ok(Invited::Mailed(Leaves::At(_))) => return go(&format!("{here}?done=mailed-later")),
        Ok(Invited::Mailed(Leaves::Now) | Invited::NotYet) => {
            return go(&format!("{here}?done=mailed"));
        }
        // The way stopped being safe meanwhile: the page says how it is now.
        Err(AccountError::NoSafeWay) => return go(&here),
        Err(AccountError::Access(error)) => return Err(error.into()),
        Err(error) => return Err(PageError::broken(error)),
    };
    let page = pages::frame(&visit, &practice, &access, ("Contact", "")).await?;
    let mut shown = contact(&visit, &practice, &access, (page, id)).await?;
    shown.link = format!("/invitation/{}", invitation.text());
    page_shown(&shown)
}

/// The ways of an identity, the safe ones first.
pub(crate) fn ways(identity: &Identity, locale: &Locale) -> Vec<WayView> {
    let mut ways: Vec<WayView> = identity
        .ways
        .iter()
        .map(|way| WayView {
            channel: way.channel.plain(),
            address: way.address.reveal().clone(),
            safe: way.safe,
            mind: way.mind.reveal().clone(),
            times: times_in_words(locale, way.times),
            cover: cover(way),
        })
        .collect();
    ways.sort_by_key(|way| !way.safe);
    ways
}

/// What stands in the place of ours by a way, and whether a message may be left there.
fn cover(way: &Way) -> String {
    let voicemail = match way.voicemail {
        Some(true) => "A message may be left.",
        Some(false) => "Leave no message.",
        None => "",
    };
    let name = way.cover.name.reveal();
    let words = way.cover.words.reveal();
    let named = if name.is_empty() {
        String::new()
    } else {
        format!("Say that you are “{name}”.")
    };
    let about = if words.is_empty() {
        String::new()
    } else {
        format!("It is about “{words}”.")
    };
    let parts = [voicemail, &named, &about];
    let parts = parts.iter().filter(|part| !part.is_empty());
    parts.copied().collect::<Vec<_>>().join(" ")
}
