//! `cargo xtask soak`: the program is killed in the middle of its work, again and again, on the same folder. What it
//! acknowledged must be there afterwards, and `audit verify` and `doctor` must find nothing wrong.
//!
//! Sign-ins are the write that is followed: each is acknowledged with a cookie, and a cookie that no longer opens its door is
//! a lost write. Pages with receipts are read meanwhile, so that group commits are what is cut in two.

use crate::server::{self, Server};
use crate::{Anything, http, options};
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// Connections that write at the same time.
const WRITERS: usize = 4;
/// Acknowledged sign-ins of one round that are tried again afterwards.
const TRIED: usize = 100;

/// Kills the program as often as asked.
///
/// # Errors
/// When a round lost something, or something is wrong with what it left.
pub(crate) fn soak(options: &options::Soak) -> Result<(), Anything> {
    let data = server::fresh_folder("soak")?.join("practice");
    server::demo_folder(&data)?;
    let mut acknowledged: Vec<String> = Vec::new();
    for round in 1..=options.rounds {
        let server = Server::start("serve", &data, None)?;
        for cookie in acknowledged.iter().rev().take(TRIED) {
            let answer = http::get(server.at, "/my", cookie)?;
            if answer.status != 200 {
                return Err(format!(
                    "round {round}: an acknowledged sign-in is lost: {}",
                    answer.status
                )
                .into());
            }
        }
        // Not the same moment each time: between a third and the whole of the time.
        let time = Duration::from_millis(options.seconds * 1000 * (3 + round % 7) / 9);
        acknowledged = write_until_killed(server, time)?;
        check(&data, &["audit", "verify"])?;
        check(&data, &["doctor"])?;
        println!(
            "round {round}: {} writes acknowledged, none lost so far",
            acknowledged.len()
        );
    }
    Ok(())
}

/// Writes from several connections, kills the program after `time`, and returns the cookies that were acknowledged.
fn write_until_killed(server: Server, time: Duration) -> Result<Vec<String>, Anything> {
    let people = http::get(server.at, "/demo.json", "")?.body;
    let slugs = clients(&people);
    if slugs.is_empty() {
        return Err("the demo has no client".into());
    }
    let at = server.at;
    let goes_on = AtomicBool::new(true);
    thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let (slugs, goes_on) = (&slugs, &goes_on);
                scope.spawn(move || write(at, slugs, writer, goes_on))
            })
            .collect();
        thread::sleep(time);
        let killed = server.kill();
        goes_on.store(false, Ordering::Relaxed);
        let kept = writers
            .into_iter()
            .flat_map(|writer| writer.join().unwrap_or_default())
            .collect();
        killed.map(|()| kept)
    })
}

/// Signs in and reads the home page, over and over, until the program is gone.
fn write(at: SocketAddr, slugs: &[String], writer: usize, goes_on: &AtomicBool) -> Vec<String> {
    let mut kept = Vec::new();
    for slug in slugs.iter().cycle().skip(writer * 7) {
        if !goes_on.load(Ordering::Relaxed) {
            break;
        }
        let Ok(answer) = http::post(at, "/demo/enter", "", &format!("person={slug}")) else {
            break;
        };
        if answer.status == 303 {
            let cookie = answer.cookies();
            kept.push(cookie.clone());
            if http::get(at, "/my", &cookie).is_err() {
                break;
            }
        }
    }
    kept
}

/// The slugs of people whose door is the portal.
fn clients(json: &str) -> Vec<String> {
    let objects = json
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split('}').next());
    let clients = objects.filter(|one| one.replace(' ', "").contains("\"door\":\"my\""));
    let slug = |one: &str| Some(one.split_once("\"slug\"")?.1.split('"').nth(1)?.to_owned());
    clients.filter_map(slug).collect()
}

/// Runs a command of the program on the folder; it must find nothing wrong.
fn check(data: &Path, words: &[&str]) -> Result<(), Anything> {
    let output = Command::new(options::program())
        .args(words)
        .arg("--data")
        .arg(data)
        .output()?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    Err(format!(
        "alcove {}: {}\n{}",
        words.join(" "),
        output.status,
        String::from_utf8_lossy(&said)
    )
    .into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_are_those_whose_door_is_the_portal() {
        let json = r#"[{"slug":"noor","door":"my"},{"slug":"ada","door":"desk"},{"door": "my","slug": "sam"}]"#;
        assert_eq!(clients(json), ["noor", "sam"]);
    }
}
