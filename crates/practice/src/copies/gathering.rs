//! Gathering what is wanted of a case from the sides that were opened: the one way by which a record leaves, whoever it is for.
//!
//! What was not opened cannot be in it. Process notes, journals and messages between people are not there to be gathered: the
//! server cannot read them (R4).

use std::collections::{BTreeMap, BTreeSet};

use vault::{CompartmentId, Opened};

use super::gathered::{Answered, Gathered, Given, InIt, LeftOut, Of};
use super::what::{Kind, Span, Wanted};
use crate::access::Work;
use crate::accounts::{self, StaffPage};
use crate::calendar::{self, Session};
use crate::cases::{self, Case, CaseKind, Onward, Participant};
use crate::clock::micros;
use crate::error::AccessError;
use crate::ids::PersonId;
use crate::language::Language;
use crate::notes::{self, NoteState, Route};
use crate::people::{self, Identity};
use crate::sessions::attending;
use crate::settings::{self, Description};
use crate::{consent, goals, homework, imports, intake, measures, messages, releases};

/// For whom it is gathered.
#[derive(Clone, Copy)]
pub(super) enum Reader<'a> {
    /// A participant, who reads of the joint side what is of their time.
    Own(&'a Participant),
    /// Somebody outside.
    Outside,
}

struct Gathering<'a, 'o> {
    case: &'a Case,
    opened: &'o Opened,
    wanted: &'a Wanted,
    span: Span,
    reader: Reader<'a>,
    /// Of which time the joint side is in it.
    joint: Span,
    into: Gathered,
}

/// Gathers what is wanted, of the sides that were opened.
pub(super) fn gather(
    work: &mut Work<'_, '_>,
    opened: &Opened,
    of: (&Case, &Wanted, Reader<'_>),
    language: Language,
) -> Result<Gathered, AccessError> {
    let (case, wanted, reader) = of;
    let practice = settings::described(work)?;
    let span = wanted.span(&practice.clock_zone());
    let mut gathering = Gathering {
        case,
        opened,
        wanted,
        span,
        reader,
        joint: match reader {
            Reader::Own(who) => releases::signers::time_of(who),
            Reader::Outside => Span::EVER,
        },
        into: nothing(work, case, practice, language),
    };
    gathering.people(work)?;
    for kind in &wanted.kinds {
        match kind {
            Kind::Sessions => gathering.sessions(work)?,
            Kind::Notes => gathering.notes(work)?,
            Kind::Intake | Kind::Alone => gathering.intake(work, *kind)?,
            Kind::Measures => gathering.measures(work)?,
            Kind::Goals => gathering.goals(work)?,
            Kind::Homework => gathering.homework(work)?,
            Kind::Messages => gathering.messages(work)?,
            Kind::Elsewhere => gathering.elsewhere(work)?,
            Kind::Agreements => gathering.agreements(work)?,
        }
    }
    gathering.ended(work)?;
    gathering.staff(work)?;
    Ok(gathering.into)
}

fn nothing(
    work: &Work<'_, '_>,
    case: &Case,
    practice: Description,
    language: Language,
) -> Gathered {
    Gathered {
        practice,
        language,
        made_at: work.now(),
        case: case.clone(),
        people: Vec::new(),
        staff: Vec::new(),
        sessions: Vec::new(),
        present: BTreeMap::new(),
        ended: None,
        notes: Vec::new(),
        intake: Vec::new(),
        measures: Vec::new(),
        goals: Vec::new(),
        earlier_goals: BTreeMap::new(),
        homework: Vec::new(),
        messages: Vec::new(),
        elsewhere: Vec::new(),
        agreements: Vec::new(),
        left_out: Vec::new(),
    }
}

impl Gathering<'_, '_> {
    /// On whose side a compartment is.
    fn of(&self, side: CompartmentId) -> Of {
        let mut own = self.case.participants.iter();
        let own = own.find(|who| who.own == side);
        own.map_or(Of::Joint, |who| Of::Own(who.id))
    }

    fn of_route(&self, route: Route) -> Of {
        match (route, self.case.kind, self.case.participants.first()) {
            (Route::Own(id), _, _) => Of::Own(id),
            (Route::Chart, CaseKind::Individual, Some(only)) => Of::Own(only.id),
            (Route::Chart, _, _) => Of::Joint,
        }
    }

    /// Whether what is of a side and an instant is wanted.
    fn takes(&self, of: Of, at: i64) -> bool {
        self.span.holds(at)
            && match of {
                Of::Own(id) => self.wanted.own.contains(&id),
                Of::Joint => self.wanted.joint && self.joint.holds(at),
            }
    }

    /// Those whose own side is wanted.
    fn owners(&self) -> Vec<Participant> {
        let all = self.case.participants.iter();
        all.filter(|who| self.wanted.own.contains(&who.id) && self.opened.get(who.own).is_some())
            .copied()
            .collect()
    }

    fn people(&mut self, work: &mut Work<'_, '_>) -> Result<(), AccessError> {
        let names = cases::called(work, self.opened, self.case)?;
        let practice = work.practice();
        for who in &self.case.participants {
            let is_own = self.wanted.own.contains(&who.id);
            let mut identity = None;
            if is_own
                && let Some(cell) = people::records::cell(work.tx, practice, who.person)?
                && self.opened.get(cell.compartment).is_some()
            {
                let known: Identity = work.unseal(self.opened, "people", &cell)?;
                identity = Some(known);
            }
            // Whoever was on no joint side that was opened is nobody to this reader (R2).
            let joints = self.case.joints_of(who);
            let is_met = joints.iter().any(|side| self.opened.get(*side).is_some());
            let is_in = is_own || (self.wanted.joint && is_met);
            if !is_in {
                continue;
            }
            let name = identity.as_ref().map(|known| known.name.clone());
            self.into.people.push(InIt {
                participant: who.id,
                person: who.person,
                name: name
                    .or_else(|| names.get(&who.id).cloned())
                    .unwrap_or_default(),
                identity,
            });
        }
        Ok(())
    }

    /// A session of one alone is theirs; one of several is joint.
    fn of_session(&self, session: &Session) -> Option<Of> {
        let mut there = self.case.participants.iter();
        let mut there = there
            .by_ref()
            .filter(|who| session.people.contains(&who.person));
        match (there.next(), there.next(), self.case.kind) {
            (Some(only), None, _) => Some(Of::Own(only.id)),
            (Some(_), Some(_), CaseKind::Relational) => Some(Of::Joint),
            _ => None,
        }
    }

    /// Whether it is its own person's copy, in which stands, too, what belongs to no kind that a release names.
    const fn is_own(&self) -> bool {
        matches!(self.reader, Reader::Own(_))
    }

    /// Whether a session is of the reader's: others met without them before they came, and since (R2).
    fn is_met(&self, session: &Session) -> bool {
        match self.reader {
            Reader::Own(who) => session.people.contains(&who.person),
            Reader::Outside => true,
        }
    }

    fn sessions(&mut self, work: &mut Work<'_, '_>) -> Result<(), AccessError> {
        let practice = work.practice();
        let all = calendar::records::of_case(work.tx, practice, self.case.id, i64::MAX)?;
        let taken = all.into_iter().rev().filter_map(|session| {
            let of = self.of_session(&session)?;
            let is_in = self.is_met(&session) && self.takes(of, session.starts_at);
            is_in.then_some((session, of))
        });
        let taken: Vec<_> = taken.collect();
        let is_own = self.is_own();
        for (session, _) in taken.iter().filter(|_| is_own) {
            let there = attending::of_session(work, self.opened, session)?;
            let there = there.map(|(there, _)| (session.id, there));
            self.into.present.extend(there);
        }
        self.into.sessions = taken;
        Ok(())
    }

    fn notes(&mut self, work: &mut Work<'_, '_>) -> Result<(), AccessError> {
        let practice = work.practice();
        let sessions = calendar::records::of_case(work.tx, practice, self.case.id, i64::MAX)?;
        let mut waiting = 0;
        for note in notes::of_case(work, self.opened, self.case, i64::MAX)? {
            let of = self.of(note.compartment);
            let Some(session) = sessions.iter().find(|one| one.id == note.session) else {
                continue;
            };
            if !self.takes(of, session.starts_at) {
                continue;
            }
            match note.state {
                NoteState::Signed => self.into.notes.push((note, session.clone(), of)),
                NoteState::Draft | NoteState::Awaiting => waiting += 1,
            }
        }
        self.into
            .notes
            .sort_by_key(|(note, session, _)| (session.starts_at, note.id));
        if waiting > 0 {
            self.into.left_out.push(LeftOut::NotFinal(waiting));
        }
        Ok(())
    }

    /// Answers before therapy began: those that are given alone are a kind of their own.
    fn intake(&mut self, work: &mut Work<'_, '_>, kind: Kind) -> Result<(), AccessError> {
        let is_alone = kind == Kind::Alone;
        for who in self.owners() {
            let (born, mut parts) = intake::parts_of(work, self.opened, who.id)?;
            parts.retain(|part| {
                let sent = part.sent_at.map(micros);
                part.answers.is_some() && sent.is_some_and(|at| self.span.holds(at))
            });
            let alone = parts.iter().any(|part| part.section.alone);
            if alone && !is_alone && !self.wanted.kinds.contains(&Kind::Alone) {
                self.into.left_out.push(LeftOut::AnsweredAlone(who.id));
            }
            parts.retain(|part| part.section.alone == is_alone);
            for part in parts.iter_mut().filter(|_| !self.is_own()) {
                part.earlier.clear();
            }
            if !parts.is_empty() {
                self.into.intake.push(Answered {
                    whose: who.id,
                    born: born.filter(|_| !is_alone),
                    parts,
                });
            }
        }
        Ok(())
    }

    fn measures(&mut self, work: &mut Work<'_, '_>) -> Result<(), AccessError> {
        let mut all = measures::of_case(work, self.opened, self.case, i64::MAX)?;
        all.retain(|one| self.takes(Of::measure(one), micros(one.taken_at)));
        all.sort_by_key(|one| (one.taken_at, one.id));
        self.into.measures = all;
        Ok(())
    }

    fn goals(&mut self, work: &mut Work<'_, '_>) -> Result<(), AccessError> {
        let mut all = goals::of_case(work, self.opened, self.case)?;
        all.retain(|goal| {
            let of = Of::goal(goal);
            // Words that were changed after the days that are meant are not of those days.
            self.takes(of, micros(goal.set_at)) && self.takes(of, micros(goal.changed_at))
        });
        let is_own = self.is_own();
        for goal in all.iter().filter(|_| is_own) {
            let earlier = goals::earlier(work, self.opened, goal)?;
            self.into.earlier_goals.insert(goal.id, earlier);
        }
        self.into.goals = all;
        Ok(())
    }

    fn homework(&mut self, work: &mut Work<'_, '_>) -> Result<(), AccessError> {
        let all = homework::whole(work, self.opened, self.case)?;
        for (given, mut reflections) in all.into_iter().rev() {
            let own = given.as_ref().filter(|one| !one.joint);
            let of = match own.map(|one| one.participants.as_slice()) {
                Some([only]) => Of::Own(*only),
                Some(_) | None => Of::Joint,
            };
            reflections.retain(|told| self.takes(Of::reflection(told), micros(told.given_at)));
            reflections.sort_by_key(|told| (told.given_at, told.id));
            let assignment = given.filter(|one| self.takes(of, micros(one.given_at)));
            if assignment.is_some() || !reflections.is_empty() {
                self.into.homework.push(Given {
                    assignment,
                    of,
                    reflections,
                });
            }
        }
        Ok(())
    }

    fn messages(&mut self, work: &mut Work<'_, '_>) -> Result<(), AccessError> {
        let all = messages::every_filed(work, self.opened, self.case)?;
        let taken = all.into_iter().rev().filter_map(|copy| {
            let of = self.of_route(copy.route);
            self.takes(of, micros(copy.sent_at)).then_some((copy, of))
        });
        let taken: Vec<_> = taken.collect();
        self.into.messages = taken;
        Ok(())
    }

    fn elsewhere(&mut self, work: &mut Work<'_, '_>) -> Result<(), AccessError> {
        for who in self.owners() {
            match imports::entries_of(work, self.opened, &who)? {
                Some(entries) => {
                    let mut entries = entries;
                    entries.retain(|entry| self.span.holds(entry.origin.taken_at));
                    let all = entries.into_iter().map(|entry| (who.id, entry));
                    self.into.elsewhere.extend(all);
                }
                None => self.into.left_out.push(LeftOut::ElsewhereClosed(who.id)),
            }
        }
        Ok(())
    }

    fn agreements(&mut self, work: &mut Work<'_, '_>) -> Result<(), AccessError> {
        for who in self.owners() {
            let mut all = consent::signed_texts(work, self.opened, who.id)?;
            all.retain(|one| self.span.holds(micros(one.signed.at)));
            let all = all.into_iter().rev().map(|one| (who.id, one));
            self.into.agreements.extend(all);
        }
        Ok(())
    }

    /// Why the reader's part ended. Why another's did stands on that one's own side.
    fn ended(&mut self, work: &mut Work<'_, '_>) -> Result<(), AccessError> {
        if let Reader::Own(who) = self.reader {
            let mut all = cases::left(work, self.opened, self.case)?.into_iter();
            self.into.ended = all.find(|one| one.participant == who.id);
        }
        Ok(())
    }

    /// Who of the practice wrote what is in it.
    fn staff(&mut self, work: &mut Work<'_, '_>) -> Result<(), AccessError> {
        let mut ids: BTreeSet<PersonId> = BTreeSet::from([self.case.clinician]);
        ids.extend(self.case.supervisor);
        for (note, session, _) in &self.into.notes {
            ids.extend([note.author, session.clinician]);
            ids.extend(note.signed.iter().chain(&note.cosigned).map(|one| one.by));
            ids.extend(note.amendments.iter().map(|one| one.author));
        }
        ids.extend(self.into.sessions.iter().map(|(one, _)| one.clinician));
        let onward = self.into.ended.as_ref().and_then(|one| one.onward);
        ids.extend(match onward {
            Some(Onward::With(other)) => Some(other),
            Some(Onward::Here | Onward::Nowhere) | None => None,
        });
        let given = self.into.homework.iter();
        ids.extend(given.filter_map(|one| one.assignment.as_ref().map(|one| one.given_by)));
        for id in ids {
            let found: Option<StaffPage> = accounts::staff_pages(work, &[id])?.pop();
            self.into.staff.extend(found.map(|page| (id, page)));
        }
        Ok(())
    }
}
