"""Closed vocabularies of the certificate centre."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Role(models.TextChoices):
    """What a certificate is for; all but the last belong to the company, and their keys to the centre."""

    ROOT = "root", _("根证书")
    ISSUING = "issuing", _("签发证书")
    OCSP = "ocsp", _("状态查询（OCSP）")
    TSA = "tsa", _("时间戳")
    DOCUMENTS = "documents", _("文件签章")
    LOG = "log", _("日志封存")
    CUSTOMER = "customer", _("客户证书")


COMPANY_ROLES = tuple(role for role in Role if role is not Role.CUSTOMER)
# Whose keys sign for the company every day: made by the issuing authority.
SERVICES = (Role.OCSP, Role.TSA, Role.DOCUMENTS, Role.LOG)


class Reason(models.TextChoices):
    """Why a certificate is revoked: the reasons of RFC 5280 that apply here, by the names that it gives them."""

    KEY_COMPROMISE = "keyCompromise", _("设备丢失或被盗，可能被他人使用")
    SUPERSEDED = "superseded", _("已换用新证书")
    CESSATION = "cessationOfOperation", _("不再使用")
    AFFILIATION = "affiliationChanged", _("证书上的资料已变更")
    UNSPECIFIED = "unspecified", _("其他原因")


class Standing(models.TextChoices):
    """How a certificate stands at a moment; computed, never stored."""

    VALID = "valid", pgettext_lazy("证书", "有效")
    ENDING = "ending", pgettext_lazy("证书", "即将到期")
    EXPIRED = "expired", pgettext_lazy("证书", "已过期")
    REVOKED = "revoked", pgettext_lazy("证书", "已注销")
    NOT_YET = "not_yet", pgettext_lazy("证书", "尚未生效")


TONES = {
    Standing.VALID: "good",
    Standing.ENDING: "watch",
    Standing.EXPIRED: "off",
    Standing.REVOKED: "bad",
    Standing.NOT_YET: "calm",
}
