//! One step of the Runge–Kutta method of order 8 of J. R. Dormand and P. J. Prince, with the error estimate of orders 5
//! and 3, after E. Hairer, S. P. Nørsett and G. Wanner, Solving Ordinary Differential Equations I, 2nd ed., 1993,
//! §II.10 (DOP853).

use crate::number::Vector;

/// Stage i + 1 is evaluated at w + h·Σ aᵢⱼkⱼ.
const STAGES: [&[f64]; 11] = [
    &[0.052_600_151_958_767_73],
    &[0.019_725_056_984_537_9, 0.059_175_170_953_613_7],
    &[0.029_587_585_476_806_85, 0.0, 0.088_762_756_430_420_54],
    &[0.241_365_134_159_266_7, 0.0, -0.884_549_479_328_286_1, 0.924_834_003_261_792],
    &[1.0 / 27.0, 0.0, 0.0, 0.170_828_608_729_473_86, 0.125_467_687_566_822_42],
    &[0.037_109_375, 0.0, 0.0, 0.170_252_211_019_544_05, 0.060_216_538_980_455_96, -0.017_578_125],
    &[
        0.037_092_000_118_504_79,
        0.0,
        0.0,
        0.170_383_925_712_239_98,
        0.107_262_030_446_373_28,
        -0.015_319_437_748_624_402,
        0.008_273_789_163_814_023,
    ],
    &[
        0.624_110_958_716_075_7,
        0.0,
        0.0,
        -3.360_892_629_446_941_4,
        -0.868_219_346_841_726,
        27.592_099_699_446_71,
        20.154_067_550_477_894,
        -43.489_884_181_069_96,
    ],
    &[
        0.477_662_536_438_264_34,
        0.0,
        0.0,
        -2.488_114_619_971_667_7,
        -0.590_290_826_836_843,
        21.230_051_448_181_193,
        15.279_233_632_882_423,
        -33.288_210_968_984_86,
        -0.020_331_201_708_508_627,
    ],
    &[
        -0.937_142_430_085_987_3,
        0.0,
        0.0,
        5.186_372_428_844_064,
        1.091_437_348_996_729_5,
        -8.149_787_010_746_927,
        -18.520_065_659_996_96,
        22.739_487_099_350_505,
        2.493_605_552_679_652_3,
        -3.046_764_471_898_219_6,
    ],
    &[
        2.273_310_147_516_538,
        0.0,
        0.0,
        -10.534_495_466_737_25,
        -2.000_872_058_224_862_5,
        -17.958_931_863_118_8,
        27.948_884_529_419_96,
        -2.858_998_277_135_023_5,
        -8.872_856_933_530_63,
        12.360_567_175_794_303,
        0.643_392_746_015_763_6,
    ],
];

/// The point of order 8 is w + h·Σ bⱼkⱼ.
const WEIGHTS: [f64; 12] = [
    0.054_293_734_116_568_765,
    0.0,
    0.0,
    0.0,
    0.0,
    4.450_312_892_752_409,
    1.891_517_899_314_500_3,
    -5.801_203_960_010_585,
    0.311_164_366_957_819_9,
    -0.152_160_949_662_516_1,
    0.201_365_400_804_030_34,
    0.044_710_615_727_772_59,
];

/// The difference to a point of order 5, over h.
const FIFTH: [f64; 12] = [
    0.013_120_044_994_194_88,
    0.0,
    0.0,
    0.0,
    0.0,
    -1.225_156_446_376_204_4,
    -0.495_758_949_657_250_2,
    1.664_377_182_454_986_4,
    -0.350_328_848_749_973_66,
    0.334_179_118_713_017_5,
    0.081_923_206_485_115_71,
    -0.022_355_307_863_886_294,
];

/// The weights of a point of order 3: those of the stages 1, 9 and 12.
const THIRD: [(usize, f64); 3] =
    [(0, 0.244_094_488_188_976_4), (8, 0.733_846_688_281_611_8), (11, 0.022_058_823_529_411_766)];

/// The result of a step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    /// The point of order 8.
    pub w: Vector,
    /// The estimated error of the step, a length.
    pub error: f64,
}

/// A step of length h from w, where the slope is `first`.
pub(super) fn step(w: Vector, first: Vector, h: f64, slope: &mut impl FnMut(Vector) -> Vector) -> Step {
    let mut slopes = [first; 12];
    for (stage, weights) in STAGES.iter().enumerate() {
        let at = w + h * sum(weights, &slopes);
        slopes[stage + 1] = slope(at);
    }
    let mean = sum(&WEIGHTS, &slopes);
    let fifth = sum(&FIFTH, &slopes).norm_squared();
    let third = THIRD.iter().fold(mean, |rest, &(stage, weight)| rest - weight * slopes[stage]).norm_squared();
    let error = if fifth == 0.0 { 0.0 } else { h * fifth / (fifth + 0.01 * third).sqrt() };
    Step { w: w + h * mean, error }
}

fn sum(weights: &[f64], slopes: &[Vector; 12]) -> Vector {
    weights.iter().zip(slopes).fold(Vector::zeros(), |sum, (weight, slope)| sum + *weight * slope)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::TAU;

    /// The quadrature conditions of order 8: Σ bᵢcᵢᵏ = 1/(k + 1) for k < 8, with cᵢ the sums of the rows.
    #[test]
    fn the_weights_integrate_polynomials_of_degree_seven() {
        let nodes: Vec<f64> = std::iter::once(0.0).chain(STAGES.iter().map(|row| row.iter().sum())).collect();
        for power in 0..8 {
            let integral: f64 = WEIGHTS.iter().zip(&nodes).map(|(weight, node)| weight * node.powi(power)).sum();
            assert!((integral - 1.0 / f64::from(power + 1)).abs() < 1e-14, "degree {power}: {integral}");
        }
    }

    /// Once around the unit circle, w′ = (−w2, w1): half the step, 2⁸ times less error, and the estimate is an upper
    /// bound.
    #[test]
    fn the_order_is_eight() {
        let turn = |steps: u32| {
            let mut field = |w: Vector| Vector::new(-w.y, w.x);
            let (mut w, mut estimated) = (Vector::x(), 0.0);
            for _ in 0..steps {
                let next = step(w, field(w), TAU / f64::from(steps), &mut field);
                (w, estimated) = (next.w, estimated + next.error);
            }
            ((w - Vector::x()).norm(), estimated)
        };
        let ((coarse, coarse_estimate), (fine, fine_estimate)) = (turn(8), turn(16));
        let order = libm::log2(coarse / fine);
        assert!((7.5..9.5).contains(&order), "{order}");
        assert!(coarse < coarse_estimate && fine < fine_estimate);
    }
}
