//! Basins of attraction: `cargo bench --bench basins`. Goals: Newton on Himmelblau's function from 512² starts on one core
//! ≤ 120 ms, on two nearly half, and the first coarse image ≤ 16 ms.

use criterion::{Criterion, criterion_group, criterion_main};
use losscape::basins::{Basins, basins};
use losscape::critical::search;
use losscape::landscape::{Loss, View};
use losscape::optimizer::Run;
use std::collections::BTreeMap;

fn newton(criterion: &mut Criterion) {
    let loss = Loss::new("(w1^2 + w2 - 11)^2 + (w1 + w2^2 - 7)^2", &BTreeMap::new()).expect("a formula");
    let view = View::new(-6.0, 6.0, -6.0, 6.0).expect("a view");
    let points = search(&loss, &view);
    let run = Run::new("newton");
    let mut group = criterion.benchmark_group("newton on himmelblau");
    group.sample_size(20);
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        group.bench_function(format!("512², {threads} threads"), |bencher| {
            bencher.iter(|| pool.install(|| basins(&loss, &view, [512, 512], &run, &points)));
        });
        group.bench_function(format!("first image, {threads} threads"), |bencher| {
            bencher.iter(|| {
                pool.install(|| {
                    let mut map = Basins::new(&loss, &view, [512, 512], &run, &points).expect("a map");
                    map.refine(1);
                    map
                })
            });
        });
    }
}

criterion_group!(benches, newton);
criterion_main!(benches);
