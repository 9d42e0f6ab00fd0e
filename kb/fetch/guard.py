"""Where a download may go: one registered domain, public addresses only, checked on the address connected to.

A name is resolved here, once, every address is judged, and the connection is made to the address that was judged: a
name that resolves to something else a moment later (DNS rebinding) gains nothing. Proxies and the environment play no
part.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Thread
from typing import Any

import httpcore

from kb.errors import FetchFailed

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], list[str]]

# Under .cn a name is registered below these; a province's two letters too (jcgov.gov.cn, jincheng.sx.cn).
SECOND_LEVEL = frozenset(("ac", "com", "edu", "gov", "mil", "net", "org"))
PROVINCES = frozenset(
    (
        *("ah", "bj", "cq", "fj", "gd", "gs", "gx", "gz", "ha", "hb", "he", "hi", "hk", "hl", "hn", "jl", "js", "jx"),
        *("ln", "mo", "nm", "nx", "qh", "sc", "sd", "sh", "sn", "sx", "tj", "tw", "xj", "xz", "yn", "zj"),
    )
)
OTHER_SUFFIXES = frozenset(("com.hk", "gov.hk", "org.hk", "com.mo", "gov.mo", "com.tw", "gov.tw", "org.tw", "co.uk"))
NAT64 = ip_network("64:ff9b::/96")


def registered_domain(host: str) -> str:
    """Return the part of a host name that somebody registered; an address is its own.

    >>> registered_domain("xxgk.jcgov.gov.cn"), registered_domain("www.gov.cn"), registered_domain("a.b.example.com")
    ('jcgov.gov.cn', 'www.gov.cn', 'example.com')
    >>> registered_domain("www.jc.sx.cn"), registered_domain("127.0.0.1")
    ('jc.sx.cn', '127.0.0.1')
    """
    name = host.lower().rstrip(".").strip("[]")
    try:
        return str(ip_address(name))
    except ValueError:
        labels = name.split(".")
    if len(labels) < 3:
        return name
    second, top = labels[-2:]
    deep = (top == "cn" and second in SECOND_LEVEL | PROVINCES) or f"{second}.{top}" in OTHER_SUFFIXES
    return ".".join(labels[-3 if deep else -2 :])


def allowed(address: str, *, private: bool) -> bool:
    """Tell whether a download may connect to an address; with ``private`` to loopback and intranet ones too.

    Never to link-local (a cloud's metadata), multicast or unspecified ones. An IPv4 address inside an IPv6 one counts.

    >>> [allowed(a, private=False) for a in ("8.8.8.8", "127.0.0.1", "100.64.0.1", "::ffff:10.0.0.1")]
    [True, False, False, False]
    >>> [allowed(a, private=True) for a in ("127.0.0.1", "10.1.2.3", "169.254.169.254", "224.0.0.1", "0.0.0.0")]
    [True, True, False, False, False]
    """
    for each in _meant(ip_address(address.partition("%")[0])):
        if each.is_link_local or each.is_multicast or each.is_unspecified:
            return False
        if not each.is_global and not (private and (each.is_private or each.is_loopback)):
            return False
    return True


def _meant(address: Address) -> Iterable[Address]:
    """Yield an address and the IPv4 addresses that an IPv6 one stands for."""
    if isinstance(address, IPv4Address):
        yield address
        return
    inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in NAT64:
        inner.append(IPv4Address(int(address) & 0xFFFFFFFF))
    inside = [each for each in inner if each is not None]
    yield from inside
    if address.ipv4_mapped is None:
        yield address


def resolved(host: str, port: int) -> list[str]:
    """Return the addresses of a host by the system's resolver."""
    return list(dict.fromkeys(str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))


class Timed(httpcore.NetworkStream):
    """A connection that ends at a set time, however slowly the other side drips."""

    def __init__(self, stream: httpcore.NetworkStream, until: float) -> None:
        """``until`` is a time of ``time.monotonic``."""
        self._stream, self._until = stream, until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what comes before both the time-out and the end."""
        return self._stream.read(max_bytes, self._left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write before both the time-out and the end."""
        self._stream.write(buffer, self._left(timeout))

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Encrypt the connection."""
        return Timed(self._stream.start_tls(ssl_context, server_hostname, self._left(timeout)), self._until)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - as the interface has it
        """Return what is known of the socket."""
        return self._stream.get_extra_info(info)

    def _left(self, timeout: float | None) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("out of time")
        return left if timeout is None else min(left, timeout)


class Guard(httpcore.NetworkBackend):
    """Connects to addresses that were judged, and to no others."""

    def __init__(self, *, private: bool, resolve: Resolve = resolved, until: float = float("inf")) -> None:
        """``private`` allows loopback and intranet addresses; ``resolve`` gives a host's addresses."""
        self._private, self._resolve, self._until = private, resolve, until
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address that answers, of those that are allowed.

        Raises:
            FetchFailed: none is allowed. httpcore.ConnectError, httpcore.ConnectTimeout: none answers.
        """
        addresses = self._addresses(host, port, timeout)
        good = [address for address in addresses if allowed(address, private=self._private)]
        if not good:
            raise FetchFailed(f"{host} 指向内部网络地址，不予连接；确为内网镜像的，请设置 KB_FETCH_PRIVATE=1")
        failure: Exception | None = None
        for address in good[:4]:
            try:
                stream = self._sockets.connect_tcp(address, port, timeout, local_address, socket_options)
                return Timed(stream, self._until)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError("no address")

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.NetworkStream:
        """Refuse: a download goes to a host."""
        raise FetchFailed("不支持本机套接字")

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self._sockets.sleep(seconds)

    def _addresses(self, host: str, port: int, timeout: float | None) -> list[str]:
        """Resolve within the time allowed for connecting: the system's resolver has no time-out of its own."""
        done: Future[list[str]] = Future()

        def work() -> None:
            try:
                done.set_result(self._resolve(host, port))
            except Exception as error:
                done.set_exception(error)

        Thread(target=work, name="resolve", daemon=True).start()
        try:
            return done.result(timeout=timeout)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout("resolver") from error
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError("resolver") from error
