//! The forms of the practice page: each reads what was typed and makes one call of `practice`.

use axum::extract::{Path, State};
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use practice::Practice;
use practice::access::{CredentialBody, CredentialKind, DeskAccess, Role};
use practice::accounts::{AccountError, NewAccount, NewStaff, StaffPage};
use practice::booking::records::Hours;
use practice::ids::PersonId;
use practice::language::Language;
use practice::people::{Channel, Identity, Way};
use practice::private::Private;
use practice::settings::OwnCopies;
use web::{Answer, Desk, Form, PageError, Visit, fresh, go, show, show_as};

use super::views::{self, Known, Once};
use super::{Left, owner, page};

const LINE: usize = 120;
const TEXT: usize = 600;
pub(super) const HERE: &str = "/desk/practice";

pub(super) async fn refused(
    visit: &Visit,
    practice: &Practice,
    access: &DeskAccess,
    which: &'static str,
    form: Form,
) -> Answer {
    let status = form.status();
    let left = Left {
        form: Some((which, form)),
        ..Left::default()
    };
    show_as(status, &page(visit, practice, access, left).await?)
}

pub(super) fn into_page(error: AccountError) -> PageError {
    if let AccountError::Access(error) = error {
        return error.into();
    }
    PageError::broken(error)
}

/// `POST /desk/practice/staff`
pub(super) async fn staff(
    State(practice): State<Practice>,
    Desk(access): Desk,
    visit: Visit,
    mut form: Form,
) -> Answer {
    owner(&access)?;
    let proved = fresh(&practice, &access)?;
    let known = Known::read(&practice).await?;
    let password = practice.one_time_password();
    let Some(new) = new_staff(&mut form, &known, &password) else {
        return refused(&visit, &practice, &access, "staff", form).await;
    };
    let (name, sign_in) = (new.page.name.clone(), new.account.name.clone());
    match practice.add_staff(&proved, new).await {
        Ok(_) => {
            let once = Some(Once {
                name,
                sign_in,
                password,
            });
            show(&page(&visit, &practice, &access, Left { form: None, once }).await?)
        }
        Err(AccountError::NameTaken | AccountError::Name) => {
            form.refuse(
                "sign_in",
                "This sign-in name cannot be used. It has 3 to 120 characters and is not taken.",
            );
            refused(&visit, &practice, &access, "staff", form).await
        }
        Err(error) => Err(into_page(error)),
    }
}

fn new_staff(form: &mut Form, known: &Known, password: &str) -> Option<NewStaff> {
    let name = form.need("name", LINE, "Please give the name at work.");
    let sign_in = form.need("sign_in", LINE, "Please give a sign-in name.");
    for (field, most) in [
        ("letters", LINE),
        ("pronouns", LINE),
        ("mail", LINE),
        ("lede", TEXT),
    ] {
        form.within(field, most);
    }
    let chosen: Vec<Role> = form
        .all("role")
        .into_iter()
        .filter_map(views::role_of)
        .collect();
    if chosen.is_empty() {
        form.refuse("role", "Please choose at least one role.");
    }
    let supervisor = person_of(known, form.text("supervisor"));
    if chosen.contains(&Role::Associate) && supervisor.is_none() {
        form.refuse("supervisor", "An associate has a supervisor, who co-signs.");
    }
    if !form.is_good() {
        return None;
    }
    let (name, sign_in) = (name?, sign_in?);
    let mail = form.text("mail");
    let ways = (!mail.is_empty()).then(|| Way::new(Channel::Mail, Private::from(mail), true));
    let slug = free_slug(known, &name);
    let supervised = |role| (role, supervisor.filter(|_| role == Role::Associate));
    Some(NewStaff {
        identity: Identity {
            name: Private::new(name.clone()),
            pronouns: Private::from(form.text("pronouns")),
            ways: ways.into_iter().collect(),
            ..Identity::default()
        },
        slug,
        page: StaffPage {
            name,
            pronouns: form.text("pronouns").to_owned(),
            letters: form.text("letters").to_owned(),
            public: form.ticked("public"),
            lede: form.text("lede").to_owned(),
            ..StaffPage::default()
        },
        roles: chosen.into_iter().map(supervised).collect(),
        credentials: Vec::new(),
        account: NewAccount {
            name: sign_in,
            password: password.to_owned(),
        },
    })
}

/// The end of a page's address from the first name, with a number when it is taken.
fn free_slug(known: &Known, name: &str) -> String {
    let letters = name.to_lowercase();
    let word: String = letters
        .split_whitespace()
        .find(|word| *word != "dr." && *word != "dr")
        .unwrap_or("staff")
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    let word = if word.is_empty() {
        "staff".to_owned()
    } else {
        word
    };
    let taken = |slug: &str| known.staff.iter().any(|member| member.slug == slug);
    let numbered = (2..).map(|number| format!("{word}-{number}"));
    std::iter::once(word.clone())
        .chain(numbered)
        .find(|slug| !taken(slug))
        .unwrap_or_default()
}

pub(super) fn person_of(known: &Known, slug: &str) -> Option<PersonId> {
    known
        .staff
        .iter()
        .find(|member| member.slug == slug)
        .map(|member| member.person)
}

/// `POST /desk/practice/staff/again`: a one-time password for who forgot theirs, or lost their codes.
pub(super) async fn again(
    State(practice): State<Practice>,
    Desk(access): Desk,
    visit: Visit,
    mut form: Form,
) -> Answer {
    owner(&access)?;
    let proved = fresh(&practice, &access)?;
    let known = Known::read(&practice).await?;
    let slug = form.text("again").to_owned();
    let others = known.others(&practice, &access);
    let found = others.into_iter().find(|(other, _)| *other == slug);
    let (Some((_, name)), Some(person)) = (found, person_of(&known, &slug)) else {
        form.refuse("again", "Please choose whom to let in.");
        return refused(&visit, &practice, &access, "again", form).await;
    };
    let sign_in = form.text("new_sign_in").to_owned();
    let new_name = (!sign_in.is_empty()).then(|| sign_in.clone());
    match practice.reset_staff(&proved, person, new_name).await {
        Ok(password) => {
            let once = Some(Once {
                name,
                sign_in,
                password,
            });
            show(&page(&visit, &practice, &access, Left { form: None, once }).await?)
        }
        Err(AccountError::NameTaken | AccountError::Name) => {
            form.refuse(
                "new_sign_in",
                "This sign-in name cannot be used. It has 3 to 120 characters and is not taken.",
            );
            refused(&visit, &practice, &access, "again", form).await
        }
        Err(error) => Err(into_page(error)),
    }
}

/// `POST /desk/practice/staff/{slug}/end`
pub(super) async fn end_access(
    State(practice): State<Practice>,
    Desk(access): Desk,
    Path(slug): Path<String>,
    _form: Form,
) -> Answer {
    owner(&access)?;
    let proved = fresh(&practice, &access)?;
    let known = Known::read(&practice).await?;
    let person = person_of(&known, &slug).filter(|person| access.person() != Some(*person));
    practice
        .end_account(&proved, person.ok_or(PageError::NotFound)?)
        .await
        .map_err(into_page)?;
    go(HERE)
}

/// `POST /desk/practice/credentials`
pub(super) async fn credential(
    State(practice): State<Practice>,
    Desk(access): Desk,
    visit: Visit,
    mut form: Form,
) -> Answer {
    owner(&access)?;
    let proved = fresh(&practice, &access)?;
    let known = Known::read(&practice).await?;
    let today = visit.web().house().locale.here(visit.web().now()).date();
    match new_credential(&mut form, &known, today) {
        Some(credential) => {
            practice
                .add_credential(&proved, credential)
                .await
                .map_err(into_page)?;
            go(HERE)
        }
        None => refused(&visit, &practice, &access, "credential", form).await,
    }
}

fn new_credential(form: &mut Form, known: &Known, today: Date) -> Option<CredentialBody> {
    let person = person_of(known, form.text("who"));
    if person.is_none() {
        form.refuse("who", "Please choose whose it is.");
    }
    let kind = match form.text("kind") {
        "licence" => CredentialKind::Licence,
        "certification" => CredentialKind::Certification,
        _ => CredentialKind::Training,
    };
    let name = form.need("title", LINE, "Please give its name.");
    let issuer = form.need("issuer", LINE, "Please say who issued it.");
    let how = form.need("verified_how", LINE, "Please say how it was verified.");
    form.within("number", LINE);
    form.within("jurisdiction", LINE);
    let from = form.parsed::<Date>("from");
    if from.is_none() {
        form.refuse("from", "Please give the first day.");
    }
    let until = form.parsed::<Date>("until");
    if until.is_none() && !form.text("until").is_empty() {
        form.refuse("until", "This is not a day.");
    }
    if !form.is_good() {
        return None;
    }
    Some(CredentialBody {
        person: person?,
        kind,
        name: name?,
        issuer: issuer?,
        number: form.text("number").to_owned(),
        jurisdiction: form.text("jurisdiction").to_owned(),
        from: from?.to_string(),
        until: until.map_or_else(String::new, |day| day.to_string()),
        verified_how: how?,
        verified_on: today.to_string(),
    })
}

/// `POST /desk/practice/rooms`
pub(super) async fn room(
    State(practice): State<Practice>,
    Desk(access): Desk,
    visit: Visit,
    mut form: Form,
) -> Answer {
    owner(&access)?;
    match form.need("room", LINE, "Please give the room a name.") {
        Some(name) => {
            practice.add_room(&access, name).await?;
            go(HERE)
        }
        None => refused(&visit, &practice, &access, "room", form).await,
    }
}

/// `POST /desk/practice/hours`
pub(super) async fn hours(
    State(practice): State<Practice>,
    Desk(access): Desk,
    visit: Visit,
    mut form: Form,
) -> Answer {
    owner(&access)?;
    let known = Known::read(&practice).await?;
    match new_hours(&mut form, &known) {
        Some(hours) => {
            practice.add_hours(&access, hours).await?;
            go(HERE)
        }
        None => refused(&visit, &practice, &access, "hours", form).await,
    }
}

fn new_hours(form: &mut Form, known: &Known) -> Option<Hours> {
    let clinician = person_of(known, form.text("clinician"));
    if clinician.is_none() {
        form.refuse("clinician", "Please choose whose hours they are.");
    }
    let weekday = form
        .parsed::<i64>("weekday")
        .filter(|day| (1..=7).contains(day));
    if weekday.is_none() {
        form.refuse("weekday", "Please choose a day.");
    }
    let (begins, ends) = (form.parsed::<Time>("begins"), form.parsed::<Time>("ends"));
    if begins.is_none() {
        form.refuse("begins", "Please give a time.");
    }
    if ends.is_none_or(|ends| begins.is_some_and(|begins| ends <= begins)) {
        form.refuse("ends", "Please give a time that is later.");
    }
    let word = |words: &[(&str, &str)], value: &str| words.iter().any(|(known, _)| *known == value);
    if !word(&views::PLACES, form.text("place")) {
        form.refuse("place", "Please choose where.");
    }
    if !word(&views::USES, form.text("use_for")) {
        form.refuse("use_for", "Please choose what for.");
    }
    if !form.is_good() {
        return None;
    }
    Some(Hours {
        clinician: clinician?,
        weekday: weekday?,
        begins: begins?.strftime("%H:%M").to_string(),
        ends: ends?.strftime("%H:%M").to_string(),
        zone: known.description.zone.clone(),
        place: form.text("place").to_owned(),
        use_for: form.text("use_for").to_owned(),
    })
}

/// `POST /desk/practice/hours/remove`
pub(super) async fn remove_hours(
    State(practice): State<Practice>,
    Desk(access): Desk,
    form: Form,
) -> Answer {
    owner(&access)?;
    let known = Known::read(&practice).await?;
    let wanted = form.text("stretch");
    let value = |hours: &Hours| {
        format!(
            "{} {} {} {}",
            hours.clinician, hours.weekday, hours.begins, hours.ends
        )
    };
    let hours = known
        .hours
        .into_iter()
        .find(|hours| value(hours) == wanted)
        .ok_or(PageError::NotFound)?;
    practice.remove_hours(&access, hours).await?;
    go(HERE)
}

/// `POST /desk/practice`
pub(super) async fn describe(
    State(practice): State<Practice>,
    Desk(access): Desk,
    visit: Visit,
    mut form: Form,
) -> Answer {
    owner(&access)?;
    let name = form.need("about_name", LINE, "Please give the practice a name.");
    for (field, most) in [
        ("lead", TEXT),
        ("address", LINE),
        ("phone", LINE),
        ("email", LINE),
    ] {
        form.within(field, most);
    }
    for field in ["place_code", "place_name", "ethics_contact"] {
        form.within(field, LINE);
    }
    if TimeZone::get(form.text("zone")).is_err() {
        form.refuse(
            "zone",
            "This is not a time zone. They look like America/Los_Angeles.",
        );
    }
    let (Some(name), true) = (name, form.is_good()) else {
        return refused(&visit, &practice, &access, "about", form).await;
    };
    let mut about = practice.description().await?;
    about.name = name;
    for (field, value) in [
        ("lead", &mut about.lead),
        ("address", &mut about.address),
        ("phone", &mut about.phone),
        ("email", &mut about.email),
        ("place_code", &mut about.place),
        ("place_name", &mut about.place_name),
        ("zone", &mut about.zone),
        ("ethics_contact", &mut about.ethics_contact),
    ] {
        form.text(field).clone_into(value);
    }
    about.languages = if form.ticked("german") {
        vec![Language::English, Language::German]
    } else {
        vec![Language::English]
    };
    about.own_copies = if form.ticked("own_side_only") {
        OwnCopies::OwnSideOnly
    } else {
        OwnCopies::WithJoint
    };
    practice.describe(&access, &about).await?;
    go(HERE)
}
