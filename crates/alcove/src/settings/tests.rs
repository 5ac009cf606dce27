//! What is read from where, what is refused, and that the reference in the documents is this table.

use std::fs;
use std::path::Path;

use practice::post::MailSecurity;
use store::DatabaseUrl;

use super::{Flags, Settings, Source, key_file_beside};

fn folder(toml: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("alcove.toml"), toml).unwrap();
    folder
}

fn read(toml: &str) -> Result<Settings, String> {
    let folder = folder(toml);
    Settings::read(folder.path(), &Flags::default()).map_err(|failure| failure.to_string())
}

fn from(settings: &Settings, name: &str) -> Source {
    let said = settings.said.iter().find(|said| said.name == name);
    said.unwrap().from
}

#[test]
fn nothing_said_is_a_practice_on_this_machine_alone() {
    let settings = read("").unwrap();
    assert_eq!(settings.listen.to_string(), "127.0.0.1:8420");
    assert!(settings.mail.is_none() && settings.metrics.is_none());
    assert!(settings.address.is_none() && settings.desk_listen.is_none());
    assert_eq!(from(&settings, "listen"), Source::Default);
    let data = Path::new("/srv/alcove");
    assert_eq!(key_file_beside(data), Path::new("/srv/alcove.key"));
    assert_eq!(settings.key_file, key_file_beside(&settings.data));
}

#[test]
fn the_file_is_overridden_by_a_flag() {
    let folder = folder("listen = \"127.0.0.1:1\"\ndatabase = \"sqlite:own.db\"\n");
    let flags = Flags {
        listen: Some("[::1]:0".to_owned()),
        ..Flags::default()
    };
    let settings = Settings::read(folder.path(), &flags).unwrap();
    assert_eq!(settings.listen.to_string(), "[::1]:0");
    assert_eq!(from(&settings, "listen"), Source::Flag);
    assert_eq!(from(&settings, "database"), Source::File);
    let own = folder.path().join("own.db");
    assert_eq!(settings.database, DatabaseUrl::Sqlite(own));
}

#[test]
fn what_is_not_understood_is_refused_by_name() {
    for (toml, word) in [
        ("listn = \"127.0.0.1:1\"", "listn"),
        ("listen = \"somewhere\"", "listen"),
        ("records_an_hour = 0", "records_an_hour"),
        ("database = \"mysql://h/d\"", "database"),
        ("trusted_proxies = \"10.0.0.0/99\"", "trusted_proxies"),
        ("address = \"alcove.example.org\"", "address"),
        ("log_format = \"xml\"", "log_format"),
        ("mail_host = \"mail.example\"", "mail_from"),
        ("listen = 3 4", "alcove.toml"),
        ("[mail]\nhost = \"mail.example\"", "mail"),
    ] {
        let refused = read(toml).unwrap_err();
        assert!(refused.contains(word), "{toml}: {refused}");
    }
}

#[test]
fn numbers_and_lists_are_taken_as_people_write_them() {
    let toml = "mail_host = \"mail.example\"\nmail_port = 465\nmail_security = \"tls\"\n\
                mail_from = \"desk@alder.example\"\ntrusted_proxies = [\"127.0.0.1\", \"10.0.0.0/8\"]\n";
    let mail = read(toml).unwrap().mail.unwrap();
    assert_eq!((mail.port, mail.security), (465, MailSecurity::Tls));
    assert_eq!(mail.from_name, "Front desk");
}

#[test]
fn r12_a_sender_name_that_names_the_field_is_refused() {
    let toml = "mail_host = \"mail.example\"\nmail_from = \"desk@alder.example\"\nmail_from_name = \"Sex therapy\"\n";
    let refused = read(toml).unwrap_err();
    assert!(refused.contains("names the field"), "{refused}");
}

#[test]
fn letters_leave_this_machine_only_by_a_protected_way() {
    let toml = |host: &str| {
        format!(
            "mail_host = \"{host}\"\nmail_from = \"desk@alder.example\"\nmail_security = \"none\"\n"
        )
    };
    assert!(read(&toml("mail.example")).is_err());
    assert!(read(&toml("localhost")).is_ok());
    assert!(read(&toml("127.0.0.1")).is_ok());
}

#[test]
fn an_address_says_whether_it_is_https() {
    let secure = read("address = \"https://Alcove.example.org/\"").unwrap();
    let address = secure.address.unwrap();
    assert_eq!(address.origin, "https://alcove.example.org");
    assert!(address.is_https);
    let plain = read("address = \"http://localhost:8420\"").unwrap();
    assert!(!plain.address.unwrap().is_https);
    assert!(read("address = \"https://alcove.example.org/desk\"").is_err());
}

#[test]
fn a_password_file_completes_the_database_and_is_never_shown() {
    let folder =
        folder("database = \"postgres://alcove@db/alcove\"\ndatabase_password_file = \"pw\"");
    fs::write(folder.path().join("pw"), "p@ss/word\n").unwrap();
    let settings = Settings::read(folder.path(), &Flags::default()).unwrap();
    let whole = "postgres://alcove:p%40ss%2Fword@db/alcove".to_owned();
    assert_eq!(settings.database, DatabaseUrl::Postgres(whole));
    let shown: Vec<String> = settings.said.iter().map(ToString::to_string).collect();
    assert!(!shown.join("\n").contains("p%40ss"));
}

#[test]
fn the_reference_of_settings_is_the_one_in_the_documents() {
    let kept = include_str!("../../../../docs/settings.md");
    assert!(
        kept == super::markdown(),
        "run: cargo run -- settings --markdown > docs/settings.md"
    );
}
