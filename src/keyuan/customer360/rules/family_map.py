"""Where the people around a customer stand in the small drawing: a row for each generation, the customer in the middle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from keyuan.customer360.shapes import Tie
from keyuan.customers.states import HouseholdRole, RelationKind

WIDTH = 320
ROW = 74
TOP = 30
ROOM_PER_ROW = 4
ABOVE = frozenset({RelationKind.PARENT.value, HouseholdRole.PARENT.value, RelationKind.REFERRER.value, "employer"})
BELOW = frozenset({RelationKind.CHILD.value, HouseholdRole.CHILD.value, RelationKind.REFERRED.value, "employee"})


@dataclass(frozen=True, slots=True)
class Node:
    """One person in the drawing; ``own`` is the customer whose page it is."""

    x: int
    y: int
    tie: Tie
    own: bool = False

    @property
    def short_name(self) -> str:
        return self.tie.name if len(self.tie.name) <= 6 else f"{self.tie.name[:5]}…"

    @property
    def label_y(self) -> int:
        return self.y + 28

    @property
    def kind_y(self) -> int:
        return self.y + 4


@dataclass(frozen=True, slots=True)
class Edge:
    x1: int
    y1: int
    x2: int
    y2: int


@dataclass(frozen=True, slots=True)
class FamilyMap:
    """The drawing, in units of its own view box; ``left_out`` counts those for whom there was no room."""

    width: int
    height: int
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    left_out: int


def draw(own: Tie, ties: Sequence[Tie]) -> FamilyMap:
    """Lay out the customer and those around them; parents above, children below, everybody else beside."""
    rows: dict[int, list[Tie]] = {0: [], 1: [], 2: []}
    for tie in ties:
        code = tie.kind.code
        rows[0 if code in ABOVE else 2 if code in BELOW else 1].append(tie)
    middle = rows[1][: ROOM_PER_ROW - 1]
    shown = {0: rows[0][:ROOM_PER_ROW], 1: [own, *middle], 2: rows[2][:ROOM_PER_ROW]}
    used = [row for row in (0, 1, 2) if shown[row]]
    nodes = tuple(
        Node(WIDTH * (2 * place + 1) // (2 * len(shown[row])), TOP + ROW * line, tie, tie is own)
        for line, row in enumerate(used)
        for place, tie in enumerate(shown[row])
    )
    centre = next(node for node in nodes if node.own)
    edges = tuple(Edge(centre.x, centre.y, node.x, node.y) for node in nodes if not node.own)
    return FamilyMap(WIDTH, ROW * len(used), nodes, edges, len(ties) + 1 - len(nodes))
