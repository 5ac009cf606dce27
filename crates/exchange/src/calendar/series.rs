//! What has one `UID`: an event, or a series with what was added to it, taken from it, moved and cancelled
//! (RFC 5545, sections 3.8.4.4, 3.8.5.1 and 3.8.5.2).

use super::event::{Event, Length, Point, Refusal};
use super::zones::Zone;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use practice::imports::Offer;
use practice::recurrence::{Effort, TooMuch};
use std::collections::BTreeMap;
use std::ops::Range;

const OUTSIDE: &str = "event more than two years ago or a year ahead";

/// Writes what has one `UID` into the offer.
pub(super) struct Writer<'o> {
    pub(super) offer: &'o mut Offer,
    /// The days within which events become appointments.
    pub(super) window: Range<Date>,
    /// The zone in which a whole day begins.
    pub(super) zone: &'o Zone,
    /// The whole file takes its events back (`METHOD:CANCEL`).
    pub(super) is_cancelled: bool,
}

impl Writer<'_> {
    /// What has one `UID`: an event, or a series with its exceptions (RFC 5545, section 3.8.4.4).
    pub(super) fn group(
        &mut self,
        events: Vec<Event<'_>>,
        effort: &mut Effort,
    ) -> Result<(), Refusal> {
        let before = self.offer.appointments.len();
        let mut single: Vec<Event<'_>> = Vec::new();
        let mut moved: BTreeMap<Timestamp, Event<'_>> = BTreeMap::new();
        for event in events {
            let at = event.recurrence_id.as_ref().map(|id| id.instant(self.zone));
            let older = match at {
                None => {
                    let older = single.pop();
                    match older {
                        Some(older) if older.sequence > event.sequence => {
                            single.push(older);
                            Some(event)
                        }
                        older => {
                            single.push(event);
                            older
                        }
                    }
                }
                Some(None) => {
                    return Err(Refusal::at(
                        event.component.line,
                        "is in a year that cannot be meant",
                    ));
                }
                Some(Some(at)) => newer(&mut moved, at, event),
            };
            self.offer.merged += u64::from(older.is_some());
        }
        for event in &single {
            if event.is_series() {
                self.series(event, &mut moved, effort)?;
            } else {
                self.one(event, &event.start, event.length, None);
            }
        }
        for (at, event) in &moved {
            self.one(event, &event.start, event.length, Some(*at));
        }
        if self.offer.appointments.len() == before {
            self.offer.pass_over(OUTSIDE);
        }
        Ok(())
    }

    /// The days of a series; one that was moved is left to the event that moves it.
    fn series(
        &mut self,
        event: &Event<'_>,
        moved: &mut BTreeMap<Timestamp, Event<'_>>,
        effort: &mut Effort,
    ) -> Result<(), Refusal> {
        let line = event.component.line;
        let outside = || Refusal::at(line, "is in a year that cannot be meant");
        let mut points: BTreeMap<Timestamp, (Point, Length)> = BTreeMap::new();
        for point in self
            .occurrences(event, effort)
            .map_err(|reason| Refusal::at(line, reason.to_string()))?
        {
            points.insert(
                point.instant(self.zone).ok_or_else(outside)?,
                (point, event.length),
            );
        }
        for (point, length) in &event.extra {
            let at = point.instant(self.zone).ok_or_else(outside)?;
            points.insert(at, (point.clone(), length.unwrap_or(event.length)));
        }
        for except in &event.except {
            match (except, &event.start) {
                (Point::Day(day), Point::Time(..)) => {
                    points.retain(|_, (point, _)| !matches!(point, Point::Time(civil, _) if civil.date() == *day));
                }
                _ => drop(points.remove(&except.instant(self.zone).ok_or_else(outside)?)),
            }
        }
        for (at, (point, length)) in points {
            if !moved.contains_key(&at) {
                self.one(event, &point, length, Some(at));
            }
        }
        Ok(())
    }

    /// By the rules, or by the start alone where only dates are added to it.
    fn occurrences(&self, event: &Event<'_>, effort: &mut Effort) -> Result<Vec<Point>, TooMuch> {
        let (start, zone) = match &event.start {
            Point::Day(day) => (day.at(0, 0, 0, 0), None),
            Point::Time(civil, zone) => (*civil, Some(zone)),
        };
        let mut found = vec![start];
        let instant = |civil| zone.unwrap_or(self.zone).instant(civil);
        for rule in &event.rules {
            found.extend(rule.occurrences(start, &instant, &self.window, effort)?);
        }
        let point = |civil: DateTime| match zone {
            None => Point::Day(civil.date()),
            Some(zone) => Point::Time(civil, zone.clone()),
        };
        Ok(found.into_iter().map(point).collect())
    }
}

/// Keeps the event with the higher `SEQUENCE`, or the later one; the other comes back.
fn newer<'c>(
    moved: &mut BTreeMap<Timestamp, Event<'c>>,
    at: Timestamp,
    event: Event<'c>,
) -> Option<Event<'c>> {
    match moved.get(&at) {
        Some(known) if known.sequence > event.sequence => Some(event),
        _ => moved.insert(at, event),
    }
}
