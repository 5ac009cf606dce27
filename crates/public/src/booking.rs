//! Booking a first talk: the form, what was booked, and the page for those who are not adults yet (R8).

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use practice::Practice;
use practice::access::VisitorAccess;
use practice::calendar::Place;
use practice::clock::from_micros;
use practice::enquiry::{Ask, EnquiryError};
use practice::error::AccessError;
use practice::people::Channel;
use practice::places::LineKind;
use practice::private::Private;
use web::limit::{Asker, Limiter};
use web::{Answer, Form, Page, PageError, Routes, TimeFields, Tone, Visit, get, show, show_as};

use crate::settings::{House, opening_of};
use crate::views::{Offer, PracticeFacts};

/// The form. Fields: `opening`, `place`, `name`, `pronouns`, `coming`, `way`, `address`, `from`, `until`, `voicemail`, `avoid`,
/// `told`, `adult`.
#[derive(Template)]
#[template(path = "booking/new.html")]
pub struct Offering {
    page: Page,
    form: Form,
    facts: PracticeFacts,
    offers: Vec<Offer>,
    narrowed: bool,
    adult: String,
    places: [(&'static str, &'static str); 2],
    coming: [(&'static str, &'static str); 3],
    ways: [(&'static str, &'static str); 3],
    times: TimeFields,
}

/// Whether the form shows the openings of one clinician or of all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offered {
    /// Everyone's.
    Everyone,
    /// One clinician's, with a way to all.
    One,
}

impl Offering {
    /// The form with these openings; what was typed and refused comes back in `form`.
    pub fn new(
        visit: &Visit,
        facts: PracticeFacts,
        form: Form,
        offers: Vec<Offer>,
        offered: Offered,
    ) -> Self {
        Self {
            page: crate::framed(visit, "A first talk", ""),
            adult: format!("I am {} or older", facts.adult_age),
            form,
            facts,
            offers,
            narrowed: offered == Offered::One,
            places: [("premises", "In the office"), ("video", "By video")],
            coming: [
                ("alone", "Just me"),
                ("two", "Me and a partner"),
                ("more", "More than two of us"),
            ],
            ways: [
                ("email", "Email"),
                ("text", "Text message"),
                ("phone", "Call"),
            ],
            times: TimeFields::one(),
        }
    }

    /// The same page with a line at its top, such as that the time is not available any more (R7).
    #[must_use]
    pub fn notice(mut self, tone: web::Tone, lead: &str, text: &str) -> Self {
        self.page = self.page.notice(tone, lead, text);
        self
    }
}

/// What was booked, as it is read back once.
#[derive(Debug, Clone)]
pub struct Booked {
    /// The name to use.
    pub name: String,
    /// "Thursday".
    pub weekday: String,
    /// "19".
    pub day_of_month: String,
    /// "November".
    pub month: String,
    /// "12:15 to 12:30 pm".
    pub time: String,
    /// With whom.
    pub clinician: String,
    /// "by video" or "in the office, 41 Alder Street".
    pub place: String,
    /// What is sent and how, such as "We sent one email to the address that you gave.".
    pub reach: String,
    /// Where it can be changed or called off.
    pub cancel: Option<String>,
}

/// The confirmation.
#[derive(Template)]
#[template(path = "booking/done.html")]
pub struct Done {
    page: Page,
    facts: PracticeFacts,
    name: String,
    weekday: String,
    day_of_month: String,
    month: String,
    time: String,
    clinician: String,
    place: String,
    reach: String,
    cancel: Option<String>,
}

impl Done {
    /// The page.
    pub fn new(visit: &Visit, facts: PracticeFacts, booked: Booked) -> Self {
        let page = crate::framed(visit, "Booked", "");
        let Booked {
            name,
            weekday,
            day_of_month,
            month,
            time,
            clinician,
            place,
            reach,
            cancel,
        } = booked;
        Self {
            page,
            facts,
            name,
            weekday,
            day_of_month,
            month,
            time,
            clinician,
            place,
            reach,
            cancel,
        }
    }
}

/// For those who are not adults yet, at `/book/younger`: words and people to talk to, nothing stored (R8).
#[derive(Template)]
#[template(path = "booking/minor.html")]
pub struct Minor {
    page: Page,
    facts: PracticeFacts,
    lines: Vec<String>,
}

impl Minor {
    /// The page with lines for young people, in words.
    pub fn new(visit: &Visit, facts: PracticeFacts, lines: Vec<String>) -> Self {
        Self {
            page: crate::framed(visit, "Who can help", ""),
            facts,
            lines,
        }
    }
}

/// While the records are locked nothing can be booked, and so nothing is asked.
#[derive(Template)]
#[template(path = "booking/closed.html")]
pub struct Closed {
    page: Page,
    facts: PracticeFacts,
}

impl Closed {
    /// The page.
    pub fn new(visit: &Visit, facts: PracticeFacts) -> Self {
        Self {
            page: crate::framed(visit, "A first talk", ""),
            facts,
        }
    }
}

/// First talks that one place may book: twenty at once, then one in five minutes. A booking takes an hour of somebody's
/// week and sends a mail, and there may be many people behind one address.
pub(crate) struct FirstTalks(Limiter);

/// The routes of this subject.
pub fn router() -> Routes<Practice> {
    let limiter = Arc::new(FirstTalks(Limiter::new(20, 300)));
    Routes::new()
        .route("/book", get(new).post(book))
        .route("/book/younger", get(younger))
        .layer(Extension(limiter))
}

/// The most letters of a line, and of the text.
const LINE: usize = 120;
const TEXT: usize = 2_000;

/// `GET /book`, narrowed by `clinician` or with `opening` chosen.
pub(crate) async fn new(
    State(practice): State<Practice>,
    visit: Visit,
    web::Asked(asked): web::Asked,
) -> Answer {
    let house = House::read(&practice).await?;
    if practice.is_locked() {
        return show(&Closed::new(&visit, house.facts()));
    }
    let mut form = Form::blank();
    form.set("place", "video");
    form.set("way", "email");
    form.set("coming", "alone");
    let chosen = asked.text("opening");
    if !chosen.is_empty() {
        form.set("opening", chosen);
    }
    let slug = match asked.text("clinician") {
        "" => opening_of(chosen).map(|(slug, _)| slug),
        slug => Some(slug),
    };
    show(&offering(&visit, &house, form, slug))
}

fn offering(visit: &Visit, house: &House, form: Form, slug: Option<&str>) -> Offering {
    let offered = if slug.is_some() {
        Offered::One
    } else {
        Offered::Everyone
    };
    Offering::new(
        visit,
        house.facts(),
        form,
        house.offers(visit, slug),
        offered,
    )
}

/// The form again, with the time that was chosen still among the openings: everyone's shows only the next few of each.
fn again(visit: &Visit, house: &House, form: Form) -> Offering {
    let slug = opening_of(form.text("opening"))
        .map(|(slug, _)| slug.to_owned())
        .filter(|slug| house.clinician(slug).is_some());
    offering(visit, house, form, slug.as_deref())
}

/// `POST /book`: takes a real opening (R7); a person who is not an adult is shown who can help, and nothing is kept (R8).
pub(crate) async fn book(
    State(practice): State<Practice>,
    Extension(talks): Extension<Arc<FirstTalks>>,
    visit: Visit,
    mut form: Form,
) -> Answer {
    let (asker, now) = (Asker::place(visit.peer()), visit.web().now());
    let house = House::read(&practice).await?;
    if practice.is_locked() {
        return closed(again(&visit, &house, form));
    }
    let Some(ask) = read(&mut form, &house) else {
        return show_as(form.status(), &again(&visit, &house, form.clone()));
    };
    if talks.0.look(asker, now).is_err() {
        let page = many(again(&visit, &house, form));
        return show_as(StatusCode::TOO_MANY_REQUESTS, &page);
    }
    let name = ask.name.reveal().clone();
    let reach = match ask.channel {
        Channel::Mail if ask.times.is_some() => {
            "We send one email to the address that you gave, at a time that you called safe."
        }
        Channel::Mail => "We sent one email to the address that you gave.",
        Channel::Phone | Channel::Text | Channel::Letter => {
            "We use the way that you gave, and no other."
        }
    };
    match practice
        .ask_for_consultation(&VisitorAccess::new(), ask)
        .await
    {
        Ok(asked) => {
            // Several may have been under way at once; what was booked stays booked.
            drop(talks.0.take(asker, now));
            show(&Done::new(
                &visit,
                house.facts(),
                booked(&visit, &house, &asked.session, name, reach),
            ))
        }
        Err(refused) => not_booked(&visit, &house, form, refused),
    }
}

/// The form again, with what kept the booking from being made.
fn not_booked(visit: &Visit, house: &House, mut form: Form, refused: EnquiryError) -> Answer {
    match refused {
        EnquiryError::NotAdult => {
            let age = house.facts().adult_age;
            form.refuse(
                "adult",
                format!("Please say that you are {age} or older. We work with adults only."),
            );
            show_as(form.status(), &again(visit, house, form.clone()))
        }
        EnquiryError::Booking(_) => {
            form.set("opening", "");
            let page = offering(visit, house, form, None).notice(
                Tone::Attention,
                "This time is not available any more.",
                "Please choose another one; what you typed is still here.",
            );
            show_as(StatusCode::CONFLICT, &page)
        }
        EnquiryError::Access(AccessError::Locked) => closed(again(visit, house, form)),
        EnquiryError::Access(error) => Err(error.into()),
        EnquiryError::NameMissing
        | EnquiryError::WayMissing
        | EnquiryError::PartnerMissing
        | EnquiryError::Answered => Err(PageError::broken(refused)),
    }
}

/// What was typed before the records were locked.
fn closed(page: Offering) -> Answer {
    let page = page.notice(
        Tone::Attention,
        "Booking is not possible at the moment.",
        "Call us, or come back later. What you typed is still here.",
    );
    show_as(StatusCode::SERVICE_UNAVAILABLE, &page)
}

fn many(page: Offering) -> Offering {
    page.notice(
        Tone::Attention,
        "Many first talks were booked from where you are.",
        "Please wait a few minutes, or call us; what you typed is still here.",
    )
}

/// `GET /book/younger`
pub(crate) async fn younger(State(practice): State<Practice>, visit: Visit) -> Answer {
    let house = House::read(&practice).await?;
    show(&Minor::new(
        &visit,
        house.facts(),
        house.lines(LineKind::Young),
    ))
}

fn read(form: &mut Form, house: &House) -> Option<Ask> {
    // In the order of the page, so that the summary of what is missing reads from the top down.
    let chosen = opening_of(form.text("opening"))
        .and_then(|(slug, at)| Some((house.clinician(slug)?.1.published.person, at)));
    if chosen.is_none() {
        form.refuse("opening", "Please choose a time.");
    }
    let place = Place::of_word(form.text("place"));
    if place.is_none() {
        form.refuse("place", "Please choose where.");
    }
    let name = form.need("name", LINE, "Please give a name to use. Any name.");
    form.within("pronouns", LINE);
    let (channel, address) = way(form);
    let times = TimeFields::one().read(form);
    form.within("avoid", LINE);
    form.within("told", TEXT);
    if !form.ticked("adult") {
        form.refuse(
            "adult",
            format!(
                "Please say that you are {} or older. We work with adults only.",
                house.facts().adult_age
            ),
        );
    }
    if !form.is_good() {
        return None;
    }
    let (clinician, starts) = chosen?;
    Some(Ask {
        name: Private::new(name?),
        pronouns: Private::from(form.text("pronouns")),
        channel: channel?,
        address: Private::new(address?),
        mind: Private::default(),
        voicemail: form.ticked("voicemail"),
        times,
        avoid: Private::from(form.text("avoid")),
        coming: Private::from(form.text("coming")),
        told: Private::from(form.text("told")),
        adult: true,
        clinician,
        starts,
        place: place?,
    })
}

/// The one safe way: by which channel, and the address or number for it.
fn way(form: &mut Form) -> (Option<Channel>, Option<String>) {
    let channel = match form.text("way") {
        "email" => Some(Channel::Mail),
        "text" => Some(Channel::Text),
        "phone" => Some(Channel::Phone),
        _ => None,
    };
    if channel.is_none() {
        form.refuse("way", "Please choose one way to reach you.");
    }
    let address = form.need(
        "address",
        LINE,
        "Please give one address or number that is safe for you.",
    );
    let is_mail = channel == Some(Channel::Mail);
    if is_mail
        && address
            .as_ref()
            .is_some_and(|address| !looks_like_mail(address))
    {
        form.refuse("address", "This does not look like an email address.");
    }
    (channel, address)
}

fn looks_like_mail(address: &str) -> bool {
    address.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && host.contains('.') && !address.contains(char::is_whitespace)
    })
}

fn booked(
    visit: &Visit,
    house: &House,
    session: &practice::calendar::Session,
    name: String,
    reach: &str,
) -> Booked {
    let locale = &visit.web().house().locale;
    let from = locale.here(from_micros(session.starts_at));
    let until = locale.here(from_micros(session.ends_at));
    let with = house
        .clinicians
        .iter()
        .find(|known| known.published.person == session.clinician);
    Booked {
        name,
        weekday: from.strftime("%A").to_string(),
        day_of_month: from.day().to_string(),
        month: from.strftime("%B").to_string(),
        time: locale.span(from.time(), until.time()),
        clinician: with.map_or_else(String::new, |known| known.published.page.name.clone()),
        place: match session.place {
            Place::Video => "by video".to_owned(),
            Place::Premises => format!("in the office, {}", house.description.address),
        },
        reach: reach.to_owned(),
        cancel: None,
    }
}
