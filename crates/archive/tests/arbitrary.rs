//! Every part of an archive, filled with arbitrary and with slightly wrong bytes, is answered: the
//! fuzz targets' ways in, a few thousand times.

#![allow(
    clippy::unwrap_used,
    reason = "a test may stop at what it did not expect"
)]

use std::path::Path;
use std::time::{Duration, Instant};

use waybill_archive::fuzzing;

/// Numbers that look random and are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % most.max(1) as u64).unwrap()
    }
}

/// Pieces that mean something to one of the readers.
const WORDS: [&[u8]; 24] = [
    b"<",
    b"/>",
    b"</",
    b"\"",
    b"&quot;",
    b"&#x",
    b"]]>",
    b"<![CDATA[",
    b"password=",
    b"://",
    b"@",
    b"eyJ",
    b"-----BEGIN RSA PRIVATE KEY-----",
    b"\\u",
    b"\\\"",
    b": ",
    b"- ",
    b"[",
    b"{",
    b"lookupValue('",
    b"DVM,",
    b"\n",
    b"\xc3\xb6",
    b"PK\x03\x04",
];

fn changed(seed: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=numbers.below(4) {
        let at = numbers.below(bytes.len());
        match numbers.below(4) {
            0 if !bytes.is_empty() => bytes[at] = u8::try_from(numbers.below(256)).unwrap(),
            1 => bytes.truncate(at),
            2 => {
                let word = WORDS[numbers.below(WORDS.len())];
                bytes.splice(at..at, word.iter().copied());
            }
            _ => {
                let end = (at + numbers.below(40)).min(bytes.len());
                let part = bytes[at..end].to_vec();
                let to = numbers.below(bytes.len());
                bytes.splice(to..to, part);
            }
        }
    }
    bytes
}

#[test]
fn no_bytes_make_a_reader_fall() {
    type Target = (&'static str, fn(&[u8]));
    let targets: [Target; 6] = [
        ("archive", fuzzing::archive),
        ("project_xml", fuzzing::project_xml),
        ("connection_xml", fuzzing::connection_xml),
        ("lookup", fuzzing::lookup),
        ("project_yaml", fuzzing::project_yaml),
        ("expressions", fuzzing::expressions),
    ];
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds");
    let mut numbers = Numbers(0x5eed_0fa1);
    let mut tried = 0;
    for (name, target) in targets {
        let start = Instant::now();
        let seeds: Vec<Vec<u8>> = std::fs::read_dir(seeds.join(name))
            .unwrap()
            .map(|seed| std::fs::read(seed.unwrap().path()).unwrap())
            .collect();
        assert!(!seeds.is_empty(), "{name} has no seed");
        for round in 0..600 {
            if start.elapsed() > Duration::from_millis(700) {
                break;
            }
            let bytes = if round % 10 == 0 {
                let length = numbers.below(300);
                (0..length)
                    .map(|_| u8::try_from(numbers.below(256)).unwrap())
                    .collect()
            } else {
                changed(&seeds[numbers.below(seeds.len())], &mut numbers)
            };
            target(&bytes);
            tried += 1;
        }
    }
    assert!(tried > 200, "only {tried} inputs in the time");
}
