//! Many threads of one pool read at once, as a search through all snapshots does.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod fixture;

use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use fixture::*;
use rayon::prelude::*;

#[test]
fn threads_of_one_pool_that_all_wait_for_the_index_come_to_their_end() {
    let ground = Ground::new();
    let ids: Vec<String> = (0..8_u64)
        .map(|number| ground.write(&[("a", &noise(number, 3_000))]).id)
        .collect();
    // Nothing is in memory yet: the first to come reads the index, the others wait for it.
    let vault = ground.reopened();
    let (tell, told) = channel();
    thread::spawn(move || {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(2)
            .build()
            .unwrap();
        let read: Vec<Vec<u8>> = pool.install(|| {
            let all = ids.par_iter();
            all.map(|id| vault.read(id, "a").unwrap()).collect()
        });
        tell.send(read).unwrap();
    });
    let read = told
        .recv_timeout(Duration::from_mins(1))
        .expect("they wait for each other");
    for (number, content) in (0..8_u64).zip(read) {
        assert_eq!(content, noise(number, 3_000));
    }
}
