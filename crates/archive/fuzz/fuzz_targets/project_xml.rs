//! Reads arbitrary bytes as the model of an integration.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| waybill_archive::fuzzing::project_xml(bytes));
