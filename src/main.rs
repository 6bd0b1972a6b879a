//! `losscape`: the window, or a command without one.

use losscape::cli::{self, Opening, Outcome};
use std::process::ExitCode;
use std::time::Instant;

fn main() -> ExitCode {
    let begun = Instant::now();
    let opening = match cli::run(std::env::args_os(), &link_base) {
        Outcome::Exit(status) => return ExitCode::from(status),
        Outcome::Window(opening) => *opening,
    };
    match open_window(opening, begun) {
        Ok(()) => ExitCode::from(cli::SUCCESS),
        Err(reason) => {
            eprintln!("error: {reason}");
            ExitCode::from(cli::FAILED)
        }
    }
}

/// The address that links begin with, as the window's preferences have it.
#[cfg(feature = "gui")]
fn link_base() -> Option<String> {
    losscape::app::platform::preferred_link_base()
}

#[cfg(not(feature = "gui"))]
fn link_base() -> Option<String> {
    None
}

#[cfg(feature = "gui")]
fn open_window(opening: Opening, begun: Instant) -> Result<(), String> {
    losscape::app::platform::run(opening.study, opening.path, begun.elapsed())
}

#[cfg(not(feature = "gui"))]
fn open_window(_: Opening, _: Instant) -> Result<(), String> {
    Err("this losscape was built without its window (cargo feature `gui`); \
         `losscape render cubic -o picture.svg` draws the picture into a file"
        .to_owned())
}
