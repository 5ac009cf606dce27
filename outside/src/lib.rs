//! The program as its users meet it: started as its operator starts it, asked over HTTP, stopped or killed. What measures it
//! (`bench/`) and what attacks it (`hostile/`) both stand here.
//!
//! Nothing here reaches into the program; only the standard library is used.

pub mod http;
pub mod server;

use std::env;
use std::path::PathBuf;

/// Anything that ends a measurement or a trial; said once, on standard error.
pub type Anything = Box<dyn std::error::Error + Send + Sync>;

/// The program, as the task that started this built it.
#[must_use]
pub fn program() -> PathBuf {
    env::var_os("ALCOVE_BIN").map_or_else(|| target().join("debug/alcove"), PathBuf::from)
}

/// The repository.
#[must_use]
pub fn root() -> PathBuf {
    env::var_os("ALCOVE_ROOT").map_or_else(|| PathBuf::from("."), PathBuf::from)
}

/// Cargo's build folder, below which folders of practices are made.
#[must_use]
pub fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}
