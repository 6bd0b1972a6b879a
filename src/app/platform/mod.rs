//! What differs between the desktop and a browser: where the window is, what a path leads to, what is remembered, and the clock.
//! Only here the program asks what it is compiled for. A path is a name here; what is opened and saved is a name and bytes.

#[cfg(target_family = "wasm")]
mod answers;
mod ask;
#[cfg(target_family = "wasm")]
mod names;
#[cfg(not(target_family = "wasm"))]
mod native;
#[cfg(target_family = "wasm")]
mod web;

pub use ask::{Ask, Reply, Request, TABLES};
#[cfg(not(target_family = "wasm"))]
pub use native::*;
#[cfg(target_family = "wasm")]
pub use web::*;
