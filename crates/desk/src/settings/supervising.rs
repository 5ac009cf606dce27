//! Naming the supervisor of an associate, who co-signs what the associate signs (R5).

use axum::extract::State;
use practice::Practice;
use practice::accounts::AccountError;
use web::{Answer, Desk, Form, Visit, fresh, go};

use super::entering::{HERE, into_page, person_of, refused};
use super::owner;
use super::views::Known;

/// `POST /desk/practice/staff/supervisor`. Fields: `associate`, `supervised_by`.
pub(super) async fn name(
    State(practice): State<Practice>,
    Desk(access): Desk,
    visit: Visit,
    mut form: Form,
) -> Answer {
    owner(&access)?;
    let proved = fresh(&practice, &access)?;
    let known = Known::read(&practice).await?;
    let associate = person_of(&known, form.text("associate"));
    if associate.is_none() {
        form.refuse("associate", "Please choose an associate.");
    }
    let supervisor = person_of(&known, form.text("supervised_by"));
    if supervisor.is_none() {
        form.refuse("supervised_by", "Please choose who supervises them.");
    }
    let (Some(associate), Some(supervisor)) = (associate, supervisor) else {
        return refused(&visit, &practice, &access, "supervisor", form).await;
    };
    let wrong = match practice
        .set_supervisor(&proved, associate, supervisor)
        .await
    {
        Ok(()) => return go(HERE),
        Err(AccountError::Supervisor) => (
            "supervised_by",
            "Somebody who supervises is a clinician or a supervisor here, and not the associate.",
        ),
        Err(AccountError::Wrong) => ("associate", "They are no associate here."),
        Err(error) => return Err(into_page(error)),
    };
    form.refuse(wrong.0, wrong.1);
    refused(&visit, &practice, &access, "supervisor", form).await
}
