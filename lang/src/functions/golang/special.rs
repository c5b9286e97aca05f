//! Special functions: the inverse error function, the gamma function and Bessel functions of any order.

use crate::functions::Fault;

/// The inverse of the error function; NaN outside of [-1, 1].
///
/// Source of the approximation: M. J. Wichura, "Algorithm AS 241: The Percentage Points of the Normal Distribution", Applied Statistics 37 (1988).
pub(super) fn erfinv(x: f64) -> f64 {
    if x.is_nan() || x.abs() > 1.0 {
        return f64::NAN;
    }
    if x.abs() == 1.0 {
        return f64::INFINITY.copysign(x);
    }
    let magnitude = x.abs();
    let normal = if magnitude <= 0.85 {
        let r = 0.180625 - 0.25 * magnitude * magnitude;
        // What may be subnormal is rounded once.
        return (0.5 * ratio(r, &CENTRE) / std::f64::consts::SQRT_2 * magnitude).copysign(x);
    } else {
        let r = (std::f64::consts::LN_2 - libm::log(1.0 - magnitude)).sqrt();
        if r <= 5.0 { ratio(r - 1.6, &MIDDLE) } else { ratio(r - 5.0, &TAIL) }
    };
    (normal / std::f64::consts::SQRT_2).copysign(x)
}

/// Numerator and denominator, lowest power first.
type Ratio = [[f64; 8]; 2];

fn ratio(x: f64, [above, below]: &Ratio) -> f64 {
    let at = |terms: &[f64; 8]| terms.iter().rev().fold(0.0, |sum, term| sum * x + term);
    at(above) / at(below)
}

#[rustfmt::skip]
const CENTRE: Ratio = [
    [3.387_132_872_796_366_5, 133.141_667_891_784_38, 1_971.590_950_306_551_3, 13_731.693_765_509_46,
     45_921.953_931_549_87, 67_265.770_927_008_7, 33_430.575_583_588_13, 2_509.080_928_730_122_7],
    [1.0, 42.313_330_701_600_91, 687.187_007_492_057_9, 5_394.196_021_424_751,
     21_213.794_301_586_597, 39_307.895_800_092_71, 28_729.085_735_721_943, 5_226.495_278_852_854],
];

#[rustfmt::skip]
const MIDDLE: Ratio = [
    [1.423_437_110_749_683_5, 4.630_337_846_156_546, 5.769_497_221_460_691, 3.647_848_324_763_204_5,
     1.270_458_252_452_368_4, 0.241_780_725_177_450_6, 0.022_723_844_989_269_184, 7.745_450_142_783_414e-4],
    [1.0, 2.053_191_626_637_759, 1.676_384_830_183_803_8, 0.689_767_334_985_1,
     0.148_103_976_427_480_08, 0.015_198_666_563_616_457, 5.475_938_084_995_345e-4, 1.050_750_071_644_416_9e-9],
];

#[rustfmt::skip]
const TAIL: Ratio = [
    [6.657_904_643_501_103, 5.463_784_911_164_114, 1.784_826_539_917_291_3, 0.296_560_571_828_504_87,
     0.026_532_189_526_576_124, 1.242_660_947_388_078_4e-3, 2.711_555_568_743_487_6e-5, 2.010_334_399_292_288_1e-7],
    [1.0, 0.599_832_206_555_888, 0.136_929_880_922_735_8, 0.014_875_361_290_850_615,
     7.868_691_311_456_133e-4, 1.846_318_317_510_054_8e-5, 1.421_511_758_316_446e-7, 2.044_263_103_389_939_8e-15],
];

/// The gamma function: infinite at zero, NaN at negative integers.
pub(super) fn gamma(x: f64) -> f64 {
    if x == f64::NEG_INFINITY { f64::NAN } else { libm::tgamma(x) }
}

/// The recurrences take as many steps as the order is large.
const HIGHEST: i64 = 1_000_000;

/// The Bessel function of the first kind; the error is an order too high to compute.
pub(super) fn jn(order: i64, x: f64) -> Result<f64, Fault> {
    match i32::try_from(order) {
        Ok(small) if order.abs() <= HIGHEST => Ok(libm::jn(small, x)),
        _ if x.is_nan() => Ok(x),
        // It is smaller than any float until the argument comes near the order.
        _ if x.is_infinite() || x.abs() < order.unsigned_abs() as f64 / 2.0 => Ok(0.0),
        _ => Err(Fault::new("order is too high")),
    }
}

/// The Bessel function of the second kind; the error is an order too high to compute.
pub(super) fn yn(order: i64, x: f64) -> Result<f64, Fault> {
    let odd = order < 0 && order % 2 != 0;
    match i32::try_from(order) {
        _ if x < 0.0 || x.is_nan() => Ok(f64::NAN),
        _ if x == f64::INFINITY => Ok(0.0),
        Ok(small) if order.abs() <= HIGHEST => Ok(libm::yn(small, x)),
        _ if x < order.unsigned_abs() as f64 / 2.0 => Ok(if odd { f64::INFINITY } else { f64::NEG_INFINITY }),
        _ => Err(Fault::new("order is too high")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn erfinv_is_the_inverse_of_erf() {
        for step in -99..=99 {
            let x = f64::from(step) / 100.0;
            assert!((libm::erf(erfinv(x)) - x).abs() < 1e-15, "{x}");
        }
        assert!((libm::erfc(erfinv(1.0 - 1e-12)) / (1.0 - (1.0 - 1e-12)) - 1.0).abs() < 1e-12);
        assert!((libm::erfc(erfinv(1.0 - f64::EPSILON)) / f64::EPSILON - 1.0).abs() < 1e-12);
        assert_eq!(erfinv(-1.0), f64::NEG_INFINITY);
        assert_eq!(erfinv(-5e-324), -5e-324);
        assert!(erfinv(1.5).is_nan());
    }

    #[test]
    fn high_orders_end() {
        assert_eq!(jn(i64::MAX, 1.0), Ok(0.0));
        assert_eq!(yn(i64::MAX, 1.0), Ok(f64::NEG_INFINITY));
        assert!(jn(i64::MIN, 1e300).is_err());
    }
}
