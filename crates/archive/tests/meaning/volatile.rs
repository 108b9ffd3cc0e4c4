//! Changes that two exports of the same design show, and that mean nothing.

use super::files::{Files, edit};

/// A change that means nothing.
pub type Change = (&'static str, fn(&mut Files, u64));

pub const ALL: [Change; 14] = [
    ("numbers of applications, processors and groups", renumber),
    ("names of maps", rename_maps),
    ("prefixes of the model", |files, _| model_prefixes(files)),
    ("the default namespace of the model", |files, _| {
        model_default(files);
    }),
    ("blanks between elements", |files, _| blanks(files)),
    ("ids and comments in maps", map_ids),
    ("prefixes in maps", |files, _| map_prefixes(files)),
    ("dates, seals and validity", seals),
    ("order of tags and keywords", |files, _| {
        reversed_lists(files);
    }),
    ("generated files", generated),
    ("ids, versions and audit of connections", connections),
    ("what adapters write for themselves", adapters),
    ("state, package, lock, revision", states),
    ("order of lists in data stitches", |files, _| {
        stitches(files);
    }),
];

fn model(path: &str) -> bool {
    path.ends_with("PROJECT-INF/project.xml")
}

fn map(path: &str) -> bool {
    path.ends_with(".xsl")
}

/// Renames words that are followed by a number.
fn renumbered(text: &str, shift: u64) -> String {
    let mut to = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('_') {
        let (before, after) = rest.split_at(at + 1);
        to.push_str(before);
        let digits = after
            .find(|sign: char| !sign.is_ascii_digit())
            .unwrap_or(after.len());
        let known = [
            "application_",
            "processor_",
            "resourcegroup_",
            "outbound_",
            "inbound_",
            "output_",
            "input_",
        ]
        .iter()
        .any(|word| {
            before.strip_suffix(word).is_some_and(|own| {
                !own.ends_with(|sign: char| sign.is_alphanumeric() || sign == '_')
            })
        });
        match after[..digits].parse::<u64>() {
            Ok(number) if known => to.push_str(&(number + shift).to_string()),
            _ => to.push_str(&after[..digits]),
        }
        rest = &after[digits..];
    }
    to.push_str(rest);
    to
}

fn renumber(files: &mut Files, seed: u64) {
    let shift = 1_000 + seed % 5_000;
    *files = std::mem::take(files)
        .into_iter()
        .map(|(name, bytes)| {
            let name = renumbered(&name, shift);
            match String::from_utf8(bytes) {
                Ok(text) => (name, renumbered(&text, shift).into_bytes()),
                Err(error) => (name, error.into_bytes()),
            }
        })
        .collect();
}

fn rename_maps(files: &mut Files, seed: u64) {
    let names: Vec<String> = files
        .keys()
        .filter_map(|path| {
            path.rsplit('/')
                .next()?
                .strip_prefix("req_")?
                .strip_suffix(".xsl")
        })
        .map(str::to_owned)
        .collect();
    let other = |name: &str, index: usize| {
        let mut other = format!("{:016x}{index:016x}", seed ^ 0x5bd1_e995);
        other.truncate(name.len());
        other
    };
    *files = std::mem::take(files)
        .into_iter()
        .map(|(path, bytes)| {
            let mut path = path;
            let mut text = String::from_utf8(bytes);
            for (index, name) in names.iter().enumerate() {
                path = path.replace(name, &other(name, index));
                text = text.map(|text| text.replace(name, &other(name, index)));
            }
            (
                path,
                text.map_or_else(std::string::FromUtf8Error::into_bytes, String::into_bytes),
            )
        })
        .collect();
}

/// Calls `tag` with everything between `<` and `>`; comments and the like stay.
fn tags(text: &str, tag: impl Fn(&str) -> String) -> String {
    let mut to = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        to.push_str(&rest[..=start]);
        rest = &rest[start + 1..];
        let end = if rest.starts_with("!--") {
            rest.find("-->").unwrap() + 2
        } else if rest.starts_with("![CDATA[") {
            rest.find("]]>").unwrap() + 2
        } else {
            rest.find('>').unwrap()
        };
        if rest.starts_with(['!', '?']) {
            to.push_str(&rest[..end]);
        } else {
            to.push_str(&tag(&rest[..end]));
        }
        rest = &rest[end..];
    }
    to.push_str(rest);
    to
}

fn model_prefixes(files: &mut Files) {
    edit(files, model, |text| {
        tags(text, |tag| {
            let (close, tag) = match tag.strip_prefix('/') {
                Some(rest) => ("/", rest),
                None => ("", tag),
            };
            let end = tag.find([' ', '\n', '/']).unwrap_or(tag.len());
            let (name, rest) = tag.split_at(end);
            let name = match name.split_once(':') {
                Some((prefix, local)) => format!("z{prefix}:{local}"),
                None => name.to_owned(),
            };
            let rest = rest
                .replace("xmlns:", "xmlns:z")
                .replace("xmlns:zxsi", "xmlns:xsi");
            format!("{close}{name}{rest}")
        })
    });
}

fn model_default(files: &mut Files) {
    edit(files, model, |text| {
        // A default namespace that is declared once, at the root, becomes one with a prefix.
        if text.matches(" xmlns=\"").count() != 1 {
            return text.to_owned();
        }
        tags(text, |tag| {
            let (close, tag) = match tag.strip_prefix('/') {
                Some(rest) => ("/", rest),
                None => ("", tag),
            };
            let end = tag.find([' ', '\n', '/']).unwrap_or(tag.len());
            let (name, rest) = tag.split_at(end);
            let prefix = if name.contains(':') { "" } else { "own:" };
            format!(
                "{close}{prefix}{name}{}",
                rest.replace(" xmlns=\"", " xmlns:own=\"")
            )
        })
    });
}

fn blanks(files: &mut Files) {
    let choice = |path: &str| {
        model(path) || map(path) || path.ends_with(".dvm") || path.contains("/appinstances/")
    };
    edit(files, choice, |text| {
        let mut to = String::new();
        for (index, part) in text.split("><").enumerate() {
            if index > 0 {
                to.push_str(if part.starts_with('/') {
                    "><"
                } else {
                    ">\n \t<"
                });
            }
            to.push_str(part);
        }
        to
    });
}

fn map_ids(files: &mut Files, seed: u64) {
    edit(files, map, |text| {
        let ids = text.replace("xml:id=\"id_", &format!("xml:id=\"id_{}", seed % 1_000));
        ids.replace("<xsl:template ", "<!-- remark --><xsl:template ")
    });
}

fn map_prefixes(files: &mut Files) {
    edit(files, map, |text| {
        let mut text = text.to_owned();
        let prefixes: Vec<String> = text
            .split("xmlns:")
            .skip(1)
            .filter_map(|rest| Some(rest.split_once('=')?.0.to_owned()))
            .filter(|prefix| {
                prefix.starts_with("ns") && text.matches(&format!("xmlns:{prefix}=")).count() == 1
            })
            .collect();
        for prefix in prefixes {
            let other = format!("other{prefix}");
            for before in ["<", "</", "/", "\"", "(", "[", ",", " ", "$", "@", "'"] {
                if before != "'" {
                    text =
                        text.replace(&format!("{before}{prefix}:"), &format!("{before}{other}:"));
                }
            }
            text = text
                .replace(&format!("xmlns:{prefix}="), &format!("xmlns:{other}="))
                .replace(&format!(" {prefix} "), &format!(" {other} "))
                .replace(&format!(" {prefix}\""), &format!(" {other}\""));
        }
        text
    });
}

/// Replaces the values of keys in a properties file or in JSON.
fn set(text: &str, key: &str, value: &str) -> String {
    let lines: Vec<String> = text
        .split('\n')
        .map(|line| {
            let trimmed = line.trim_start();
            if trimmed.starts_with(&format!("{key}=")) {
                format!("{key}={value}")
            } else if trimmed.starts_with(&format!("\"{key}\""))
                && trimmed.matches('"').count() == 4
            {
                let comma = if trimmed.trim_end().ends_with(',') {
                    ","
                } else {
                    ""
                };
                format!("\"{key}\" : \"{value}\"{comma}")
            } else {
                line.to_owned()
            }
        })
        .collect();
    lines.join("\n")
}

fn attributes(path: &str) -> bool {
    path.ends_with("ics_project_attributes.properties") || path.ends_with("/info.json")
}

fn seals(files: &mut Files, seed: u64) {
    edit(files, attributes, |text| {
        let text = set(text, "mod", "AAAAAAAAAAAAAAAAAAAAAA==");
        let text = set(
            &text,
            "validity",
            &(1_700_000_000_000 + seed % 1_000_000).to_string(),
        );
        let text = set(&text, "version", "26.10.0.0");
        set(&text, "lastUpdatedICSVersion", "26.10.0.0-EC")
    });
    edit(
        files,
        |path| path.ends_with(".properties") && !path.ends_with("expr.properties"),
        |text| match text.split_once('\n') {
            Some((date, rest)) if date.starts_with('#') => {
                format!("#Fri Jan 01 00:00:00 UTC 2027\n{rest}")
            }
            _ => text.to_owned(),
        },
    );
}

fn reversed_lists(files: &mut Files) {
    edit(files, attributes, |text| {
        let lines: Vec<String> = text
            .split('\n')
            .map(|line| match line.split_once('=') {
                Some((key @ ("keywords" | "smartTags"), list)) => {
                    let mut words: Vec<&str> = list.split(',').collect();
                    words.reverse();
                    format!("{key}={}", words.join(","))
                }
                _ => line.to_owned(),
            })
            .collect();
        lines.join("\n")
    });
}

fn generated(files: &mut Files, seed: u64) {
    let folders: Vec<String> = files
        .keys()
        .filter_map(|path| path.strip_suffix("project.xml"))
        .filter(|path| path.ends_with("PROJECT-INF/"))
        .map(str::to_owned)
        .collect();
    for folder in folders {
        for name in [
            "layout.json",
            "layout3.json",
            "project_messages.json",
            "analysis.json",
        ] {
            files.insert(
                format!("{folder}{name}"),
                format!("{{\"x\":{seed}}}").into_bytes(),
            );
        }
    }
    for (path, bytes) in files.iter_mut() {
        if path.ends_with("stateinfo.json") || path.ends_with("_stateinfo.xml") {
            *bytes = format!("<state>{seed}</state>").into_bytes();
        }
    }
}

/// Replaces the texts of elements of these names.
fn elements(text: &str, names: &[&str], value: &str) -> String {
    let mut text = text.to_owned();
    for name in names {
        let (open, close) = (format!("<{name}>"), format!("</{name}>"));
        let mut to = String::new();
        let mut rest = text.as_str();
        while let Some(at) = rest.find(&open) {
            let start = at + open.len();
            let Some(end) = rest[start..].find(&close) else {
                break;
            };
            to.push_str(&rest[..start]);
            to.push_str(value);
            rest = &rest[start + end..];
        }
        to.push_str(rest);
        text = to;
    }
    text
}

fn connections(files: &mut Files, seed: u64) {
    let choice =
        |path: &str| path.contains("appinstances/") || path.contains("project/connections/");
    edit(files, choice, |text| {
        let text = elements(
            text,
            &[
                "id",
                "groupId",
                "pluginVersion",
                "sdkVersion",
                "updatePluginVersion",
                "platformVersion",
                "revision",
                "createdBy",
                "createdDate",
                "lastUpdatedBy",
                "lastUpdatedDate",
                "lockedBy",
                "lockedDate",
                "percentageComplete",
            ],
            &format!("x{seed}"),
        );
        text.replace("<name>csfkey</name><value>", "<name>csfkey</name><value>0")
            .replace(
                "<name>lastSaved</name><value>",
                "<name>lastSaved</name><value>0",
            )
    });
}

fn adapters(files: &mut Files, seed: u64) {
    edit(
        files,
        |path| path.ends_with(".jca"),
        |text| {
            let own = format!(
                "<property name=\"operationPath\" value=\"http://internal:7003/{seed}\"/><property name=\"integration_created\" value=\"{seed}\"/><property name=\"cloud.adapter.plugin.version\" value=\"{seed}\"/><property name=\"csfkey\" value=\"{seed}\"/>"
            );
            text.replace("</interaction-spec>", &format!("{own}</interaction-spec>"))
                .replace(
                    "name=\"lastSaved\" value=\"",
                    "name=\"lastSaved\" value=\"1",
                )
        },
    );
}

fn states(files: &mut Files, seed: u64) {
    edit(files, attributes, |text| {
        let mut text = text.to_owned();
        for key in ["project_persisted_state", "persistedState"] {
            text = set(
                &text,
                key,
                if seed.is_multiple_of(2) {
                    "ACTIVATED"
                } else {
                    "CONFIGURED"
                },
            );
        }
        for key in ["project_transient_state", "transientState"] {
            text = set(&text, key, "LOCKED");
        }
        set(&text, "package_name", "another.package")
    });
    edit(
        files,
        |path| path.ends_with("project.yaml"),
        |text| {
            let lines: Vec<String> = text
                .split('\n')
                .map(|line| match line.split_once(": ") {
                    Some((key, _)) if key.trim_start().starts_with("projectRevision") => {
                        format!("{key}: 9999")
                    }
                    Some((key, _)) if key == "latestBy" || key == "updatedBy" => {
                        format!("{key}: someone")
                    }
                    Some((key, _)) if key == "status" => format!("{key}: CONFIGURED"),
                    _ => line.to_owned(),
                })
                .collect();
            lines.join("\n")
        },
    );
}

fn stitches(files: &mut Files) {
    edit(
        files,
        |path| path.ends_with("stitch.json"),
        |text| {
            fn turn(value: &mut serde_json::Value, listed: bool) {
                match value {
                    serde_json::Value::Object(map) => {
                        for (key, inner) in map.iter_mut() {
                            turn(inner, key.starts_with("listOfReferenced"));
                        }
                    }
                    serde_json::Value::Array(list) => {
                        if listed {
                            list.reverse();
                        }
                        for inner in list.iter_mut() {
                            turn(inner, false);
                        }
                    }
                    _ => {}
                }
            }
            let mut value: serde_json::Value = serde_json::from_str(text).unwrap();
            turn(&mut value, false);
            value.to_string()
        },
    );
}
