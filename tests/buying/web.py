"""Pages and their forms, over Django's test client or over HTTP. A form sends what its page gives and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlencode, urljoin, urlsplit

import httpx
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from lxml import html as parser  # type: ignore[import-untyped]

FORM = "application/x-www-form-urlencoded"
MOST_REDIRECTS = 10
Pairs = list[tuple[str, str]]
#: name → (file name, content)
Files = Mapping[str, tuple[str, bytes]]


class NotOnThePage(AssertionError):
    """The page has no such form, field, choice or link: nobody could have sent it."""


@dataclass(frozen=True)
class Page:
    """A page as it came: ``path`` is where redirects led to, with its query."""

    status: int
    path: str
    text: str
    _tree: list[Any] = field(default_factory=list, repr=False, compare=False)

    @property
    def tree(self) -> Any:
        """The page, parsed once."""
        if not self._tree:
            self._tree.append(parser.fromstring(self.text or "<html></html>"))
        return self._tree[0]

    def all(self, xpath: str) -> list[Any]:
        return list(self.tree.xpath(xpath))

    def form(self, *, has: str = "", goes_to: str = "") -> Form:
        """The form with a field of this name, or whose address ends so."""
        for one in self.tree.forms:
            if (not has or has in one.fields) and (one.get("action") or self.path).split("?")[0].endswith(goes_to):
                return Form(self, one)
        raise NotOnThePage(f"no form with {has or goes_to!r} on {self.path}: {self.said()}")

    def link(self, ends: str) -> str:
        """The address of the link whose path ends so."""
        for one in self.all("//a[@href]"):
            if urlsplit(one.get("href")).path.endswith(ends):
                return str(one.get("href"))
        raise NotOnThePage(f"no link to {ends!r} on {self.path}: {self.said()}")

    @property
    def heading(self) -> str:
        return " ".join(" ".join(one.text_content().split()) for one in self.all("//h1"))

    def complaints(self) -> list[str]:
        """What the page says is wrong."""
        wrong = " or ".join(
            f"contains(concat(' ', @class, ' '), ' {one} ')"
            for one in ("field-error", "form-wrong", "note-error", "price-faults", "alert-danger", "message-error")
        )
        found = [" ".join(one.text_content().split()) for one in self.all(f"//*[{wrong}]")]
        return [one for one in found if one]

    def said(self) -> str:
        """The page in short, for whoever reads a failure."""
        return f"{self.status} {self.heading} {self.complaints()}"


@dataclass
class Form:
    """A form of a page, filled in as a person would: an unknown field or choice raises NotOnThePage."""

    page: Page
    element: Any
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return name in self.element.fields

    @property
    def names(self) -> list[str]:
        return list(self.element.fields.keys())

    @property
    def action(self) -> str:
        return str(urljoin(self.page.path, self.element.get("action") or self.page.path))

    def fill(self, values: Mapping[str, str]) -> Form:
        for name, value in values.items():
            self.set(name, value)
        return self

    def set(self, name: str, value: str) -> None:
        """Type, choose or tick (``on``; an empty text unticks)."""
        if name not in self.element.fields:
            raise NotOnThePage(f"no field {name!r} on {self.page.path}; there are {self.names}")
        control = self.element.inputs[name]
        try:
            if getattr(control, "type", "") == "checkbox":
                control.checked = bool(value)
            elif hasattr(control, "value_options"):
                _choose(control, value)
            else:
                control.value = value
        except ValueError as error:
            raise NotOnThePage(f"{name!r} on {self.page.path} offers no {value!r}") from error

    def attach(self, name: str, file_name: str, content: bytes) -> Form:
        if name not in self.element.fields:
            raise NotOnThePage(f"no field {name!r} on {self.page.path}; there are {self.names}")
        self.files[name] = (file_name, content)
        return self

    def pairs(self, button: tuple[str, str] | None = None) -> Pairs:
        """What would be sent."""
        kept = [(str(name), str(value)) for name, value in self.element.form_values()]
        if button is not None:
            if not self.element.xpath(f".//button[@name='{button[0]}'][@value='{button[1]}']"):
                raise NotOnThePage(f"no button {button} on {self.page.path}")
            kept.append(button)
        return kept


def _choose(control: Any, value: str) -> None:
    if value not in list(control.value_options):
        raise ValueError(value)
    control.value = value


class Web(Protocol):
    """Somebody's browser: it keeps cookies and follows redirects."""

    def get(self, path: str) -> Page: ...

    def post(self, path: str, pairs: Iterable[tuple[str, str]], files: Files | None = None) -> Page: ...

    def send(self, form: Form, *, button: tuple[str, str] | None = None) -> Page: ...

    def post_raw(self, path: str, body: str) -> str:
        """A call of somebody who is no browser (a gateway): form-encoded, without cookies."""
        ...


class _Sends:
    post: Callable[..., Page]

    def send(self, form: Form, *, button: tuple[str, str] | None = None) -> Page:
        pairs = form.pairs(button)
        if (form.element.get("method") or "get").lower() == "get":
            raise NotOnThePage(f"the form on {form.page.path} is not one that is posted")
        return self.post(form.action, pairs, form.files or None)


class TestClientWeb(_Sends):
    """Django's test client, with its CSRF check switched on."""

    __test__ = False

    def __init__(self, client: Client | None = None) -> None:
        self.client = client or Client(enforce_csrf_checks=True)

    def get(self, path: str) -> Page:
        return self._page(self.client.get(_local(path)), path)

    def post(self, path: str, pairs: Iterable[tuple[str, str]], files: Files | None = None) -> Page:
        if not files:  # as a browser sends a form without files
            return self._page(self.client.post(_local(path), urlencode(list(pairs)), content_type=FORM), path)
        data: dict[str, Any] = {}
        for name, value in pairs:
            data.setdefault(name, []).append(value)
        for name, (file_name, content) in files.items():
            data[name] = SimpleUploadedFile(file_name, content)
        return self._page(self.client.post(_local(path), data), path)

    def post_raw(self, path: str, body: str) -> str:
        return Client().post(_local(path), body, content_type=FORM).content.decode()

    def _page(self, answer: Any, path: str) -> Page:
        """The page at the end of the way; the client itself follows only redirects that Django made."""
        here = _local(path)
        for _nth in range(MOST_REDIRECTS):
            if answer.status_code not in (301, 302, 303) or not answer.headers.get("Location"):
                break
            here = _local(urljoin(here, answer.headers["Location"]))
            answer = self.client.get(here)
        return Page(answer.status_code, here, b"".join(answer).decode(errors="replace"))


class HttpxWeb(_Sends):
    """A server at an address, over HTTP/1.1 with connections kept open."""

    def __init__(self, base: str, *, timeout: float = 30.0, **more: Any) -> None:
        self.base = base.rstrip("/")
        self.client = httpx.Client(base_url=self.base, follow_redirects=True, timeout=timeout, **more)

    def get(self, path: str) -> Page:
        return self._page(self.client.get(_local(path)))

    def post(self, path: str, pairs: Iterable[tuple[str, str]], files: Files | None = None) -> Page:
        data: dict[str, Any] = {}
        for name, value in pairs:
            data.setdefault(name, []).append(value)
        head = {"Origin": self.base, "Referer": f"{self.base}{_local(path)}"}
        return self._page(self.client.post(_local(path), data=data, files=dict(files) if files else None, headers=head))

    def post_raw(self, path: str, body: str) -> str:
        head = {"Content-Type": FORM}
        return httpx.post(f"{self.base}{_local(path)}", content=body, headers=head, timeout=30.0).text

    def close(self) -> None:
        self.client.close()

    def _page(self, answer: httpx.Response) -> Page:
        return Page(answer.status_code, _local(str(answer.url)), answer.text)


def _local(address: str) -> str:
    """The path with its query, whatever host an address names: there is one site."""
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
