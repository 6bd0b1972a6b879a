//! The one clock of the window, which tests replace.

use std::sync::Arc;
use std::time::Duration;
use web_time::Instant;

/// A clock that never goes back. Cheap to clone; clones show the same time.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Duration + Send + Sync>);

impl Clock {
    /// The system's clock, from now on.
    pub fn system() -> Clock {
        let begun = Instant::now();
        Clock::of(move || begun.elapsed())
    }

    /// A clock that stands still: with it, what has a time limit is never over it.
    pub fn stopped() -> Clock {
        Clock::of(|| Duration::ZERO)
    }

    /// A clock that shows what the function says.
    pub fn of(now: impl Fn() -> Duration + Send + Sync + 'static) -> Clock {
        Clock(Arc::new(now))
    }

    /// The time since the clock was made.
    pub fn now(&self) -> Duration {
        (self.0)()
    }

    /// The time since another moment.
    pub fn since(&self, moment: Duration) -> Duration {
        self.now().saturating_sub(moment)
    }
}
