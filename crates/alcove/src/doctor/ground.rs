//! What a practice stands on: the folder, the key file, the disk, the addresses.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use practice::clock::{Clock as _, SystemClock};
use practice::post::names_the_field;
use rustix::process::getpid;

use super::Checks;
use crate::guard::Kept;
use crate::holding::Holder;
use crate::settings::{self, Settings};

/// With less room than this the practice soon stops.
const LITTLE: u64 = 200 * MEGABYTE;
/// With less room than this it is time to look.
const SOME: u64 = 2_000 * MEGABYTE;
/// A certificate that ends in fewer days was not renewed when it should have been.
const SOON: i64 = 10;
const MEGABYTE: u64 = 1_000_000;

/// Looks at what needs no database.
pub(super) fn look(settings: &Settings, checks: &mut Checks) {
    folder(settings, checks);
    key_file(settings, checks);
    disk(&settings.data, checks);
    addresses(settings, checks);
    certificate(settings, checks);
    memory(&settings.data, checks);
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
            "unlock at /unlock with a passphrase, two cards or a passkey, or put the key file back",
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
    let said = match &settings.address {
        Some(address) => format!(
            "listens on {}, reached as {}",
            settings.listen, address.origin
        ),
        None => format!("listens on {}", settings.listen),
    };
    match settings.exposed().first() {
        None => checks.ok("address", said),
        Some(address) => checks.bad(
            "address",
            format!("{said}; others reach {address} without https, so it is not served"),
            "set tls_certificate_file or acme_contact, or a proxy with TLS and trusted_proxies; then address = \"https://...\"",
        ),
    }
    if !settings
        .address
        .as_ref()
        .is_some_and(|address| practice::accounts::carries_passkeys(&address.origin))
    {
        checks.warn(
            "passkeys",
            "nobody can use a passkey: they need an address with a name, by https".to_owned(),
            "set address = \"https://...\" before people begin; a passkey is bound to the name in it, and another name ends all",
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

/// The certificate of the program's own TLS.
fn certificate(settings: &Settings, checks: &mut Checks) {
    let Some(tls) = &settings.tls else {
        return;
    };
    let key = tls.key_file();
    if let Some(mode) = mode(&key).filter(|mode| mode & 0o077 != 0) {
        checks.bad(
            "certificate",
            format!(
                "{} has mode {mode:04o}: others can read its key",
                key.display()
            ),
            format!("chmod 0600 {}", key.display()),
        );
    }
    let current = match tls.current() {
        Ok(Some(current)) => current,
        Ok(None) => {
            return checks.warn(
                "certificate",
                "none yet: the server asks for it when it runs",
                "if it stays so, the server's log says why",
            );
        }
        Err(failure) => {
            return checks.bad(
                "certificate",
                failure.to_string(),
                "put a certificate and its key in PEM there",
            );
        }
    };
    let days = current.ends.duration_since(SystemClock.now()).as_hours() / 24;
    let said = format!("holds until {}", current.ends);
    if days < 1 {
        checks.bad("certificate", said, "renew it: browsers refuse it");
    } else if days < SOON {
        checks.warn("certificate", said, "renew it, or look why it was not");
    } else {
        checks.ok("certificate", said);
    }
}

/// How the memory of the server is kept, or of this process where nobody serves.
fn memory(data: &Path, checks: &mut Checks) {
    let holder = Holder::of(data).ok().flatten();
    let (whose, process) = match holder {
        Some(holder) => ("of the server", holder.process),
        None => ("of a server that is started like this", getpid()),
    };
    let Ok(kept) = Kept::of(process) else {
        return checks.warn(
            "memory",
            format!("nobody tells how the memory {whose} is kept"),
            "ask on the machine itself",
        );
    };
    if !kept.from_core_dumps {
        checks.bad(
            "memory",
            format!("the memory {whose} is written out when it fails"),
            "start it anew: it forbids that itself",
        );
    } else if kept.from_swap {
        checks.ok("memory", format!("{whose}: no core dumps, never swapped"));
    } else {
        checks.warn(
            "memory",
            format!("{whose}: no core dumps; it may be written to swap, because this account may not keep it"),
            "use dist/alcove.service (LimitMEMLOCK=infinity), or encrypt the swap",
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
