//! The program, started as its operator starts it, and what can be seen of it from outside.

use crate::Anything;
use crate::http;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Variables of the environment to start the program with.
pub type With<'a> = &'a [(&'a str, &'a OsStr)];

/// A running server; killed when dropped, if it was not stopped before.
pub struct Server {
    child: Child,
    /// Where it answers.
    pub at: SocketAddr,
    metrics: SocketAddr,
    /// From start to the first page that it answered.
    pub first_answer: Duration,
    /// From start to holding its keys.
    pub unlocked: Duration,
}

/// What the program counts about itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counters {
    /// Commits of its database.
    pub commits: u64,
    /// Receipts that it wrote.
    pub receipts: u64,
}

impl Server {
    /// Starts the program on a folder, with these variables, and waits for its first page and until it is unlocked.
    ///
    /// # Errors
    /// When it does not answer within ten minutes, or ends.
    pub fn start(act: &str, data: &Path, with: With<'_>) -> Result<Self, Anything> {
        let (mut server, begun) = Self::begin(act, data, with)?;
        let is_there = |answer: &http::Answer| answer.status == 200;
        server.first_answer = server.wait_for(begun, "/", is_there)?;
        let is_ready = |answer: &http::Answer| answer.body.contains("\"ready\"");
        server.unlocked = server.wait_for(begun, "/health", is_ready)?;
        Ok(server)
    }

    /// Starts the program on a folder and waits for its first page, whether it is unlocked or not.
    ///
    /// # Errors
    /// As [`Server::start`].
    pub fn start_locked(data: &Path, with: With<'_>) -> Result<Self, Anything> {
        let (mut server, begun) = Self::begin("serve", data, with)?;
        server.first_answer = server.wait_for(begun, "/", |answer| answer.status == 200)?;
        Ok(server)
    }

    fn begin(act: &str, data: &Path, with: With<'_>) -> Result<(Self, Instant), Anything> {
        let at = free_port()?;
        let metrics = free_port()?;
        let log = File::options()
            .create(true)
            .append(true)
            .open(data.with_extension("log"))?;
        let mut command = Command::new(crate::program());
        command
            .arg(act)
            .arg("--data")
            .arg(data)
            .args(["--listen", &at.to_string()]);
        command.env("ALCOVE_METRICS", metrics.to_string());
        // One person opens thousands of records here, which the bulk brake would rightly stop.
        command.env("ALCOVE_RECORDS_AN_HOUR", "1000000000");
        command.stdout(log.try_clone()?).stderr(log);
        command.envs(with.iter().copied());
        let begun = Instant::now();
        let child = command.spawn()?;
        let server = Self {
            child,
            at,
            metrics,
            first_answer: Duration::ZERO,
            unlocked: Duration::ZERO,
        };
        Ok((server, begun))
    }

    /// How long after `begun` the answer at `path` is what is waited for.
    fn wait_for(
        &mut self,
        begun: Instant,
        path: &str,
        what: impl Fn(&http::Answer) -> bool,
    ) -> Result<Duration, Anything> {
        loop {
            if http::get(self.at, path, "").is_ok_and(|answer| what(&answer)) {
                return Ok(begun.elapsed());
            }
            if let Some(status) = self.child.try_wait()? {
                return Err(format!("the program ended at its start: {status}").into());
            }
            if begun.elapsed() > Duration::from_mins(10) {
                return Err("the program did not answer within ten minutes".into());
            }
            sleep(Duration::from_millis(2));
        }
    }

    /// Enters as one of the demo's people and returns the cookie of the sign-in.
    ///
    /// # Errors
    /// When the program refuses.
    pub fn enter(&self, slug: &str) -> Result<String, Anything> {
        let answer = http::post(self.at, "/demo/enter", "", &format!("person={slug}"))?;
        match answer.status {
            303 => Ok(answer.cookies()),
            status => Err(format!("{slug} could not enter: {status}").into()),
        }
    }

    /// What it has counted so far.
    ///
    /// # Errors
    /// When its listener for metrics does not answer, or lacks one of them.
    pub fn counters(&self) -> Result<Counters, Anything> {
        let text = http::get(self.metrics, "/metrics", "")?.body;
        let read = |name: &str| metric(&text, name).ok_or_else(|| format!("no metric {name}"));
        Ok(Counters {
            commits: read("alcove_commits_total")?,
            receipts: read("alcove_receipts_total")?,
        })
    }

    /// The number of its process.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Resident memory now, in KiB.
    #[must_use]
    pub fn memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        status.ok().and_then(|text| resident(&text)).unwrap_or(0)
    }

    /// Asks it to stop, as a service manager does, and waits.
    ///
    /// # Errors
    /// When it ends with anything but 0, or not within twenty seconds.
    pub fn stop(mut self) -> Result<(), Anything> {
        Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status()?;
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(20) {
            if let Some(status) = self.child.try_wait()? {
                return if status.success() {
                    Ok(())
                } else {
                    Err(format!("ended with {status}").into())
                };
            }
            sleep(Duration::from_millis(10));
        }
        Err("the program did not stop within twenty seconds".into())
    }

    /// Ends it at once, as a power failure would end it for itself (SIGKILL).
    ///
    /// # Errors
    /// When there is nothing to end.
    pub fn kill(mut self) -> Result<(), Anything> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Either it runs and is ended here, or it ended before.
        let _ended = self.child.kill().and_then(|()| self.child.wait());
    }
}

/// A folder of a demo's practice at `data`, made when it is not there.
///
/// # Errors
/// When the program cannot make it.
pub fn demo_folder(data: &Path) -> Result<(), Anything> {
    if data.join("alcove.db").exists() {
        return Ok(());
    }
    if let Some(parent) = data.parent() {
        fs::create_dir_all(parent)?;
    }
    Server::start("demo", data, &[])?.stop()
}

/// An empty folder for measurements, below the build folder.
///
/// # Errors
/// Those of the file system.
pub fn fresh_folder(name: &str) -> Result<PathBuf, Anything> {
    let folder = crate::target().join("tmp").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

fn free_port() -> Result<SocketAddr, Anything> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

/// The sum of a metric over its labels.
fn metric(text: &str, name: &str) -> Option<u64> {
    let values = text.lines().filter_map(|line| {
        let rest = line.strip_prefix(name)?;
        let is_this = rest.starts_with(' ') || rest.starts_with('{');
        let number = rest.rsplit(' ').next().filter(|_| is_this)?;
        number.split('.').next()?.parse::<u64>().ok()
    });
    values.reduce(|sum, value| sum + value)
}

fn resident(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_are_summed_over_labels() {
        let text = "# TYPE alcove_commits_total counter\nalcove_commits_total 7\nalcove_commits_total_more 9\n\
                    alcove_receipts_total{door=\"my\"} 2\nalcove_receipts_total{door=\"desk\"} 3\n";
        assert_eq!(metric(text, "alcove_commits_total"), Some(7));
        assert_eq!(metric(text, "alcove_receipts_total"), Some(5));
        assert_eq!(metric(text, "alcove_writes_total"), None);
    }

    #[test]
    fn memory_is_read_in_kibibytes() {
        assert_eq!(
            resident("Name:\talcove\nVmRSS:\t   81234 kB\n"),
            Some(81234)
        );
    }
}
