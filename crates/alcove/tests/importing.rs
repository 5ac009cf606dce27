//! `alcove import` on a made practice: reports, exit codes, nothing twice.

#![expect(clippy::unwrap_used, reason = "tests")]

mod ground;

use ground::{Ground, Said};
use serde_json::{Value, json};

const CLIENTS: &str = "Client Type,First Name,Last Name,Date of Birth,Email,Email OK\n\
Adult,Noor,Jansen,07/22/1984,noor@example.org,Yes\n\
Minor,Kim,Lee,01/24/2012,,\n\
Couple,Ana & Ben,Diaz,,both@example.org,\n";

const CALENDAR: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:test\r\nBEGIN:VEVENT\r\nUID:1\r\n\
DTSTART:20450103T100000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY\r\nSUMMARY:Noor\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

fn synthea() -> String {
    let exchange = std::fs::canonicalize("../exchange/tests/data").unwrap();
    let name = "fhir/synthea/Abdul_Koepp_e925b0f3-8006-43f6-aa31-94bd215e55e7.json";
    exchange.join(name).display().to_string()
}

fn report(said: &Said) -> Value {
    serde_json::from_str(&said.out).unwrap()
}

#[test]
fn files_are_taken_into_a_practice_that_was_just_made() {
    let ground = Ground::made();
    let (clients, bundle) = (ground.beside("clients.csv", CLIENTS), synthea());
    let ahead = ground.run(&["import", &clients, "--dry-run", "--json"]);
    assert_eq!(ahead.code, 0, "{ahead:?}");
    assert_eq!(report(&ahead)["files"][0]["outcome"], "would_be_taken");

    let said = ground.run(&["import", &clients, &bundle, "--json"]);
    assert_eq!(said.code, 0, "{said:?}");
    let files = &report(&said)["files"];
    assert_eq!(files[0]["outcome"], "taken");
    assert_eq!(files[0]["taken"], report(&ahead)["files"][0]["taken"]);
    let expected = json!({"people": 3, "individual_cases": 1, "relational_cases": 1});
    assert_eq!(files[0]["taken"], expected);
    assert_eq!(files[0]["refused"][0]["line"], 3);
    assert_eq!(files[1]["taken"]["clinical_entries"], 3);
    assert_eq!(files[1]["taken"]["past_sessions"], 14);
    for name in ["Noor", "Kim", "Diaz", "noor@"] {
        assert!(
            !said.out.contains(name),
            "the report names nobody: {said:?}"
        );
    }

    let again = ground.run(&["import", &clients, &bundle]);
    assert_eq!(again.code, 0, "{again:?}");
    assert_eq!(
        again
            .out
            .matches("was taken before; nothing changed")
            .count(),
        2
    );
    let audit = ground.run(&["audit", "verify"]);
    assert_eq!(audit.code, 0, "{audit:?}");
}

#[test]
fn a_refused_file_ends_with_one_and_the_others_are_taken() {
    let ground = Ground::made();
    let clients = ground.beside("clients.csv", CLIENTS);
    let broken = ground.beside("broken.csv", "First Name,Last Name,Email\nNoor\n");
    let picture = ground.beside("picture.png", "\u{0}\u{1}");
    let gone = format!("{clients}.gone");
    let said = ground.run(&["import", &broken, &picture, &gone, &clients]);
    assert_eq!(said.code, 1, "{said:?}");
    assert_eq!(
        said.out.matches("refused; nothing of it is taken").count(),
        3
    );
    assert!(said.out.contains("client list, taken"), "{said:?}");
    assert!(
        said.out
            .contains("refused: line 2, row: has another number of cells")
    );
}

#[test]
fn what_import_cannot_be_asked() {
    let ground = Ground::made();
    let calendar = ground.beside("calendar.ics", CALENDAR);
    assert_eq!(ground.run(&["import"]).code, 2);
    let said = ground.run(&["import", &calendar, "--clinician", "nobody"]);
    assert_eq!(said.code, 1, "{said:?}");
    assert!(
        said.err.contains("nobody here is called nobody"),
        "{said:?}"
    );
    let nowhere = Ground::empty();
    assert_eq!(nowhere.run(&["import", &calendar]).code, 1);
}
