//! The real Terraform, in a folder of its own that nothing of this machine's configuration reaches.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// Variables that a process needs to run at all.
const KEPT: &[&str] = &["PATH", "TMPDIR", "TEMP", "TMP", "SystemRoot", "LLVM_PROFILE_FILE"];

/// A provider for Terraform to use in place of the registry's.
pub(crate) struct Override {
    /// Source address without host, `namespace/type`.
    pub source: &'static str,
    /// The program; it is offered under the name that Terraform looks for.
    pub program: PathBuf,
}

/// A working folder with its own Terraform configuration.
pub(crate) struct Terraform {
    program: PathBuf,
    folder: TempDir,
    variables: Vec<(String, String)>,
}

/// What a command did.
#[derive(Debug)]
pub(crate) struct Output {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Terraform {
    /// A folder in which Terraform uses `providers`. `None` where there is no Terraform, which is said aloud, or is a failure under CI.
    pub(crate) fn with(providers: &[Override]) -> Option<Self> {
        let Some(program) = find() else {
            assert!(
                std::env::var_os("CI").is_none(),
                "there is no terraform on the PATH, and CI is set"
            );
            eprintln!("SKIPPED: there is no terraform on the PATH, so nothing was tested here");
            return None;
        };
        let folder = tempfile::Builder::new().prefix("terraform").tempdir().unwrap();
        let mut overrides = String::new();
        for Override { source, program } in providers {
            let name = source.rsplit('/').next().unwrap();
            let offered = folder.path().join("providers").join(name);
            fs::create_dir_all(&offered).unwrap();
            let suffix = std::env::consts::EXE_SUFFIX;
            offer(program, &offered.join(format!("terraform-provider-{name}{suffix}")));
            overrides.push_str(&format!("    {source:?} = {offered:?}\n"));
        }
        let rc = format!(
            "provider_installation {{\n  dev_overrides {{\n{overrides}  }}\n  direct {{}}\n}}\n"
        );
        fs::write(folder.path().join("terraform.rc"), rc).unwrap();
        fs::create_dir(folder.path().join("home")).unwrap();
        fs::create_dir(folder.path().join("work")).unwrap();
        Some(Terraform { program, folder, variables: Vec::new() })
    }

    /// The folder in which Terraform runs.
    pub(crate) fn directory(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    /// The home of whoever runs it.
    pub(crate) fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// Writes a file there.
    pub(crate) fn write(&self, name: &str, text: &str) -> &Self {
        fs::write(self.directory().join(name), text).unwrap();
        self
    }

    /// Sets an environment variable for all commands that follow.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<String>) -> &mut Self {
        self.variables.push((name.to_owned(), value.into()));
        self
    }

    /// A command that is ready to be started.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(arguments)
            .current_dir(self.directory())
            .env_clear()
            .envs(KEPT.iter().filter_map(|name| Some((name, std::env::var_os(name)?))))
            .env("HOME", self.folder.path().join("home"))
            .env("TF_CLI_CONFIG_FILE", self.folder.path().join("terraform.rc"))
            .env("CHECKPOINT_DISABLE", "1")
            .env("TF_IN_AUTOMATION", "1")
            .env("TF_INPUT", "0")
            .envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs a command to its end. `-no-color` is added.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        let mut arguments = arguments.to_vec();
        arguments.push("-no-color");
        let output = self.command(&arguments).output().unwrap();
        Output {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Output {
    /// What it printed, once it has succeeded.
    #[track_caller]
    pub(crate) fn succeeded(self) -> String {
        assert_eq!(self.code, Some(0), "\n{}\n{}", self.stdout, self.stderr);
        self.stdout
    }

    /// What it complained of, once it has failed.
    #[track_caller]
    pub(crate) fn failed(self) -> String {
        assert_eq!(self.code, Some(1), "\n{}\n{}", self.stdout, self.stderr);
        self.stderr
    }

    /// Both outputs, for a search.
    pub(crate) fn all(&self) -> String {
        format!("{}\n{}", self.stdout, self.stderr)
    }
}

/// The program, if there is one on the PATH.
fn find() -> Option<PathBuf> {
    let name = format!("terraform{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|directory| directory.join(&name))
        .find(|program| program.is_file())
}

/// Makes `program` available as `name`.
fn offer(program: &Path, name: &Path) {
    #[cfg(unix)]
    std::os::unix::fs::symlink(program, name).unwrap();
    #[cfg(not(unix))]
    fs::copy(program, name).map(drop).unwrap();
}
