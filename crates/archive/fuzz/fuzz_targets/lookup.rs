//! Reads arbitrary bytes as a lookup, in XML and CSV.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| waybill_archive::fuzzing::lookup(bytes));
