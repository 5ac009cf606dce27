//! Visitors who booked a first talk and wait for an answer, and the hours in which such talks take place.

use practice::access::VisitorAccess;
use practice::booking::records::{Hours, insert_hours};
use practice::calendar::Place;
use practice::enquiry::Ask;
use practice::ids::uuid_v7;
use practice::library::library;
use practice::private::Private;
use vault::SystemRandomness;

use super::super::people::{DemoEnquiry, DemoModality};
use super::Interrupted;
use super::entering::channel;
use super::house::{House, happened, there};

/// Sessions begin on the hour or at its half; first talks may begin at other times of their own.
const HALF_HOUR: i8 = 30;

/// Opens the half hours in which the content's first talks take place, where the working hours do not offer them.
pub(super) async fn open_hours(house: &House<'_>) -> Result<(), Interrupted> {
    let mut rows = Vec::new();
    for enquiry in &house.demo.enquiries {
        if enquiry.time.minute() % HALF_HOUR != 0 {
            let id = uuid_v7(house.practice.now(), &SystemRandomness);
            rows.push((id, hours(house, enquiry)?));
        }
    }
    let practice = house.practice.id();
    let write = house.store.write(move |tx| {
        rows.iter()
            .try_for_each(|(id, hours)| insert_hours(tx, practice, *id, hours))
    });
    happened("opening hours for first talks", write.await)
}

fn hours(house: &House<'_>, enquiry: &DemoEnquiry) -> Result<Hours, Interrupted> {
    let day = house.days.next(enquiry.day).weekday();
    let ends = enquiry
        .time
        .saturating_add(jiff::SignedDuration::from_mins(30));
    let place = match enquiry.modality {
        DemoModality::Premises => "both",
        DemoModality::Video => "video",
    };
    Ok(Hours {
        clinician: house.member(&enquiry.clinician)?,
        weekday: i64::from(day.to_monday_one_offset()),
        begins: enquiry.time.strftime("%H:%M").to_string(),
        ends: ends.strftime("%H:%M").to_string(),
        zone: house.demo.practice.zone.clone(),
        place: place.to_owned(),
        use_for: "consultations".to_owned(),
    })
}

/// A visitor asks for a first talk.
pub(super) async fn ask(house: &House<'_>, number: usize) -> Result<(), Interrupted> {
    let enquiry = there("an enquiry", house.demo.enquiries.get(number))?;
    let day = house.days.next(enquiry.day);
    let ask = Ask {
        name: Private::from(enquiry.name.as_str()),
        pronouns: Private::from(enquiry.pronouns.as_deref().unwrap_or_default()),
        channel: channel(enquiry.way),
        address: Private::from(enquiry.address.as_str()),
        mind: Private::from(enquiry.avoid.as_deref().unwrap_or_default()),
        voicemail: false,
        times: None,
        avoid: Private::default(),
        coming: Private::from(if enquiry.together { "two" } else { "alone" }),
        told: Private::new(told(enquiry)),
        adult: true,
        clinician: house.member(&enquiry.clinician)?,
        starts: house.days.at(day, enquiry.time),
        place: match enquiry.modality {
            DemoModality::Premises => Place::Premises,
            DemoModality::Video => Place::Video,
        },
    };
    let visitor = VisitorAccess::new();
    let asked = house.practice.ask_for_consultation(&visitor, ask);
    happened("asking for a first talk", asked.await)?;
    Ok(())
}

/// What is on the visitor's mind, in the sentences that the public page offers, and their own words.
fn told(enquiry: &DemoEnquiry) -> String {
    let chosen = enquiry.on_mind.iter();
    let mut told: Vec<&str> = chosen
        .filter_map(|id| library().choice(id))
        .map(|choice| choice.words.as_str())
        .collect();
    told.extend(enquiry.message.as_deref());
    told.join("\n")
}
