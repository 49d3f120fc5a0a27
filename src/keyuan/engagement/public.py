"""What a visitor without an account may see of a form: its newest version while it is open, and whose card it is."""

from __future__ import annotations

from dataclasses import dataclass

from keyuan.engagement.content import Content
from keyuan.engagement.models import Form, FormLink, FormVersion


@dataclass(frozen=True, slots=True)
class OpenForm:
    """An open form with its newest version; ``link`` says by which way the visitor came."""

    form: Form
    version: FormVersion
    content: Content
    link: FormLink | None

    @property
    def agent_name(self) -> str:
        """Whose card it is; empty for the company's own."""
        agent = self.link.agent if self.link is not None and self.link.agent is not None else self.form.owner
        return "" if agent is None else agent.name


def open_form(slug: str, code: str = "") -> OpenForm | None:
    """The form at an address, or None if there is none, it is closed, or the link is not one of its own."""
    rows = FormVersion.objects.select_related("form__owner", "form__org_unit").order_by("-number")
    version = rows.filter(form__slug=slug, form__published_at__isnull=False, form__closed_at__isnull=True).first()
    if version is None:
        return None
    link = None
    if code:
        link = FormLink.objects.select_related("agent").filter(form=version.form, code=code).first()
        if link is None:
            return None
    return OpenForm(version.form, version, Content.of(version.content), link)
