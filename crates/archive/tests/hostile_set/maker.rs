//! Makes ZIPs that lie.

use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

pub const MODEL: &str = r#"<p:icsproject xmlns="http://www.oracle.com/2014/03/ics/project/definition"
    xmlns:f="http://www.oracle.com/2014/03/ics/flow/definition"
    xmlns:p="http://www.oracle.com/2014/03/ics/project" modelType="freeform">
    <projectCode>ORDER</projectCode><projectVersion>01.00.0000</projectVersion>
    <projectName>Order</projectName>
    <p:icsflow><f:application name="application_1"><f:role>source</f:role><f:adapter><f:code>REST</f:code></f:adapter>
    <f:mep>push-sync</f:mep></f:application><!--MORE--></p:icsflow></p:icsproject>"#;
pub const OWN: &str = "icspackage/project/ORDER_01.00.0000/";
pub const MODEL_PATH: &str = "icspackage/project/ORDER_01.00.0000/PROJECT-INF/project.xml";
pub const ATTRIBUTES: &str =
    "icspackage/project/ORDER_01.00.0000/ics_project_attributes.properties";

/// An ordinary ZIP.
pub fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The smallest integration archive, with further files.
pub fn with(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut all = vec![
        (MODEL_PATH, MODEL.as_bytes()),
        (ATTRIBUTES, b"project_code=ORDER\n" as &[u8]),
    ];
    all.extend_from_slice(files);
    zipped(&all)
}

/// The smallest integration archive with more in its model, and further files.
pub fn with_flow(more: &str, files: &[(&str, &[u8])]) -> Vec<u8> {
    let model = MODEL.replace("<!--MORE-->", more);
    let mut all = vec![
        (MODEL_PATH, model.as_bytes()),
        (ATTRIBUTES, b"project_code=ORDER\n" as &[u8]),
    ];
    all.extend_from_slice(files);
    zipped(&all)
}

/// A stored file, with every field of both headers to lie in.
#[derive(Clone)]
pub struct Entry {
    pub local_name: Vec<u8>,
    pub name: Vec<u8>,
    pub data: Vec<u8>,
    pub local_method: u16,
    pub method: u16,
    pub flags: u16,
    pub local_size: u32,
    pub packed: u32,
    pub size: u32,
    pub checksum: u32,
    pub system: u8,
    pub mode: u32,
    pub offset: Option<u32>,
}

impl Entry {
    pub fn new(name: &str, data: &[u8]) -> Self {
        let size = u32::try_from(data.len()).unwrap();
        Self {
            local_name: name.as_bytes().to_vec(),
            name: name.as_bytes().to_vec(),
            data: data.to_vec(),
            local_method: 0,
            method: 0,
            flags: 0x0800,
            local_size: size,
            packed: size,
            size,
            checksum: checksum(data),
            system: 0,
            mode: 0,
            offset: None,
        }
    }
}

/// What the end of the table says instead of the truth.
#[derive(Default)]
pub struct End {
    pub count: Option<u16>,
    pub length: Option<u32>,
    pub start: Option<u32>,
    pub comment: Vec<u8>,
}

pub fn raw(entries: &[Entry], end: &End) -> Vec<u8> {
    let mut out = Vec::new();
    let mut table = Vec::new();
    for entry in entries {
        let offset = entry
            .offset
            .unwrap_or_else(|| u32::try_from(out.len()).unwrap());
        if entry.offset.is_none() {
            out.extend(b"PK\x03\x04");
            for short in [20, entry.flags, entry.local_method, 0, 0] {
                out.extend(short.to_le_bytes());
            }
            for long in [entry.checksum, entry.local_size, entry.local_size] {
                out.extend(long.to_le_bytes());
            }
            out.extend(u16::try_from(entry.local_name.len()).unwrap().to_le_bytes());
            out.extend(0_u16.to_le_bytes());
            out.extend(&entry.local_name);
            out.extend(&entry.data);
        }
        table.extend(b"PK\x01\x02");
        table.extend([20, entry.system]);
        for short in [20, entry.flags, entry.method, 0, 0] {
            table.extend(short.to_le_bytes());
        }
        for long in [entry.checksum, entry.packed, entry.size] {
            table.extend(long.to_le_bytes());
        }
        table.extend(u16::try_from(entry.name.len()).unwrap().to_le_bytes());
        for _ in 0..4 {
            table.extend(0_u16.to_le_bytes());
        }
        table.extend((entry.mode << 16).to_le_bytes());
        table.extend(offset.to_le_bytes());
        table.extend(&entry.name);
    }
    let start = u32::try_from(out.len()).unwrap();
    let count = end
        .count
        .unwrap_or_else(|| u16::try_from(entries.len()).unwrap());
    out.extend(&table);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    let length = u32::try_from(table.len()).unwrap();
    out.extend(end.length.unwrap_or(length).to_le_bytes());
    out.extend(end.start.unwrap_or(start).to_le_bytes());
    out.extend(u16::try_from(end.comment.len()).unwrap().to_le_bytes());
    out.extend(&end.comment);
    out
}

fn checksum(data: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in data {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = if sum & 1 == 1 {
                (sum >> 1) ^ 0xedb8_8320
            } else {
                sum >> 1
            };
        }
    }
    !sum
}

/// The honest entries of the smallest integration archive.
pub fn honest() -> Vec<Entry> {
    vec![
        Entry::new(MODEL_PATH, MODEL.as_bytes()),
        Entry::new(ATTRIBUTES, b"project_code=ORDER\n"),
    ]
}

/// The smallest integration archive with an entry that lies.
pub fn lying(change: impl FnOnce(&mut Entry)) -> Vec<u8> {
    let mut entries = honest();
    let mut entry = Entry::new(
        "icspackage/appinstances/REST.xml",
        b"<a/> and some more bytes",
    );
    change(&mut entry);
    entries.push(entry);
    raw(&entries, &End::default())
}

/// The smallest integration archive with an end that lies.
pub fn ending(end: &End) -> Vec<u8> {
    raw(&honest(), end)
}
