//! Reads arbitrary bytes as an expression, a data stitch, a map and an adapter file.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| waybill_archive::fuzzing::expressions(bytes));
