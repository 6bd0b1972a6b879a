//! The program as a process, as a script sees it.

use super::truth::Case;
use serde_json::Value;
use std::process::{Command, Stdio};

/// A question to the command line.
pub struct Question {
    arguments: Vec<String>,
    data: Option<String>,
}

impl Question {
    /// `losscape COMMAND --formula …` with the case's parameters and data.
    pub fn new(command: &str, case: &Case) -> Question {
        let mut arguments = vec![command.to_owned(), "--formula".to_owned(), case.text.clone()];
        for (name, value) in &case.parameters {
            arguments.extend(["--param".to_owned(), format!("{name}={value}")]);
        }
        Question { arguments, data: case.data.clone() }.with("--json")
    }

    pub fn with(mut self, argument: impl Into<String>) -> Question {
        self.arguments.push(argument.into());
        self
    }

    /// The text that a person would type.
    pub fn typed(&self) -> String {
        let quoted = |argument: &String| {
            let plain = argument.chars().all(|c| c.is_alphanumeric() || "-=.,_".contains(c));
            if plain { argument.clone() } else { format!("'{argument}'") }
        };
        let arguments: Vec<String> = self.arguments.iter().map(quoted).collect();
        let data = self.data.as_ref().map(|csv| format!("printf '{}' > d.csv; ", csv.replace('\n', "\\n")));
        let file = if data.is_some() { " --data d.csv" } else { "" };
        format!("{}losscape {}{file}", data.unwrap_or_default(), arguments.join(" "))
    }

    /// The answer on standard output.
    pub fn answer(&self) -> Result<String, String> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_losscape"));
        command.args(&self.arguments).stdin(Stdio::null());
        if let Some(csv) = &self.data {
            let path = folder.path().join("d.csv");
            std::fs::write(&path, csv).map_err(|error| error.to_string())?;
            command.arg("--data").arg(path);
        }
        let output = command.output().map_err(|error| error.to_string())?;
        match output.status.code() {
            Some(0) => String::from_utf8(output.stdout).map_err(|error| error.to_string()),
            status => Err(format!("exit status {status:?}: {}", String::from_utf8_lossy(&output.stderr))),
        }
    }

    pub fn json(&self) -> Result<Value, String> {
        serde_json::from_str(&self.answer()?).map_err(|error| error.to_string())
    }
}
