//! Points of weight space of any length: two weights, or as many as a network has.
//!
//! A rule that works in any dimension is written once, over [`Weights`]. For two weights its arithmetic has the bits of
//! nalgebra's vectors. For more weights, sums are computed in the same order on every machine ([`crate::krylov`]).

use super::Normals;
use crate::krylov;
use crate::number::{Matrix, Vector};
use std::fmt::Debug;

/// A point or a direction of weight space.
pub trait Weights: Clone + PartialEq + Debug + Send + 'static {
    /// A square matrix over these weights.
    type Square: SquareMatrix;

    /// How many weights there are.
    fn count(&self) -> usize;
    /// One weight.
    fn get(&self, index: usize) -> f64;
    /// A vector of the same length, weight by weight.
    fn with(&self, weight: impl FnMut(usize) -> f64) -> Self;
    /// Applies a function to each weight.
    fn mapped(&self, function: impl FnMut(f64) -> f64) -> Self;
    /// Applies a function to each weight and its counterpart in `other`, which has the same length.
    fn combined(&self, other: &Self, function: impl FnMut(f64, f64) -> f64) -> Self;
    /// The scalar product.
    fn inner(&self, other: &Self) -> f64;
    /// A vector of independent standard normal numbers.
    fn normal(&self, normals: &mut Normals) -> Self;
    /// The matrix of a linear map; `None` for more than two weights, which no picture shows.
    fn matrix_of(map: impl Fn(&Self) -> Self) -> Option<Matrix>;

    /// A zero vector of the same length.
    fn zero(&self) -> Self {
        self.mapped(|_| 0.0)
    }

    /// The square of the Euclidean norm.
    fn size_squared(&self) -> f64 {
        self.inner(self)
    }

    /// The Euclidean norm.
    fn size(&self) -> f64 {
        self.size_squared().sqrt()
    }

    /// `factor` times the weights.
    fn scaled(&self, factor: f64) -> Self {
        self.mapped(|weight| factor * weight)
    }

    /// The weights with the opposite sign.
    fn negated(&self) -> Self {
        self.mapped(|weight| -weight)
    }

    /// The weights plus `factor` times others.
    fn plus(&self, factor: f64, other: &Self) -> Self {
        self.combined(other, |weight, other| weight + factor * other)
    }

    /// The weights less others.
    fn less(&self, other: &Self) -> Self {
        self.combined(other, |weight, other| weight - other)
    }

    /// Whether every weight is finite.
    fn is_finite(&self) -> bool {
        (0..self.count()).all(|index| self.get(index).is_finite())
    }

    /// Whether every weight is 0.
    fn is_zero(&self) -> bool {
        (0..self.count()).all(|index| self.get(index) == 0.0)
    }
}

impl Weights for Vector {
    type Square = Matrix;

    fn count(&self) -> usize {
        2
    }

    #[inline]
    fn get(&self, index: usize) -> f64 {
        self[index]
    }

    #[inline]
    fn with(&self, mut weight: impl FnMut(usize) -> f64) -> Vector {
        Vector::from_fn(|row, _| weight(row))
    }

    #[inline]
    fn mapped(&self, function: impl FnMut(f64) -> f64) -> Vector {
        self.map(function)
    }

    #[inline]
    fn combined(&self, other: &Vector, function: impl FnMut(f64, f64) -> f64) -> Vector {
        self.zip_map(other, function)
    }

    #[inline]
    fn inner(&self, other: &Vector) -> f64 {
        self.dot(other)
    }

    fn normal(&self, normals: &mut Normals) -> Vector {
        normals.pair()
    }

    fn matrix_of(map: impl Fn(&Vector) -> Vector) -> Option<Matrix> {
        Some(Matrix::from_columns(&[Vector::x(), Vector::y()].map(|unit| map(&unit))))
    }

    #[inline]
    fn size_squared(&self) -> f64 {
        self.norm_squared()
    }

    #[inline]
    fn size(&self) -> f64 {
        self.norm()
    }
}

impl Weights for Vec<f64> {
    type Square = DenseMatrix;

    fn count(&self) -> usize {
        self.len()
    }

    fn get(&self, index: usize) -> f64 {
        self[index]
    }

    fn with(&self, weight: impl FnMut(usize) -> f64) -> Vec<f64> {
        (0..self.len()).map(weight).collect()
    }

    fn mapped(&self, function: impl FnMut(f64) -> f64) -> Vec<f64> {
        self.iter().copied().map(function).collect()
    }

    fn combined(&self, other: &Vec<f64>, mut function: impl FnMut(f64, f64) -> f64) -> Vec<f64> {
        self.iter().zip(other).map(|(weight, other)| function(*weight, *other)).collect()
    }

    fn inner(&self, other: &Vec<f64>) -> f64 {
        krylov::dot(self, other)
    }

    fn normal(&self, normals: &mut Normals) -> Vec<f64> {
        let mut numbers = Vec::with_capacity(self.len() + 1);
        while numbers.len() < self.len() {
            numbers.extend(normals.pair().iter());
        }
        numbers.truncate(self.len());
        numbers
    }

    fn matrix_of(_map: impl Fn(&Vec<f64>) -> Vec<f64>) -> Option<Matrix> {
        None
    }
}

/// A square matrix of any size.
pub trait SquareMatrix: Clone + Send + 'static {
    /// The matrix with these entries, by row and column.
    fn from_entries(size: usize, entry: impl FnMut(usize, usize) -> f64) -> Self;
    /// An entry, by row and column.
    fn entry(&self, row: usize, column: usize) -> f64;
    /// Replaces each entry by a function of its row, its column and itself.
    fn change(&mut self, entry: impl FnMut(usize, usize, f64) -> f64);
}

impl SquareMatrix for Matrix {
    #[inline]
    fn from_entries(_size: usize, entry: impl FnMut(usize, usize) -> f64) -> Matrix {
        Matrix::from_fn(entry)
    }

    #[inline]
    fn entry(&self, row: usize, column: usize) -> f64 {
        self[(row, column)]
    }

    #[inline]
    fn change(&mut self, mut entry: impl FnMut(usize, usize, f64) -> f64) {
        for column in 0..2 {
            for row in 0..2 {
                self[(row, column)] = entry(row, column, self[(row, column)]);
            }
        }
    }
}

/// A square matrix, row by row.
#[derive(Clone, Debug)]
pub struct DenseMatrix {
    size: usize,
    entries: Vec<f64>,
}

impl SquareMatrix for DenseMatrix {
    fn from_entries(size: usize, mut entry: impl FnMut(usize, usize) -> f64) -> DenseMatrix {
        let entries = (0..size * size).map(|index| entry(index / size, index % size)).collect();
        DenseMatrix { size, entries }
    }

    fn entry(&self, row: usize, column: usize) -> f64 {
        self.entries[row * self.size + column]
    }

    fn change(&mut self, mut entry: impl FnMut(usize, usize, f64) -> f64) {
        let size = self.size;
        for (index, value) in self.entries.iter_mut().enumerate() {
            *value = entry(index / size, index % size, *value);
        }
    }
}
