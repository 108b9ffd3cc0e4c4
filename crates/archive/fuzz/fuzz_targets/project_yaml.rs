//! Reads arbitrary bytes as the description of a project.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| waybill_archive::fuzzing::project_yaml(bytes));
