"""Mutated raw HTTP requests: a seeded generator, and sockets that send them."""

import json
import random
import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import quote

ODD_TEXTS = (
    "",
    " ",
    "\0",
    "a\0b",
    "\ud800",
    "\udfff\ud800",
    "é",
    "\u202eabc",
    "\u200b",
    "\U0010ffff",
    "%00",
    "%zz",
    "../../etc/passwd",
    "'; DROP TABLE users; --",
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    "a" * 5000,
    "[a]" * 500,
    "\r\n\r\n",
    "a@example.com",
    " A@ｅxample.com",
    "@",
    "0",
    "-1",
    "1e999",
    "9" * 400,
    "NaN",
    "null",
    "true",
)
ODD_JSON: tuple[object, ...] = (
    None,
    True,
    [],
    {},
    0,
    -1,
    2**31,
    2**63,
    10**400,
    1e308,
    0.1,
    [[[[]]]],
    {"a": {"b": {}}},
)
# What a text is not valid for.
VALID_JSON = {"published": True, "active": True, "role": "user"}
METHODS = (
    "GET",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "HEAD",
    "OPTIONS",
    "TRACE",
    "get",
    "BREW",
    "X" * 40,
)
HOSTS = (
    "a..b",
    "..",
    "",
    "evil.example",
    f"{'a' * 64}.example",
    "[::1]",
    "[::1.2]",
    "[:::]:80",
    "localhost:99999",
    "localhost:",
    "xn--a",
    "xn--" + "a" * 80,
    "a_b",
    "a b",
    "é.example",
    "a@b",
    "a/b",
    "127.1",
    "a." * 150,
)
COOKIES = (
    "{slug}_session=abc",
    "{slug}_session=.eJw.a.b",
    "{slug}_session=é",
    "__Host-{slug}_session=e30.a.b",
    "__Host-{slug}_remember=abc|é",
    "__Host-{slug}_remember=abc|" + "0" * 128,
    "__Host-{slug}_remember=|",
    "a=b; a=c; ;=; ==;",
    'a="\\377\\400"',
    "a=" + "b" * 3000,
)
HEADERS = (
    "Accept: application/json",
    "Accept: */*;q=nan, text/html;q=1e999",
    "Accept: " + "a/b," * 300,
    "Accept-Language: \xff",
    "Authorization: Bearer a.b.c",
    "Authorization: Bearer",
    "Authorization: Bearer é",
    "Authorization: Basic \xff\xff",
    "Authorization: Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",
    'If-None-Match: W/"',
    "If-None-Match: " + '"a",' * 200,
    "If-Match: *",
    "If-Modified-Since: yesterday",
    "Range: bytes=0-0,-1,5-4",
    "Range: bytes=" + "9" * 50 + "-",
    "Origin: null",
    "Origin: https://evil.example",
    "Referer: http://[",
    "Referer: \xff",
    "X-Request-ID: a b",
    "X-Forwarded-For: " + "1," * 300,
    "X-Forwarded-Host: a..b",
    "X-HTTP-Method-Override: DELETE",
    "User-Agent: " + "a" * 4000,
    "User-Agent: a\xffb",
    "Content-Encoding: gzip",
    "Expect: 200-ok",
    "SCRIPT_NAME: //evil.example",
    "Access-Control-Request-Method: \xff",
    "Upgrade: websocket",
)
CONTENT_TYPES = (
    "application/x-www-form-urlencoded",
    "application/json",
    "application/json; charset=utf-16",
    "application/problem+json",
    "text/plain",
    "multipart/form-data; boundary=b",
    "multipart/form-data",
    "multipart/form-data; boundary=" + "b" * 200,
    "application/x-www-form-urlencoded; charset=nonsense",
    "",
    "é",
    "/",
)


@dataclass(frozen=True)
class Target:
    """What a route takes: its method, its path, and the names of the fields of its body."""

    method: str
    path: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class Credentials:
    """A header that identifies somebody, the CSRF token that belongs to it, and where it counts."""

    header: str
    csrf_token: str
    is_for_api: bool


class Requests:
    """An endless source of mutated requests, always the same for one seed and its arguments."""

    def __init__(
        self, seed: int, slug: str, targets: list[Target], credentials: list[Credentials]
    ) -> None:
        self.random = random.Random(seed)  # noqa: S311 - shall be the same in each run
        self.targets = targets
        self.cookies = [cookie.format(slug=slug) for cookie in COOKIES]
        self.credentials = credentials
        self.csrf_token = ""

    def __iter__(self) -> Iterator[bytes]:
        while True:
            yield self.request(self.random.choice(self.targets))

    def chance(self, probability: float) -> bool:
        """Tell whether something with this probability happens."""
        return self.random.random() < probability

    def request(self, target: Target) -> bytes:
        """Return the bytes of one request."""
        method = self.random.choice(METHODS) if self.chance(0.15) else target.method
        host = self.random.choice(HOSTS) if self.chance(0.15) else "localhost"
        lines = [f"{method} {self.path(target.path)} HTTP/1.1", f"Host: {host}"]
        if self.chance(0.8):
            is_api = target.path.startswith("/api/")
            fitting = [each for each in self.credentials if each.is_for_api == is_api]
            somebody = self.random.choice(fitting if self.chance(0.8) else self.credentials)
            self.csrf_token = somebody.csrf_token
            lines.append(somebody.header)
            if self.chance(0.2):
                lines.append(f"X-CSRFToken: {somebody.csrf_token}")
        lines += self.random.sample(HEADERS, self.random.choice((0, 0, 1, 2)))
        if self.chance(0.2):
            lines.append(f"Cookie: {self.random.choice(self.cookies)}")
        content_type, body = self.body(target)
        if target.fields or self.chance(0.1):
            lines.append(f"Content-Type: {content_type}")
            if self.chance(0.3):
                lines.append("Transfer-Encoding: chunked")
                body = self.chunks(body)
            else:
                lines.append(f"Content-Length: {len(body)}")
        else:
            body = b""
        head = "\r\n".join([*lines, "Connection: close"])
        return head.encode("utf-8", "surrogatepass") + b"\r\n\r\n" + body

    def path(self, path: str) -> str:
        """Return the path, perhaps with an odd part or a query string."""
        if self.chance(0.2):
            parts = path.split("/")
            parts[self.random.randrange(len(parts))] = self.quoted(self.text())
            path = "/".join(parts) or "/"
        if self.chance(0.1):
            path = self.random.choice(
                ("/" + path, path + "/", path.upper(), path + ";a", "*", "//")
            )
        if self.chance(0.4):
            names = (
                "q",
                "after",
                "before",
                "limit",
                "sort",
                "author",
                "next",
                "v",
                "page",
                self.text(),
            )
            pairs = [
                f"{self.quoted(self.random.choice(names))}={self.quoted(self.text())}"
                for _ in range(self.random.choice((1, 1, 2, 20)))
            ]
            path += "?" + "&".join(pairs)
        return path

    def text(self) -> str:
        """Return an odd text."""
        if self.chance(0.2):
            return "".join(
                chr(self.random.randrange(0x800)) for _ in range(self.random.randrange(9))
            )
        return self.random.choice(ODD_TEXTS)

    def quoted(self, text: str) -> str:
        """Return a text for a URL, which may lack some quoting."""
        return quote(text.encode("utf-8", "surrogatepass"), safe="/%?" if self.chance(0.3) else "")

    def body(self, target: Target) -> tuple[str, bytes]:
        """Return a content type and a body, which may not belong together."""
        makers = [self.form, self.multipart]
        if target.path.startswith("/api/") is self.chance(0.9):
            makers = [self.json]
        content_type, body = self.random.choice(makers)(target.fields)
        if self.chance(0.15):
            content_type = self.random.choice(CONTENT_TYPES)
        if self.chance(0.1):
            position = self.random.randrange(len(body) + 1)
            body = body[:position] + self.random.randbytes(4) + body[position + 2 :]
        return content_type, body

    def names(self, fields: tuple[str, ...]) -> list[str]:
        """Return names of fields: most of them, some doubled, some unknown."""
        names = [name for name in fields if name == "csrf_token" or self.chance(0.9)]
        if names and self.chance(0.1):
            names.append(self.random.choice(names))
        return [*names, self.text()] if self.chance(0.1) else names

    def value(self, name: str) -> str:
        """Return a text for the field `name`: often one that is valid."""
        if name == "csrf_token" and self.chance(0.95):
            return self.csrf_token
        sane = ("Ann", "new@example.com", "a long enough password", "y", "true")
        return self.random.choice(sane) if self.chance(0.85) else self.text()

    def form(self, fields: tuple[str, ...]) -> tuple[str, bytes]:
        """Return a form that is URL-encoded."""
        pairs = [
            f"{self.quoted(name)}={self.quoted(self.value(name))}" for name in self.names(fields)
        ]
        return CONTENT_TYPES[0], "&".join(pairs).encode()

    def multipart(self, fields: tuple[str, ...]) -> tuple[str, bytes]:
        """Return a multipart form, perhaps without its end."""
        parts = []
        for name in self.names(fields):
            file = f'; filename="{self.text()[:50]}"' if self.chance(0.2) else ""
            named = f'; name="{name}"' if self.chance(0.98) else ""
            head = f"--b\r\nContent-Disposition: form-data{named}{file}\r\n\r\n"
            parts.append(f"{head}{self.value(name)}\r\n")
        end = "" if self.chance(0.2) else "--b--\r\n"
        text = "".join(parts) + end
        return "multipart/form-data; boundary=b", text.encode("utf-8", "surrogatepass")

    def json(self, fields: tuple[str, ...]) -> tuple[str, bytes]:
        """Return a JSON document: an object with the fields, or something else."""
        if self.chance(0.1):
            nested = b"[" * self.random.choice((5, 2000, 100_000))
            return CONTENT_TYPES[1], self.random.choice((b"", b"nul", b"{", b'"\\ud800"', nested))
        values: dict[str, object] = {name: self.value(name) for name in self.names(fields)}
        for name in list(values):
            if name in VALID_JSON and self.chance(0.8):
                values[name] = VALID_JSON[name]
            elif self.chance(0.05):
                values[name] = self.random.choice(ODD_JSON)
        text = json.dumps(values, ensure_ascii=self.chance(0.7))
        if values and self.chance(0.1):
            text = text[:-1] + ", " + text[1:]
        return CONTENT_TYPES[1], text.encode("utf-8", "surrogatepass")

    def chunks(self, body: bytes) -> bytes:
        """Return the body in chunks, perhaps with an odd size."""
        size = max(1, len(body) // 3)
        pieces = [body[start : start + size] for start in range(0, len(body), size)]
        coded = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
        end = self.random.choice((b"-1\r\n", b"zz\r\n", b"")) if self.chance(0.1) else b"0\r\n\r\n"
        return coded + end


def send(address: tuple[str, int], request: bytes) -> bytes:
    """Send the bytes on a connection of their own; return the first kilobytes of the response."""
    received = b""
    with socket.create_connection(address, timeout=20) as connection:
        # The server may refuse the request before it has read all of it.
        with suppress(OSError):
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
        with suppress(ConnectionError):
            while len(received) < 4096 and (part := connection.recv(65536)):
                received += part
    return received
