"""A mail server on loopback, on aiosmtpd: takes mail, and writes down what it took, a line of JSON each.

Arguments: port (0 for any), encryption (starttls, tls, plain), certificate, key, user, password, file to write.
Prints its port when it listens.
"""
import asyncio
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

port, encryption, certificate, key, user, password, taken = sys.argv[1:8]


class Box:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody@"):
            return "550 5.1.1 There is nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Known"

    async def handle_DATA(self, server, session, envelope):
        with open(taken, "a", encoding="utf-8") as file:
            mail = {
                "from": envelope.mail_from,
                "to": envelope.rcpt_tos,
                "encrypted": encryption == "tls" or session.ssl is not None,
                "signedIn": bool(session.authenticated),
                "text": envelope.content.decode("utf-8", "replace"),
            }
            file.write(json.dumps(mail) + "\n")
        return "250 2.0.0 Taken"


def known(server, session, envelope, mechanism, data):
    right = data.login == user.encode() and data.password == password.encode()
    return AuthResult(success=right, handled=False)


context = None
if encryption != "plain":
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)


def protocol():
    starts = encryption == "starttls"
    return SMTP(
        Box(),
        hostname="post.example",
        tls_context=context if starts else None,
        require_starttls=starts,
        authenticator=known if user else None,
        auth_required=bool(user),
        auth_require_tls=starts,
    )


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        protocol, "127.0.0.1", int(port), ssl=context if encryption == "tls" else None
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
