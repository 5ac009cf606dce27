//! What lies there to be moved, of each kind: its case, its sealed row, its exact words, and what is written beside it.

use serde_json::Value;
use store::{StoreError, Tx};
use vault::{CompartmentId, Opened};

use super::{Direction, Exact, Kind, RoutingError, Thing, direction};
use crate::access::{Purpose, Work};
use crate::cases::{self, Case};
use crate::clock::from_micros;
use crate::error::AccessError;
use crate::goals::{self, GoalContent};
use crate::homework::AssignmentContent;
use crate::homework::lying as homework;
use crate::ids::{ParticipantId, PracticeId};
use crate::measures::{self, MeasureContent, check_in};
use crate::messages::filing;
use crate::notes::{self, Route};
use crate::private::Private;
use crate::receipts::Action;
use crate::safety;
use crate::sealed::Cell;
use crate::settings;

/// A thing that is one sealed row.
pub(super) struct Item {
    pub(super) thing: Thing,
    pub(super) kind: Kind,
    pub(super) case: Case,
    pub(super) cell: Cell,
    /// Whose it is, where it can stand on nobody else's own side.
    pub(super) only: Option<ParticipantId>,
    /// When it was taken or sent, where whoever reads it sees that, microseconds UTC.
    pub(super) dated: Option<i64>,
    /// Whether it goes on: what has ended does not move.
    pub(super) goes_on: bool,
}

impl Kind {
    /// The table of its rows.
    pub(super) const fn table(self) -> &'static str {
        match self {
            Self::Goal => "goals",
            Self::Assignment => "assignments",
            Self::Measure => "measures",
            Self::Message => "filed_messages",
            Self::Block => "notes",
        }
    }

    /// What its receipts say: the words of any other change of it, because those of one that moved wider would tell that
    /// it had been somewhere else (R2).
    pub(super) const fn action(self) -> Action {
        match self {
            Self::Goal => Action::Goals,
            Self::Assignment => Action::HomeworkGive,
            Self::Measure => Action::Measures,
            Self::Message => Action::MessageFile,
            Self::Block => Action::NoteWrite,
        }
    }

    /// Whether a client wrote or answered it.
    pub(super) const fn is_clients(self) -> bool {
        match self {
            Self::Goal | Self::Measure | Self::Message => true,
            Self::Assignment | Self::Block => false,
        }
    }
}

/// Finds a thing in a case of who asks.
pub(super) fn find(work: &mut Work<'_, '_>, thing: Thing) -> Result<Item, AccessError> {
    let mut dated = None;
    let (kind, case, cell, only, goes_on) = match thing {
        Thing::Goal(id) => {
            let (case, cell, only) = goals::lying(work, id)?.ok_or(AccessError::NotThere)?;
            (Kind::Goal, case, cell, only, true)
        }
        Thing::Assignment(id) => {
            let (case, cell, open) = homework::lying(work, id)?.ok_or(AccessError::NotThere)?;
            (Kind::Assignment, case, cell, None, open)
        }
        Thing::Measure(id) => {
            let (who, at, cell) = measures::lying(work, id)?.ok_or(AccessError::NotThere)?;
            dated = Some(at);
            let practice = work.practice();
            let case = cases::records::case_of_participant(work.tx, practice, who)?;
            let case = case.ok_or(AccessError::NotThere)?.id;
            (Kind::Measure, case, cell, Some(who), true)
        }
        Thing::Message(id) => {
            let (case, at, cell) = filing::lying(work, id)?.ok_or(AccessError::NotThere)?;
            dated = Some(at);
            (Kind::Message, case, cell, None, true)
        }
        Thing::Block(..) => return Err(AccessError::NotThere),
    };
    let case = cases::of_mine(work, case, Purpose::Care)?;
    if !case.compartments().contains(&cell.compartment) {
        return Err(AccessError::NotThere);
    }
    Ok(Item {
        thing,
        kind,
        // A client's own thing goes to no other client's own side; a joint one to whose it is.
        only: only.or(match case.route(cell.compartment) {
            Route::Own(id) if kind.is_clients() => Some(id),
            Route::Own(_) | Route::Chart => None,
        }),
        case,
        cell,
        dated,
        goes_on,
    })
}

/// The side to which something of a case can go now: the joint one of a relational case, or that of somebody who takes part.
pub(super) fn side_of(case: &Case, to: Route) -> Option<CompartmentId> {
    match to {
        Route::Chart => case.joint,
        Route::Own(id) => {
            let mut staying = case.staying();
            case.joint?;
            staying.find(|who| who.id == id).map(|who| who.own)
        }
    }
}

impl Item {
    /// Where it stands.
    pub(super) fn from(&self) -> Route {
        self.case.route(self.cell.compartment)
    }

    /// Where it goes, when it can go there.
    pub(super) fn target(&self, to: Route) -> Result<CompartmentId, RoutingError> {
        let fits = match (self.only, to) {
            (Some(only), Route::Own(id)) => only == id,
            (None, Route::Own(_)) | (_, Route::Chart) => true,
        };
        let side = side_of(&self.case, to).filter(|_| fits && self.goes_on && self.case.open);
        match side {
            Some(side) if side != self.cell.compartment => Ok(side),
            Some(_) | None => Err(RoutingError::NoSuchSide),
        }
    }

    /// Those who are asked before a client's words move wider: whose own side it leaves, or everybody who shared the joint one.
    pub(super) fn agreeing(&self, to: Route) -> Vec<ParticipantId> {
        if !self.kind.is_clients() || direction(self.from(), to) == Direction::Narrower {
            return Vec::new();
        }
        let whose = notes::concerned(&self.case, self.cell.compartment);
        whose.into_iter().map(|who| who.id).collect()
    }

    /// Its words, exactly, and its content to be sealed anew.
    pub(super) fn exact(
        &self,
        work: &mut Work<'_, '_>,
        opened: &Opened,
    ) -> Result<(Exact, Value), AccessError> {
        let content: Value = work.unseal(opened, self.kind.table(), &self.cell)?;
        let mut words = exact(self.kind, &content)?;
        if let Some(at) = self.dated {
            let day = settings::described(work)?.day_of(from_micros(at));
            words.push(("Of the day".to_owned(), Private::from(day.to_string())));
        }
        Ok((words, content))
    }

    /// Its content as it is sealed where it goes. Wider it begins there, so that no date in it tells that it stood somewhere
    /// else before (R2).
    pub(super) fn anew(&self, mut content: Value, (to, at): (Route, i64)) -> Value {
        let dated = match self.kind {
            Kind::Goal => Some("at"),
            Kind::Message => Some("filed_at"),
            Kind::Assignment | Kind::Measure | Kind::Block => None,
        };
        let dated = dated.filter(|_| direction(self.from(), to) == Direction::Wider);
        if let (Some(field), Some(content)) = (dated, content.as_object_mut()) {
            content.insert(field.to_owned(), at.into());
        }
        content
    }

    /// What may not be, in the transaction that writes (R11 among it).
    pub(super) fn allowed(
        &self,
        tx: &mut Tx<'_>,
        practice: PracticeId,
        to: Route,
    ) -> Result<(), RoutingError> {
        let Thing::Assignment(id) = self.thing else {
            return Ok(());
        };
        match to {
            Route::Chart if safety::waits(tx, practice, self.case.id)? => {
                Err(RoutingError::JointWaits)
            }
            Route::Own(only) if homework::is_answered(tx, practice, id, only)? => {
                Err(RoutingError::Answered)
            }
            Route::Chart | Route::Own(_) => Ok(()),
        }
    }

    /// What is written beside its sealed row.
    pub(super) fn beside(
        &self,
        tx: &mut Tx<'_>,
        practice: PracticeId,
        (to, at): (Route, i64),
    ) -> Result<(), StoreError> {
        let since = (direction(self.from(), to) == Direction::Wider).then_some(at);
        match self.thing {
            Thing::Goal(id) => {
                let whose = match to {
                    Route::Own(id) => Some(id),
                    Route::Chart => None,
                };
                goals::belongs(tx, practice, id, (whose, since))
            }
            Thing::Assignment(id) => {
                let whom: Vec<ParticipantId> = match to {
                    Route::Own(id) => vec![id],
                    Route::Chart => self.case.staying().map(|who| who.id).collect(),
                };
                homework::belongs(tx, practice, id, (&whom, since))
            }
            Thing::Measure(_) | Thing::Message(_) | Thing::Block(..) => Ok(()),
        }
    }
}

fn read<T: serde::de::DeserializeOwned>(content: &Value) -> Result<T, AccessError> {
    T::deserialize(content).map_err(|_| AccessError::Fault("content of another shape".to_owned()))
}

/// The words of a content, each with what it is.
pub(super) fn exact(kind: Kind, content: &Value) -> Result<Exact, AccessError> {
    let said = |what: &str, words: &Private<String>| (what.to_owned(), words.clone());
    let mut exact = match kind {
        Kind::Goal => {
            let goal: GoalContent = read(content)?;
            vec![
                said("Goal", &goal.said.words),
                said("It serves", &goal.said.value),
            ]
        }
        Kind::Assignment => {
            let task = read::<AssignmentContent>(content)?.task;
            let mut exact = vec![said("Homework", &task.title)];
            exact.extend(task.steps.iter().map(|step| said("To try", step)));
            let prompts = Private::from(task.prompts.join("\n"));
            exact.push(said("Asked afterwards", &prompts));
            exact.push(said("A line from you", &task.remark));
            exact
        }
        Kind::Measure => {
            let taken: MeasureContent = read(content)?;
            let items = check_in().items.iter();
            let answered = items.filter_map(|item| {
                let at = taken.answers.get(&item.id)?;
                let words = format!("{at} of {}", check_in().most);
                Some((item.text.clone(), Private::from(words)))
            });
            answered.collect()
        }
        Kind::Message => {
            let copy: filing::Content = read(content)?;
            vec![
                said("Written by", &copy.author),
                said("Message", &copy.text),
            ]
        }
        Kind::Block => Vec::new(),
    };
    exact.retain(|(_, words)| !words.reveal().trim().is_empty());
    Ok(exact)
}
