//! Files: SVG, PNG and PDF of a scene, CSV and JSON of trajectories; written whole or not at all.
//!
//! PNG and PDF are made from the SVG with the bundled fonts, so that all three show the same. Only letters that the
//! bundled fonts lack are drawn with fonts of the system ([`Lettering`]).

pub mod answers;
mod carried;
mod film;
#[cfg(feature = "command-line")]
mod handout;
mod lettering;
mod page;
mod present;
mod render;
mod svg;
mod tables;
#[cfg(feature = "command-line")]
pub mod tex;
mod write;

pub use carried::{Carried, NOTHING, Opened, PictureFormat, carried, carrying, opened, opened_bytes, opened_with};
pub use film::{
    Film, FilmFormat, FilmOptions, HOLDS, Numbered, Progress, RATES, Script, Swept, video_program, write_film,
};
#[cfg(feature = "command-line")]
pub use handout::handout;
pub use lettering::{Lettering, SystemFont, lettered};
pub use page::{MILLIMETRES, Page, Width};
pub use present::{FileFormat, Present};
#[cfg(feature = "command-line")]
pub use render::pdf_pages;
pub use render::{WRITES_PDF, pdf, png};
pub use svg::{svg, svg_of_width};
pub use tables::{
    Number, TrajectoryJson, basins_csv, ensemble_csv, experiment_csv, trajectories_csv, trajectories_json,
    trajectory_csv,
};
pub use write::{ExportError, is_same_file, is_still_at, words, write_streamed, write_whole};
