//! What stands around every answer, whatever it is: a page, a style, an error, a refusal, a way on, a locked server's page.
#![expect(clippy::unwrap_used, reason = "tests")]

mod ground;

use std::fs;

use ground::{Answer, Ground, Server, alcove};

const ALWAYS: [(&str, &str); 7] = [
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=()"),
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'",
    ),
];

/// What is wrong with an answer, in words.
fn faults(answer: &Answer, kept: bool) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, value) in ALWAYS {
        if !answer.header(name).contains(value) {
            faults.push(format!("{name}: {}", answer.header(name)));
        }
    }
    let policy = answer.header("content-security-policy");
    for word in [
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ] {
        if !policy.contains(word) {
            faults.push(format!("{word} is not in: {policy}"));
        }
    }
    if policy.contains("unsafe") || policy.contains('*') || policy.contains("http") {
        faults.push(policy.to_owned());
    }
    let cache = answer.header("cache-control");
    if (cache == "no-store") == kept {
        faults.push(format!("cache-control: {cache}"));
    }
    if answer.head.contains("strict-transport-security") {
        faults.push("a promise of https that this address does not keep".to_owned());
    }
    for cookie in answer.head.split("set-cookie: ").skip(1) {
        let cookie = cookie.lines().next().unwrap();
        let protected = ["HttpOnly", "SameSite=", "Path=/"];
        if !protected.iter().all(|word| cookie.contains(word)) {
            faults.push(cookie.to_owned());
        }
    }
    faults
}

fn check(what: &str, answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{what}: {answer:?}");
    assert_eq!(faults(answer, false), Vec::<String>::new(), "{what}");
}

#[test]
fn every_kind_of_answer_is_protected() {
    let ground = Ground::made();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let metrics = free.local_addr().unwrap().to_string();
    drop(free);
    let words = ["serve", "--data", ground.data(), "--listen", "127.0.0.1:0"];
    let server = Server::start(alcove().args(words).env("ALCOVE_METRICS", &metrics));
    for (path, status) in [
        ("/", 200),
        ("/sign-in", 200),
        ("/book", 200),
        ("/health", 200),
        ("/nothing/here", 404),
        ("/my/nothing", 404),
        ("/my", 303),
        ("/desk", 303),
        ("/exit", 303),
        ("/unlock", 303),
        ("/assets/0123456789ab/none.js", 404),
        ("/clinicians/%FF", 404),
    ] {
        check(path, &server.get(path), status);
    }
    check("another method", &server.ask("PUT", "/", &[], ""), 405);
    check(
        "a method that is none",
        &server.ask("BREW", "/sign-in", &[], ""),
        405,
    );
    let form = "Content-Type: application/x-www-form-urlencoded";
    let elsewhere = [form, "Origin: https://evil.example"];
    check(
        "another site",
        &server.post("/sign-in", &elsewhere, "name=a"),
        403,
    );
    check("no token", &server.post("/sign-in", &[form], "name=a"), 403);
    check("no form", &server.post("/sign-in", &[], "name=a"), 403);
    let big = "a".repeat(600 * 1024);
    check("too much", &server.post("/sign-in", &[form], &big), 413);
    check(
        "counters",
        &ground::ask(&metrics, ("GET", "/metrics"), &[], ""),
        200,
    );

    let page = server.get("/").body;
    let sheet = page.split_once("rel=\"stylesheet\" href=\"").unwrap().1;
    let style = server.get(sheet.split_once('"').unwrap().0);
    assert_eq!((style.status, faults(&style, true)), (200, Vec::new()));
    assert!(style.header("cache-control").contains("immutable"));
    assert_eq!(
        faults(&server.get("/favicon.ico"), true),
        Vec::<String>::new()
    );
    assert_eq!(server.stop(), 0);
}

#[test]
fn so_is_every_answer_of_a_locked_server() {
    let ground = Ground::made();
    fs::remove_file(ground.key_file()).unwrap();
    let server = ground.serve();
    for (path, status) in [
        ("/", 200),
        ("/unlock", 200),
        ("/sign-in", 503),
        ("/health", 200),
    ] {
        check(path, &server.get(path), status);
    }
    let page = server.get("/unlock");
    let (cookie, form) = (
        page.cookie(),
        format!("csrf={}&passphrase=a", page.field("csrf")),
    );
    check(
        "a wrong passphrase",
        &server.post("/unlock", &[&cookie], &form),
        422,
    );
    let data = server.ask(
        "GET",
        "/desk",
        &["Accept: application/json", "Cookie: alcove=any"],
        "",
    );
    check("a module of ours", &data, 503);
    assert_eq!(server.stop(), 0);
}
