//! `losscape`: the window, or a command without one.

use losscape::cli::{self, Opening, Outcome};
use std::process::ExitCode;
use std::time::Instant;

/// Pictures are many megabytes, made anew in every frame of a drag: this allocator keeps their pages for the next one,
/// where the system's gives them back and has them filled with zeros again.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let begun = Instant::now();
    let opening = match cli::run(std::env::args_os()) {
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

#[cfg(feature = "gui")]
fn open_window(opening: Opening, begun: Instant) -> Result<(), String> {
    losscape::app::run(opening.study, opening.path, begun)
}

#[cfg(not(feature = "gui"))]
fn open_window(_: Opening, _: Instant) -> Result<(), String> {
    Err("this losscape was built without its window (cargo feature `gui`); \
         `losscape render cubic -o picture.svg` draws the picture into a file"
        .to_owned())
}
