//! The places outside of the data folder that are written to: a service manager may show them read-only to the server, however
//! well this account writes there, and a medium may not be in.

use std::fs;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};

use super::Checks;
use crate::holding::Holder;
use crate::settings::Settings;

/// How a line in a unit's drop-in lets the program write somewhere.
const LET_IN: &str = "systemctl edit alcove.service, [Service] ReadWritePaths=";

/// Looks at them.
pub(super) fn look(settings: &Settings, checks: &mut Checks) {
    if let Some(folder) = &settings.heads_folder {
        of_the_server(settings, &folder.0, checks);
    }
    let set = &settings.backup;
    let places = [("backup_to", &set.to), ("backup_keys_to", &set.keys_to)];
    for (name, place) in places {
        let Some(place) = place.as_deref().filter(|place| !place.contains("://")) else {
            continue;
        };
        let here = nearest(Path::new(place));
        if access(&here, Access::WRITE_OK).is_err() {
            checks.bad(
                "backups",
                format!("{name}: {place} cannot be written by this account"),
                format!(
                    "put the medium in, or let the account write there; a service needs ReadWritePaths={place}"
                ),
            );
        }
    }
}

/// Whether the server that runs sees a folder read-only.
fn of_the_server(settings: &Settings, folder: &Path, checks: &mut Checks) {
    let Ok(Some(holder)) = Holder::of(&settings.data) else {
        return;
    };
    let mounts = format!("/proc/{}/mountinfo", holder.process.as_raw_pid());
    let Ok(mounts) = fs::read_to_string(mounts) else {
        return;
    };
    let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    if is_read_only(&mounts, &folder) {
        let shown = folder.display();
        checks.bad(
            "heads",
            format!("{shown} is read-only for the server: its service does not let it write there"),
            format!("{LET_IN}{shown}, and start the service anew"),
        );
    }
}

/// A folder that is there: the place, or what it would be made in.
fn nearest(place: &Path) -> PathBuf {
    let mut above = place.ancestors();
    let found = above.find(|folder| folder.exists());
    found.unwrap_or(place).to_owned()
}

/// Whether a process with these mounts (proc(5), mountinfo) may only read a folder: the mount that lies deepest around it, and
/// of several in one place the last, tells.
fn is_read_only(mounts: &str, folder: &Path) -> bool {
    let of_line = |line: &str| {
        let mut fields = line.split(' ').skip(4);
        let (point, options) = (fields.next()?, fields.next()?);
        // A space in a name is written as an octal number.
        let point = PathBuf::from(point.replace("\\040", " "));
        let is_read_only = options.split(',').any(|one| one == "ro");
        folder
            .starts_with(&point)
            .then(|| (point.components().count(), is_read_only))
    };
    let around = mounts.lines().filter_map(of_line);
    around
        .max_by_key(|(depth, _)| *depth)
        .is_some_and(|(_, is_read_only)| is_read_only)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRICT: &str = "\
100 99 254:0 / / ro,relatime master:1 - ext4 /dev/vda rw
101 100 254:0 /var/lib/alcove /var/lib/alcove rw,relatime master:1 - ext4 /dev/vda rw
102 100 254:0 /elsewhere/two\\040heads /elsewhere/two\\040heads rw,relatime master:1 - ext4 /dev/vda rw
103 100 0:40 / /run rw,nosuid - tmpfs tmpfs rw
104 103 0:41 / /run ro,nosuid - tmpfs tmpfs rw
";

    #[test]
    fn the_deepest_and_last_mount_around_a_folder_says_whether_it_is_written() {
        let reads = |folder: &str| is_read_only(STRICT, Path::new(folder));
        assert!(reads("/elsewhere/heads"));
        assert!(reads("/var/lib/alcove-heads"));
        assert!(reads("/run/alcove"));
        assert!(!reads("/var/lib/alcove/heads"));
        assert!(!reads("/elsewhere/two heads/here"));
        assert!(!is_read_only("", Path::new("/anywhere")));
    }
}
