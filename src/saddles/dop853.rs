//! One step of the Runge–Kutta method of order 8 of J. R. Dormand and P. J. Prince, with the error estimate of orders 5 and 3,
//! after E. Hairer, S. P. Nørsett and G. Wanner, Solving Ordinary Differential Equations I, 2nd ed., 1993, §II.10 (DOP853).

use crate::number::Vector;

/// Stage i + 1 is evaluated at w + h·Σ aᵢⱼkⱼ.
const STAGES: [&[f64]; 11] = [
    &[5.260_015_195_876_773_18e-2],
    &[1.972_505_698_453_789_95e-2, 5.917_517_095_361_369_84e-2],
    &[2.958_758_547_680_684_92e-2, 0.0, 8.876_275_643_042_054_75e-2],
    &[2.413_651_341_592_666_86e-1, 0.0, -8.845_494_793_282_860_85e-1, 9.248_340_032_617_920_03e-1],
    &[1.0 / 27.0, 0.0, 0.0, 1.708_286_087_294_738_71e-1, 1.254_676_875_668_224_25e-1],
    &[3.710_937_5e-2, 0.0, 0.0, 1.702_522_110_195_440_39e-1, 6.021_653_898_045_596_07e-2, -1.757_812_5e-2],
    &[
        3.709_200_011_850_479_27e-2,
        0.0,
        0.0,
        1.703_839_257_122_399_94e-1,
        1.072_620_304_463_732_85e-1,
        -1.531_943_774_862_440_18e-2,
        8.273_789_163_814_022_89e-3,
    ],
    &[
        6.241_109_587_160_757_17e-1,
        0.0,
        0.0,
        -3.360_892_629_446_941_29,
        -8.682_193_468_417_260_07e-1,
        27.592_099_699_446_708_3,
        20.154_067_550_477_893_4,
        -43.489_884_181_069_958_8,
    ],
    &[
        4.776_625_364_382_643_66e-1,
        0.0,
        0.0,
        -2.488_114_619_971_667_64,
        -5.902_908_268_368_429_96e-1,
        21.230_051_448_181_194_2,
        15.279_233_632_882_423_6,
        -33.288_210_968_984_863_0,
        -2.033_120_170_850_862_61e-2,
    ],
    &[
        -9.371_424_300_859_873_26e-1,
        0.0,
        0.0,
        5.186_372_428_844_063_70,
        1.091_437_348_996_729_58,
        -8.149_787_010_746_926_13,
        -18.520_065_659_996_959_9,
        22.739_487_099_350_504_3,
        2.493_605_552_679_652_39,
        -3.046_764_471_898_219_50,
    ],
    &[
        2.273_310_147_516_538_21,
        0.0,
        0.0,
        -10.534_495_466_737_250_2,
        -2.000_872_058_224_862_50,
        -17.958_931_863_118_799_0,
        27.948_884_529_419_960_1,
        -2.858_998_277_135_023_69,
        -8.872_856_933_530_629_54,
        12.360_567_175_794_303_1,
        6.433_927_460_157_635_30e-1,
    ],
];

/// The point of order 8 is w + h·Σ bⱼkⱼ.
const WEIGHTS: [f64; 12] = [
    5.429_373_411_656_876_22e-2,
    0.0,
    0.0,
    0.0,
    0.0,
    4.450_312_892_752_408_88,
    1.891_517_899_314_500_38,
    -5.801_203_960_010_584_78,
    3.111_643_669_578_198_94e-1,
    -1.521_609_496_625_160_79e-1,
    2.013_654_008_040_303_48e-1,
    4.471_061_572_777_259_05e-2,
];

/// The difference to a point of order 5, over h.
const FIFTH: [f64; 12] = [
    0.131_200_449_941_948_807e-1,
    0.0,
    0.0,
    0.0,
    0.0,
    -1.225_156_446_376_204_44,
    -0.495_758_949_657_250_192,
    1.664_377_182_454_986_54,
    -0.350_328_848_749_973_682,
    0.334_179_118_713_017_479,
    0.819_232_064_851_157_125e-1,
    -0.223_553_078_638_862_953e-1,
];

/// The weights of a point of order 3: those of the stages 1, 9 and 12.
const THIRD: [(usize, f64); 3] =
    [(0, 0.244_094_488_188_976_378), (8, 0.733_846_688_281_611_857), (11, 0.220_588_235_294_117_647e-1)];

/// What a step has come to.
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

    /// Once around the unit circle, w′ = (−w2, w1): half the step, 2⁸ times less error, and the estimate is an upper bound.
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
