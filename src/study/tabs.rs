//! The keys of the tabs beside the picture, by which a study file names them.

/// The key of the tab with the details of a run.
pub const RUN_TAB: &str = "run";
/// The key of the tab with the ensemble.
pub const SEEDS_TAB: &str = "seeds";
/// The key of the tab with the stable rates of a run.
pub const RATES_TAB: &str = "rates";
/// The key of the tab with the share of an ensemble that escapes.
pub const ESCAPE_TAB: &str = "escape";
/// The key of the tab with the barriers between minima.
pub const BARRIERS_TAB: &str = "barriers";
/// The key of the tab with λmax along the runs, or along the training of a network.
pub const SHARPNESS_TAB: &str = "sharpness";
/// The key of the tab with λmax of the whole Hessian along the runs of a study about a network.
pub const RUN_SHARPNESS_TAB: &str = "run-sharpness";
/// The key of the tab with L along the training of a network.
pub const TRAINING_TAB: &str = "training";
/// The key of the tab with the spectrum of a network.
pub const SPECTRUM_TAB: &str = "spectrum";
/// The key of the tab with the residuals of conjugate gradients for the Newton step of a network.
pub const RESIDUALS_TAB: &str = "residuals";
/// The key of the tab with the blocks of a network's Hessian.
pub const LAYERS_TAB: &str = "layers";
/// The key of the tab with the training that has a rate for each layer.
pub const LAYER_RATES_TAB: &str = "layer-rates";
/// The key of the tab with L along a curve between two trained networks.
pub const CURVE_TAB: &str = "curve";
/// The key of the tab with the loss of a network as weights go.
pub const PRUNE_TAB: &str = "prune";
/// The key of the tab with what a network computes.
pub const FUNCTION_TAB: &str = "function";
/// The key of the tab with the branches of critical points over a parameter.
pub const BRANCHES_TAB: &str = "branches";
/// The key of the tab with the density of an ensemble beside e^(−L/T).
pub const DENSITY_TAB: &str = "density";
/// The key of the tab with the mean time out of a minimum over 1/T.
pub const ARRHENIUS_TAB: &str = "arrhenius";
/// The key of the tab that is open at first.
pub const FIRST_TAB: &str = "loss";
/// The most tabs that are open side by side.
pub const MAX_TABS: usize = 2;
