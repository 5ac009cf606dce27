//! What a practice stands on: the folder, the key file, the disk, the addresses.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use practice::post::names_the_field;

use super::Checks;
use crate::settings::{self, Settings};

/// With less room than this the practice soon stops.
const LITTLE: u64 = 200 * MEGABYTE;
/// With less room than this it is time to look.
const SOME: u64 = 2_000 * MEGABYTE;
const MEGABYTE: u64 = 1_000_000;

/// Looks at what needs no database.
pub(super) fn look(settings: &Settings, checks: &mut Checks) {
    folder(settings, checks);
    key_file(settings, checks);
    disk(&settings.data, checks);
    addresses(settings, checks);
    mail(settings, checks);
    for name in settings::unknown_variables() {
        checks.warn(
            "settings",
            format!("the variable {name} sets nothing"),
            "see `alcove settings` for the names",
        );
    }
}

fn mode(path: &Path) -> Option<u32> {
    let found = fs::metadata(path).ok()?;
    Some(found.permissions().mode() & 0o777)
}

fn folder(settings: &Settings, checks: &mut Checks) {
    let shown = settings.data.display();
    match mode(&settings.data) {
        None => checks.bad(
            "folder",
            format!("{shown} is not there, or not for this account"),
            format!("alcove init --data {shown}"),
        ),
        Some(mode) if mode & 0o077 != 0 => checks.bad(
            "folder",
            format!("{shown} has mode {mode:04o}: other accounts can enter it"),
            format!("chmod 0700 {shown}"),
        ),
        Some(mode) => checks.ok("folder", format!("{shown} (mode {mode:04o})")),
    }
    for name in ["alcove.toml", "alcove.db", "keys.db"] {
        let path = settings.data.join(name);
        if let Some(mode) = mode(&path).filter(|mode| mode & 0o077 != 0) {
            checks.bad(
                "folder",
                format!("{} has mode {mode:04o}", path.display()),
                format!("chmod 0600 {}", path.display()),
            );
        }
    }
}

fn key_file(settings: &Settings, checks: &mut Checks) {
    let key = &settings.key_file;
    let shown = key.display();
    match mode(key) {
        None => checks.warn(
            "key file",
            format!("{shown} is not there: the server starts locked"),
            "unlock at /unlock with a passphrase or two cards, or put the key file back",
        ),
        Some(mode) if mode & 0o077 != 0 => checks.bad(
            "key file",
            format!("{shown} has mode {mode:04o}: other accounts can read it"),
            format!("chmod 0600 {shown}; if others had access, change it"),
        ),
        Some(_) if settings::lies_in(&settings.data, key) => checks.bad(
            "key file",
            format!("{shown} lies in the data folder: a copy of the folder opens itself"),
            "move it out and say where with key_file",
        ),
        Some(mode) => checks.ok("key file", format!("{shown} (mode {mode:04o})")),
    }
}

fn disk(data: &Path, checks: &mut Checks) {
    let Ok(found) = rustix::fs::statvfs(data) else {
        return;
    };
    let free = found.f_bavail.saturating_mul(found.f_frsize);
    let said = format!("{} MB free", free / MEGABYTE);
    if free < LITTLE {
        checks.bad("disk", said, "make room: a full disk stops the practice");
    } else if free < SOME {
        checks.warn("disk", said, "make room before it is urgent");
    } else {
        checks.ok("disk", said);
    }
}

fn addresses(settings: &Settings, checks: &mut Checks) {
    let is_https = settings
        .address
        .as_ref()
        .is_some_and(|address| address.is_https);
    let said = match &settings.address {
        Some(address) => format!(
            "listens on {}, reached as {}",
            settings.listen, address.origin
        ),
        None => format!("listens on {}", settings.listen),
    };
    if settings.listen.ip().is_loopback() || is_https {
        checks.ok("address", said);
    } else {
        checks.warn(
            "address",
            format!("{said}, without https"),
            "put a proxy with TLS before it, set address = \"https://...\" and trusted_proxies",
        );
    }
    if let Some(address) = &settings.address
        && names_the_field(&address.origin)
    {
        checks.warn(
            "address",
            format!(
                "{} names the field, and stands in links and in browsers' histories",
                address.origin
            ),
            "choose a name that says nothing (R12)",
        );
    }
}

fn mail(settings: &Settings, checks: &mut Checks) {
    match &settings.mail {
        None => checks.warn(
            "mail",
            "no mail server is set: letters wait",
            "set mail_host and mail_from",
        ),
        Some(mail) if names_the_field(&mail.from) => checks.warn(
            "mail",
            format!("the sender {} names the field", mail.from),
            "choose an address that says nothing (R12)",
        ),
        Some(_) => {}
    }
}
