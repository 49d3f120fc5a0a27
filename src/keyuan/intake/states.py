"""How a run stands: computed from its facts, never stored."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from django.db import models
from django.utils.translation import gettext_lazy as _

# A run that has not moved for this long was killed.
SILENCE = timedelta(minutes=2)


class RunState(models.TextChoices):
    WAITING = "waiting", _("等待开始")
    RUNNING = "running", _("导入中")
    INTERRUPTED = "interrupted", _("已中断")
    STOPPED = "stopped", _("已停止")
    FAILED = "failed", _("失败")
    FINISHED = "finished", _("已完成")


TONES = {
    RunState.WAITING: "calm",
    RunState.RUNNING: "watch",
    RunState.INTERRUPTED: "now",
    RunState.STOPPED: "off",
    RunState.FAILED: "bad",
    RunState.FINISHED: "good",
}


class RunFacts(Protocol):
    """What a state is computed from."""

    beat_at: datetime | None
    stopped_at: datetime | None
    failed_at: datetime | None
    finished_at: datetime | None


def run_state(run: RunFacts, *, at: datetime) -> RunState:
    """The state of a run at a moment."""
    if run.finished_at is not None:
        return RunState.FINISHED
    if run.failed_at is not None:
        return RunState.FAILED
    if run.stopped_at is not None:
        return RunState.STOPPED
    if run.beat_at is None:
        return RunState.WAITING
    return RunState.RUNNING if at - run.beat_at < SILENCE else RunState.INTERRUPTED
