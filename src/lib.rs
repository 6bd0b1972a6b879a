//! Losscape: see what curvature does to optimisation.
//!
//! A loss L(w1, w2) is typed as a formula; Losscape shows its heat map and contours, its critical points with their
//! Hessian's eigen-directions, and the trajectories of optimizers. The modules are declared in the order in which
//! they are read: each knows only those above it.
//!
//! One way leads through them: a [`study::Study`] says what a person asks, [`study::answer`] computes
//! [`study::Findings`], and [`scene`] turns both into a picture that the window and every export draw alike.

pub mod pause;
pub mod number;
pub mod formula;
pub mod dataset;
pub mod curvature;
pub mod krylov;
pub mod landscape;
pub mod critical;
pub mod optimizer;
pub mod network;
pub mod saddles;
pub mod branches;
pub mod basins;
pub mod ensemble;
pub mod thermal;
pub mod field;
pub mod study;
pub mod lesson;
pub mod scene;
pub mod chart;
pub mod export;
#[cfg(feature = "command-line")]
pub mod cli;
#[cfg(feature = "gui")]
pub mod app;
