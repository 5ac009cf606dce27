//! `alcove serve`: health, locked and unlocked, the passphrase page, the demo that exists only on this machine.

mod ground;

use std::fs;
use std::time::{Duration, Instant};

use ground::{Ground, Server, alcove, run};

#[test]
fn health_needs_nothing_and_the_server_stops_in_order() {
    let ground = Ground::made();
    let begun = Instant::now();
    let mut server = ground.serve();
    let health = server.get("/health");
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "a debug build on a busy machine"
    );
    assert_eq!(health.status, 200);
    let said: serde_json::Value = serde_json::from_str(&health.body).unwrap();
    assert_eq!(said["state"], "ready");
    assert_eq!(said["version"], env!("CARGO_PKG_VERSION"));
    let (protects, does_not) = (server.line(), server.line());
    assert!(protects.contains("protects a stolen database, data folder or backup"));
    assert!(does_not.contains("does not protect a stolen machine"));
    assert_eq!(server.get("/").status, 200);
    assert_eq!(server.get("/nothing/here").status, 404);
    assert_eq!(server.stop(), 0);
    assert_eq!(ground.run(&["audit", "verify"]).code, 0);
}

#[test]
fn a_demo_page_is_not_in_a_practice() {
    let ground = Ground::made();
    let server = ground.serve();
    let nothing = server.get("/nothing/here").body;
    for path in ["/demo", "/demo.json", "/demo/outbox"] {
        let answer = server.get(path);
        assert_eq!((answer.status, &answer.body), (404, &nothing), "{path}");
    }
    assert_eq!(server.post("/demo/enter", &[], "person=noor").status, 404);
    assert_eq!(
        server.post("/demo/prove", &[], "proof_to=/desk").status,
        404
    );
}

#[test]
fn without_its_key_a_server_is_locked_serves_what_is_published_and_takes_a_passphrase() {
    let ground = Ground::made();
    let words = ground.beside("words", "five words beside the lamp\n");
    let added = ground.run(&["keys", "add", "passphrase", "--new-passphrase-file", &words]);
    assert_eq!(added.code, 0, "{added:?}");
    fs::remove_file(ground.key_file()).unwrap();

    let server = ground.serve();
    assert!(server.get("/health").body.contains("\"locked\""));
    assert_eq!(
        server.get("/").status,
        200,
        "published pages are served while locked"
    );
    let page = server.get("/unlock");
    assert_eq!(page.status, 200);
    let (token, cookie) = (page.field("csrf"), page.cookie());
    let form = |passphrase: &str| format!("csrf={token}&passphrase={passphrase}");
    let wrong = server.post("/unlock", &[&cookie], &form("not+these+words"));
    assert_eq!(wrong.status, 422);
    assert!(
        !wrong.body.contains("not these words"),
        "a passphrase is never given back"
    );
    assert_eq!(
        server.post("/unlock", &[], &form("x")).status,
        403,
        "a form of nobody"
    );
    let right = server.post("/unlock", &[&cookie], &form("five+words+beside+the+lamp"));
    assert_eq!(right.status, 303, "{right:?}");
    assert!(server.get("/health").body.contains("\"ready\""));
    assert_eq!(server.stop(), 0);
}

#[test]
fn a_locked_server_takes_two_cards_says_which_is_wrong_and_gives_neither_back() {
    let ground = Ground::made();
    let added = ground.run(&["keys", "add", "cards", "--show"]);
    let lines: Vec<&str> = added
        .out
        .lines()
        .filter_map(|line| line.strip_prefix("  "))
        .collect();
    let cards: Vec<String> = lines
        .chunks(4)
        .map(|card| card.join("-").replace(' ', "-"))
        .collect();
    fs::remove_file(ground.key_file()).unwrap();

    let server = ground.serve();
    let page = server.get("/unlock");
    let (token, cookie) = (page.field("csrf"), page.cookie());
    let post = |one: &str, other: &str| {
        let form = format!("csrf={token}&first_card={one}&second_card={other}");
        server.post("/unlock", &[&cookie], &form)
    };
    let slip = cards[1].replacen(&cards[1][12..17], "UUUUU", 1);
    // More often than a guess may be tried: what is no card by its own checks is not one.
    for _ in 0..8 {
        let wrong = post(&cards[0], &slip);
        assert_eq!(wrong.status, 422);
        assert!(
            wrong
                .body
                .contains("The second card: group 3 is not as it stands on the card.")
        );
        assert!(!wrong.body.contains(&cards[0][..11]) && !wrong.body.contains("UUUUU"));
    }
    let same = post(&cards[0], &cards[0]);
    assert!(
        same.status == 422 && same.body.contains("both are card 1"),
        "{same:?}"
    );
    let right = post(&cards[2], &cards[0].to_lowercase().replace('-', "+"));
    assert_eq!(right.status, 303, "{right:?}");
    assert!(server.get("/health").body.contains("\"ready\""));
    assert_eq!(server.stop(), 0);
}

#[test]
fn a_passphrase_cannot_be_tried_again_and_again() {
    let ground = Ground::made();
    fs::rename(ground.key_file(), ground.data.with_extension("away")).unwrap();
    let server = ground.serve();
    let page = server.get("/unlock");
    let (token, cookie) = (page.field("csrf"), page.cookie());
    let form = format!("csrf={token}&passphrase=guess");
    let tries: Vec<u16> = (0..6)
        .map(|_| server.post("/unlock", &[&cookie], &form).status)
        .collect();
    assert_eq!(tries, [422, 422, 422, 422, 422, 429]);
}

#[test]
fn a_key_file_of_another_practice_unlocks_nothing() {
    let (ground, other) = (Ground::made(), Ground::made());
    fs::copy(other.key_file(), ground.key_file()).unwrap();
    let mut server = ground.serve();
    assert!(server.line().contains("stay locked"));
    assert!(server.get("/health").body.contains("\"locked\""));
}

#[test]
fn counters_have_an_address_of_their_own() {
    let ground = Ground::made();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let metrics = free.local_addr().unwrap().to_string();
    drop(free);
    let words = ["serve", "--data", ground.data(), "--listen", "127.0.0.1:0"];
    let mut server = Server::start(alcove().args(words).env("ALCOVE_METRICS", &metrics));
    assert_eq!(server.get("/metrics").status, 404);
    server.get("/clinicians");
    server.address = metrics;
    let page = server.get("/metrics").body;
    assert!(page.contains("alcove_receipts_total"), "{page}");
    assert!(page.contains("route=\"/clinicians\""), "{page}");
}

#[test]
fn the_demo_is_made_once_and_lets_anybody_on_this_machine_be_anybody() {
    let ground = Ground::empty();
    let words = ["demo", "--data", ground.data(), "--listen", "127.0.0.1:0"];
    let demo = Server::start(alcove().args(words));
    let people: serde_json::Value = serde_json::from_str(&demo.get("/demo.json").body).unwrap();
    let people = people.as_array().unwrap();
    for role in [
        "owner",
        "clinician",
        "associate",
        "supervisor",
        "front_desk",
        "biller",
    ] {
        assert!(
            people.iter().any(|one| one["role"] == role),
            "nobody is {role}"
        );
    }
    let list = demo.get("/demo");
    assert_eq!(list.status, 200);
    assert!(list.body.contains("value=\"adaeze\""));
    assert_eq!(demo.get("/demo/outbox").status, 200);
    assert_eq!(demo.post("/demo/enter", &[], "person=nobody").status, 404);
    let entered = demo.post("/demo/enter", &[], "person=adaeze");
    assert_eq!(entered.status, 303);
    assert!(entered.head.contains("location: /desk"), "{}", entered.head);
    let elsewhere = demo.ask("GET", "/demo", &["Host: evil.example"], "");
    assert_eq!(elsewhere.status, 404, "a name of somebody else's");
    let forged = ["Origin: https://evil.example"];
    assert_eq!(
        demo.post("/demo/enter", &forged, "person=adaeze").status,
        403
    );
    let owner = demo.post("/demo/enter", &[], "person=priya");
    assert_eq!(demo.stop(), 0);

    let marker = fs::read_to_string(ground.data.join("demo.json")).unwrap();
    assert!(!marker.contains("Adaeze") && !marker.contains("adaeze"));
    let again = Server::start(alcove().args(words));
    assert_eq!(again.get("/demo").status, 200);
    proves_without_a_password(&again, &owner.head);
    assert_eq!(again.stop(), 0);
    let served = ground.serve();
    assert_eq!(
        served.get("/demo").status,
        200,
        "also by serve, on loopback"
    );
    assert_eq!(ground.run(&["audit", "verify"]).code, 0);
}

/// Whoever entered before the restart, which forgot the proof, takes the log away after one click.
fn proves_without_a_password(demo: &Server, entered: &str) {
    let between = |text: &str, from: &str, to: &str| {
        let rest = text.split_once(from).map(|(_, rest)| rest);
        let found = rest.and_then(|rest| rest.split_once(to));
        found.map_or_else(String::new, |(found, _)| found.to_owned())
    };
    let cookie = between(entered, "set-cookie: ", ";");
    let cookie = format!("Cookie: {cookie}");
    let file = "/desk/practice/log/file?outcome=opened";
    let asked = demo.ask("GET", file, &[&cookie], "");
    assert_eq!(asked.status, 403, "{}", asked.body);
    assert!(asked.body.contains("action=\"/demo/prove\""));
    let token = between(&asked.body, "name=\"csrf\" value=\"", "\"");
    let form = format!("csrf={token}&proof_to={file}&proof_how=get");
    let on = demo.post("/demo/prove", &[&cookie], &form);
    assert_eq!(on.status, 303, "{}", on.body);
    assert_eq!(demo.ask("GET", file, &[&cookie], "").status, 200);
    let elsewhere = format!("csrf={token}&proof_to=/start&proof_how=get");
    assert_eq!(demo.post("/demo/prove", &[&cookie], &elsewhere).status, 404);
}

#[test]
fn the_demo_takes_no_address_that_others_reach_and_no_folder_that_it_did_not_make() {
    let ground = Ground::made();
    let words = ["demo", "--data", ground.data(), "--listen", "127.0.0.1:0"];
    let said = run(&words);
    assert_eq!(said.code, 1, "{said:?}");
    let fresh = Ground::empty();
    let said = run(&["demo", "--data", fresh.data(), "--listen", "0.0.0.0:0"]);
    assert_eq!(said.code, 1, "{said:?}");
    assert!(!fresh.data.exists());
}
