"""Whereto we may send: a web address outside our own network, looked at after the name has been resolved.

Whoever defines an endpoint could otherwise let the server ask its own neighbours (server-side request forgery). The name
is resolved once and the connection goes to the address that was looked at, so that a second answer of the name server
(DNS rebinding) changes nothing. Redirects are not followed.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from keyuan.webhooks.refusals import AddressNotAllowed

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart. ``host`` is what TLS must prove."""

    secure: bool
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """The Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.secure else 80) else f"{host}:{self.port}"


def target_of(url: str) -> Target:
    """The parts of a URL; raises AddressNotAllowed unless it is https (http as well in a sandbox) without a password."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise AddressNotAllowed(field="url", url=url, reason=_("这不是网址。")) from error
    schemes = ("https", "http") if settings.KEYUAN_SANDBOX else ("https",)
    if parts.scheme not in schemes or not parts.hostname:
        raise AddressNotAllowed(field="url", url=url, reason=_("地址必须以 https:// 开头。"))
    if parts.username or parts.password or parts.fragment or any(not sign.isprintable() or sign == " " for sign in url):
        raise AddressNotAllowed(field="url", url=url, reason=_("地址里不能有用户名、密码、空格或锚点。"))
    secure = parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not path.isascii():
        raise AddressNotAllowed(field="url", url=url, reason=_("地址中的非 ASCII 字符须按百分号编码。"))
    return Target(secure, parts.hostname, port or (443 if secure else 80), path)


def resolved(target: Target, url: str) -> str:
    """The IP address to connect to; raises AddressNotAllowed if the name has one that is not outside. OSError if none."""
    found = {str(entry[4][0]) for entry in socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)}
    for text in found:
        if not may_reach(ipaddress.ip_address(text.split("%")[0])):
            raise AddressNotAllowed(
                field="url", url=url, reason=_("它指向内部网络（%(address)s）。") % {"address": text}
            )
    return sorted(found, key=lambda text: (":" in text, text))[0]


def may_reach(address: Address) -> bool:
    """Whether an address lies outside our network, or in a part that the installation has opened for webhooks."""
    inner = _within(address)
    opened = [ipaddress.ip_network(network) for network in settings.KEYUAN_WEBHOOK_NETWORKS]
    if any(each in network for each in inner for network in opened if each.version == network.version):
        return True
    return all(each.is_global and not each.is_multicast for each in inner)


def _within(address: Address) -> list[Address]:
    """The address and the IPv4 address that is wrapped in it, if any."""
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    wrapped = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in NAT64:
        wrapped.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    inner: list[Address] = [each for each in wrapped if each is not None]
    return inner if address.ipv4_mapped else [address, *inner]
