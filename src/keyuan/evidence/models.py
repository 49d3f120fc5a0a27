"""The tables of proof. Nobody outside this room imports them."""

from keyuan.evidence.pages.models import Asset, PageBody, Trace, TraceRow

__all__ = ["Asset", "PageBody", "Trace", "TraceRow"]
