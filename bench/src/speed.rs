//! `cargo xtask bench`: a loaded practice, four kinds of request, three numbers of connections.

use crate::report::{Disk, Report, Row};
use crate::wrk::{self, Figures, Request};
use crate::{Anything, disk, export, load, options, rotation, sealing};
use outside::http;
use outside::server::{self, Counters, Server};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// How many connections ask at the same time.
const CONNECTIONS: [u64; 3] = [1, 16, 64];
/// How many different cases are looked at in turn.
const CASES: usize = 32;
/// What the table calls the measurements with slowed flushes.
const SLOWED: &str = "the slowed flushes";

/// Measures everything and prints it.
///
/// # Errors
/// When something cannot be measured, or what was measured was not the page that was meant.
pub(crate) fn measure(options: &options::Speed) -> Result<(), Anything> {
    let folder = match &options.keep {
        Some(folder) => folder.clone(),
        None => server::fresh_folder("bench")?,
    };
    let data = folder.join("practice");
    server::demo_folder(&data)?;
    println!(
        "loading {} people and {} notes",
        options.people, options.notes
    );
    let mut loaded = load::load(&data, options.people, options.notes)?;
    let (first_answer, unlocked) = starts(&data)?;
    let mut report = Report {
        people: options.people,
        notes: options.notes,
        first_answer,
        unlocked,
        sealing: sealing::measure()?,
        ..Report::default()
    };

    println!("measuring; {} s each", options.seconds);
    let server = Server::start("serve", &data, &[])?;
    for mut request in requests(&server, &loaded)? {
        let flushes = disk::flushes_per_second(&folder)?;
        for connections in CONNECTIONS {
            let row = press(&server, &mut request, connections, options.seconds)?;
            report.memory = report.memory.max(server.memory());
            report.rows.push(row);
        }
        report.disk.push(Disk {
            beside: request.name,
            flushes,
        });
        if request.method == "POST" {
            // Each session takes one note: what is left is for the next time.
            let used = loaded.blank.len().saturating_sub(request.paths.len());
            loaded.blank.drain(..used);
            loaded.keep(&data)?;
        }
    }
    report.export = Some(export::measure(&server, &loaded)?);
    server.stop()?;
    report.rotation = Some(rotation::measure(&data, &loaded)?);

    slowly(&mut report, (&folder, &data), &loaded, options.seconds)?;
    report.verified = verified(&data)?;

    let text = report.text();
    println!("{text}");
    if options.write {
        report.keep(&outside::root().join("docs/performance.md"))?;
    }
    Ok(())
}

/// The receipted pages once more, with each flush slowed.
fn slowly(
    report: &mut Report,
    places: (&Path, &Path),
    loaded: &load::Loaded,
    seconds: u64,
) -> Result<(), Anything> {
    let (folder, data) = places;
    let library = slow_flush(folder)?;
    report.disk.push(Disk {
        beside: SLOWED,
        flushes: slowed(&library, folder)?,
    });
    let slow = Server::start("serve", data, &[("LD_PRELOAD", library.as_os_str())])?;
    let asked = requests(&slow, loaded)?.into_iter();
    for mut request in asked.filter(|request| request.is_receipted && request.method == "GET") {
        report.slow.push(press(&slow, &mut request, 64, seconds)?);
    }
    slow.stop()
}

/// How many receipts `alcove audit verify` compared, with every row that they name, and how long it took.
fn verified(data: &Path) -> Result<(u64, Duration), Anything> {
    let begun = std::time::Instant::now();
    let said = Command::new(outside::program())
        .args(["audit", "verify", "--json", "--data"])
        .arg(data)
        .output()?;
    let took = begun.elapsed();
    let text = String::from_utf8(said.stdout)?;
    if !said.status.success() {
        return Err(format!("the practice does not verify: {text}").into());
    }
    let (_, rest) = text
        .split_once("\"receipts\":")
        .ok_or("no number of receipts")?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    Ok((digits.parse()?, took))
}

/// The times from start to first answer and to holding the keys, the middle of three each.
fn starts(data: &Path) -> Result<(Duration, Duration), Anything> {
    let (mut first, mut unlocked) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        let server = Server::start("serve", data, &[])?;
        first.push(server.first_answer);
        unlocked.push(server.unlocked);
        server.stop()?;
    }
    let middle = |mut times: Vec<Duration>| {
        times.sort();
        times.get(1).copied().unwrap_or_default()
    };
    Ok((middle(first), middle(unlocked)))
}

/// The kinds of request, by people who are in the practice.
pub(crate) fn requests(server: &Server, loaded: &load::Loaded) -> Result<Vec<Request>, Anything> {
    let people = http::get(server.at, "/demo.json", "")?.body;
    let find = |role: &str| {
        let one = objects(&people).find(|one| field(one, "role") == Some(role));
        one.and_then(|one| field(one, "slug")).map(str::to_owned)
    };
    let client = find("client").ok_or("the demo has no client")?;
    let clinician = find("clinician").ok_or("the demo has no clinician")?;
    let at_desk = server.enter(&clinician)?;
    let mut cases = Vec::new();
    let all = objects(&people)
        .filter_map(|one| field(one, "case"))
        .map(str::to_owned);
    for case in all {
        let path = format!("/desk/cases/{case}");
        if !cases.contains(&path) && http::get(server.at, &path, &at_desk)?.status == 200 {
            cases.push(path);
        }
        if cases.len() == CASES {
            break;
        }
    }
    let get = |name, cookie: &str, paths, is_receipted| Request {
        name,
        method: "GET",
        cookie: cookie.to_owned(),
        form: String::new(),
        paths,
        is_receipted,
    };
    let token = csrf(&http::get(server.at, "/desk", &at_desk)?.body)?;
    let words = "They+spoke+of+the+week+and+of+what+they+noticed.+".repeat(8);
    let note = Request {
        name: "note create",
        method: "POST",
        cookie: at_desk.clone(),
        form: format!("csrf={token}&side=chart&brought={words}&did={words}"),
        paths: loaded.blank.iter().map(|id| noted(id.as_str())).collect(),
        is_receipted: true,
    };
    let at_home = server.enter(&client)?;
    Ok(vec![
        get("plain page", "", vec!["/".into()], false),
        get("portal home", &at_home, vec!["/my".into()], true),
        get("case overview", &at_desk, cases, true),
        get(
            "case of ten years",
            &at_desk,
            vec![format!("/desk/cases/{}", loaded.decade)],
            true,
        ),
        note,
    ])
}

/// Where the note of a session is written.
fn noted(session: &str) -> String {
    format!("/desk/sessions/{session}/note")
}

/// The token of the forms of a page.
fn csrf(page: &str) -> Result<String, Anything> {
    let (_, rest) = page
        .split_once("name=\"csrf\" value=\"")
        .ok_or("the desk has no form")?;
    Ok(rest.split('"').next().unwrap_or_default().to_owned())
}

/// One measurement, with what the program counted meanwhile.
fn press(
    server: &Server,
    request: &mut Request,
    connections: u64,
    seconds: u64,
) -> Result<Row, Anything> {
    let shown = if request.method == "GET" {
        probe(server, request)?
    } else {
        0
    };
    wrk::press(server.at, &request.part(1)?, connections, 1)?;
    let before = server.counters()?;
    let seconds = request.seconds(seconds);
    let figures = wrk::press(server.at, &request.part(seconds)?, connections, seconds)?;
    let after = server.counters()?;
    let counted = Counters {
        commits: after.commits.saturating_sub(before.commits),
        receipts: after.receipts.saturating_sub(before.receipts),
    };
    believable(request, &figures, counted, shown)?;
    println!(
        "  {:<14} {connections:>3} connections  {:>7}/s",
        request.name,
        figures.per_second()
    );
    Ok(Row {
        name: request.name,
        connections,
        figures,
        counted,
    })
}

/// Asks once, and returns how long the page is.
fn probe(server: &Server, request: &Request) -> Result<u64, Anything> {
    let path = request
        .paths
        .first()
        .ok_or_else(|| format!("{}: nothing to ask for", request.name))?;
    if request.method == "POST" {
        let answer = http::post(server.at, path, &request.cookie, &request.form)?;
        return match answer.status {
            200..=399 => Ok(0),
            status => Err(format!("{path}: {status}").into()),
        };
    }
    let answer = http::get(server.at, path, &request.cookie)?;
    match answer.status {
        200 => Ok(u64::try_from(answer.body.len())?),
        status => Err(format!("{path}: {status}").into()),
    }
}

/// Refuses figures of something else than what was meant: failures, short answers (a way to the sign-in page), or
/// pages without their receipts.
fn believable(
    request: &Request,
    figures: &Figures,
    counted: Counters,
    shown: u64,
) -> Result<(), Anything> {
    let name = request.name;
    if figures.failed > 0 {
        return Err(format!("{name}: {} requests failed", figures.failed).into());
    }
    if figures.bytes_each() * 10 < shown * 8 {
        return Err(format!(
            "{name}: {} bytes each where {shown} were due",
            figures.bytes_each()
        )
        .into());
    }
    if request.is_receipted && counted.receipts < figures.requests {
        return Err(format!(
            "{name}: {} receipts for {} pages",
            counted.receipts, figures.requests
        )
        .into());
    }
    Ok(())
}

/// Compiles the library that slows each flush by 2 ms.
fn slow_flush(folder: &Path) -> Result<PathBuf, Anything> {
    let library = folder.join("slow_flush.so");
    let mut command = Command::new("gcc");
    command
        .args(["-O2", "-shared", "-fPIC", "-o"])
        .arg(&library);
    command
        .arg(outside::root().join("bench/slow_flush.c"))
        .arg("-ldl");
    let status = command.status().map_err(|error| format!("gcc: {error}"))?;
    if status.success() {
        Ok(library)
    } else {
        Err(format!("gcc: {status}").into())
    }
}

/// This disk's flushes per second below that library: no more than 500, or the library does nothing.
fn slowed(library: &Path, folder: &Path) -> Result<u64, Anything> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("disk").arg(folder).env("LD_PRELOAD", library);
    let output = command.output()?;
    let flushes = String::from_utf8_lossy(&output.stdout).trim().parse()?;
    if flushes > 500 {
        return Err(format!("the slowed disk still flushes {flushes} times a second").into());
    }
    Ok(flushes)
}

/// The flat objects of a JSON array, as text.
fn objects(json: &str) -> impl Iterator<Item = &str> {
    json.split('{')
        .skip(1)
        .filter_map(|rest| rest.split('}').next())
}

/// A text field of a flat JSON object that holds no escapes.
fn field<'a>(object: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = object.split_once(&format!("\"{name}\""))?;
    rest.trim_start()
        .strip_prefix(':')?
        .trim_start()
        .strip_prefix('"')?
        .split('"')
        .next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_read_from_the_demo_list() {
        let json = r#"[{"slug":"noor","role": "client","case":"018f"},{"slug":"ada","role":"owner","case":null}]"#;
        let people: Vec<&str> = objects(json).collect();
        assert_eq!(people.len(), 2);
        assert_eq!(field(people[0], "case"), Some("018f"));
        assert_eq!(
            (field(people[1], "case"), field(people[1], "slug")),
            (None, Some("ada"))
        );
    }

    #[test]
    fn figures_of_something_else_are_refused() {
        let request = Request {
            name: "portal home",
            method: "GET",
            cookie: String::new(),
            form: String::new(),
            paths: vec!["/my".into()],
            is_receipted: true,
        };
        let figures = Figures {
            requests: 10,
            took: 1_000_000,
            p50: 1,
            p99: 2,
            bytes: 10_000,
            failed: 0,
        };
        let counted = Counters {
            commits: 1,
            receipts: 10,
        };
        assert!(believable(&request, &figures, counted, 900).is_ok());
        assert!(believable(&request, &figures, counted, 2_000).is_err());
        assert!(
            believable(
                &request,
                &figures,
                Counters {
                    commits: 1,
                    receipts: 9
                },
                900
            )
            .is_err()
        );
        assert!(
            believable(
                &request,
                &Figures {
                    failed: 1,
                    ..figures
                },
                counted,
                900
            )
            .is_err()
        );
    }
}
