//! ZIPs that lie, leave their place, or unpack without end.

use std::fmt::Write as _;

use super::Case;
use super::maker::{End, Entry, MODEL, MODEL_PATH, ending, honest, lying, raw, with, zipped};

const CONNECTION: &str = "icspackage/appinstances/REST.xml";

pub fn cases() -> Vec<Case> {
    let mut cases = vec![
        Case::new("two files of one name", "two files of the name", || {
            let mut entries = honest();
            entries.push(entries[0].clone());
            raw(&entries, &End::default())
        }),
        Case::new(
            "one name with both slashes",
            "two files of the name",
            || {
                zipped(&[
                    (MODEL_PATH, MODEL.as_bytes()),
                    ("a/b.xml", b"1"),
                    ("a\\b.xml", b"2"),
                ])
            },
        ),
        Case::new("two names, the same bytes", "lies in the bytes", || {
            lying(|entry| entry.offset = Some(0))
        }),
        Case::new("a file inside a file", "lies in the bytes", || {
            let inner = raw(&[Entry::new("x", b"abc")], &End::default());
            let mut entries = vec![Entry::new("outer", &inner)];
            entries.extend(honest());
            let mut nested = Entry::new("x", b"abc");
            nested.offset = Some(35);
            entries.push(nested);
            raw(&entries, &End::default())
        }),
        Case::new("another name in the header", "contradicts", || {
            lying(|entry| entry.local_name = b"icspackage/appinstances/EVIL.xml".to_vec())
        }),
        Case::new("another method in the header", "contradicts", || {
            lying(|entry| entry.local_method = 8)
        }),
        Case::new("another size in the header", "contradicts", || {
            lying(|entry| entry.local_size = 3)
        }),
        Case::new("a size too large", "REST.xml", || {
            lying(|entry| {
                entry.size += 100;
                entry.local_size = u32::MAX;
            })
        }),
        Case::new("a size too small", "REST.xml", || {
            lying(|entry| {
                entry.size = 1;
                entry.local_size = u32::MAX;
            })
        }),
        Case::new("a size of four gigabytes", "implausible size", || {
            lying(|entry| {
                entry.size = 0xffff_fff0;
                entry.local_size = u32::MAX;
            })
        }),
        Case::new("a wrong checksum", "REST.xml", || {
            lying(|entry| entry.checksum ^= 1)
        }),
        Case::new("data beyond the end", "cut off|runs into", || {
            lying(|entry| {
                entry.packed = 0x00ff_ffff;
                entry.local_size = u32::MAX;
            })
        }),
        Case::new("data that runs into the table", "runs into", || {
            lying(|entry| {
                entry.packed += 20;
                entry.local_size = u32::MAX;
            })
        }),
        Case::new("a place beyond the end", "cut off", || {
            lying(|entry| entry.offset = Some(0x7fff_ffff))
        }),
        Case::new("a place where no file starts", "does not start", || {
            lying(|entry| {
                // Between the end of the file before it and the table nothing lies but its text.
                entry.data = b"text that is no header of any file".to_vec();
                let before: usize = honest()
                    .iter()
                    .map(|one| 30 + one.name.len() + one.data.len())
                    .sum();
                entry.offset = Some(u32::try_from(before).unwrap());
            })
        }),
        Case::new("an unknown compression", "REST.xml", || {
            lying(|entry| {
                entry.method = 99;
                entry.local_method = 99;
            })
        }),
        Case::new("an encrypted file", "encrypted", || {
            lying(|entry| entry.flags |= 1)
        }),
        Case::new("stored bytes called deflated", "REST.xml", || {
            lying(|entry| {
                entry.method = 8;
                entry.local_method = 8;
            })
        }),
        Case::new("a symbolic link", "symbolic link", || {
            lying(|entry| {
                entry.system = 3;
                entry.mode = 0o120_777;
                entry.data = b"/etc/passwd            x".to_vec();
            })
        }),
        Case::new(
            "a symbolic link in the place of the model",
            "symbolic link|no archive",
            || {
                let mut model = Entry::new(MODEL_PATH, b"/etc/passwd");
                model.system = 3;
                model.mode = 0o120_777;
                raw(&[model], &End::default())
            },
        ),
        Case::new("a name that is no text", "checksum|damaged", || {
            lying(|entry| {
                entry.name = b"icspackage/appinstances/\xff\xfe.xml".to_vec();
                entry.local_name.clone_from(&entry.name);
                entry.data = b"<a".to_vec();
                entry.packed = 2;
                entry.size = 2;
                entry.local_size = 2;
            })
        }),
        Case::new(
            "fewer files counted than listed",
            "more than it counts",
            || {
                ending(&End {
                    count: Some(1),
                    ..End::default()
                })
            },
        ),
        Case::new("more files counted than listed", "cut off", || {
            ending(&End {
                count: Some(900),
                ..End::default()
            })
        }),
        Case::new("a table too long", "cut off|more than", || {
            ending(&End {
                length: Some(100_000),
                ..End::default()
            })
        }),
        Case::new("a table elsewhere", "belong to nothing", || {
            ending(&End {
                start: Some(3),
                ..End::default()
            })
        }),
        Case::new("a second table in the comment", "belong to nothing", || {
            let other = raw(&[Entry::new("other.xml", b"x")], &End::default());
            ending(&End {
                comment: other,
                ..End::default()
            })
        }),
        Case::new(
            "two archives behind each other",
            "belong to nothing",
            || {
                let mut bytes = ending(&End::default());
                bytes.extend(ending(&End::default()));
                bytes
            },
        ),
        Case::new("bytes before the archive", "no archive|damaged", || {
            let mut bytes = b"MZ executable".to_vec();
            bytes.extend(ending(&End::default()));
            bytes
        }),
        Case::new("numbers of ZIP64 without end", "too many files", || {
            let mut bytes = honest_body();
            let at = bytes.len() as u64;
            bytes.extend(b"PK\x06\x06");
            bytes.extend(44_u64.to_le_bytes());
            bytes.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
            for number in [u64::MAX, u64::MAX, 46, 0] {
                bytes.extend(number.to_le_bytes());
            }
            bytes.extend(b"PK\x06\x07\0\0\0\0");
            bytes.extend(at.to_le_bytes());
            bytes.extend(1_u32.to_le_bytes());
            bytes.extend(b"PK\x05\x06\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0");
            bytes
        }),
    ];
    for name in [
        "../evil.xml",
        "/etc/passwd",
        "a/../../b",
        "C:/x",
        "..\\evil",
        "\\\\host\\x",
        "zero\0byte",
        "icspackage/appinstances/../../../x.xml",
    ] {
        cases.push(Case::new(
            &format!("the name {name:?}"),
            "unsafe name|damaged",
            move || {
                lying(|entry| {
                    entry.name = name.as_bytes().to_vec();
                    entry.local_name.clone_from(&entry.name);
                })
            },
        ));
    }
    cases.extend(bombs());
    cases
}

fn honest_body() -> Vec<u8> {
    let mut bytes = ending(&End::default());
    let table = bytes
        .windows(4)
        .position(|part| part == b"PK\x01\x02")
        .unwrap();
    bytes.truncate(table);
    bytes
}

fn bombs() -> Vec<Case> {
    vec![
        Case::new("one file of zeros", "implausible size", || {
            with(&[(CONNECTION, &vec![0; 16 << 20])])
        }),
        Case::new(
            "many files just below the ratio",
            "too large when unpacked",
            || {
                let mut text = String::from("<a>");
                for number in 0..20_000 {
                    write!(text, "{}", number * 7_919 % 1_000).unwrap();
                    text.push_str(&" ".repeat(300));
                }
                let names: Vec<String> = (0..26)
                    .map(|number| format!("icspackage/appinstances/C{number}.xml"))
                    .collect();
                let files: Vec<(&str, &[u8])> = names
                    .iter()
                    .map(|name| (name.as_str(), text.as_bytes()))
                    .collect();
                with(&files)
            },
        ),
        Case::new("archives in archives", "nested too deeply", || {
            let mut nested = with(&[]);
            for _ in 0..8 {
                nested = zipped(&[("inner.zip", &nested)]);
            }
            nested
        }),
        Case::new("ten archives in each of ten, four times", "", || {
            let mut nested = with(&[("icspackage/appinstances/X.xml", &vec![b' '; 900_000])]);
            for _ in 0..4 {
                let names: Vec<String> = (0..10).map(|number| format!("{number}.zip")).collect();
                let files: Vec<(&str, &[u8])> = names
                    .iter()
                    .map(|name| (name.as_str(), nested.as_slice()))
                    .collect();
                nested = zipped(&files);
            }
            nested
        }),
        Case::new(
            "a package in a package without end",
            "nested too deeply",
            || {
                let mut nested = with(&[]);
                for _ in 0..8 {
                    nested = zipped(&[
                        ("ics_package_attributes.properties", b"package_name=p\n"),
                        ("inner.iar", &nested),
                    ]);
                }
                nested
            },
        ),
        Case::new("thousands of empty integrations", "", || {
            let names: Vec<String> = (0..4_000)
                .map(|number| format!("r/X_{number}/PROJECT-INF/project.xml"))
                .collect();
            let files: Vec<(&str, &[u8])> = names
                .iter()
                .map(|name| (name.as_str(), b"<x/>" as &[u8]))
                .collect();
            zipped(&files)
        }),
    ]
}
