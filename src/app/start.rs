//! How long the start takes, for those who measure it: with the environment variable `LOSSCAPE_START` the program says on
//! standard error when its window was there, when the first frame was on the screen, and when the first one that shows
//! everything was, in milliseconds since `main`.

use super::clock::Clock;
use eframe::egui;
use std::time::Duration;

/// Follows a start.
pub struct Watch {
    clock: Clock,
    /// How long the program had run when the clock was made.
    before: Duration,
    window: Duration,
    frames: u32,
    is_complete: bool,
}

impl Watch {
    /// Begins when the window is there, if anybody wants to know.
    pub fn new(clock: Clock, before: Duration) -> Option<Watch> {
        std::env::var_os("LOSSCAPE_START")?;
        Some(Watch { window: before + clock.now(), clock, before, frames: 0, is_complete: false })
    }

    /// To be told at the beginning of each frame: then the one before it is on the screen. Whether it is done.
    pub fn frame(&mut self, ctx: &egui::Context) -> bool {
        let say = |what: &str, at: Duration| eprintln!("{what} after {:.1} ms", at.as_secs_f64() * 1e3);
        self.frames += 1;
        if self.frames == 2 {
            say("window", self.window);
            say("first frame", self.elapsed());
        }
        if self.is_complete {
            say("full picture", self.elapsed());
            return true;
        }
        ctx.request_repaint();
        false
    }

    fn elapsed(&self) -> Duration {
        self.before + self.clock.now()
    }

    /// To be told at the end of each frame, whether it shows everything.
    pub fn shown(&mut self, is_complete: bool) {
        self.is_complete = is_complete;
    }
}
