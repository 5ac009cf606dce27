//! How the practice describes itself and who works there, as views: it reads what is published and nothing else.

use jiff::civil::Date;
use practice::access::{CredentialBody, CredentialKind};
use practice::booking::CONSULTATION;
use practice::booking::openings::{Asked, Opening, UseFor};
use practice::calendar::Place;
use practice::clock::{from_micros, micros};
use practice::credentials::Published;
use practice::library::{ConcernId, library};
use practice::places::{LineKind, Locale as PlaceLaw};
use practice::settings::Description;
use practice::{AccessError, Practice};
use web::{Locale, PageError, Visit};

use crate::views::{
    ClinicianCard, CredentialLine, DayOfOpenings, Offer, OpeningView, PracticeFacts, Tone,
    VerifiedLine,
};

/// How many days ahead openings are shown.
const DAYS: u16 = 21;
/// How many openings a card shows.
const ON_A_CARD: usize = 3;
/// How many openings of one clinician a page shows.
pub(crate) const ON_A_PAGE: usize = 40;
/// How many of each where all clinicians are shown.
const OF_EACH: usize = 6;
/// How many of one day there, so that somebody who cannot come on the next day sees another.
const OF_A_DAY: usize = 3;

/// What the pages of one request say about the practice, and who works there.
pub(crate) struct House {
    pub(crate) description: Description,
    pub(crate) law: PlaceLaw,
    pub(crate) clinicians: Vec<Known>,
}

/// A clinician with their openings.
pub(crate) struct Known {
    pub(crate) published: Published,
    pub(crate) openings: Vec<Opening>,
}

impl House {
    /// Reads what is published; also while the server is locked.
    pub(crate) async fn read(practice: &Practice) -> Result<Self, PageError> {
        let description = practice.description().await?;
        let mut clinicians = Vec::new();
        for published in practice.published_clinicians().await? {
            let asked = Asked {
                clinician: published.person,
                use_for: UseFor::Consultations,
                length: CONSULTATION,
                from: practice.now(),
                days: DAYS,
                at_most: ON_A_PAGE,
            };
            let openings = practice.openings(asked).await.map_err(AccessError::from)?;
            clinicians.push(Known {
                published,
                openings,
            });
        }
        let law = description.locale()?;
        Ok(Self {
            description,
            law,
            clinicians,
        })
    }

    pub(crate) fn facts(&self) -> PracticeFacts {
        let about = &self.description;
        PracticeFacts {
            name: about.name.clone(),
            lead: about.lead.clone(),
            address: about.address.clone(),
            phone: about.phone.clone(),
            email: about.email.clone(),
            place_name: about.place_name.clone(),
            emergency: self.law.emergency().to_owned(),
            ethics_contact: about.ethics_contact.clone(),
            adult_age: self.law.adult_age(),
            session_minutes: about.session_minutes,
            consultation_minutes: about.consultation_minutes,
            cancellation_hours: about.cancellation_hours,
            retention_years: about.retention_years,
        }
    }

    pub(crate) fn cards(&self, visit: &Visit) -> Vec<ClinicianCard> {
        let named = |code: &str| self.place_name(code);
        let numbered = self.clinicians.iter().zip(1..);
        numbered
            .map(|(known, number)| known.card(visit, Tone::of(number), &named))
            .collect()
    }

    /// The openings of one clinician, or the next few of each.
    pub(crate) fn offers(&self, visit: &Visit, only: Option<&str>) -> Vec<Offer> {
        let (most, a_day) = if only.is_some() {
            (ON_A_PAGE, ON_A_PAGE)
        } else {
            (OF_EACH, OF_A_DAY)
        };
        self.clinicians
            .iter()
            .filter(|known| only.is_none_or(|slug| known.published.slug == slug))
            .filter(|known| !known.openings.is_empty())
            .map(|known| Offer {
                clinician: known.published.page.name.clone(),
                letters: known.published.page.letters.clone(),
                places: known.places(),
                days: known.days(visit, most, a_day),
                more: (known.openings.len() > most)
                    .then(|| format!("/book?clinician={}", known.published.slug)),
            })
            .collect()
    }

    /// "Oregon" of "US-OR"; the code where the name is not known.
    pub(crate) fn place_name(&self, code: &str) -> String {
        let here = code == self.description.place && !self.description.place_name.is_empty();
        if here {
            self.description.place_name.clone()
        } else {
            practice::places::name_of(code).to_owned()
        }
    }

    /// The help lines of a kind, in words.
    pub(crate) fn lines(&self, kind: LineKind) -> Vec<String> {
        self.law
            .lines(kind)
            .map(practice::places::HelpLine::in_words)
            .collect()
    }

    pub(crate) fn clinician(&self, slug: &str) -> Option<(usize, &Known)> {
        self.clinicians
            .iter()
            .enumerate()
            .find(|(_, known)| known.published.slug == slug)
    }
}

impl Known {
    pub(crate) fn concerns(&self) -> Vec<ConcernId> {
        self.published
            .page
            .concerns
            .iter()
            .map(ConcernId::new)
            .collect()
    }

    /// "Office and video", by what their openings offer.
    pub(crate) fn places(&self) -> String {
        let offers = |place| {
            self.openings
                .iter()
                .any(|opening| opening.places.contains(&place))
        };
        match (offers(Place::Premises), offers(Place::Video)) {
            (true, true) => "Office and video",
            (true, false) => "Office",
            (false, true) => "Video",
            (false, false) => "No openings at the moment",
        }
        .to_owned()
    }

    pub(crate) fn card(
        &self,
        visit: &Visit,
        tone: Tone,
        named: &dyn Fn(&str) -> String,
    ) -> ClinicianCard {
        let page = &self.published.page;
        let locale = &visit.web().house().locale;
        ClinicianCard {
            slug: self.published.slug.clone(),
            name: page.name.clone(),
            letters: page.letters.clone(),
            pronouns: page.pronouns.clone(),
            places: self.places(),
            line: page.lede.clone(),
            languages: page.languages.join(", "),
            approaches: page.approaches.join(", "),
            tone,
            verified: self.verified(locale, today(visit), named),
            supervisor: None,
            why: None,
            openings: self
                .spread(locale, ON_A_CARD, 1)
                .into_iter()
                .map(|opening| self.opening(locale, opening))
                .collect(),
            more_openings: self.openings.len() > ON_A_CARD,
        }
    }

    fn opening(&self, locale: &Locale, opening: &Opening) -> OpeningView {
        let here = locale.here(opening.starts);
        OpeningView {
            id: format!("{}.{}", self.published.slug, micros(opening.starts)),
            day: locale.short_day(here.date()),
            time: locale.clock(here.time()),
        }
    }

    /// The next openings, no more than `a_day` of one day, unless there are too few days to make up `most`.
    fn spread(&self, locale: &Locale, most: usize, a_day: usize) -> Vec<&Opening> {
        let day = |opening: &Opening| locale.here(opening.starts).date();
        let mut chosen: Vec<&Opening> = Vec::new();
        let mut others: Vec<&Opening> = Vec::new();
        for opening in &self.openings {
            let of_the_day = chosen.iter().filter(|one| day(one) == day(opening)).count();
            if of_the_day < a_day {
                chosen.push(opening);
            } else {
                others.push(opening);
            }
        }
        chosen.truncate(most);
        let missing = most.saturating_sub(chosen.len());
        chosen.extend(others.into_iter().take(missing));
        chosen.sort_by_key(|opening| opening.starts);
        chosen
    }

    /// Openings by day: at most so many, at most so many of one day.
    pub(crate) fn days(&self, visit: &Visit, most: usize, a_day: usize) -> Vec<DayOfOpenings> {
        let locale = &visit.web().house().locale;
        let mut days: Vec<DayOfOpenings> = Vec::new();
        for opening in self.spread(locale, most, a_day) {
            let day = locale.day(locale.here(opening.starts).date(), today(visit));
            let view = self.opening(locale, opening);
            match days.last_mut() {
                Some(last) if last.day == day => last.openings.push(view),
                _ => days.push(DayOfOpenings {
                    day,
                    openings: vec![view],
                }),
            }
        }
        days
    }

    fn verified(
        &self,
        locale: &Locale,
        day: Date,
        named: &dyn Fn(&str) -> String,
    ) -> Vec<VerifiedLine> {
        let known = self.published.in_force(day);
        let shown = known
            .iter()
            .filter(|credential| credential.kind != CredentialKind::Training);
        shown
            .map(|credential| verified_line(locale, credential, &named(&credential.jurisdiction)))
            .collect()
    }

    pub(crate) fn credentials(
        &self,
        visit: &Visit,
        named: &dyn Fn(&str) -> String,
    ) -> Vec<CredentialLine> {
        let locale = &visit.web().house().locale;
        let written = |day: &str| {
            day.parse()
                .map_or_else(|_| "No end".to_owned(), |day| locale.date(day))
        };
        let place = |code: &str| match code {
            "" => "Not tied to a place".to_owned(),
            code => named(code),
        };
        let lines = self
            .published
            .in_force(today(visit))
            .into_iter()
            .map(|credential| CredentialLine {
                title: credential.name.clone(),
                issuer: credential.issuer.clone(),
                number: credential.number.clone(),
                place: place(&credential.jurisdiction),
                until: written(&credential.until),
                checked: written(&credential.verified_on),
                lookup: None,
            });
        lines.collect()
    }
}

fn verified_line(locale: &Locale, credential: &CredentialBody, place: &str) -> VerifiedLine {
    let checked = credential.verified_on.parse::<Date>();
    let checked = checked.map_or_else(
        |_| String::new(),
        |day| format!(", checked {}", locale.date(day)),
    );
    let lead = match credential.kind {
        CredentialKind::Licence => "License verified",
        CredentialKind::Certification | CredentialKind::Training => "Certification verified",
    };
    let words = [place, &credential.name, &credential.number];
    let rest: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    VerifiedLine {
        lead: lead.to_owned(),
        rest: format!("{}{checked}", rest.join(" ")),
    }
}

/// The opening of a form's value: whose, and when.
pub(crate) fn opening_of(value: &str) -> Option<(&str, jiff::Timestamp)> {
    let (slug, at) = value.rsplit_once('.')?;
    Some((slug, from_micros(at.parse().ok()?)))
}

fn today(visit: &Visit) -> Date {
    visit.web().house().locale.here(visit.web().now()).date()
}

/// The concerns that a clinician often works with, in clients' words.
pub(crate) fn concern_words(ids: &[ConcernId]) -> Vec<String> {
    ids.iter()
        .filter_map(|id| library().concern(id))
        .map(|concern| concern.client_label.clone())
        .collect()
}
