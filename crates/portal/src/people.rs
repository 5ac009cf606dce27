//! How the client may be reached: by which ways, when, with which words, and by which not. They say it themselves, and it
//! holds for what leaves next (R12).

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use practice::accounts::AccountError;
use practice::people::{Channel, Cover, MyWays, Reach, Way};
use practice::private::Private;
use practice::{AccessError, Practice, post};
use web::limit::Limiter;
use web::{
    Answer, Asked, Audience, Form, Page, Portal, Seen, TimeFields, Tone, Visit, go, show_as,
};

use crate::views::words;

/// The longest address or number, in characters.
const ADDRESS: usize = 300;
/// The longest of the other lines.
const LINE: usize = 120;
/// So many ways at the most.
const WAYS: usize = 12;

/// Fields: `seen`, `avoid`, and for each way, the last one new: `channel-0`, `address-0`, `safe-0`, `from-0`, `until-0`,
/// `mind-0`, `voicemail-0`, `name-0`, `words-0` and so on. A way without an address goes.
#[derive(Template)]
#[template(path = "people/show.html")]
struct Show {
    page: Page,
    form: Form,
    ways: Vec<WayView>,
    audience: Audience,
    channels: Vec<(&'static str, &'static str)>,
    /// Whether nothing can leave by itself any more.
    unreached: bool,
    /// The subjects of what is never sent because of the words to avoid.
    kept_back: String,
}

struct WayView {
    title: String,
    is_new: bool,
    open: bool,
    phone: bool,
    channel: String,
    address: String,
    safe: String,
    mind: String,
    voicemail: String,
    name: String,
    words: String,
    fields: TimeFields,
}

/// `GET /my/reach`
pub(crate) async fn ask(
    Portal(access): Portal,
    visit: Visit,
    Asked(asked): Asked,
    State(practice): State<Practice>,
) -> Answer {
    let reach = practice.my_reach(&access).await?;
    let mut page = shown(&visit, &reach, filled(&reach));
    if asked.chose("done", "saved") {
        let said = "It holds for everything that leaves from now on.";
        page.page = page.page.notice(Tone::Done, "Saved.", said);
    }
    show_as(page.form.status(), &page)
}

fn filled(reach: &Reach) -> Form {
    let mut form = Form::blank();
    form.set("seen", reach.seen.to_string());
    form.set("avoid", reach.identity.avoid.reveal().clone());
    for (at, way) in reach.identity.ways.iter().enumerate() {
        form.set(&format!("address-{at}"), way.address.reveal().clone());
        form.set(&format!("mind-{at}"), way.mind.reveal().clone());
        form.set(&format!("name-{at}"), way.cover.name.reveal().clone());
        form.set(&format!("words-{at}"), way.cover.words.reveal().clone());
        for (field, ticked) in [
            ("safe", way.safe),
            ("voicemail", way.voicemail == Some(true)),
        ] {
            if ticked {
                form.set(&format!("{field}-{at}"), "yes");
            }
        }
        TimeFields::at(at).fill(&mut form, way.times);
    }
    form
}

fn shown(visit: &Visit, reach: &Reach, form: Form) -> Show {
    let known = reach.identity.ways.iter().map(Some);
    let new = (reach.identity.ways.len() < WAYS).then_some(None);
    let ways = known.chain(new).enumerate();
    let safe = reach.identity.ways.iter();
    Show {
        page: crate::framed(visit, "Account", "account", &words(&reach.identity.name)),
        ways: ways.map(|(at, way)| way_view(at, way, &form)).collect(),
        kept_back: web::listed(&post::kept_back(reach.identity.avoid.reveal())),
        form,
        audience: Audience::new(Seen::Team, "People of the practice who may reach you"),
        channels: CHANNELS
            .map(|(word, channel)| (word, channel.plain()))
            .to_vec(),
        unreached: !safe
            .into_iter()
            .any(|way| way.safe && way.channel == Channel::Mail),
    }
}

fn way_view(at: usize, way: Option<&Way>, form: &Form) -> WayView {
    let named = |field: &str| format!("{field}-{at}");
    let fields = TimeFields::at(at);
    let wrong = ["address", "channel", "mind", "name", "words"].map(named);
    let wrong = wrong.into_iter().chain([fields.from.clone()]);
    let wrong = wrong.into_iter().any(|field| form.error(&field).is_some());
    WayView {
        title: way.map_or_else(
            || "Another way".to_owned(),
            |way| format!("{}: {}", way.channel.plain(), way.address.reveal()),
        ),
        is_new: way.is_none(),
        open: wrong,
        phone: way.is_none_or(|way| way.channel == Channel::Phone),
        channel: named("channel"),
        address: named("address"),
        safe: named("safe"),
        mind: named("mind"),
        voicemail: named("voicemail"),
        name: named("name"),
        words: named("words"),
        fields,
    }
}

const CHANNELS: [(&str, Channel); 4] = [
    ("mail", Channel::Mail),
    ("phone", Channel::Phone),
    ("text", Channel::Text),
    ("letter", Channel::Letter),
];

/// `POST /my/reach`
pub(crate) async fn save(
    Portal(access): Portal,
    State(practice): State<Practice>,
    Extension(tries): Extension<Arc<Limiter>>,
    visit: Visit,
    mut form: Form,
) -> Answer {
    let reach = practice.my_reach(&access).await?;
    let known = reach.identity.ways.iter().map(|way| Some(way.channel));
    let most = WAYS.max(reach.identity.ways.len());
    let ways = known.chain([None]).take(most).enumerate();
    let ways: Vec<Way> = ways
        .filter_map(|(at, known)| typed(&mut form, at, known))
        .collect();
    form.within("avoid", LINE);
    if !form.is_good() {
        let page = shown(&visit, &reach, form);
        return show_as(page.form.status(), &page);
    }
    let mine = MyWays {
        seen: form.parsed("seen").unwrap_or(0),
        ways,
        avoid: Private::from(form.text("avoid")),
    };
    if mine.leads_elsewhere(&reach.identity) {
        web::passkeys::take(&practice, &access, &visit, &tries)?;
    }
    let present = form.raw("present_password").to_owned();
    let refused = practice.set_my_ways(&access, mine, present).await;
    match refused {
        Ok(()) => go("/my/reach?done=saved"),
        Err(AccountError::Wrong) => {
            form.refuse(
                "present_password",
                "For an email address that was not safe before, type your password.",
            );
            let page = shown(&visit, &reach, form);
            show_as(page.form.status(), &page)
        }
        Err(AccountError::Access(AccessError::Stale)) => {
            form.set("seen", reach.seen.to_string());
            let mut page = shown(&visit, &reach, form);
            page.page = page.page.notice(
                Tone::Attention,
                "This was changed while you had it open.",
                "Nothing was overwritten. What you typed is on this page: look at it, then save it again.",
            );
            show_as(StatusCode::CONFLICT, &page)
        }
        Err(error) => Err(web::passkeys::fault(error)),
    }
}

/// A way as it was typed; nothing where there is no address.
fn typed(form: &mut Form, at: usize, known: Option<Channel>) -> Option<Way> {
    let address = line(form, &format!("address-{at}"), ADDRESS);
    if address.reveal().is_empty() {
        return None;
    }
    let chosen = form.text(&format!("channel-{at}"));
    let chosen = CHANNELS.into_iter().find(|(word, _)| *word == chosen);
    let Some(channel) = known.or(chosen.map(|(_, channel)| channel)) else {
        form.refuse(&format!("channel-{at}"), "Say what kind of way it is.");
        return None;
    };
    if channel == Channel::Mail && !address.reveal().contains('@') {
        form.refuse(&format!("address-{at}"), "This is no email address.");
    }
    Some(Way {
        mind: line(form, &format!("mind-{at}"), LINE),
        times: TimeFields::at(at).read(form),
        voicemail: (channel == Channel::Phone).then(|| form.ticked(&format!("voicemail-{at}"))),
        cover: Cover {
            name: line(form, &format!("name-{at}"), LINE),
            words: line(form, &format!("words-{at}"), LINE),
        },
        ..Way::new(channel, address, form.ticked(&format!("safe-{at}")))
    })
}

/// One line; what would break it, in a letter's head, is a blank.
fn line(form: &mut Form, field: &str, most: usize) -> Private<String> {
    form.within(field, most);
    let typed = form.text(field).replace(char::is_control, " ");
    Private::new(typed.trim().to_owned())
}
