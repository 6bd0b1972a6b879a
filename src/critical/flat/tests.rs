//! Cases with known critical sets.
