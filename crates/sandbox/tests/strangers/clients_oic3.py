"""Clients of Oracle Integration 3 in Python, with the habits of published ones: they follow 307 by hand,
page by `hasMore` in three ways, import with POST and then PUT, filter with relaxed JSON, and watch what
runs with the limits that they found out. Standard library only.

Needs the environment: CONSOLE, BASE, TOKEN_URL, INSTANCE, CLIENT_ID, CLIENT_SECRET, SCOPE, ARCHIVES.
"""

import base64
import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request
import uuid

ENV = os.environ
API = "/ic/api/integration/v1"


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments):
        return None


OPENER = urllib.request.build_opener(NoRedirect)


def fail(words):
    print(f"FAILED: {words}")
    sys.exit(1)


def send(method, url, headers=None, body=None):
    request = urllib.request.Request(url, data=body, method=method, headers=headers or {})
    try:
        with OPENER.open(request, timeout=30) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def token():
    pair = f"{ENV['CLIENT_ID']}:{ENV['CLIENT_SECRET']}"
    status, _, body = send(
        "POST",
        ENV["TOKEN_URL"],
        {
            "Authorization": "Basic " + base64.b64encode(pair.encode()).decode(),
            "Content-Type": "application/x-www-form-urlencoded",
        },
        urllib.parse.urlencode(
            {"grant_type": "client_credentials", "scope": ENV["SCOPE"]}
        ).encode(),
    )
    if status != 200:
        fail(f"token: {status} {body[:200]}")
    return json.loads(body)["access_token"]


BEARER = {"Authorization": "Bearer " + token()}


def get(path, **parameters):
    parameters["integrationInstance"] = ENV["INSTANCE"]
    url = f"{ENV['BASE']}{API}{path}?{urllib.parse.urlencode(parameters)}"
    return send("GET", url, BEARER)


def data(path, **parameters):
    status, _, body = get(path, **parameters)
    if status != 200:
        fail(f"{path}: {status} {body[:300]}")
    return json.loads(body)


def upload(method, path, file_name, content, **fields):
    border = uuid.uuid4().hex
    parts = []
    for name, value in fields.items():
        parts.append(
            f'--{border}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        )
    parts.append(
        f'--{border}\r\nContent-Disposition: form-data; name="file"; filename="{file_name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n".encode() + content + b"\r\n"
    )
    parts.append(f"--{border}--\r\n".encode())
    url = f"{ENV['BASE']}{API}{path}?integrationInstance={ENV['INSTANCE']}"
    headers = dict(BEARER)
    headers["Content-Type"] = f"multipart/form-data; boundary={border}"
    headers["Accept"] = "application/json"
    return send(method, url, headers, b"".join(parts))


def inventory():
    """The instance's own host first, the way onward by hand, pages by their nominal size."""
    seen, offset = [], 0
    while True:
        url = f"{ENV['CONSOLE']}{API}/integrations?limit=100&offset={offset}"
        status, headers, body = send("GET", url, BEARER)
        if status == 307:
            status, _, body = send("GET", headers["Location"], BEARER)
        if status != 200:
            fail(f"inventory: {status}")
        page = json.loads(body)
        for item in page["items"]:
            seen.append(item["id"])
            for name in ("code", "name", "status"):
                if name not in item:
                    fail(f"an integration has no {name}")
        if not page["items"] or not page.get("hasMore", False):
            break
        offset += 100
    return seen


def by_limit_of_the_answer():
    seen, offset = [], 0
    for _ in range(1000):
        page = data("/integrations", offset=offset)
        seen += [item["id"] for item in page["items"]]
        for item in page["items"]:
            for end in item["endPoints"]:
                end["connection"]["id"]
            for name in ("patternDescription", "lastUpdatedBy", "lockedFlag", "created", "createdBy", "version"):
                item[name]
        offset += page["limit"]
        if not page["hasMore"]:
            return seen
    fail("the pages do not end")


def connections():
    page = data("/connections", limit=100)
    return [item["connectionProperties"] for item in page["items"]]


def bring():
    results = {}
    for name in sorted(os.listdir(ENV["ARCHIVES"])):
        if not name.endswith(".iar"):
            continue
        with open(os.path.join(ENV["ARCHIVES"], name), "rb") as file:
            content = file.read()
        status, _, body = upload("POST", "/integrations/archive", name, content, type="application/octet-stream")
        if status == 409:
            status, _, body = upload("PUT", "/integrations/archive", name, content, type="application/octet-stream")
            word = "replaced"
        else:
            word = "imported"
        if status == 412:
            # An active one is not replaced; these clients count it and go on.
            word = "refused"
        elif status not in (200, 204):
            fail(f"{name}: {status} {body[:300]}")
        results[word] = results.get(word, 0) + 1
    return results


def watch():
    """At most 50 a page; an offset above 500 is refused; the page counts itself, all are counted apart."""
    page = data("/monitoring/instances", limit=200, q="{timewindow:'RETENTIONPERIOD', includePurged:'yes'}")
    if len(page["items"]) > 50 or page["totalResults"] != len(page["items"]):
        fail("a page of instances counts wrongly")
    total, seen, offset = page["totalRecordsCount"], [], 0
    while len(seen) < total:
        status, _, body = get("/monitoring/instances", limit=50, offset=offset, q="{timewindow:'RETENTIONPERIOD'}")
        if status == 400 and offset > 500:
            break
        page = json.loads(body)
        if status != 200 or not page["items"]:
            fail(f"instances from {offset}: {status}")
        seen += [item["id"] for item in page["items"]]
        offset += len(page["items"])
    if get("/monitoring/instances", offset=501)[0] != 400:
        fail("an offset above 500 is taken")
    for item in page["items"][:3]:
        data(f"/monitoring/instances/{item['id']}")
        data(f"/monitoring/instances/{item['id']}/activityStreamDetails")
    for path in (
        "/monitoring/integrations",
        "/monitoring/integrations/messages/summary",
        "/monitoring/errors",
        "/monitoring/errors/recoveryJobs",
        "/monitoring/history",
        "/monitoring/auditRecords",
        "/monitoring/futureruns",
        "/monitoring/agentgroups",
    ):
        data(path)
    errors = data("/monitoring/errors", limit=50, q="{timewindow:'1d'}")
    if errors["items"]:
        ids = [item.get("instanceId", item["id"]) for item in errors["items"][:5]]
        url = f"{ENV['BASE']}{API}/monitoring/errors/resubmit?integrationInstance={ENV['INSTANCE']}"
        headers = dict(BEARER)
        headers["Content-Type"] = "application/json"
        status, _, body = send("POST", url, headers, json.dumps({"ids": ids}).encode())
        if status not in (200, 202) or not json.loads(body)["recoveryJobId"]:
            fail(f"resubmit: {status} {body[:200]}")
    return len(seen)


def filtered(name):
    page = data("/integrations", q="{name: /" + name[:4] + "/, status : 'ACTIVATED'}")
    return all(item["status"] == "ACTIVATED" for item in page["items"])


before = inventory()
if before != by_limit_of_the_answer():
    fail("two ways to page differ")
if not connections():
    fail("no connections")
print("brought", json.dumps(bring(), sort_keys=True), json.dumps(bring(), sort_keys=True))
if not filtered("Orders"):
    fail("the filter")
print("listed", len(before), "watched", "some" if watch() > 0 else "none")
