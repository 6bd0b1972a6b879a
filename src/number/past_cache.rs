//! Writing long results past the cache.
//!
//! A store into the cache first reads the line of memory that it changes. Where much is written and not read again
//! soon, a store past the cache spares this, and what else is in the cache stays there. What fits into the cache is
//! faster written into it.

use super::lanes::{CHUNK, Operand};
use std::marker::PhantomData;
use std::sync::OnceLock;

/// While it lives, results may go past the cache; when it is dropped, they are where every other thread sees them.
///
/// Only x86-64 has such stores for two numbers at a time; elsewhere nothing is taken. It stays on its thread, whose stores alone
/// are put in order.
pub struct PastCache(PhantomData<*const ()>);

impl PastCache {
    /// Results of up to so many bytes stay in the cache on every machine: they are as many as small processors have.
    const SMALL: usize = 16 << 20;

    /// Whether it is faster for results of so many numbers: they are more than this machine's largest cache holds.
    pub fn pays_for(count: usize) -> bool {
        static LARGE: OnceLock<usize> = OnceLock::new();
        let large = *LARGE.get_or_init(|| largest_cache().max(PastCache::SMALL));
        count.saturating_mul(size_of::<f64>()) > large
    }

    /// Begins to write past the cache.
    pub fn begin() -> PastCache {
        PastCache(PhantomData)
    }

    /// Whether there are stores past the cache for these runs: they begin at multiples of 16 bytes.
    pub fn takes(runs: &[&mut [[f64; CHUNK]]]) -> bool {
        cfg!(target_arch = "x86_64") && runs.iter().all(|run| run.as_ptr().addr().is_multiple_of(16))
    }

    /// Copies operands to as many runs that it [takes](PastCache::takes), all of equal length, side by side.
    #[cfg_attr(not(target_arch = "x86_64"), expect(unused_variables, reason = "nothing is taken there"))]
    pub fn copy(&self, from: &[Operand<'_>], to: &mut [&mut [[f64; CHUNK]]]) {
        #[cfg(not(target_arch = "x86_64"))]
        unreachable!("nothing is taken on this architecture");
        #[cfg(target_arch = "x86_64")]
        {
            use super::lanes::chunk;
            use std::arch::x86_64::{_mm_loadu_pd, _mm_stream_pd};
            assert!(PastCache::takes(to), "stores past the cache are aligned");
            for index in 0..to.first().map_or(0, |to| to.len()) {
                for (from, to) in from.iter().zip(to.iter_mut()) {
                    let from = chunk(from, index).as_chunks::<2>().0;
                    for (from, to) in from.iter().zip(to[index].as_chunks_mut::<2>().0) {
                        #[expect(unsafe_code, reason = "there is no other way to write past the cache")]
                        // SAFETY: SSE2 is part of x86-64, both are two numbers, and the target is aligned: its run is,
                        // as has just been asserted, and two numbers are 16 bytes.
                        unsafe {
                            _mm_stream_pd(to.as_mut_ptr(), _mm_loadu_pd(from.as_ptr()));
                        }
                    }
                }
            }
        }
    }
}

/// The bytes of the largest cache for data that the processor tells of; 0 where it tells of none.
///
/// Intel's leaf 4 and AMD's leaf 0x8000001D describe one cache for each index, alike (Intel 64 and IA-32 Architectures
/// Software Developer's Manual, volume 2A, CPUID; AMD64 Architecture Programmer's Manual, volume 3, appendix E).
fn largest_cache() -> usize {
    #[cfg(not(target_arch = "x86_64"))]
    return 0;
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{__cpuid, __cpuid_count, CpuidResult};
        const CODE: u32 = 2;
        let is_there = |leaf: &u32| __cpuid(leaf & 0x8000_0000).eax >= *leaf;
        let kind = |cache: &CpuidResult| cache.eax & 0x1f;
        let caches = |leaf: u32| (0..16).map(move |index| __cpuid_count(leaf, index)).take_while(move |c| kind(c) != 0);
        let bytes = |CpuidResult { ebx, ecx, .. }: CpuidResult| {
            let counts = [ebx >> 22, ebx >> 12 & 0x3ff, ebx & 0xfff, ecx].map(|count| count as usize + 1);
            counts.into_iter().fold(1, usize::saturating_mul)
        };
        let leaves = [4, 0x8000_001d].into_iter().filter(is_there);
        leaves.flat_map(caches).filter(|cache| kind(cache) != CODE).map(bytes).max().unwrap_or(0)
    }
}

impl Drop for PastCache {
    fn drop(&mut self) {
        #[cfg(target_arch = "x86_64")]
        #[expect(unsafe_code, reason = "stores past the cache are only then in order with others")]
        // SAFETY: SSE is part of x86-64.
        unsafe {
            std::arch::x86_64::_mm_sfence();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::lanes::{InstructionSet, copy};

    #[test]
    fn copies_are_the_same_past_the_cache_and_through_it_wherever_they_begin() {
        let from: Vec<f64> = (0..4 * CHUNK).map(|index| index as f64 + 0.25).collect();
        let constant = [[7.0; CHUNK]];
        for start in 0..4 {
            let mut targets = [vec![0.0; 3 * CHUNK + 8], vec![0.0; 3 * CHUNK + 8]];
            let past_cache = PastCache::begin();
            let [first, second] = targets.each_mut().map(|target| target[start..][..3 * CHUNK].as_chunks_mut().0);
            let from = from[1..][..3 * CHUNK].as_chunks().0;
            copy(InstructionSet::fastest(), &[from, &constant], &mut [first, second], Some(&past_cache));
            drop(past_cache);
            assert_eq!(targets[0][start..][..3 * CHUNK], *from.as_flattened());
            assert_eq!(targets[1][start..][..3 * CHUNK], [7.0; 3 * CHUNK]);
            for target in &targets {
                assert!(target[..start].iter().chain(&target[start + 3 * CHUNK..]).all(|&value| value == 0.0));
            }
        }
    }

    #[test]
    fn what_fits_stays_in_the_cache() {
        assert!(!PastCache::pays_for(512 * 512 * 6));
        let cache = largest_cache();
        // From none known to all that the largest processors have.
        assert!(cache < 16 << 30, "{cache}");
        assert!(!PastCache::pays_for(cache / size_of::<f64>()));
        assert!(PastCache::pays_for(cache.max(PastCache::SMALL) / size_of::<f64>() + 1));
    }
}
