//! Reads arbitrary bytes as an archive.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| waybill_archive::fuzzing::archive(bytes));
