//! `alcove succession export`: the process notes of one clinician, as the age files that their browser made, into a folder for the
//! executor. Nobody here can read them.

use std::fmt::Write as _;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;
use std::process::ExitCode;

use practice::access::JobAccess;
use practice::private::Private;
use practice::succession::Exported;
use serde_json::json;

use super::words::ExportNotes;
use crate::accounts::whom;
use crate::failure::Failure;
use crate::init::private_file;
use crate::open::Opened;
use crate::settings;
use crate::typed;

/// How the files are opened, beside them.
const HOW: &str = "Each note is a file for the age format. With the identity that two cards gave:\n\n    \
     age --decrypt --identity IDENTITY.txt note-0001.age\n\n\
     The part \"body\" is what was written; the parts above it say where it belongs, and the last one is the\n\
     author's signature. index.csv says of which case and session each file is.\n";

/// Takes the notes out.
pub(crate) async fn export(words: ExportNotes) -> Result<ExitCode, Failure> {
    let settings = words.place.settings()?;
    if settings::lies_in(&settings.data, &words.folder) {
        return Err(Failure::refused(
            "the folder must not lie in the data folder: it goes to the executor",
        ));
    }
    let reason = match &words.reason {
        Some(reason) => reason.clone(),
        None => typed::on_terminal("Why, for the log", "--reason TEXT")?.to_string(),
    };
    let opened = Opened::unlocked(&words.place).await?;
    let exported = taken(&opened, &words, reason).await;
    opened.close().await;
    let exported = exported?;
    let count = exported.notes.len();
    if words.json {
        println!("{}", json!({ "notes": count, "stay": exported.stay }));
    } else {
        println!(
            "{count} notes are in {}, still encrypted.",
            words.folder.display()
        );
        if exported.stay > 0 {
            println!(
                "{} stay: they are for their author alone, or their record was destroyed.",
                exported.stay
            );
        }
        println!("Each case got a receipt, and the clinician is told.");
    }
    Ok(ExitCode::SUCCESS)
}

async fn taken(opened: &Opened, words: &ExportNotes, reason: String) -> Result<Exported, Failure> {
    let access = JobAccess::set_up();
    let clinician = whom(&opened.practice, &access, &words.clinician).await?;
    // Before it is written down that they were given.
    empty_folder(&words.folder)?;
    let exported = opened
        .practice
        .export_for_executor(&access, clinician, Private::from(reason.as_str()))
        .await;
    let exported = exported.inspect_err(|_| {
        // It was made here and is empty; where it stays, nothing is in it.
        drop(fs::remove_dir(&words.folder));
    })?;
    write(&exported, &words.folder)?;
    Ok(exported)
}

/// A folder for this account alone, where nothing is yet.
fn empty_folder(folder: &Path) -> Result<(), Failure> {
    let refused = |why: &dyn std::fmt::Display| {
        Failure::refused(format!(
            "{}: {why}; nothing was taken out",
            folder.display()
        ))
    };
    match DirBuilder::new().mode(0o700).create(folder) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let is_empty = fs::read_dir(folder)
                .map_err(|error| refused(&error))?
                .next()
                .is_none();
            is_empty
                .then_some(())
                .ok_or_else(|| refused(&"something is there already"))
        }
        Err(error) => Err(refused(&error)),
    }
}

/// A file a note, and a list of them that names nobody.
fn write(exported: &Exported, folder: &Path) -> Result<(), Failure> {
    let mut index = "file,case,session,begins,revision,check\n".to_owned();
    for (at, note) in exported.notes.iter().enumerate() {
        let name = format!("note-{:04}.age", at + 1);
        private_file(&folder.join(&name), note.file.bytes())?;
        let line = writeln!(
            index,
            "{name},{},{},{},{},{}",
            note.case,
            note.session,
            note.starts,
            note.revision,
            note.executor.check()
        );
        line.map_err(|error| Failure::refused(error.to_string()))?;
    }
    private_file(&folder.join("index.csv"), index.as_bytes())?;
    private_file(&folder.join("how-to-open.txt"), HOW.as_bytes())?;
    Ok(())
}
