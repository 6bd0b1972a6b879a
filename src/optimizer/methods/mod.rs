//! The optimizers, one file each.

mod adagrad;
mod adam;
mod adamw;
mod armijo;
mod bfgs;
mod coordinate_rates;
mod damped_newton;
mod gradient_descent;
mod gradient_flow;
mod langevin;
mod lbfgs;
mod momentum;
mod nesterov;
mod newton;
mod newton_cg;
mod newton_line_search;
mod regularised_newton;
mod rmsprop;
mod saddle_free_newton;
mod sgd;
mod trust_region;
mod wolfe;

use super::Optimizer;

/// All optimizers, in the order in which they are offered.
pub static OPTIMIZERS: &[&dyn Optimizer] = &[
    &gradient_descent::GradientDescent,
    &sgd::Sgd,
    &langevin::Langevin,
    &momentum::Momentum,
    &nesterov::Nesterov,
    &adagrad::AdaGrad,
    &rmsprop::RmsProp,
    &adam::Adam,
    &adamw::AdamW,
    &coordinate_rates::CoordinateRates,
    &gradient_flow::GradientFlow,
    &armijo::Armijo,
    &wolfe::StrongWolfe,
    &newton::Newton,
    &damped_newton::DampedNewton,
    &newton_line_search::NewtonLineSearch,
    &saddle_free_newton::SaddleFreeNewton,
    &regularised_newton::RegularisedNewton,
    &trust_region::TrustRegion,
    &newton_cg::NewtonCg,
    &bfgs::Bfgs,
    &lbfgs::Lbfgs,
    #[cfg(test)]
    &super::tests::added::FixedLength,
];
