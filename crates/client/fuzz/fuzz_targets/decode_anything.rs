//! Reads arbitrary bytes as every answer that the client knows.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| waybill_client::wire::decode_anything(bytes));
