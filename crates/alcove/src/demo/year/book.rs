//! What is known of a case while its story is lived through: the ids that its acts have made so far.

use std::collections::BTreeMap;

use practice::access::DeskAccess;
use practice::accounts::Invitation;
use practice::cases::{Case, Participant, Side};
use practice::enquiry::Asked;
use practice::ids::{AssignmentId, GoalId, NoteId, SessionId};

use super::Interrupted;
use super::house::{House, there};
use super::plan::{Act, Story};

/// A case's story, and what has come of it.
pub(super) struct Book<'a> {
    pub(super) story: &'a Story<'a>,
    case: Option<Case>,
    /// The first talk that was asked for, until it is answered.
    pub(super) asked: Option<Asked>,
    pub(super) invitations: BTreeMap<&'a str, Invitation>,
    pub(super) sessions: BTreeMap<usize, SessionId>,
    pub(super) notes: BTreeMap<usize, (NoteId, u32)>,
    pub(super) homework: BTreeMap<usize, AssignmentId>,
    /// The newest revision of what somebody told about homework, on one side.
    pub(super) told: BTreeMap<(usize, &'a str, bool), u32>,
    pub(super) goals: BTreeMap<usize, GoalId>,
}

impl<'a> Book<'a> {
    /// The book of a story that has not begun.
    pub(super) fn new(story: &'a Story<'a>) -> Self {
        Self {
            story,
            case: None,
            asked: None,
            invitations: BTreeMap::new(),
            sessions: BTreeMap::new(),
            notes: BTreeMap::new(),
            homework: BTreeMap::new(),
            told: BTreeMap::new(),
            goals: BTreeMap::new(),
        }
    }

    /// The case, once it is entered.
    pub(super) fn case(&self) -> Option<&Case> {
        self.case.as_ref()
    }

    /// The case was entered.
    pub(super) fn begin(&mut self, case: Case) {
        self.case = Some(case);
    }

    /// The case, which has been entered by now.
    pub(super) fn entered(&self) -> Result<&Case, Interrupted> {
        there("a case", self.case.as_ref())
    }

    /// The part of the case's participant with this slug.
    pub(super) fn part(&self, slug: &str) -> Result<Participant, Interrupted> {
        let at = self
            .story
            .case
            .participants
            .iter()
            .position(|one| one == slug);
        let case = self.entered()?;
        let part = at.and_then(|at| case.participants.get(at)).copied();
        there("a participant", part)
    }

    /// The slug of the participant with this number.
    pub(super) fn slug(&self, number: usize) -> Result<&'a str, Interrupted> {
        let slug = self.story.case.participants.get(number);
        there("a participant", slug).map(String::as_str)
    }

    /// The case's clinician at the desk.
    pub(super) fn clinician<'h>(
        &self,
        house: &'h House<'_>,
    ) -> Result<&'h DeskAccess, Interrupted> {
        house.desk(&self.story.case.clinician)
    }

    /// The revision of what somebody told on a side of homework; 0 before there is any.
    pub(super) fn revision(&self, homework: usize, by: &'a str, side: Side) -> u32 {
        let key = (homework, by, side == Side::Joint);
        self.told.get(&key).copied().unwrap_or(0)
    }

    /// What somebody told has a newer revision.
    pub(super) fn tells(&mut self, homework: usize, by: &'a str, side: Side, revision: u32) {
        self.told
            .insert((homework, by, side == Side::Joint), revision);
    }

    /// Does what happens at one moment, in order.
    pub(super) async fn live(
        &mut self,
        house: &House<'_>,
        acts: &[Act],
    ) -> Result<(), Interrupted> {
        for act in acts {
            self.act(house, *act).await?;
        }
        Ok(())
    }

    async fn act(&mut self, house: &House<'_>, act: Act) -> Result<(), Interrupted> {
        match act {
            Act::Ask => self.ask(house).await,
            Act::Accept => self.accept(house).await,
            Act::Enter => self.enter(house).await,
            Act::Join => self.join(house).await,
            Act::Sign(number) => self.sign(house, number).await,
            Act::Intake(number) => self.intake(house, number).await,
            Act::Screen => self.screen(house).await,
            Act::Book(number) => self.book(house, number).await,
            Act::Settle(number) => self.settle(house, number).await,
            Act::Write(number) => self.write(house, number).await,
            Act::SignNote(number) => self.sign_note(house, number).await,
            Act::Cosign(number) => self.cosign(house, number).await,
            Act::Amend => self.amend(house).await,
            Act::Give(number) => self.give(house, number).await,
            Act::Reflect(homework, told) => self.reflect(house, (homework, told)).await,
            Act::End(number) => self.end(house, number).await,
            Act::SetGoal(number) => self.set_goal(house, number).await,
            Act::ReachGoal(number) => self.reach_goal(house, number).await,
            Act::Measure(number) => self.measure(house, number).await,
            Act::Close => self.close(house).await,
        }
    }
}
