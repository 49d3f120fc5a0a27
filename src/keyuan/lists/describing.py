"""What a list is: a description that a room writes down once, and that page, count, views and export are made from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keyuan.accounts.roles import Permission
from keyuan.eventlog.kinds import EventKind
from keyuan.lists.events import EXPORTED

if TYPE_CHECKING:
    from keyuan.accounts.access import SignedInRequest
    from keyuan.accounts.scope import Viewer

Word = str | Promise
Found = QuerySet[Any, Any] | Sequence[Any]
#: How a cell is shown and exported. ``chips``: one Mark or several; ``money``: Decimal, Money, or (Decimal, currency).
LOOKS = ("text", "code", "number", "money", "day", "moment", "chips")


@dataclass(frozen=True, slots=True)
class Mark:
    """A status in a cell: its word, and the tone that goes with it (kernel.marks.TONES)."""

    word: Word
    tone: str = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column. ``value`` takes a row; ``note`` is a second, smaller line; ``address`` makes the cell a link.

    ``sort`` is the path by which the database puts rows into order. An index begins with it; where none does, the column
    is ``unindexed``, and a list is put into its order only once it is narrowed to what is quickly sorted. ``nullable``: that
    path may be empty; what is empty comes last. ``usual``: shown unless others are chosen.
    """

    name: str
    label: Word
    value: Callable[[Any], Any]
    look: str = "text"
    note: Callable[[Any], Any] | None = None
    address: Callable[[Any], str | None] | None = None
    sort: str = ""
    nullable: bool = False
    unindexed: bool = False
    usual: bool = True
    wide: bool = False

    def __post_init__(self) -> None:
        if self.look not in LOOKS:
            raise ValueError(f"column {self.name}: there is no look {self.look!r}")


Choices = Callable[["Viewer"], Iterable[tuple[Any, Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One way to narrow a list. ``kind``: choice, text, day, or given (an id that only other pages put in).

    ``says`` is how the chip reads, with ``%(word)s`` where the value comes. ``sealed``: what is typed may be a mobile or an
    ID number; it is neither kept in a view nor written into the log.
    """

    name: str
    label: Word
    kind: str = "choice"
    choices: Choices | None = None
    says: Word = "%(word)s"
    sealed: bool = False


@dataclass(frozen=True, slots=True)
class Tab:
    """A fixed view above the list. ``order``: the usual order of this tab, where it is another than the list's."""

    code: str
    label: Word
    order: str = ""


@dataclass(frozen=True, slots=True)
class Nothing:
    """What an empty list says, and the first step it teaches."""

    title: Word
    text: Word = ""
    url: Callable[[], str] | None = None
    action: Word = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A list of staff. ``found`` gives the rows in scope that fit what is asked, without order; a stranger gets none.

    ``rows`` turns a piece of them (a page, or 2,000 at a time in an export) into what the columns read.
    """

    name: str
    title: Word
    icon: str
    permissions: tuple[Permission, ...]
    found: Callable[[Mapping[str, Any], Viewer, date], Found]
    columns: tuple[Column, ...]
    order: str
    nothing: Nothing
    address: Callable[[Any], str]
    rows: Callable[[Sequence[Any], Viewer, date], Sequence[Any]] = lambda found, _viewer, _on: found
    key: Callable[[Any], Any] = attrgetter("pk")
    panel: Callable[[Any], str] | None = None
    picked: str = ""
    pick: Callable[[Any], Word] = str
    filters: tuple[Filter, ...] = ()
    tab: str = "state"
    tabs: tuple[Tab, ...] = ()
    counts: Callable[[Mapping[str, Any], Viewer, date], Mapping[str, int]] | None = None
    may_pick: Callable[[Viewer], bool] = lambda _viewer: True
    template: str = "lists/page.html"
    context: Callable[[SignedInRequest], Mapping[str, Any]] | None = None
    exported: EventKind = EXPORTED
    may_export: Callable[[Viewer], bool] = lambda viewer: viewer.may(Permission.EXPORT)
    note: Word = ""
    by_name: Mapping[str, Column] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {column.name: column for column in self.columns})
        if self.order.removeprefix("-") not in {column.name for column in self.columns if column.sort}:
            raise ValueError(f"the list {self.name} is in the order of {self.order!r}, which is no column to sort by")
        if len(self.by_name) != len(self.columns):
            raise ValueError(f"the list {self.name} has two columns of one name")

    @property
    def usual(self) -> tuple[Column, ...]:
        """The columns shown to who chose none."""
        return tuple(column for column in self.columns if column.usual)


NOTHING_FITS = Nothing(_("没有符合条件的记录"), _("去掉一个条件再试。"))
