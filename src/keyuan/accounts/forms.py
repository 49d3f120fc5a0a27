"""Forms of the accounts room. They say what may be typed; what may happen is decided in the actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from keyuan.accounts import queries
from keyuan.accounts.actions.users import UserDraft
from keyuan.accounts.models import OrgUnit, User
from keyuan.accounts.purposes import Purpose
from keyuan.accounts.roles import Permission, Role
from keyuan.accounts.scope import Viewer
from keyuan.kernel.refusals import Refusal

INDENT = "　"


def tell(form: forms.Form, refusal: Refusal) -> None:
    """Show a refusal beside the field that it is about, with what to do."""
    field = refusal.field if refusal.field in form.fields else None
    form.add_error(field, f"{refusal}{refusal.what_to_do}")


class UnitField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    """A choice of units, shown as the tree that they are."""

    def label_from_instance(self, unit: OrgUnit) -> str:
        return f"{INDENT * (unit.path.count('/') - 2)}{unit.label}（{unit.code}）"


class UserForm(forms.Form):
    """What an administrator says about an account."""

    display_name = forms.CharField(label=_("姓名"), max_length=60)
    role = forms.ChoiceField(label=_("角色"), choices=Role.choices, initial=Role.HOTLINE)
    org_unit = UnitField(OrgUnit.objects.none(), label=_("机构"), required=False, help_text=_("员工必须属于一个机构。"))
    email = forms.EmailField(label=_("电子邮箱"), required=False)

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["org_unit"].queryset = queries.units(viewer=viewer)  # type: ignore[attr-defined]

    @property
    def draft(self) -> UserDraft:
        unit: OrgUnit | None = self.cleaned_data["org_unit"]
        return UserDraft(
            display_name=self.cleaned_data["display_name"],
            role=self.cleaned_data["role"],
            org_unit_id=None if unit is None else unit.pk,
            email=self.cleaned_data["email"],
        )

    @classmethod
    def of(cls, user: User, *, viewer: Viewer) -> UserForm:
        """The form as the account is now."""
        initial = {"display_name": user.display_name, "role": user.role, "org_unit": user.org_unit, "email": user.email}
        return cls(initial=initial, viewer=viewer)


class PasswordForm(forms.Form):
    """A temporary password."""

    password = forms.CharField(
        label=_("临时密码"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("至少10个字符。本人登录后必须先修改。"),
    )


class NewUserForm(UserForm, PasswordForm):
    """A new account."""

    username = forms.CharField(
        label=_("用户名"), max_length=150, validators=[UnicodeUsernameValidator()], help_text=_("登录用，不能重复。")
    )
    field_order = ["username", "display_name", "role", "org_unit", "email", "password"]


class UnitForm(forms.Form):
    """Names of a unit."""

    name = forms.CharField(label=_("名称"), max_length=80)
    name_en = forms.CharField(label=_("英文名称"), max_length=120, required=False)
    region = forms.CharField(
        label=_("行政区划代码"),
        required=False,
        validators=[RegexValidator(r"^\d{6}$", _("请填写六位行政区划代码（GB/T 2260）。"))],
    )


class NewUnitForm(UnitForm):
    """A new unit."""

    code = forms.CharField(label=_("机构代码"), max_length=20)
    kind = forms.ChoiceField(label=_("层级"), choices=OrgUnit.Kind.choices, initial=OrgUnit.Kind.BRANCH)
    parent = UnitField(OrgUnit.objects.none(), label=_("上级机构"), required=False)
    field_order = ["code", "name", "kind", "parent", "name_en", "region"]

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = queries.units(viewer=viewer)  # type: ignore[attr-defined]


class MoveUnitForm(forms.Form):
    """Another place in the tree."""

    parent = UnitField(OrgUnit.objects.none(), label=_("新的上级机构"))

    def __init__(self, *args: Any, viewer: Viewer, unit: OrgUnit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        elsewhere = queries.units(viewer=viewer).exclude(path__startswith=unit.path)
        self.fields["parent"].queryset = elsewhere  # type: ignore[attr-defined]


# A program neither makes keys for other programs nor changes how the system is set up.
NOT_FOR_TOKENS = frozenset({Permission.USE_API, Permission.MANAGE_USERS, Permission.CONFIGURE})


class TokenForm(forms.Form):
    """A new API token, at most as wide as its owner."""

    name = forms.CharField(label=_("名称"), max_length=60, help_text=_("例如：呼叫中心弹屏"))
    purpose = forms.ChoiceField(
        label=_("用途类别"),
        choices=Purpose.choices,
        help_text=_("营销和向第三方提供，只能看到已同意的客户。"),
    )
    purpose_text = forms.CharField(label=_("用途说明"), max_length=200, help_text=_("给谁用、做什么；会写入日志。"))
    days = forms.IntegerField(label=_("有效天数"), min_value=1, max_value=366, initial=90)
    scopes = forms.MultipleChoiceField(label=_("权限"), widget=forms.CheckboxSelectMultiple)
    networks = forms.CharField(
        label=_("允许的网络"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("每行一个，例如 203.0.113.7 或 10.8.0.0/16；留空表示任何地方。"),
    )

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grantable = sorted(viewer.permissions - NOT_FOR_TOKENS)
        self.fields["scopes"].choices = [(scope.value, scope.label) for scope in grantable]  # type: ignore[attr-defined]


class UserFilterForm(forms.Form):
    """Which accounts to list."""

    q = forms.CharField(label=_("姓名或用户名"), required=False)
    role = forms.ChoiceField(label=_("角色"), choices=[("", _("所有角色")), *Role.choices], required=False)
    unit = UnitField(OrgUnit.objects.none(), label=_("机构及下级"), required=False, empty_label=_("所有机构"))
    state = forms.ChoiceField(
        label=_("状态"),
        choices=[("", _("所有状态")), ("active", _("使用中")), ("closed", _("已停用"))],
        required=False,
    )

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = queries.units(viewer=viewer)  # type: ignore[attr-defined]
        for name in ("role", "unit", "state"):
            self.fields[name].widget.attrs["class"] = "form-select"
