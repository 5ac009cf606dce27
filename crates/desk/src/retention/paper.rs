//! A certificate on paper: what was destroyed by neutral numbers, by which rule, who asked and confirmed, and how anybody can
//! check it. It names nobody in care (R12).

use practice::accounts::Colleague;
use practice::clock::from_micros;
use practice::ids::DestructionId;
use practice::receipts::Action;
use practice::retention::{Certificate, Numbered};
use web::paper::Paper;

use crate::views::staff_name;

/// The number by which people call a certificate: the end of its id.
#[must_use]
pub fn number(id: DestructionId) -> String {
    let id = id.to_string();
    id.rsplit('-').next().unwrap_or(&id).to_owned()
}

/// A neutral name for the file.
#[must_use]
pub fn file_name(id: DestructionId) -> String {
    format!("certificate-{}.pdf", number(id))
}

/// The certificate as PDF.
#[must_use]
pub fn certificate(practice_name: &str, staff: &[Colleague], of: &Certificate) -> Vec<u8> {
    let mut paper = Paper::new();
    paper.heading(&format!("Certificate {}", number(of.request.id)));
    paper.words(&format!(
        "Destruction of a record after its retention. {practice_name}"
    ));
    paper.labelled("Record", &of.request.part.to_string());
    paper.labelled("What was destroyed", &kinds(of));
    paper.labelled("Rule", &of.rule);
    paper.labelled("Last contact", &of.last_contact.to_string());
    let (asked_at, asked_by) = of.request.asked;
    let by = |at: i64, person| format!("{}, {} ({person})", moment(at), staff_name(staff, person));
    paper.labelled("Asked for", &by(asked_at, asked_by));
    let confirmed = of.request.ended.map(|(at, _)| by(at, of.confirmed_by));
    paper.labelled("Confirmed", &confirmed.unwrap_or_default());
    paper.label("Keys that died, by the number of their compartment");
    for key in &of.keys {
        paper.characters(&key.to_string());
    }
    keys(&mut paper, of);
    proofs(&mut paper, of);
    paper.labelled(
        "What stays",
        "That there was a case, when its sessions were and with whom of the practice, without a name; the log of who opened \
         the record, without its content; the reasons of holds and of this destruction. Papers about money stay as long as \
         their own law says.",
    );
    paper.pdf()
}

fn moment(at: i64) -> String {
    from_micros(at).strftime("%Y-%m-%d %H:%M UTC").to_string()
}

fn day(at: i64) -> String {
    from_micros(at).strftime("%Y-%m-%d").to_string()
}

fn kinds(of: &Certificate) -> String {
    let mut all = vec!["One person’s own side of a case"];
    if of.kinds.joint {
        all.push("the shared side of the case, with its last part");
    }
    if of.kinds.identity {
        all.push("name, contact and account, with the person’s last part");
    }
    format!("{}. {} sealed rows.", all.join("; "), of.rows)
}

fn keys(paper: &mut Paper, of: &Certificate) {
    let Some(copies) = of.copies else {
        return paper.labelled(
            "Keys",
            "They are dying; make this certificate again in a moment.",
        );
    };
    let died = of.request.died_at.map(moment).unwrap_or_default();
    let epoch = of.request.epoch.unwrap_or_default();
    paper.labelled(
        "Keys",
        &format!("Dead since {died}. Epoch {epoch} of the keyring counts since; what the disk kept of older ones opens nothing."),
    );
    let last = copies.last.map_or_else(
        || "The program made no copy of the keyring before that.".to_owned(),
        |last| {
            format!(
                "The program made the last one before that on {}.",
                day(last)
            )
        },
    );
    paper.labelled(
        "Copies of the keyring that could still open it",
        &format!(
            "{last} Copies are kept for {} days, so the last one that there can be expires on {}. It is removed by the first \
             backup on or after that day. Copies that somebody made without the program are not known to it.",
            copies.days,
            day(copies.expire)
        ),
    );
}

fn proofs(paper: &mut Paper, of: &Certificate) {
    paper.label("Receipts in the log (alcove audit prove --receipt N)");
    for receipt in &of.receipts {
        paper.words(&line(receipt));
    }
    match &of.head {
        Some(head) => {
            paper.label("Signed head of the log over them");
            paper.characters(head);
        }
        None => paper.words(
            "The log has not numbered all of them yet; make this certificate again in a moment.",
        ),
    }
}

fn line(receipt: &Numbered) -> String {
    let number = receipt.number.map_or_else(
        || "without a number yet".to_owned(),
        |number| format!("number {number}"),
    );
    format!(
        "{}: {number}, {}",
        Action::plain(&receipt.action),
        receipt.id
    )
}
