//! The systemd units of `dist`: systemd itself finds nothing wrong with them, and judges how much of the machine they leave open.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What `systemd-analyze security` may say at most, times ten: below 2.0 is "OK", unconfined is 9.6.
const EXPOSURE: &str = "15";

/// The units as they are shipped, with the program that was just built.
fn units(folder: &Path) -> Vec<PathBuf> {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dist");
    let names = [
        "alcove.service",
        "alcove.socket",
        "alcove-backup.service",
        "alcove-backup.timer",
    ];
    let units = names.map(|name| {
        let text = fs::read_to_string(dist.join(name)).unwrap();
        let path = folder.join(name);
        fs::write(
            &path,
            text.replace("/usr/local/bin/alcove", env!("CARGO_BIN_EXE_alcove")),
        )
        .unwrap();
        path
    });
    units.to_vec()
}

fn analyze(words: &[&str], units: &[PathBuf]) -> (bool, String) {
    let said = Command::new("systemd-analyze")
        .args(words)
        .args(units)
        .output()
        .unwrap_or_else(|error| panic!("systemd-analyze, of Debian's package systemd: {error}"));
    let text = [said.stdout, said.stderr].concat();
    (
        said.status.success(),
        String::from_utf8_lossy(&text).into_owned(),
    )
}

#[test]
fn systemd_finds_nothing_wrong_with_the_units() {
    let folder = tempfile::tempdir().unwrap();
    let (is_good, said) = analyze(&["verify"], &units(folder.path()));
    assert!(is_good && said.is_empty(), "{said}");
    let service = folder.path().join("alcove.service");
    let text = fs::read_to_string(&service).unwrap();
    fs::write(&service, text.replace("ProtectSystem", "ProtectSytem")).unwrap();
    let (_, said) = analyze(&["verify"], &[service]);
    assert!(
        said.contains("ProtectSytem"),
        "a slip of the pen is found: {said}"
    );
}

#[test]
fn the_services_leave_little_of_the_machine_open() {
    let folder = tempfile::tempdir().unwrap();
    let mut services = units(folder.path());
    services.retain(|unit| unit.extension().is_some_and(|end| end == "service"));
    assert_eq!(services.len(), 2);
    let threshold = format!("--threshold={EXPOSURE}");
    let words = [
        "security",
        "--offline=true",
        "--no-pager",
        threshold.as_str(),
    ];
    for service in services {
        let one = std::slice::from_ref(&service);
        let (is_good, said) = analyze(&words, one);
        assert!(is_good, "{said}");
        let text = fs::read_to_string(&service).unwrap();
        fs::write(&service, text.replace("\nSystemCallFilter=", "\n#")).unwrap();
        let (is_good, said) = analyze(&words, one);
        assert!(!is_good, "without its filter it would be refused: {said}");
    }
}
