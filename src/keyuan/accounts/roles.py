"""Roles and what each may do. Which rows a role sees is the scope (scope.py), not a permission."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Role(models.TextChoices):
    AGENT = "agent", _("代理人")
    HOTLINE = "hotline", _("热线坐席")
    COUNTER = "counter", _("柜面人员")
    UNDERWRITER = "underwriter", _("核保人")
    CLAIMS = "claims", _("理赔人员")
    ANALYST = "analyst", _("分析师")
    MANAGER = "manager", _("经理")
    ADMINISTRATOR = "administrator", _("管理员")
    CUSTOMER = "customer", _("客户")


class Permission(StrEnum):
    """A verb that a role may or may not use."""

    SEE_CUSTOMERS = "see_customers"
    EDIT_CUSTOMERS = "edit_customers"
    MERGE_CUSTOMERS = "merge_customers"
    UNMASK = "unmask"
    CONTACT_CUSTOMERS = "contact_customers"
    SERVE_POLICIES = "serve_policies"
    GIVE_BACK_POLICIES = "give_back_policies"
    HANDLE_CLAIMS = "handle_claims"
    IMPORT_BOOKS = "import_books"
    EXPORT = "export"
    SEE_LOG = "see_log"
    MANAGE_USERS = "manage_users"
    CONFIGURE = "configure"
    DEFINE_PRODUCTS = "define_products"
    PUBLISH_PRODUCTS = "publish_products"
    UNDERWRITE = "underwrite"
    WRITE_UNDERWRITING_RULES = "write_underwriting_rules"
    PUBLISH_UNDERWRITING_RULES = "publish_underwriting_rules"
    WRITE_TIER_RULES = "write_tier_rules"
    PUBLISH_TIER_RULES = "publish_tier_rules"
    KEEP_CERTIFICATES = "keep_certificates"
    REPLAY_SALES = "replay_sales"
    SEE_BOOKS = "see_books"
    RECONCILE = "reconcile"
    SEE_INSIGHT = "see_insight"
    USE_API = "use_api"

    @property
    def label(self) -> Promise:
        return PERMISSION_LABELS[self]


PERMISSION_LABELS = {
    Permission.SEE_CUSTOMERS: _("查看客户"),
    Permission.EDIT_CUSTOMERS: pgettext_lazy("权限", "修改客户资料"),
    Permission.MERGE_CUSTOMERS: _("合并重复客户"),
    Permission.UNMASK: _("查看完整的敏感信息"),
    Permission.CONTACT_CUSTOMERS: _("联系客户、记录服务"),
    Permission.SERVE_POLICIES: _("办理承保、收费与保全"),
    Permission.GIVE_BACK_POLICIES: _("替客户办理犹豫期退保"),
    Permission.HANDLE_CLAIMS: _("核定与支付赔款"),
    Permission.IMPORT_BOOKS: _("导入业务数据"),
    Permission.EXPORT: _("导出"),
    Permission.SEE_LOG: _("查看日志"),
    Permission.MANAGE_USERS: _("管理账户与机构"),
    Permission.CONFIGURE: _("设置自定义字段与对接"),
    Permission.DEFINE_PRODUCTS: _("编写产品定义"),
    Permission.PUBLISH_PRODUCTS: _("审批、发布产品"),
    Permission.UNDERWRITE: _("办理人工核保"),
    Permission.WRITE_UNDERWRITING_RULES: _("编写核保规则"),
    Permission.PUBLISH_UNDERWRITING_RULES: _("审批、发布核保规则与核保权限"),
    Permission.WRITE_TIER_RULES: _("编写客户等级规则"),
    Permission.PUBLISH_TIER_RULES: _("审批、发布客户等级规则"),
    Permission.KEEP_CERTIFICATES: _("查看、注销客户的数字证书"),
    Permission.REPLAY_SALES: _("回看客户的网上投保过程"),
    Permission.SEE_BOOKS: _("查看账务与对账"),
    Permission.RECONCILE: _("处理对账差异与退款"),
    Permission.SEE_INSIGHT: _("查看经营分析"),
    Permission.USE_API: _("使用接口"),
}


_FRONT_LINE = frozenset(
    {
        Permission.SEE_CUSTOMERS,
        Permission.EDIT_CUSTOMERS,
        Permission.UNMASK,
        Permission.CONTACT_CUSTOMERS,
        Permission.USE_API,
    }
)

PERMISSIONS: dict[str, frozenset[Permission]] = {
    Role.AGENT: _FRONT_LINE | {Permission.EXPORT},
    # Complaints and call-backs are theirs; an agent does not see what a customer told the company alone.
    Role.HOTLINE: _FRONT_LINE | {Permission.KEEP_CERTIFICATES, Permission.GIVE_BACK_POLICIES, Permission.REPLAY_SALES},
    Role.COUNTER: _FRONT_LINE
    | {
        Permission.SERVE_POLICIES,
        Permission.GIVE_BACK_POLICIES,
        Permission.MERGE_CUSTOMERS,
        Permission.KEEP_CERTIFICATES,
    },
    Role.UNDERWRITER: (_FRONT_LINE - {Permission.EDIT_CUSTOMERS})
    | {
        Permission.DEFINE_PRODUCTS,
        Permission.UNDERWRITE,
        Permission.WRITE_UNDERWRITING_RULES,
        Permission.REPLAY_SALES,
    },
    Role.CLAIMS: (_FRONT_LINE - {Permission.EDIT_CUSTOMERS}) | {Permission.HANDLE_CLAIMS, Permission.REPLAY_SALES},
    # An analyst counts people and does not need to know who they are.
    Role.ANALYST: frozenset(
        {
            Permission.SEE_CUSTOMERS,
            Permission.EXPORT,
            Permission.SEE_BOOKS,
            Permission.SEE_INSIGHT,
            Permission.WRITE_TIER_RULES,
            Permission.USE_API,
        }
    ),
    Role.MANAGER: _FRONT_LINE
    | {
        Permission.EXPORT,
        Permission.MERGE_CUSTOMERS,
        Permission.IMPORT_BOOKS,
        Permission.SEE_LOG,
        Permission.SERVE_POLICIES,
        Permission.GIVE_BACK_POLICIES,
        Permission.KEEP_CERTIFICATES,
        Permission.HANDLE_CLAIMS,
        Permission.DEFINE_PRODUCTS,
        Permission.PUBLISH_PRODUCTS,
        Permission.UNDERWRITE,
        Permission.WRITE_UNDERWRITING_RULES,
        Permission.PUBLISH_UNDERWRITING_RULES,
        Permission.WRITE_TIER_RULES,
        Permission.PUBLISH_TIER_RULES,
        Permission.REPLAY_SALES,
        Permission.SEE_BOOKS,
        Permission.RECONCILE,
        Permission.SEE_INSIGHT,
    },
    # An administrator runs the system; knowing customers' secrets is not part of that.
    Role.ADMINISTRATOR: frozenset(
        {
            Permission.SEE_CUSTOMERS,
            Permission.IMPORT_BOOKS,
            Permission.SEE_LOG,
            Permission.MANAGE_USERS,
            Permission.KEEP_CERTIFICATES,
            Permission.CONFIGURE,
            Permission.DEFINE_PRODUCTS,
            Permission.PUBLISH_PRODUCTS,
            Permission.USE_API,
        }
    ),
    Role.CUSTOMER: frozenset(),
}

STAFF_ROLES = frozenset(Role.values) - {Role.CUSTOMER}
