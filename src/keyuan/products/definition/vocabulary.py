"""Codes that definitions name and that live elsewhere: claim papers, declarations, engine roles.

Shared tables of rates by age: ``products.tables``.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

QUESTIONNAIRES = frozenset(
    {"life", "critical_illness", "medical", "accident", "annuity", "group", "motor", "home", "premises"}
)
OBJECT_LINES = frozenset({"motor", "property"})
# The tables that an engine cannot do without, by role.
ROLES: Mapping[str, tuple[str, ...]] = {
    "life": ("mortality_male", "mortality_female"),
    "travel": ("base",),
    "accident": ("rate",),
    "medical": ("base",),
    "motor": ("compulsory_seats", "damage_fixed", "damage_rate", "third_party", "no_claims", "claims"),
    "property": ("rate",),
    "group": ("rate",),
}
PAPERS: Mapping[int, object] = {
    1: _("理赔申请书"),
    2: _("保险合同"),
    3: _("被保险人身份证明"),
    4: _("病历、出院小结"),
    5: _("住院发票与费用清单"),
    6: _("门诊发票"),
    7: _("病理检查报告"),
    8: _("意外事故证明"),
    9: _("伤残鉴定书"),
    10: _("丧失劳动能力鉴定"),
    11: _("死亡、户籍注销与火化证明"),
    12: _("受益人关系证明"),
    13: _("银行账户"),
}
