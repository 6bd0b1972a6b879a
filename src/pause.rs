//! Where long work can be interrupted for a moment. A browser has one thread for the window and all work: there, whoever works asks
//! again and again whether somebody else is to have a turn.

use std::sync::OnceLock;

static GIVE_WAY: OnceLock<fn()> = OnceLock::new();

/// Lets others have a turn, where there are any. It may take a while; what the caller has locked or borrowed stays so.
pub fn pause() {
    if let Some(give_way) = GIVE_WAY.get() {
        give_way();
    }
}

/// Says how others get their turn; only the first call counts.
pub fn pause_by(give_way: fn()) {
    // A second one would be a second window on the same thread.
    let _ = GIVE_WAY.set(give_way);
}
