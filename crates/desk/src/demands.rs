//! Demands of the law: a subpoena or a court order is recorded with a hold; who was told, what was objected to or handed out stands
//! in its log; what a court ordered is made and handed out here, and no more than is named.

use askama::Template;
use axum::extract::{Path, State};
use jiff::civil::Date;
use practice::Practice;
use practice::access::{DeskAccess, Role};
use practice::accounts::Colleague;
use practice::clock::micros;
use practice::copies::CopyError;
use practice::copies::what::Wanted;
use practice::demands::{Demand, DemandError, DemandKind, DemandPage, LogLine, NewDemand, Step};
use practice::ids::{CaseId, CopyId, DemandId, ParticipantId};
use practice::private::Private;
use web::{
    Answer, Asked, Desk, Form, Page, PageError, Routes, Tone, Visit, get, go, post, show, show_as,
    up,
};

use crate::pages;
use crate::releases::documents::{DocumentView, document, handed, not_handed};
use crate::views::{Badge, Wall, called, case_words, own_name, staff_name};

/// The longest name and number, in characters.
const NAME: usize = 200;
/// The longest text.
const TEXT: usize = 4_000;

pub(crate) fn routes() -> Routes<Practice> {
    let one = "/desk/demands/{demand}";
    Routes::new()
        .route("/desk/demands", get(all))
        .route("/desk/cases/{case}/demands", get(list).post(record))
        .route(one, get(read))
        .route(&format!("{one}/log"), post(write).get(up::<1>))
        .route(&format!("{one}/closing"), post(close).get(up::<1>))
        .route(&format!("{one}/documents"), post(make).get(up::<1>))
        .route(
            &format!("{one}/documents/{{copy}}"),
            post(hand_out).get(up::<2>),
        )
}

/// Fields: `kind`, `from`, `reference`, `asks`, `due`.
#[derive(Template)]
#[template(path = "demands/list.html")]
struct List {
    page: Page,
    form: Form,
    /// Of which case; empty on the page of all.
    case: String,
    kind: &'static str,
    demands: Vec<RowView>,
    kinds: Vec<(&'static str, &'static str)>,
}

struct RowView {
    href: String,
    title: String,
    line: String,
    badge: Badge,
}

/// Fields: `step`, `words`; `closing`; `sides`, `kinds`, `from`, `until_day`.
#[derive(Template)]
#[template(path = "demands/show.html")]
struct Show {
    page: Page,
    form: Form,
    action: String,
    case: String,
    kind: &'static str,
    title: &'static str,
    what: DemandKind,
    open: bool,
    cares: bool,
    from: String,
    reference: String,
    asks: String,
    due: String,
    recorded: String,
    told: bool,
    log: Vec<LogView>,
    steps: Vec<(&'static str, &'static str)>,
    sides: Vec<(String, String)>,
    kinds: Vec<(&'static str, String)>,
    documents: Vec<DocumentView>,
}

impl Show {
    fn is_order(&self) -> bool {
        self.what == DemandKind::Order
    }
}

struct LogView {
    step: &'static str,
    words: String,
    line: String,
}

fn badge(demand: &Demand) -> Badge {
    match (demand.open, demand.is_told()) {
        (false, _) => Badge::new("Settled", "badge--ok", "check"),
        (true, false) => Badge::new("Nobody told yet", "badge--danger", "alert"),
        (true, true) => Badge::new("Open", "badge--attn", "wait"),
    }
}

fn row(wall: &Wall<'_>, demand: &Demand) -> RowView {
    let due = demand
        .due
        .map(|day| format!(", due {}", wall.locale.date(day)));
    RowView {
        href: format!("/desk/demands/{}", demand.id),
        title: demand.from.reveal().clone(),
        line: format!("{}{}", demand.kind.plain(), due.unwrap_or_default()),
        badge: badge(demand),
    }
}

/// Every demand that who asks may read.
async fn all(Desk(access): Desk, State(practice): State<Practice>, visit: Visit) -> Answer {
    if !access.has(Role::Owner) && !pages::cares(&access) {
        return Err(PageError::NotFound);
    }
    let found = practice.demands(&access).await?;
    let wall = Wall::of(&visit, &practice);
    let page = pages::frame(&visit, &practice, &access, ("Demands", "cases")).await?;
    show(&List {
        form: Form::blank(),
        case: String::new(),
        kind: "",
        demands: found.iter().map(|one| row(&wall, one)).collect(),
        kinds: Vec::new(),
        page,
    })
}

async fn list(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(case): Path<CaseId>,
) -> Answer {
    listed(&visit, &practice, &access, (case, Form::blank())).await
}

async fn listed(
    visit: &Visit,
    practice: &Practice,
    access: &DeskAccess,
    of: (CaseId, Form),
) -> Answer {
    let (case, form) = of;
    let seen = practice.demands_of(access, case).await?;
    let wall = Wall::of(visit, practice);
    let page = pages::frame(visit, practice, access, ("Demands", "cases")).await?;
    let kinds = [DemandKind::Subpoena, DemandKind::Order];
    show_as(
        form.status(),
        &List {
            case: case.to_string(),
            kind: case_words(&seen.case),
            demands: seen.demands.iter().map(|one| row(&wall, one)).collect(),
            kinds: kinds.map(|one| (one.word(), one.plain())).to_vec(),
            form,
            page,
        },
    )
}

async fn record(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(case): Path<CaseId>,
    mut form: Form,
) -> Answer {
    let from = form.need("from", NAME, "Say who asks.");
    let asks = form.need("asks", TEXT, "Write down what is asked for.");
    form.within("reference", NAME);
    let kind = DemandKind::of_word(form.text("kind"));
    if kind.is_none() {
        form.refuse("kind", "Choose what it is.");
    }
    let due = form.parsed::<Date>("due");
    if due.is_none() && !form.text("due").is_empty() {
        form.refuse("due", "Choose a day.");
    }
    if let (true, Some(from), Some(asks), Some(kind)) = (form.is_good(), from, asks, kind) {
        let new = NewDemand {
            case,
            kind,
            from: Private::new(from),
            reference: Private::from(form.text("reference")),
            asks: Private::new(asks),
            due,
        };
        return match practice.record_demand(&access, new).await {
            Ok(id) => go(&format!("/desk/demands/{id}?done=demand_recorded")),
            Err(other) => Err(broken(other)),
        };
    }
    listed(&visit, &practice, &access, (case, form)).await
}

async fn read(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(id): Path<DemandId>,
    Asked(asked): Asked,
) -> Answer {
    let who = (&practice, &access);
    shown(who, &visit, id, (Form::blank(), asked)).await
}

async fn shown(
    who: (&Practice, &DeskAccess),
    visit: &Visit,
    id: DemandId,
    forms: (Form, Form),
) -> Answer {
    let ((practice, access), (form, asked)) = (who, forms);
    let seen = practice.demand(access, id).await?;
    let staff = practice.colleagues().await?;
    let page = pages::frame(visit, practice, access, ("Demand", "cases")).await?;
    let mut page = pages::done(page, &asked);
    if asked.text("done") == "nobody_told" {
        page = page.notice(
            Tone::Attention,
            "Not closed.",
            "Write down first that the client was told, or why not.",
        );
    }
    let view = view((page, form), &Wall::of(visit, practice), &staff, &seen);
    show_as(view.form.status(), &view)
}

fn view(of: (Page, Form), wall: &Wall<'_>, staff: &[Colleague], seen: &DemandPage) -> Show {
    let ((page, form), demand) = (of, &seen.demand);
    let people = called(&seen.people);
    let mut sides: Vec<(String, String)> = Vec::new();
    if let Some(case) = &seen.case {
        for (who, called) in case.participants.iter().zip(&people) {
            let words = format!("{}’s own side", page.name(&called.name));
            sides.push((who.id.to_string(), words));
        }
        if case.joint.is_some() {
            sides.push(("joint".to_owned(), "The shared record".to_owned()));
        }
    }
    let name = |id: ParticipantId| {
        let case = seen.case.as_ref();
        let found = case.map(|case| own_name(case, &people, id));
        page.name(&found.unwrap_or_default())
    };
    Show {
        action: format!("/desk/demands/{}", demand.id),
        case: demand.case.to_string(),
        kind: seen.case.as_ref().map_or("", case_words),
        title: demand.kind.plain(),
        what: demand.kind,
        open: demand.open,
        cares: seen.case.is_some(),
        from: demand.from.reveal().clone(),
        reference: demand.reference.reveal().clone(),
        asks: demand.asks.reveal().clone(),
        due: demand
            .due
            .map(|day| wall.locale.date(day))
            .unwrap_or_default(),
        recorded: format!(
            "{}, {}",
            wall.moment(micros(demand.recorded_at)),
            staff_name(staff, demand.recorded_by)
        ),
        told: demand.is_told(),
        log: demand.log.iter().map(|one| log(wall, staff, one)).collect(),
        steps: Step::WRITTEN.map(|one| (one.word(), one.plain())).to_vec(),
        sides,
        kinds: web::releases::kinds(),
        documents: seen
            .copies
            .iter()
            .map(|copy| {
                let href = format!("/desk/demands/{}/documents/{}", demand.id, copy.id);
                document(wall, copy, href, name)
            })
            .collect(),
        form,
        page,
    }
}

fn log(wall: &Wall<'_>, staff: &[Colleague], one: &LogLine) -> LogView {
    LogView {
        step: one.step.plain(),
        words: one.words.reveal().clone(),
        line: format!("{}, {}", wall.moment(one.at), staff_name(staff, one.by)),
    }
}

async fn write(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(id): Path<DemandId>,
    mut form: Form,
) -> Answer {
    let step = Step::of_word(form.text("step"));
    if step.is_none() {
        form.refuse("step", "Choose what was done.");
    }
    let words = form.need("words", TEXT, "Say whom, how, or why.");
    if let (true, Some(step), Some(words)) = (form.is_good(), step, words) {
        let line = (step, Private::new(words));
        return match practice.write_on_demand(&access, id, line).await {
            Ok(()) => go(&format!("/desk/demands/{id}?done=demand_written")),
            Err(other) => Err(broken(other)),
        };
    }
    let who = (&practice, &access);
    shown(who, &visit, id, (form, Form::blank())).await
}

async fn close(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(id): Path<DemandId>,
    mut form: Form,
) -> Answer {
    if let Some(words) = form.need("closing", TEXT, "Say how it ended.") {
        let closed = practice
            .close_demand(&access, id, Private::new(words))
            .await;
        return match closed {
            Ok(()) => go(&format!("/desk/demands/{id}?done=demand_closed")),
            Err(DemandError::NobodyTold) => go(&format!("/desk/demands/{id}?done=nobody_told")),
            Err(other) => Err(broken(other)),
        };
    }
    let who = (&practice, &access);
    shown(who, &visit, id, (form, Form::blank())).await
}

async fn make(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(id): Path<DemandId>,
    mut form: Form,
) -> Answer {
    let own: Vec<ParticipantId> = form
        .all("sides")
        .into_iter()
        .filter_map(|word| word.parse().ok())
        .collect();
    let joint = form.chose("sides", "joint");
    if own.is_empty() && !joint {
        form.refuse("sides", "Choose what the order names.");
    }
    let kinds = web::releases::chosen(&mut form);
    let days = web::releases::days(&mut form);
    if form.is_good() {
        let wanted = Wanted {
            own,
            joint,
            kinds,
            days,
        };
        return match practice.ask_order_document(&access, id, wanted).await {
            Ok(_) | Err(CopyError::UnderWay) => {
                go(&format!("/desk/demands/{id}?done=document_asked"))
            }
            Err(other) => Err(not_handed(other)),
        };
    }
    let who = (&practice, &access);
    shown(who, &visit, id, (form, Form::blank())).await
}

async fn hand_out(
    Desk(access): Desk,
    State(practice): State<Practice>,
    Path((demand, copy)): Path<(DemandId, CopyId)>,
    _: Form,
) -> Answer {
    practice.demand(&access, demand).await?;
    handed(&practice, &access, copy).await
}

fn broken(error: DemandError) -> PageError {
    match error {
        DemandError::Access(error) => error.into(),
        DemandError::Closed => PageError::Conflict,
        DemandError::Unnamed | DemandError::Empty | DemandError::NobodyTold => {
            PageError::Unreadable
        }
    }
}
