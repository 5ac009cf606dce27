//! Between sessions: homework and what is told about it, goals, the check-in. Each participant writes alone.

use practice::cases::Side;
use practice::goals::{GoalState, GoalWords};
use practice::homework::{For, Happened, NewAssignment, Told, What};
use practice::library::AssignmentId;
use practice::measures::{self, check_in};
use practice::private::Private;

use super::super::people::{DemoDid, DemoGoal, DemoMeasure};
use super::Interrupted;
use super::book::Book;
use super::house::{House, happened, there};
use super::plan::Reflection;

impl<'a> Book<'a> {
    /// Gives homework of the library, to everybody or to one.
    pub(super) async fn give(
        &mut self,
        house: &House<'_>,
        number: usize,
    ) -> Result<(), Interrupted> {
        let planned = there("homework", self.story.homework.get(number))?;
        let everybody = planned.what.given_to.len() == self.story.case.participants.len();
        let whom = match planned.what.given_to.first() {
            Some(slug) if !everybody => For::One(self.part(slug)?.id),
            Some(_) | None => For::Everybody,
        };
        let session = planned
            .session
            .and_then(|session| self.sessions.get(&session));
        let new = NewAssignment {
            case: self.entered()?.id,
            session: session.copied(),
            what: What::Library(AssignmentId::new(planned.what.assignment.as_str())),
            remark: Private::default(),
            whom,
        };
        let given = house
            .practice
            .give_homework(self.clinician(house)?, new)
            .await;
        self.homework
            .insert(number, happened("giving homework", given)?);
        Ok(())
    }

    /// Ends homework.
    pub(super) async fn end(
        &mut self,
        house: &House<'_>,
        number: usize,
    ) -> Result<(), Interrupted> {
        let assignment = there("given homework", self.homework.get(&number).copied())?;
        let ended = house
            .practice
            .end_homework(self.clinician(house)?, assignment)
            .await;
        happened("ending homework", ended)
    }

    /// Somebody tells: first what is for the clinician alone, then what is shared.
    pub(super) async fn reflect(
        &mut self,
        house: &House<'_>,
        which: (usize, usize),
    ) -> Result<(), Interrupted> {
        let planned = there("homework", self.story.homework.get(which.0))?;
        let told = there("a reflection", planned.reflections.get(which.1))?;
        self.tell_alone(house, which.0, told).await?;
        self.share(house, which.0, told).await
    }

    async fn tell_alone(
        &mut self,
        house: &House<'_>,
        number: usize,
        reflection: &Reflection<'a>,
    ) -> Result<(), Interrupted> {
        let by = reflection.told.by.as_str();
        let Some(own) = &reflection.told.own else {
            return Ok(());
        };
        let told = Told {
            happened: Some(answer(reflection.told.did)),
            words: Private::from(own.as_str()),
            ..Told::default()
        };
        let practice = house.practice;
        let (portal, before) = (house.portal(by)?, self.revision(number, by, Side::Own));
        let homework = there("given homework", self.homework.get(&number).copied())?;
        let revision = if reflection.unfinished {
            practice
                .draft_reflection(&portal, homework, told, before)
                .await
        } else {
            practice
                .give_reflection(&portal, homework, told, before)
                .await
        };
        let revision = happened("reflecting alone", revision)?;
        self.tells(number, by, Side::Own, revision);
        Ok(())
    }

    async fn share(
        &mut self,
        house: &House<'_>,
        number: usize,
        reflection: &Reflection<'a>,
    ) -> Result<(), Interrupted> {
        let by = reflection.told.by.as_str();
        let Some(words) = &reflection.told.shared else {
            return Ok(());
        };
        let (portal, before) = (house.portal(by)?, self.revision(number, by, Side::Joint));
        let homework = there("given homework", self.homework.get(&number).copied())?;
        let words = Private::from(words.as_str());
        let shared = house
            .practice
            .share_reflection(&portal, homework, words, before);
        let revision = happened("sharing a reflection", shared.await)?;
        self.tells(number, by, Side::Joint, revision);
        Ok(())
    }

    /// Sets a goal: one of several people is joint, one of one is their own.
    pub(super) async fn set_goal(
        &mut self,
        house: &House<'_>,
        number: usize,
    ) -> Result<(), Interrupted> {
        let goal = there("a goal", self.story.goals.get(number))?.said;
        let side = if goal.whose.len() > 1 {
            Side::Joint
        } else {
            Side::Own
        };
        let by = there("whose goal it is", goal.whose.first())?;
        let (portal, part) = (house.portal(by)?, self.part(by)?.id);
        let set = house
            .practice
            .set_goal(&portal, part, side, said(goal))
            .await;
        self.goals.insert(number, happened("setting a goal", set)?);
        Ok(())
    }

    /// Says that a goal is reached.
    pub(super) async fn reach_goal(
        &mut self,
        house: &House<'_>,
        number: usize,
    ) -> Result<(), Interrupted> {
        let goal = there("a goal", self.story.goals.get(number))?.said;
        let by = there("whose goal it is", goal.whose.first())?;
        let id = there("a goal that was set", self.goals.get(&number).copied())?;
        let (portal, state) = (house.portal(by)?, GoalState::Reached);
        let changed = house
            .practice
            .change_goal(&portal, id, 1, said(goal), state)
            .await;
        happened("reaching a goal", changed)?;
        Ok(())
    }

    /// Answers the check-in.
    pub(super) async fn measure(
        &mut self,
        house: &House<'_>,
        number: usize,
    ) -> Result<(), Interrupted> {
        let (_, measure) = there("a check-in", self.story.measures.get(number))?;
        let part = self.part(&measure.person)?.id;
        let portal = house.portal(&measure.person)?;
        let taken = house
            .practice
            .take_measure(&portal, part, answers(measure))
            .await;
        happened("answering the check-in", taken)?;
        Ok(())
    }
}

const fn answer(did: DemoDid) -> Happened {
    match did {
        DemoDid::Yes => Happened::Yes,
        DemoDid::Some => Happened::Some,
        DemoDid::NotThisWeek => Happened::NotThisWeek,
    }
}

fn said(goal: &DemoGoal) -> GoalWords {
    GoalWords {
        words: Private::from(goal.words.as_str()),
        value: Private::from(goal.value.as_str()),
    }
}

/// The content names answers to instruments that a practice needs a licence for; the demonstration answers the check-in
/// instead, as high or low as those were.
pub(super) fn answers(measure: &DemoMeasure) -> measures::Answers {
    let most = check_in().most;
    let sum: u32 = measure
        .answers
        .iter()
        .map(|answer| u32::from(*answer))
        .sum();
    // The couple satisfaction index is the only one of them of which more is better.
    let (highest, good) = match measure.instrument.as_str() {
        "csi-4" => (21, true),
        "phq-9" => (27, false),
        "gad-7" => (21, false),
        "audit-c" => (12, false),
        _ => (5, false),
    };
    let share = u8::try_from(sum * u32::from(most) / highest)
        .unwrap_or(most)
        .min(most);
    let ease = if good { share } else { most - share };
    let items = check_in().items.iter().enumerate();
    items
        .map(|(number, item)| {
            let answer = match number {
                0 => most - ease,
                1 => ease,
                2 => ease.saturating_sub(1),
                _ => ease.saturating_add(2).min(most),
            };
            (item.id.clone(), answer)
        })
        .collect()
}
