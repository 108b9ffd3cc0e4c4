//! Having the computer itself look at the schedules every ten minutes, whether the window is open or not: a
//! systemd user timer, a launchd agent, or a task of Windows. Each calls `waybill schedule run`.

mod launchd;
mod systemd;
mod task;

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Waybill;
use crate::view::{CommandError, KeeperView};

/// Minutes between two looks.
const EVERY: u32 = 10;

/// What looks after the schedules on a computer.
#[derive(Clone, Debug)]
pub struct Keeper {
    kind: Kind,
    /// Where its files lie.
    folder: PathBuf,
    /// The command line's program.
    program: PathBuf,
    /// The data folder, if it is not the usual one.
    home: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Systemd,
    Launchd,
    Task,
}

/// What installing did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installed {
    /// The files that were written.
    pub files: Vec<PathBuf>,
    /// Commands that did not go well, to be typed by hand, with what they said.
    pub left: Vec<String>,
}

/// A file, and the commands that make it count.
struct Plan {
    files: Vec<(PathBuf, String)>,
    start: Vec<Vec<String>>,
    stop: Vec<Vec<String>>,
}

impl Waybill {
    /// What looks after the schedules of this data folder by calling `program`, the command line.
    ///
    /// # Errors
    /// As [`Keeper::of_this_computer`].
    pub fn keeper(&self, program: &Path) -> Result<Keeper, CommandError> {
        let home = self.shared.home.root();
        let usual = crate::default_home().is_ok_and(|usual| usual == home);
        Keeper::of_this_computer(program, (!usual).then_some(home))
    }
}

impl Keeper {
    /// That of this computer, calling `program`; `home` is named to it where it is not the usual data folder.
    ///
    /// # Errors
    /// `FileFailed` where this user has no folder for it.
    pub fn of_this_computer(program: &Path, home: Option<&Path>) -> Result<Self, CommandError> {
        let nowhere = || CommandError::field("home", "This user has no folder for settings.");
        let user = std::env::home_dir().ok_or_else(nowhere)?;
        let (kind, folder) = if cfg!(target_os = "windows") {
            (Kind::Task, crate::default_home()?)
        } else if cfg!(target_os = "macos") {
            (Kind::Launchd, user.join("Library/LaunchAgents"))
        } else {
            let config = std::env::var_os("XDG_CONFIG_HOME")
                .map(PathBuf::from)
                .filter(|path| path.is_absolute())
                .unwrap_or_else(|| user.join(".config"));
            (Kind::Systemd, config.join("systemd/user"))
        };
        Ok(Self {
            kind,
            folder,
            program: program.to_path_buf(),
            home: home.map(Path::to_path_buf),
        })
    }

    /// The files it consists of, with what is in them.
    #[must_use]
    pub fn files(&self) -> Vec<(PathBuf, String)> {
        self.plan().files
    }

    /// Writes its files and has the system take them up. What the system refuses is left to a person.
    ///
    /// # Errors
    /// `FileFailed`.
    pub fn install(&self) -> Result<Installed, CommandError> {
        let plan = self.plan();
        for (path, text) in &plan.files {
            write(path, text).map_err(|error| failed(path, &error))?;
        }
        Ok(Installed {
            files: plan.files.into_iter().map(|(path, _)| path).collect(),
            left: run_all(&plan.start),
        })
    }

    /// Takes it away again. Not there is as good as taken away.
    ///
    /// # Errors
    /// `FileFailed`.
    pub fn remove(&self) -> Result<Installed, CommandError> {
        let plan = self.plan();
        let there: Vec<_> = plan
            .files
            .iter()
            .map(|(path, _)| path.clone())
            .filter(|path| path.exists())
            .collect();
        let left = if there.is_empty() {
            Vec::new()
        } else {
            run_all(&plan.stop)
        };
        for path in &there {
            std::fs::remove_file(path).map_err(|error| failed(path, &error))?;
        }
        Ok(Installed { files: there, left })
    }

    /// How it stands.
    #[must_use]
    pub fn view(&self) -> KeeperView {
        let files = self.plan().files;
        let there = files.iter().filter(|(path, _)| path.exists()).count();
        let stale = files
            .iter()
            .any(|(path, text)| std::fs::read_to_string(path).is_ok_and(|found| found != *text));
        KeeperView {
            platform: match self.kind {
                Kind::Systemd => "systemd",
                Kind::Launchd => "launchd",
                Kind::Task => "task scheduler",
            }
            .into(),
            installed: there == files.len(),
            files: files.iter().map(|(path, _)| path.display().to_string()).collect(),
            problem: (stale && there > 0).then(|| {
                "It calls another program or data folder than this one. Install it again to put that right.".to_owned()
            }),
        }
    }

    fn plan(&self) -> Plan {
        let mut call = vec![self.program.display().to_string()];
        if let Some(home) = &self.home {
            call.extend(["--home".to_owned(), home.display().to_string()]);
        }
        call.extend([
            "--quiet".to_owned(),
            "schedule".to_owned(),
            "run".to_owned(),
        ]);
        match self.kind {
            Kind::Systemd => systemd::plan(&self.folder, &call),
            Kind::Launchd => launchd::plan(&self.folder, &call),
            Kind::Task => task::plan(&self.folder, &call),
        }
    }
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, text)
}

fn failed(path: &Path, error: &io::Error) -> CommandError {
    CommandError::new(
        crate::view::ErrorCode::FileFailed,
        format!("{} cannot be written: {error}.", path.display()),
    )
}

/// Runs all commands; those that do not go well are returned, as typed, with what they said.
fn run_all(commands: &[Vec<String>]) -> Vec<String> {
    commands
        .iter()
        .filter_map(|words| {
            let (program, arguments) = words.split_first()?;
            let output = Command::new(program)
                .args(arguments)
                .stdin(Stdio::null())
                .output();
            let said = match output {
                Ok(output) if output.status.success() => return None,
                Ok(output) => String::from_utf8_lossy(&output.stderr).trim().to_owned(),
                Err(error) => error.to_string(),
            };
            Some(format!("{} ({said})", words.join(" ")))
        })
        .collect()
}

fn words(text: &[&str]) -> Vec<String> {
    text.iter().map(|word| (*word).to_owned()).collect()
}

/// A text inside an element of XML.
fn xml(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keeper(kind: Kind, folder: &Path) -> Keeper {
        Keeper {
            kind,
            folder: folder.to_path_buf(),
            program: "/opt/My Tools/waybill".into(),
            home: Some("/data/50% & more".into()),
        }
    }

    #[test]
    fn names_with_blanks_and_signs_reach_the_program_whole() {
        let folder = Path::new("x");
        let service = &keeper(Kind::Systemd, folder).files()[0].1;
        assert!(
            service.contains(r#"ExecStart="/opt/My Tools/waybill" "--home" "/data/50%% & more" "--quiet" "schedule" "run""#),
            "{service}"
        );
        let agent = &keeper(Kind::Launchd, folder).files()[0].1;
        assert!(
            agent.contains("<string>/data/50% &amp; more</string>"),
            "{agent}"
        );
        roxmltree_reads(agent);
        let task = &keeper(Kind::Task, folder).files()[0].1;
        assert!(
            task.contains("<Command>/opt/My Tools/waybill</Command>"),
            "{task}"
        );
        assert!(
            task.contains("--home &quot;/data/50% &amp; more&quot;"),
            "{task}"
        );
        roxmltree_reads(task);
    }

    /// Every element that is opened is closed, in order.
    fn roxmltree_reads(text: &str) {
        let mut open = Vec::new();
        for part in text.split('<').skip(1) {
            let tag = part.split('>').next().unwrap();
            if tag.starts_with(['?', '!']) || tag.ends_with('/') {
                continue;
            }
            match tag.strip_prefix('/') {
                Some(name) => assert_eq!(open.pop(), Some(name), "{text}"),
                None => open.push(tag.split(' ').next().unwrap()),
            }
        }
        assert!(open.is_empty(), "{open:?}");
    }

    #[test]
    fn what_is_installed_is_seen_and_taken_away_again() {
        let folder = tempfile::tempdir().unwrap();
        let own = keeper(Kind::Systemd, &folder.path().join("systemd/user"));
        assert!(!own.view().installed);
        for (path, text) in own.files() {
            write(&path, &text).unwrap();
        }
        assert!(own.view().installed && own.view().problem.is_none());
        let moved = Keeper {
            program: "/elsewhere/waybill".into(),
            ..own.clone()
        };
        assert!(moved.view().problem.is_some());
        for (path, _) in own.files() {
            std::fs::remove_file(path).unwrap();
        }
        assert_eq!(
            own.remove().unwrap(),
            Installed {
                files: vec![],
                left: vec![]
            }
        );
    }
}
