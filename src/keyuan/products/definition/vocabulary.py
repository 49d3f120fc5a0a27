"""Codes that definitions name and that live elsewhere: shared tables, claim papers, declarations, engine roles."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

# Shared tables of ``products/tables`` and the ages that each has.
# cl: 中国人身保险业经验生命表 (2010-2013); ci25: 重大疾病经验发生率表 (2006-2010).
SHARED_TABLES: Mapping[str, range] = {
    **{f"cl{number}_2010_2013": range(106) for number in range(1, 7)},
    **{
        f"ci25_2006_2010_{part}_{sex}": range(106)
        for part in ("incidence", "share_of_deaths")
        for sex in ("male", "female")
    },
}
QUESTIONNAIRES = frozenset({"life", "critical_illness", "medical", "accident", "annuity", "group", "motor", "home"})
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
