#!/usr/bin/python3
"""A real OpenStack Swift in one folder, on loopback, for tests: ``swift_server.py FOLDER [PORT] [--forget]``.

Needs Debian's package ``python3-swift`` and nothing else: no service, no /etc/swift, no root. One
process serves accounts, containers and objects (one device, one replica), another one the proxy with
tempauth, S3 signatures (s3api), SLO, DLO, TempURL and quotas. Nothing is synced to the disk, and what
a memcached would hold is held in the proxy. FOLDER has to lie on a file system with user xattrs;
with --forget it is removed at the end.

Prints one line of JSON when it answers, and ends when its standard input is closed:

    {"port": 41233, "auth": "http://127.0.0.1:41233/auth/v1.0", "storage": "http://127.0.0.1:41233/v1/AUTH_backup"}

With Basic, as OCI signs in, the users are called account/user.

Users (account:user, key): backup:writer, writing-key (may do all); backup:reader, reading-key (what
a container's ACL allows it). A request of /forget-tokens ends all tokens that were given.
"""

import base64
import io
import json
import logging
import os
import shutil
import sys
import time

os.environ["TZ"] = "UTC"
time.tzset()

import eventlet  # noqa: E402

eventlet.monkey_patch(all=False, socket=True, select=True, thread=True)

from eventlet import wsgi  # noqa: E402
from swift.common import utils  # noqa: E402

utils.HASH_PATH_PREFIX = b"loopback"
utils.HASH_PATH_SUFFIX = b"loopback"


class Quiet(logging.Handler):
    """Takes the place of syslog: a test machine has none, and nobody reads it."""

    def __init__(self, *_args, **_kwargs):
        super().__init__()

    def emit(self, record):
        if record.levelno >= logging.WARNING and os.environ.get("SWIFT_SERVER_LOG"):
            print(self.format(record), file=sys.stderr)


utils.ThreadSafeSysLogHandler = Quiet

from swift.account.server import AccountController  # noqa: E402
from swift.common import db  # noqa: E402
from swift.common.http_protocol import SwiftHttpProtocol  # noqa: E402
from swift.common.ring import RingBuilder  # noqa: E402
from swift.common.wsgi import loadapp  # noqa: E402
from swift.container.server import ContainerController  # noqa: E402
from swift.obj import diskfile  # noqa: E402
from swift.obj.server import ObjectController  # noqa: E402
import swift.proxy.server  # noqa: E402,F401

for module in (utils, diskfile):
    module.fsync = lambda fd: None
    module.fsync_dir = lambda path: None
os.fsync = lambda fd: None
db.DB_PREALLOCATION = False

PROXY = """
[DEFAULT]
swift_dir = {folder}
[pipeline:main]
pipeline = catch_errors gatekeeper cache listing_formats basic s3api bulk tempurl tempauth container-quotas account-quotas slo dlo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
allow_account_management = true
node_timeout = 60
conn_timeout = 10
recheck_container_existence = 1
recheck_account_existence = 1
error_suppression_limit = 1000000
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:cache]
paste.filter_factory = {module}:cache_factory
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
allow_no_owner = true
s3_acl = false
auth_pipeline_check = false
[filter:bulk]
use = egg:swift#bulk
[filter:tempurl]
use = egg:swift#tempurl
[filter:basic]
paste.filter_factory = {module}:basic_factory
[filter:tempauth]
use = egg:swift#tempauth
user_backup_writer = writing-key .admin .reseller_admin
user_backup_reader = reading-key
storage_url_scheme = default
[filter:container-quotas]
use = egg:swift#container_quotas
[filter:account-quotas]
use = egg:swift#account_quotas
[filter:slo]
use = egg:swift#slo
min_segment_size = 1
[filter:dlo]
use = egg:swift#dlo
"""


class Memory:
    """What swift asks of a memcached, for one process."""

    def __init__(self):
        self.held = {}

    def set(self, key, value, time=0, **_kwargs):
        # What a quota is measured by is looked up each time, so that it holds at once.
        if key.startswith("container/") and "quota-bytes" in (value.get("meta") or {}):
            self.held.pop(key, None)
            return
        self.held[key] = (json.dumps(value), _end(time))

    def get(self, key, **_kwargs):
        value, end = self.held.get(key, (None, 0))
        if value is None or (end and end < _now()):
            return None
        return json.loads(value)

    def incr(self, key, delta=1, time=0, **_kwargs):
        value = max(0, int(self.get(key) or 0) + int(delta))
        self.set(key, value, time=time)
        return value

    def decr(self, key, delta=1, time=0, **_kwargs):
        return self.incr(key, -int(delta), time)

    def delete(self, key, **_kwargs):
        self.held.pop(key, None)

    def set_multi(self, mapping, _server_key, time=0, **_kwargs):
        for key, value in mapping.items():
            self.set(key, value, time=time)

    def get_multi(self, keys, _server_key, **_kwargs):
        return [self.get(key) for key in keys]


def _now():
    return time.time()


def _end(seconds):
    return _now() + seconds if seconds else 0


MEMORY = Memory()


def cache_factory(_global_conf, **_local_conf):
    def with_cache(app):
        def call(environ, start_response):
            if environ["PATH_INFO"] == "/forget-tokens":
                MEMORY.held.clear()
                start_response("204 No Content", [("Content-Length", "0")])
                return [b""]
            environ["swift.cache"] = MEMORY
            return app(environ, start_response)

        return call

    return with_cache


def basic_factory(_global_conf, **_local_conf):
    """OCI's way to sign in: name and auth token with each request (Basic). The name of a user is `account/user` there,
    as a colon cannot be in it. Such a request gets the token that tempauth gives for them."""

    def with_basic(app):
        def call(environ, start_response):
            scheme, _, encoded = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
            if scheme.lower() != "basic":
                return app(environ, start_response)
            try:
                pair = base64.b64decode(encoded).decode("utf-8")
            except ValueError:
                pair = ""
            user, _, key = pair.partition(":")
            told = {}

            def heard(status, headers, _exc_info=None):
                told["status"] = status
                told.update((name.lower(), value) for name, value in headers)

            asking = {
                name: value
                for name, value in environ.items()
                if name.startswith(("wsgi.", "swift.", "SERVER_")) or name == "REMOTE_ADDR"
            }
            asking.update(
                REQUEST_METHOD="GET",
                SCRIPT_NAME="",
                PATH_INFO="/auth/v1.0",
                QUERY_STRING="",
                HTTP_HOST=environ.get("HTTP_HOST", "127.0.0.1"),
                HTTP_X_AUTH_USER=user.replace("/", ":", 1),
                HTTP_X_AUTH_KEY=key,
            )
            asking["wsgi.input"] = io.BytesIO()
            for _part in app(asking, heard):
                pass
            token = told.get("x-auth-token")
            if token is None:
                start_response("401 Unauthorized", [("Content-Length", "0")])
                return [b""]
            del environ["HTTP_AUTHORIZATION"]
            environ["HTTP_X_AUTH_TOKEN"] = token
            return app(environ, start_response)

        return call

    return with_basic


def listen(port=0):
    return eventlet.listen(("127.0.0.1", port), backlog=512)


def rings(folder, ports):
    """One device and one replica for each kind."""
    for name, port in ports.items():
        builder = RingBuilder(2, 1, 0)
        builder.add_dev(
            {
                "id": 0,
                "region": 1,
                "zone": 1,
                "ip": "127.0.0.1",
                "port": port,
                "device": "disk",
                "weight": 1.0,
            }
        )
        builder.rebalance()
        builder.get_ring().save(os.path.join(folder, name + ".ring.gz"))


def serve(sock, app):
    wsgi.server(
        sock,
        app,
        logging.getLogger("nobody"),
        protocol=SwiftHttpProtocol,
        log_output=False,
        capitalize_response_headers=False,
        socket_timeout=60,
    )


def storage(folder, socks):
    conf = {
        "devices": os.path.join(folder, "devices"),
        "swift_dir": folder,
        "mount_check": "false",
        "disable_fallocate": "true",
        "fallocate_reserve": "0",
        "db_preallocation": "false",
        "log_requests": "false",
        "container_update_timeout": "30",
        "conn_timeout": "10",
        "node_timeout": "30",
    }
    for name, app in (
        ("account", AccountController),
        ("container", ContainerController),
        ("object", ObjectController),
    ):
        eventlet.spawn(serve, socks[name], app(conf))


def proxy(folder, sock):
    path = os.path.join(folder, "proxy-server.conf")
    with open(path, "w", encoding="utf-8") as file:
        file.write(PROXY.format(folder=folder, module="swift_server"))
    eventlet.spawn(serve, sock, loadapp(path, global_conf={"log_name": "proxy"}))


def until_closed(fd):
    """Waits until the other end of this is closed."""
    eventlet.hubs.get_hub()
    while True:
        eventlet.hubs.trampoline(fd, read=True)
        if not os.read(fd, 1):
            return


def main():
    words = [word for word in sys.argv[1:] if word != "--forget"]
    folder = os.path.abspath(words[0])
    port = int(words[1]) if len(words) > 1 else 0
    os.makedirs(os.path.join(folder, "devices", "disk"), exist_ok=True)
    socks = {name: listen() for name in ("account", "container", "object")}
    outside = listen(port)
    port = outside.getsockname()[1]
    rings(folder, {name: sock.getsockname()[1] for name, sock in socks.items()})

    theirs, ours = os.pipe()
    child = os.fork()
    if child == 0:
        eventlet.hubs.use_hub()
        os.close(ours)
        outside.close()
        storage(folder, socks)
        until_closed(theirs)
        os._exit(0)
    os.close(theirs)
    for sock in socks.values():
        sock.close()
    # The module of the cache is this file, under its name and not as the program.
    sys.modules.setdefault("swift_server", sys.modules["__main__"])
    proxy(folder, outside)
    address = "http://127.0.0.1:%d" % port
    print(
        json.dumps(
            {
                "port": port,
                "auth": address + "/auth/v1.0",
                "storage": address + "/v1/AUTH_backup",
            }
        ),
        flush=True,
    )
    until_closed(0)
    os.close(ours)
    os.waitpid(child, 0)
    if "--forget" in sys.argv:
        shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


if __name__ == "__main__":
    main()
