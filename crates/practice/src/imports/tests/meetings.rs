//! Stories of appointments: past ones as they went, coming ones as bookings (R7), calendars.

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;

use super::{holds, key, meeting, offer, people, person, reasons, rows, take, taken, try_take};
use crate::AccessError;
use crate::calendar::{SessionState, WeekSession, Whose};
use crate::imports::{
    Commit, Mention, OfferedAppointment, OfferedState, Placing, SourceKind, Span,
};
use crate::testing::{Fictional, both, once, premises};

/// With whom an appointment is.
fn with(value: &str, span: (&str, &str), who: &str) -> OfferedAppointment {
    let mut one = meeting(value, span.0, span.1);
    one.persons = vec![Mention::by_key(key(who))];
    one
}

async fn week(house: &Fictional, monday: Date) -> Vec<WeekSession> {
    let front = house.desk(house.front_desk).await;
    let week = house
        .practice
        .week(&front, monday, TimeZone::UTC, Whose::Everybody);
    week.await.unwrap().sessions
}

#[tokio::test]
async fn r7_coming_appointments_take_their_time_and_a_clash_is_refused() {
    both(async |house: Fictional| {
        premises(&house).await;
        let mut offer = people(1, vec![person("Noor", "Jansen"), person("Kit", "Marsh")]);
        let tuesday = ("2026-11-24T18:00:00Z", "2026-11-24T19:00:00Z");
        let later = ("2026-11-24T18:30:00Z", "2026-11-24T19:30:00Z");
        let mut asked = with("asked", later, "Noor");
        asked.state = OfferedState::Requested;
        offer.appointments = vec![
            with("coming", tuesday, "Noor"),
            with("clash", later, "Kit"),
            with("stranger", later, "Sam"),
            asked,
        ];
        let report = take(&house, offer).await;
        assert_eq!(report.taken["coming_sessions"], 1);
        let expected = [
            "is at a time at which its clinician or somebody else in it is taken already (R7)",
            "is with somebody who is not known here",
        ];
        assert_eq!(reasons(&report), expected);
        assert!(report.refused.iter().all(|line| line.line == Some(7)));
        let coming = week(&house, date(2026, 11, 23)).await;
        let states: Vec<SessionState> = coming.iter().map(|one| one.session.state).collect();
        assert_eq!(states, [SessionState::Booked]);
        let named = &coming[0].people.as_ref().unwrap()[0];
        assert_eq!(named.name.reveal(), "Noor Jansen");
        assert!(coming[0].room.is_some());
        holds(&house).await;
    })
    .await;
}

#[tokio::test]
async fn past_appointments_stand_as_they_went_and_wait_for_no_note() {
    both(async |house: Fictional| {
        let mut offer = people(1, vec![person("Noor", "Jansen")]);
        let mut missed = with(
            "missed",
            ("2026-11-10T16:00:00Z", "2026-11-10T17:00:00Z"),
            "Noor",
        );
        missed.state = OfferedState::Missed;
        let at_once = ("2026-11-10T18:00:00Z", "2026-11-10T18:00:00Z");
        let mut to_come = with(
            "to come",
            ("2026-11-24T18:00:00Z", "2026-11-24T19:00:00Z"),
            "Noor",
        );
        to_come.state = OfferedState::Held;
        offer.appointments = vec![missed, with("past", at_once, "Noor"), to_come];
        let report = take(&house, offer).await;
        assert_eq!(report.taken["past_sessions"], 2);
        let expected = ["is said to have been, and is still to come"];
        assert_eq!(reasons(&report), expected);
        let past = week(&house, date(2026, 11, 9)).await;
        let states: Vec<SessionState> = past.iter().map(|one| one.session.state).collect();
        assert_eq!(states, [SessionState::NotHeld, SessionState::Held]);
        let hour = past[1].session.ends_at - past[1].session.starts_at;
        assert_eq!(hour, 3_600_000_000);
        let desk = house.desk(house.clinician).await;
        let today = date(2026, 11, 19);
        let today = house.practice.today(&desk, today, TimeZone::UTC).await;
        assert!(today.unwrap().unwritten.is_empty());
        holds(&house).await;
    })
    .await;
}

#[tokio::test]
async fn a_calendar_keeps_its_clinician_busy_and_finds_the_clients_it_names() {
    both(async |house: Fictional| {
        take(
            &house,
            people(1, vec![person("Noor", "Jansen"), person("Kit", "Marsh")]),
        )
        .await;
        let mut titled = meeting("a", "2026-11-24T18:00:00Z", "2026-11-24T19:00:00Z");
        titled.title = Some("Jansen, Noor".into());
        let mut dentist = meeting("b", "2026-11-24T20:00:00Z", "2026-11-24T21:00:00Z");
        dentist.title = Some("Dentist".into());
        let mut remark = meeting("c", "2026-11-24T22:00:00Z", "2026-11-24T23:00:00Z");
        remark.busy = false;
        let mut away = meeting("d", "2026-11-24T18:00:00Z", "2026-11-24T18:00:00Z");
        away.span = Span::Days {
            first: date(2026, 11, 26),
            last: date(2026, 11, 27),
        };
        let mut calendar = offer(SourceKind::Calendar, 2);
        calendar.appointments = vec![titled, dentist, remark, away];
        let placing = Placing {
            clinician: Some(house.clinician),
        };
        let report = try_take(&house, calendar.clone(), placing.clone(), Commit::Take);
        let report = report.await.unwrap();
        assert_eq!(
            taken(&report),
            [("calendar_entries", 2), ("coming_sessions", 1)]
        );
        let mut changed = calendar;
        changed.digest = [3; 32];
        let before = rows(&house).await;
        let again = try_take(&house, changed, placing, Commit::Take)
            .await
            .unwrap();
        assert_eq!((taken(&again), again.merged["sessions"]), (vec![], 3));
        let mut after = rows(&house).await;
        after[7] -= 1;
        assert_eq!(after, before);

        let desk = house.desk(house.clinician).await;
        let zone = TimeZone::UTC;
        let whose = Whose::One(house.clinician);
        let week = house.practice.week(&desk, date(2026, 11, 23), zone, whose);
        let sessions = week.await.unwrap().sessions;
        assert_eq!(sessions.len(), 3);
        let dentist = sessions[1].session.id;
        let words = house.practice.imported_words(&desk, dentist).await.unwrap();
        assert_eq!(words.unwrap().text.reveal(), "Dentist");
        let front = house.desk(house.front_desk).await;
        let words = house.practice.imported_words(&front, dentist).await;
        assert!(matches!(words, Err(AccessError::NotThere)));
        holds(&house).await;
    })
    .await;
}

#[tokio::test]
async fn a_session_and_the_appointment_it_was_booked_as_are_one() {
    once(async |house| {
        let mut offer = people(1, vec![person("Noor", "Jansen")]);
        let mut booked = meeting("booked", "2026-11-10T18:00:00Z", "2026-11-10T19:00:00Z");
        booked.persons = vec![Mention::by_key(key("Noor"))];
        let mut held = meeting("held", "2026-11-10T18:05:00Z", "2026-11-10T19:00:00Z");
        held.persons = vec![Mention::by_key(key("Noor"))];
        held.state = OfferedState::Held;
        held.part_of = Some(key("booked"));
        offer.appointments = vec![booked];
        offer.sessions = vec![held];
        let report = take(&house, offer).await;
        assert_eq!(
            (report.taken["past_sessions"], report.merged["sessions"]),
            (1, 1)
        );
    })
    .await;
}
