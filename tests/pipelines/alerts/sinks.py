"""A mail relay and a webhook of our own on the loopback, which keep what they are given."""

from __future__ import annotations

import base64
import json
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar, cast


class Relay(socketserver.ThreadingTCPServer):
    """An SMTP server as small as RFC 5321 allows.

    Attributes:
        mails: what was taken. greetings: how clients named themselves. logins: user and password.
        tls: for `starttls`, or from the first byte where `from_start`.
        refuse: the code with which receivers are refused.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, tls: ssl.SSLContext | None = None, *, from_start: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.tls, self.from_start = tls, from_start
        self.mails: list[EmailMessage] = []
        self.greetings: list[str] = []
        self.logins: list[tuple[str, str]] = []
        self.in_clear: list[bytes] = []
        self.receivers: list[str] = []
        self.refuse = 0

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def get_request(self) -> tuple[Any, Any]:
        connection, address = super().get_request()
        if self.tls is not None and self.from_start:
            connection = self.tls.wrap_socket(connection, server_side=True)
        return connection, address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news."""


class _Session(socketserver.StreamRequestHandler):
    is_safe = False

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self) -> None:
        relay = cast(Relay, self.server)
        self.is_safe = relay.from_start
        self.say("220 sink")
        while line := self.rfile.readline():
            if not self.is_safe:
                relay.in_clear.append(line)
            word, _, rest = line.decode().strip().partition(" ")
            match word.upper():
                case "EHLO":
                    relay.greetings.append(rest)
                    offers = ["sink", "AUTH PLAIN"]
                    offers += ["STARTTLS"] if relay.tls and not self.is_safe else []
                    for offer in offers[:-1]:
                        self.say(f"250-{offer}")
                    self.say(f"250 {offers[-1]}")
                case "STARTTLS" if relay.tls:
                    self.say("220 go ahead")
                    self.connection = relay.tls.wrap_socket(self.request, server_side=True)
                    self.rfile = self.connection.makefile("rb")
                    self.wfile = cast(Any, self.connection.makefile("wb", buffering=0))
                    self.is_safe = True
                case "AUTH":
                    user, secret = base64.b64decode(rest.split()[1]).split(b"\0")[1:]
                    relay.logins.append((user.decode(), secret.decode()))
                    self.say("235 welcome" if secret == b"open" else "535 no")
                case "RCPT" if relay.refuse:
                    self.say(f"{relay.refuse} no")
                case "RCPT":
                    relay.receivers.append(rest)
                    self.say("250 ok")
                case "DATA":
                    self.say("354 go on")
                    self.take(relay)
                    self.say("250 taken")
                case "QUIT":
                    self.say("221 bye")
                    return
                case _:
                    self.say("250 ok")

    def take(self, relay: Relay) -> None:
        content = b""
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            content += line.removeprefix(b".")
        relay.mails.append(message_from_bytes(content, policy=policy.default))


class Hook(ThreadingHTTPServer):
    """A server that takes JSON.

    Attributes:
        posts: path, headers and values of each. answer: status of the next. moved_to: where it redirects.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Post)
        self.posts: list[tuple[str, dict[str, str], Any]] = []
        self.answer, self.moved_to = 200, ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Post(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        hook = cast(Hook, self.server)
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        hook.posts.append((self.path, dict(self.headers.items()), body))
        self.send_response(hook.answer)
        if hook.moved_to:
            self.send_header("Location", hook.moved_to)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        cast(Hook, self.server).posts.append((f"GET {self.path}", {}, None))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing is printed."""


Server = TypeVar("Server", Relay, Hook)


@contextmanager
def serving(server: Server) -> Iterator[Server]:
    """Let it answer in a thread of its own."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
