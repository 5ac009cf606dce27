//! This disk's durable flushes per second: what every figure of a durable write is to be read against.

use crate::Anything;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

/// How long the disk is measured each time.
const LENGTH: Duration = Duration::from_secs(2);

/// Appends a page of 4 KiB and flushes it durably (`fdatasync`), one after the other, for two seconds; per second.
///
/// # Errors
/// Those of the file system.
pub(crate) fn flushes_per_second(folder: &Path) -> Result<u64, Anything> {
    let path = folder.join("flush-trial");
    let mut file = File::create(&path)?;
    let page = [0x5a_u8; 4096];
    let begun = Instant::now();
    let mut flushes = 0_u64;
    while begun.elapsed() < LENGTH {
        file.write_all(&page)?;
        file.sync_data()?;
        flushes += 1;
    }
    let took = begun.elapsed();
    drop(file);
    fs::remove_file(path)?;
    Ok(flushes * 1_000 / u64::try_from(took.as_millis())?.max(1))
}
