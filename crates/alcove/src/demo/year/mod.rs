//! The demonstration's year: everybody's sessions, notes, homework and goals, lived through day by day.
//!
//! The practice's clock is put to each moment in turn, and every act is the operation that a door would call, by who
//! would have done it. What happens at one moment in different cases happens at once. Not here: the practice and its
//! staff, which are there before the year begins; when what happens ([`plan`]).

mod asking;
mod book;
mod days;
mod enquiries;
mod entering;
mod held;
mod homework;
mod house;
mod plan;
mod sessions;
mod told;

#[cfg(test)]
mod plan_tests;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use futures_util::future::join_all;
use jiff::Timestamp;
use jiff::civil::Date;
use practice::ids::PersonId;

use super::make::Making;
use super::marker::Client;
use book::Book;
use days::Days;
use house::{House, happened};
use plan::{Act, Event, Story};

/// Why the year was not told to its end; without a word about anybody.
#[derive(Debug, thiserror::Error)]
#[error("the demonstration's year stopped at \"{act}\": {why}")]
pub(crate) struct Interrupted {
    act: &'static str,
    why: String,
}

/// Receipts are taken into the log once in so many moments.
const SEQUENCE_EVERY: usize = 150;

/// Lives through the year up to now, where it leaves the clock. Gives the clients, in the order of the content.
///
/// # Errors
/// [`Interrupted`] when an operation refuses: the practice is left as far as it came.
pub(super) async fn live(making: &Making, staff: &[PersonId]) -> Result<Vec<Client>, Interrupted> {
    let demo = &making.demo;
    let days = Days::around(making.today, &demo.practice.zone);
    let stories: Vec<Story<'_>> = (0..)
        .zip(&demo.cases)
        .map(|(index, case)| Story::of(demo, case, index, &days))
        .collect();
    let moments = moments(&plan::timeline(demo, &stories, &days));
    let mut books: Vec<Book<'_>> = stories.iter().map(Book::new).collect();
    let house = House::of(making, staff, &days).await?;
    enquiries::open_hours(&house).await?;
    making.bar.set_position(0);
    making
        .bar
        .set_length(u64::try_from(moments.len()).unwrap_or(0));
    for (number, (at, events)) in moments.iter().enumerate() {
        say(making, number, moments.len(), days.day_of(*at));
        making.clock.set(*at);
        moment(&house, &mut books, events).await?;
        if number.is_multiple_of(SEQUENCE_EVERY) {
            happened("the log", making.practice.sequence().await)?;
        }
    }
    making.clock.set(making.today);
    happened("the log", making.practice.sequence().await)?;
    Ok(house.clients(&books))
}

/// How far the year is: on the bar, or where there is none, in a line now and then.
fn say(making: &Making, number: usize, of: usize, day: Date) {
    making.bar.inc(1);
    making.bar.set_message(day.strftime("%B %Y").to_string());
    if making.bar.is_hidden() && number.is_multiple_of((of / 4).max(1)) {
        tracing::info!(%day, "the demo's year");
    }
}

/// What happens, by moments.
fn moments(events: &[(Timestamp, Event)]) -> Vec<(Timestamp, Vec<Event>)> {
    events
        .chunk_by(|(a, _), (b, _)| a == b)
        .filter_map(|same| {
            let (at, _) = same.first()?;
            Some((*at, same.iter().map(|(_, event)| *event).collect()))
        })
        .collect()
}

/// One moment: each case does its acts in order, all cases at once.
async fn moment(
    house: &House<'_>,
    books: &mut [Book<'_>],
    events: &[Event],
) -> Result<(), Interrupted> {
    let mut acts: BTreeMap<usize, Vec<Act>> = BTreeMap::new();
    for event in events {
        match event {
            Event::Case(case, act) => acts.entry(*case).or_default().push(*act),
            Event::Enquiry(number) => enquiries::ask(house, *number).await?,
        }
    }
    let cases = books
        .iter_mut()
        .enumerate()
        .filter_map(|(number, book)| acts.get(&number).map(|acts| book.live(house, acts)));
    join_all(cases).await.into_iter().collect()
}
