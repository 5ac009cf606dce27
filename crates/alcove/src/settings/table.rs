//! The one table of settings: what can be set, what it is when it is not, what it means. Reading, `--help` and
//! `docs/settings.md` all come from here.
//!
//! To add a setting: a row here, and its value in [`super::Settings`].

/// One setting.
#[derive(Clone, Copy)]
pub(crate) struct Row {
    /// Its name in `alcove.toml`; `ALCOVE_` and the name in capitals is the variable.
    pub(crate) name: &'static str,
    /// The flag of the command line, where there is one.
    pub(crate) flag: Option<&'static str>,
    /// What it is when nobody says anything; empty for nothing.
    pub(crate) default: &'static str,
    /// What a value looks like.
    pub(crate) form: &'static str,
    /// What it means.
    pub(crate) meaning: &'static str,
}

const fn row(
    name: &'static str,
    default: &'static str,
    form: &'static str,
    meaning: &'static str,
) -> Row {
    Row {
        name,
        flag: None,
        default,
        form,
        meaning,
    }
}

const fn flag(row: &Row, flag: &'static str) -> Row {
    Row {
        flag: Some(flag),
        ..*row
    }
}

/// Every setting, in the order of the reference.
pub(crate) const TABLE: [Row; 34] = [
    flag(
        &row(
            "listen",
            "127.0.0.1:8420",
            "ADDRESS:PORT",
            "where the program answers; port 0 takes a free one",
        ),
        "--listen",
    ),
    flag(
        &row(
            "database",
            "sqlite:alcove.db",
            "URL",
            "`sqlite:PATH`, from the data folder, or `postgres://user@host/name`",
        ),
        "--database",
    ),
    row(
        "database_password_file",
        "",
        "PATH",
        "a file with the password of the PostgreSQL account",
    ),
    flag(
        &row(
            "key_file",
            "DIR.key",
            "PATH",
            "the key file that unlocks by itself (default: the service manager's credential `alcove-machine`, else beside the data folder); without it the server starts locked",
        ),
        "--key-file",
    ),
    row(
        "address",
        "",
        "URL",
        "what browsers reach the program by, such as `https://alcove.example.org`; links in mail begin with it, and \
         `https` makes cookies secure; passkeys are bound to its name, so that another name ends all of them",
    ),
    row(
        "tls_certificate_file",
        "",
        "PATH",
        "the certificate, and those above it, in PEM, with which the program speaks TLS itself; read anew when it changes",
    ),
    row("tls_key_file", "", "PATH", "that certificate's key in PEM"),
    row(
        "acme_contact",
        "",
        "EMAIL ADDRESS",
        "the program speaks TLS and gets its certificate by itself (ACME, tls-alpn-01), for the name in `address`, which must \
         lead to `listen` on port 443; who is told of trouble. Setting it agrees to the authority's terms",
    ),
    row(
        "acme_directory",
        "https://acme-v02.api.letsencrypt.org/directory",
        "URL",
        "the authority that is asked for the certificate",
    ),
    row(
        "acme_authority_file",
        "",
        "PATH",
        "a certificate in PEM to trust for the authority besides the public ones",
    ),
    row(
        "redirect_listen",
        "",
        "ADDRESS:PORT",
        "an address, usually port 80, that answers plain HTTP and only leads to `address`",
    ),
    row(
        "desk_listen",
        "",
        "ADDRESS:PORT",
        "an address of its own for the desk, for example on the office network; `listen` then has no desk",
    ),
    row(
        "trusted_proxies",
        "",
        "ADDRESSES",
        "proxies whose `X-Forwarded-For` is believed, such as `127.0.0.1, 10.0.0.0/8`",
    ),
    row(
        "heads_folder",
        "",
        "PATH",
        "a folder elsewhere, such as another machine's, into which the log's signed heads are written every ten minutes and at \
         each unlocking; it must be there",
    ),
    row(
        "mail_host",
        "",
        "NAME",
        "the mail server; without one, letters wait",
    ),
    row("mail_port", "587", "PORT", "the mail server's port"),
    row(
        "mail_security",
        "starttls",
        "starttls, tls or none",
        "how the way to the mail server is protected; `none` only on this machine",
    ),
    row(
        "mail_user",
        "",
        "NAME",
        "the account at the mail server, where it asks for one",
    ),
    row(
        "mail_password_file",
        "",
        "PATH",
        "a file with that account's password",
    ),
    row(
        "mail_certificate_file",
        "",
        "PATH",
        "a certificate in PEM to trust besides the public ones",
    ),
    row(
        "mail_from",
        "",
        "EMAIL ADDRESS",
        "the sender; choose one that does not name the field",
    ),
    row(
        "mail_from_name",
        "Front desk",
        "WORDS",
        "the sender's name; one that names the field is refused",
    ),
    row(
        "records_an_hour",
        "100",
        "NUMBER",
        "how many records (a client has about two, a couple five) one person who works here opens in an hour before they prove \
         again who they are; twice as many are the end for that hour",
    ),
    row(
        "backup_to",
        "",
        "PATH or s3://BUCKET/PREFIX",
        "where backups of the data go: a folder on another medium, or storage that speaks like S3",
    ),
    row(
        "backup_s3_endpoint",
        "",
        "URL",
        "where that storage answers, such as `https://s3.example.org`; without it, Amazon's for the region",
    ),
    row(
        "backup_s3_region",
        "us-east-1",
        "WORD",
        "the storage's region",
    ),
    row(
        "backup_s3_credentials_file",
        "",
        "PATH",
        "a file with two lines, the access key's id and its secret (default: the service manager's credential `alcove-backup`)",
    ),
    row(
        "backup_s3_certificate_file",
        "",
        "PATH",
        "a certificate in PEM to trust besides the machine's, for storage of your own",
    ),
    row(
        "backup_keys_to",
        "",
        "PATH",
        "the folder for copies of the keyring, never kept together with the backups of the data",
    ),
    row(
        "backup_recipients",
        "",
        "AGE1..., AGE1...",
        "who can read backups: the owner and the professional executor (`alcove backup recipient`)",
    ),
    row(
        "backup_keys_days",
        "35",
        "DAYS",
        "how long copies of the keyring are kept; a record that is destroyed can be opened no more after that",
    ),
    row(
        "metrics",
        "",
        "ADDRESS:PORT",
        "an address of its own for Prometheus metrics, at `/metrics`",
    ),
    row(
        "log_format",
        "text",
        "text or json",
        "how the log on standard error is written",
    ),
    row(
        "log_level",
        "info",
        "WORD",
        "error, warn, info, debug or trace, or per part such as `info,store=debug`",
    ),
];

/// The meaning of a setting, for the help of its flag.
pub(crate) const fn meaning(name: &str) -> &'static str {
    let mut at = 0;
    while at < TABLE.len() {
        #[expect(
            clippy::indexing_slicing,
            reason = "the loop ends at the table's length"
        )]
        let row = &TABLE[at];
        if same(row.name, name) {
            return row.meaning;
        }
        at += 1;
    }
    ""
}

const fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len() != other.len() {
        return false;
    }
    let mut at = 0;
    while at < one.len() {
        #[expect(clippy::indexing_slicing, reason = "both have this length")]
        if one[at] != other[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// The reference in `docs/settings.md`.
pub(crate) fn markdown() -> String {
    let mut text = String::from(
        "# Settings\n\n\
         A setting stands in `alcove.toml` in the data folder. A variable overrides it, and a flag of the command line\n\
         overrides both. `alcove doctor --data DIR` prints what is in force and where each value came from. Paths are taken\n\
         from the data folder. Passwords stand in files of their own that only the program's account can read.\n\n\
         | setting | variable | flag | default | value | meaning |\n|---|---|---|---|---|---|\n",
    );
    let lines = TABLE.iter().map(|row| {
        let flag = row.flag.map(|flag| format!("`{flag}`")).unwrap_or_default();
        let default = match row.default {
            "" => String::from("none"),
            default => format!("`{default}`"),
        };
        let cells = [
            format!("`{}`", row.name),
            format!("`{}`", variable(row.name)),
            flag,
            default,
            row.form.to_owned(),
            row.meaning.to_owned(),
        ];
        format!("| {} |\n", cells.join(" | "))
    });
    text.extend(lines);
    text.push_str("\nThis page is made by `alcove settings --markdown`; a test keeps it true.\n");
    text
}

/// The same as plain text, for `--help`.
pub(crate) fn help() -> String {
    let lines = TABLE.iter().map(|row| {
        let meaning = row.meaning.replace('`', "");
        let default = match row.default {
            "" => String::new(),
            default => format!(" [{default}]"),
        };
        let variable = variable(row.name);
        format!(
            "  {:<24} {variable}\n{:27}{meaning}{default}\n",
            row.name, ""
        )
    });
    let first = "Settings (alcove.toml in the data folder, or the variable):\n";
    std::iter::once(first.to_owned()).chain(lines).collect()
}

/// The variable of a setting.
pub(crate) fn variable(name: &str) -> String {
    format!("ALCOVE_{}", name.to_uppercase())
}
