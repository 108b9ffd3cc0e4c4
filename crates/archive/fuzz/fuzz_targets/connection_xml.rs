//! Reads arbitrary bytes as a connection.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| waybill_archive::fuzzing::connection_xml(bytes));
