"""What a page calls its fields: the label of each, by the field's name. Pure."""

from __future__ import annotations

from html.parser import HTMLParser

LONGEST = 80
FIELDS = ("input", "select", "textarea")


def names_of_fields(page: bytes) -> dict[str, str]:
    """Field name → label; of a group of radio buttons the question. A field without a label is left out."""
    reader = _Reader()
    reader.feed(page.decode(errors="replace"))
    reader.close()
    return reader.found()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._by_id: dict[str, str] = {}
        self._labels: dict[str, str] = {}
        self._around: dict[str, str] = {}
        self._questions: dict[str, str] = {}
        self._for: str | None = None
        self._text: list[str] = []
        self._inside: list[str] = []
        self._legend: list[str] | None = None
        self._question = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "label":
            self._for, self._text, self._inside = told.get("for", ""), [], []
        elif tag == "legend":
            self._legend = []
        elif tag == "fieldset":
            self._question = ""
        elif tag in FIELDS and (name := told.get("name", "")):
            if told.get("id"):
                self._by_id[told["id"]] = name
            if self._for is not None:
                self._inside.append(name)
            if told.get("type") == "radio" and self._question:
                self._questions.setdefault(name, self._question)

    def handle_data(self, data: str) -> None:
        if self._legend is not None:
            self._legend.append(data)
        elif self._for is not None:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "legend" and self._legend is not None:
            self._question, self._legend = _words(self._legend), None
        elif tag == "label" and self._for is not None:
            words = _words(self._text)
            if self._for:
                self._labels.setdefault(self._for, words)
            for name in self._inside:
                self._around.setdefault(name, words)
            self._for = None

    def found(self) -> dict[str, str]:
        by_label = {self._by_id[one]: words for one, words in self._labels.items() if one in self._by_id}
        return {name: words for name, words in {**self._around, **by_label, **self._questions}.items() if words}


def _words(texts: list[str]) -> str:
    return " ".join("".join(texts).split())[:LONGEST]
