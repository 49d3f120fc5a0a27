"""The left rail and the pages that the search box offers: what exists and what the viewer's role may use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.accounts.roles import Permission
from keyuan.accounts.scope import Viewer
from keyuan.web.addresses import address


@dataclass(frozen=True, slots=True)
class Place:
    """A page one can go to. ``url_names`` are tried in turn: the first that a room has built is the page.

    It shows to whom ``permission`` lets in, or, where more than a permission is asked for, to whom it is ``open_to``.
    """

    label: str | Promise
    icon: str
    url_names: tuple[str, ...]
    permission: Permission | None = None
    open_to: Callable[[Viewer], bool] | None = None
    words: str = ""
    shortcut: str = ""

    @property
    def address(self) -> str | None:
        return next(filter(None, map(address, self.url_names)), None)


@dataclass(frozen=True, slots=True)
class Link:
    """A place as the page shows it: where it leads and whether the reader is there."""

    place: Place
    url: str
    current: bool


RAIL = (
    Place(_("我的一天"), "sun", ("web:home",), words="wode yitian wdyt home my day", shortcut="g h"),
    Place(
        pgettext_lazy("页面", "客户"),
        "users",
        ("customer360:list",),
        Permission.SEE_CUSTOMERS,
        words="kehu kh customers",
        shortcut="g c",
    ),
    Place(
        _("条件查询"),
        "adjustments",
        ("customer360:queries",),
        Permission.SEE_CUSTOMERS,
        words="tiaojian chaxun tjcx cx query queries segments",
        shortcut="g f",
    ),
    Place(
        pgettext_lazy("页面", "准客户"),
        "user-search",
        ("sales:prospects",),
        Permission.SEE_CUSTOMERS,
        words="zhunkehu zkh qianke xiansuo prospects leads",
        shortcut="g q",
    ),
    Place(
        pgettext_lazy("页面", "计划书"),
        "file-dollar",
        ("sales:proposals",),
        Permission.SEE_CUSTOMERS,
        words="jihuashu jhs fangan proposals plans",
        shortcut="g j",
    ),
    Place(
        pgettext_lazy("页面", "卡片与调查"),
        "qrcode",
        ("engagement:forms",),
        Permission.SEE_CUSTOMERS,
        words="kapian diaocha wenjuan biaodan kp cards surveys forms",
        shortcut="g k",
    ),
    Place(
        pgettext_lazy("页面", "保单"),
        "file-text",
        ("policies:list",),
        Permission.SEE_CUSTOMERS,
        words="baodan bd policies",
        shortcut="g p",
    ),
    Place(
        pgettext_lazy("页面", "产品"),
        "umbrella",
        ("products:list",),
        words="chanpin cp tiaokuan feilv products definitions rates",
        shortcut="g o",
    ),
    Place(
        pgettext_lazy("页面", "核保"),
        "stethoscope",
        ("underwriting:list",),
        Permission.UNDERWRITE,
        words="hebao hb guize underwriting referrals rules authority",
    ),
    Place(
        pgettext_lazy("页面", "报价"),
        "report-money",
        ("sales:quotes",),
        Permission.SEE_CUSTOMERS,
        words="baojia bj quotes prices",
        shortcut="g u",
    ),
    Place(
        pgettext_lazy("页面", "投保单"),
        "clipboard-list",
        ("orders:list",),
        Permission.SEE_CUSTOMERS,
        words="toubaodan tbd dingdan orders applications online",
    ),
    Place(
        pgettext_lazy("页面", "续保"),
        "calendar-event",
        ("retention:list",),
        Permission.SEE_CUSTOMERS,
        words="xubao xb renewals worklists",
        shortcut="g r",
    ),
    Place(
        pgettext_lazy("页面", "客户等级"),
        "star",
        ("tiers:list",),
        Permission.SEE_CUSTOMERS,
        words="kehu dengji khdj huiyuan quanyi vip tiers members benefits",
    ),
    Place(
        pgettext_lazy("页面", "模型说明"),
        "file-text",
        ("insight:models",),
        Permission.SEE_INSIGHT,
        words="moxing shuoming mxsm kapian piaoyi models cards drift fairness calibration",
    ),
    Place(
        pgettext_lazy("页面", "流失预警"),
        "alert-triangle",
        ("retention:warning",),
        Permission.SEE_CUSTOMERS,
        words="liushi yujing lsyj wanliu warning churn lapse leaving risk",
    ),
    Place(
        pgettext_lazy("页面", "合同"),
        "file-check",
        ("customers:contracts",),
        Permission.SEE_CUSTOMERS,
        words="hetong ht contracts",
    ),
    Place(
        pgettext_lazy("页面", "理赔"),
        "first-aid-kit",
        ("claims:list",),
        Permission.SEE_CUSTOMERS,
        words="lipei lp claims",
        shortcut="g l",
    ),
    Place(
        pgettext_lazy("页面", "收费"),
        "credit-card",
        ("billing:list",),
        Permission.SEE_BOOKS,
        words="shoufei sf zhifu tuikuan duizhang zhangbu payments refunds books reconciliation",
    ),
    Place(
        pgettext_lazy("页面", "经营概览"),
        "chart-histogram",
        ("web:overview",),
        Permission.SEE_INSIGHT,
        words="jingying gailan jygl overview manager figures",
    ),
    Place(
        pgettext_lazy("页面", "经营分析"),
        "chart-bar",
        ("insight:cube",),
        Permission.SEE_INSIGHT,
        words="jingying fenxi jyfx lifang shuju insight cube pivot analysis",
        shortcut="g a",
    ),
    Place(
        pgettext_lazy("页面", "客户利润"),
        "chart-line",
        ("insight:profit",),
        Permission.SEE_INSIGHT,
        words="kehu lirun khlr jingyu profit whale curve structure luck",
    ),
    Place(
        _("任务"),
        "checklist",
        ("servicedesk:tasks",),
        Permission.CONTACT_CUSTOMERS,
        words="renwu rw tasks",
        shortcut="g t",
    ),
    Place(
        _("投诉"),
        "message-exclamation",
        ("servicedesk:complaints",),
        Permission.CONTACT_CUSTOMERS,
        words="tousu ts complaints",
    ),
    Place(
        _("重复客户"),
        "users-group",
        ("duplicates:queue",),
        Permission.MERGE_CUSTOMERS,
        words="chongfu kehu cfkh hebing duplicates merge",
        shortcut="g d",
    ),
    Place(
        _("导入"),
        "database-import",
        ("intake:list",),
        open_to=attrgetter("may_import_books"),
        words="daoru dr import",
        shortcut="g i",
    ),
    Place(
        _("身份核验"),
        "user-check",
        ("identity:list",),
        Permission.CONTACT_CUSTOMERS,
        words="shenfen heyan sfhy identity checks",
    ),
    Place(
        _("发件箱"),
        "send",
        ("outbox:list",),
        Permission.CONTACT_CUSTOMERS,
        words="fajianxiang fjx xiaoxi duanxin outbox messages sms",
    ),
    Place(
        _("用户与机构"),
        "building",
        ("accounts:users",),
        Permission.MANAGE_USERS,
        words="yonghu jigou settings users organisation",
    ),
    Place(
        _("自定义字段"),
        "list-details",
        ("customfields:list",),
        Permission.CONFIGURE,
        words="zidingyi ziduan zdyzd custom fields settings",
    ),
    Place(
        pgettext_lazy("页面", "销售回溯"),
        "history",
        ("evidence:replays",),
        Permission.REPLAY_SALES,
        words="xiaoshou huisu xshs kehuisu huifang replay sales traceable",
    ),
    Place(
        pgettext_lazy("页面", "日志封存"),
        "lock",
        ("evidence:batches",),
        Permission.SEE_LOG,
        words="rizhi fengcun rzfc hedui sealed log batches verify",
    ),
    Place(
        pgettext_lazy("页面", "客户证书"),
        "certificate",
        ("trust:list",),
        Permission.KEEP_CERTIFICATES,
        words="zhengshu kehu zs qianming certificates keys revoke",
    ),
    Place(
        _("事件推送"),
        "webhook",
        ("webhooks:list",),
        Permission.CONFIGURE,
        words="shijian tuisong sjts webhooks duijie",
    ),
)


def rail(viewer: Viewer, *, path: str) -> list[Link]:
    """The links of the left rail for this viewer; ``path`` is the page they are on."""
    open_to = tuple(place.open_to is None or place.open_to(viewer) for place in RAIL)
    return [
        Link(place, url, path == url if url == "/" else path.startswith(url))
        for place, url in _open_places(viewer.permissions, open_to)
    ]


@lru_cache(maxsize=256)
def _open_places(permissions: frozenset[Permission], open_to: tuple[bool, ...]) -> tuple[tuple[Place, str], ...]:
    """The places and their addresses for everybody who may do the same."""
    return tuple(
        (place, url)
        for place, is_open in zip(RAIL, open_to, strict=True)
        if is_open and (place.permission is None or place.permission in permissions)
        for url in [place.address]
        if url is not None
    )
