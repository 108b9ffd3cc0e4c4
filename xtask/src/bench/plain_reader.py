"""What a careful script would do: reads exports of Oracle Integration with the standard library.

    plain_reader.py make SOURCE TARGET COUNT   copies archives under other codes until there are COUNT
    plain_reader.py read FOLDER                one line of JSON per archive with the facts, on stdout

The facts are those of `waybill inspect --json`: identity, style, state, connections, lookups,
libraries, calls, schedules, oddities of the container, and what the archive gives away.
"""

import io
import json
import os
import re
import sys
import zipfile
from xml.etree import ElementTree

PROJECT = "{http://www.oracle.com/2014/03/ics/project}"
DEFINITION = "{http://www.oracle.com/2014/03/ics/project/definition}"
FLOW = "{http://www.oracle.com/2014/03/ics/flow/definition}"

SECRETS = [
    ("private-key", re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")),
    ("password", re.compile(r"(?i)(password|passwd|client[_.]secret|api[_-]?key)\W{0,4}[=:>]\s*[^\s<\"']{4,}")),
    ("token", re.compile(r"\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*")),
]
STRINGS = [
    ("host", re.compile(r"\b(?:[a-z0-9-]+\.)+(?:com|net|org|io|internal|local)\b", re.I)),
    ("email-address", re.compile(r"\b[\w.+-]+@[\w-]+\.[\w.-]+\b")),
    ("path", re.compile(r"(?<![\w/])/(?:home|u01|tmp|opt|var)/[\w./-]+")),
    ("zone", re.compile(r"\b(?:America|Europe|Asia|Australia|Africa)/[A-Z]\w+\b")),
]


def local(element):
    return element.tag.rsplit("}", 1)[-1]


def child(element, name):
    for one in element:
        if local(one) == name:
            return one
    return None


def text(element, name):
    found = child(element, name) if element is not None else None
    return (found.text or "").strip() if found is not None else None


def properties(data):
    found = {}
    for line in data.decode("utf-8", "replace").splitlines():
        if line.startswith("#") or "=" not in line:
            continue
        key, value = line.split("=", 1)
        found[key.strip()] = value.replace("\\:", ":").replace("\\=", "=").strip()
    return found


def integration(archive, folder, adapters):
    root = ElementTree.fromstring(archive.read(folder + "PROJECT-INF/project.xml"))
    facts = {
        "code": text(root, "projectCode"),
        "version": text(root, "projectVersion"),
        "name": text(root, "projectName"),
        "connections": [],
        "calls": [],
        "state": None,
    }
    flow = child(root, "icsflow")
    names = {local(one) for one in flow.iter()} if flow is not None else set()
    exchange = None
    for application in flow if flow is not None else []:
        if local(application) != "application":
            continue
        adapter = child(application, "adapter")
        role = "trigger" if text(application, "role") == "source" else "invoke"
        if role == "trigger":
            exchange = text(application, "mep")
        code = text(adapter, "code") if adapter is not None else None
        use = {"code": code, "adapter": adapters.get(code), "role": role}
        if use not in facts["connections"]:
            facts["connections"].append(use)
    if "wire" in names and "orchestration" not in names:
        facts["style"] = "basic-routing"
    elif "scheduleReceive" in names:
        facts["style"] = "scheduled"
    elif "subscribe" in names:
        facts["style"] = "event-subscribe"
    else:
        facts["style"] = "app-driven-sync" if exchange == "push-sync" else "app-driven-async"
    for name in archive.namelist():
        if not name.startswith(folder):
            continue
        if name.endswith(".jca"):
            jca = ElementTree.fromstring(archive.read(name))
            if "collocated" in (jca.get("adapter") or ""):
                values = {p.get("name"): p.get("value") for p in jca.iter() if local(p) == "property"}
                facts["calls"].append(
                    "%s|%s" % (values.get("integration_code"), values.get("integration_version"))
                )
        elif name.endswith("ics_project_attributes.properties"):
            known = properties(archive.read(name))
            facts["state"] = known.get("project_persisted_state")
            facts["package"] = known.get("package_name")
        elif name.endswith("/info.json"):
            known = json.loads(archive.read(name))
            facts["state"] = known.get("properties", {}).get("persistedState")
    return facts


def gives_away(name, data, found):
    try:
        content = data.decode("utf-8")
    except UnicodeDecodeError:
        return
    for rule, pattern in SECRETS:
        for match in pattern.finditer(content):
            found.add(("warning", rule, "%s:%d" % (name, content.count("\n", 0, match.start()) + 1)))
    for rule, pattern in STRINGS:
        for match in pattern.finditer(content):
            found.add(("note", rule, "%s:%s" % (name, match.group())))


def read(data, path, findings):
    facts = {"file": path, "integrations": [], "lookups": [], "libraries": [], "schedules": [], "oddities": []}
    found = set()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        if any(one.compress_type == zipfile.ZIP_STORED for one in archive.infolist()):
            facts["oddities"].append("repacked")
        adapters = {}
        for name in names:
            if name.startswith("__MACOSX/") or os.path.basename(name).startswith("._"):
                continue
            parent = os.path.basename(os.path.dirname(name))
            if parent in ("appinstances", "connections") and name.endswith(".xml"):
                root = ElementTree.fromstring(archive.read(name))
                adapters[text(root, "instanceCode")] = text(root, "applicationTypeRef")
        for name in names:
            base = os.path.basename(name)
            if name.startswith("__MACOSX/") or base.startswith("._") or name.endswith("/"):
                continue
            if name.endswith("PROJECT-INF/project.xml"):
                folder = name[: -len("PROJECT-INF/project.xml")]
                facts["integrations"].append(integration(archive, folder, adapters))
            elif name.endswith(".iar"):
                inner = read(archive.read(name), name, findings)
                for part in ("integrations", "lookups", "libraries", "schedules"):
                    facts[part] += [one for one in inner[part] if one not in facts[part]]
                found |= {tuple(one) for one in inner["findings"]}
                continue
            elif name.endswith(".dvm"):
                root = ElementTree.fromstring(archive.read(name))
                facts["lookups"].append(root.get("name"))
            elif os.path.basename(os.path.dirname(name)) in ("schedule", "schedules") and name.endswith(".xml"):
                root = ElementTree.fromstring(archive.read(name))
                facts["schedules"].append(root.get("name"))
            elif "apilibrary/" in name and name.endswith(".xml") or "/libraries/" in name and name.endswith(".xml"):
                root = ElementTree.fromstring(archive.read(name))
                facts["libraries"].append("%s|%s" % (text(root, "code"), text(root, "version")))
            if findings:
                gives_away(name, archive.read(name), found)
    facts["findings"] = sorted(found)
    return facts


def make(source, target, count):
    originals = []
    for folder, _, files in sorted(os.walk(source)):
        originals += [os.path.join(folder, one) for one in sorted(files) if one.endswith((".iar", ".par", ".car"))]
    if not originals:
        sys.exit("no archives in %s" % source)
    made = 0
    while made < count:
        for path in originals:
            if made >= count:
                break
            with open(path, "rb") as file:
                data = other_codes(file.read(), "X%03d" % made)
            ending = path.rsplit(".", 1)[-1]
            with open(os.path.join(target, "%05d.%s" % (made, ending)), "wb") as file:
                file.write(data)
            made += 1


def other_codes(data, mark):
    """The same archive with another code for each integration, as another author would have named it."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        codes = set()
        for name in archive.namelist():
            if name.endswith("PROJECT-INF/project.xml") and not name.startswith("__MACOSX/"):
                root = ElementTree.fromstring(archive.read(name))
                codes.add(text(root, "projectCode"))
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
            for one in archive.infolist():
                content = archive.read(one.filename)
                name = one.filename
                if name.endswith(".iar"):
                    content = other_codes(content, mark)
                for code in codes:
                    other = (mark + code)[: max(len(code), 5)]
                    name = name.replace("/%s_" % code, "/%s_" % other)
                    if name.endswith((".xml", ".properties", ".json", ".yaml", ".jca")):
                        content = content.replace(code.encode(), other.encode())
                target.writestr(name, content)
        return out.getvalue()


def main():
    verb = sys.argv[1]
    if verb == "make":
        make(sys.argv[2], sys.argv[3], int(sys.argv[4]))
        return
    findings = verb == "read"
    for name in sorted(os.listdir(sys.argv[2])):
        path = os.path.join(sys.argv[2], name)
        with open(path, "rb") as file:
            print(json.dumps(read(file.read(), path, findings)))


main()
