"""Why the accounts room says no."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from keyuan.kernel.refusals import Refusal


class NotPermitted(Refusal):
    """The viewer is known but their role does not include the verb."""

    code = "not_permitted"
    status = 403
    message = _("您的角色没有“%(permission)s”这项权限。")
    remedy = _("如工作需要，请联系管理员调整角色。")


class SecondFactorMissing(Refusal):
    """The installation asks for a second factor before secrets are shown."""

    code = "second_factor_missing"
    status = 403
    message = _("使用前需要先添加第二验证方式。")
    remedy = _("请在“账户安全”中添加身份验证器或通行密钥。")


class TooMany(Refusal):
    """Done too often in too short a time."""

    code = "too_many_requests"
    status = 429
    message = _("操作过于频繁：每%(seconds)s秒最多%(amount)s次。")
    remedy = _("请稍候再试；如属正常工作量，请联系管理员调整限额。")


class ScopeTooWide(Refusal):
    """A token was to be given more than its owner has."""

    code = "scope_too_wide"
    message = _("令牌的权限不能超出您自己的权限（%(permissions)s）。")
    remedy = _("请去掉这些权限，或由有此权限的人创建令牌。")


class ExpiryOutOfRange(Refusal):
    """A token must end, and not too late."""

    code = "expiry_out_of_range"
    message = _("令牌的有效期必须在明天到%(days)s天之内。")
    remedy = _("请选择更早的到期日；到期前可以新建令牌替换。")


class TokenNotFound(Refusal):
    """No such token in the viewer's reach."""

    code = "token_not_found"
    status = 404
    message = _("没有找到这个令牌。")
    remedy = _("请刷新列表后再试。")


class TokenNotFromHere(Refusal):
    """The token may be used from some networks only."""

    code = "token_not_from_here"
    status = 403
    message = _("这个令牌不能从地址%(address)s使用。")
    remedy = _("请从令牌允许的网络调用，或请令牌的主人修改允许的网络。")


class NetworkMalformed(Refusal):
    """Not a network."""

    code = "network_malformed"
    message = _("“%(network)s”不是有效的网络。")
    remedy = _("请按 10.8.0.0/16 或 203.0.113.7 的样子填写，每行一个。")


class UserNotFound(Refusal):
    """No such account."""

    code = "user_not_found"
    status = 404
    message = _("没有找到这个账户。")
    remedy = _("请刷新列表后再试。")


class NoAccountOfThatName(UserNotFound):
    """A command was to be run as somebody who is not there."""

    message = _("没有用户名为“%(username)s”的账户。")
    remedy = _("请核对拼写；管理员登录后，在“用户与机构”页可以看到所有用户名。")


class UsernameTaken(Refusal):
    """Sign-in names are unique, whatever the case of their letters."""

    code = "username_taken"
    message = _("用户名“%(username)s”已被使用。")
    remedy = _("请换一个用户名，例如加上机构代码。")


class NotACustomersAccount(Refusal):
    """Staff sign in at the desk; a closed account nowhere."""

    code = "not_a_customers_account"
    status = 403
    message = _("这个账户不能在这里登录。")
    remedy = _("如有疑问，请联系客服热线。")


class StaffNeedUnit(Refusal):
    """Every member of staff belongs to an organisation unit."""

    code = "staff_need_unit"
    message = _("员工账户必须属于一个机构。")
    remedy = _("请选择机构。")


class LastAdministrator(Refusal):
    """Somebody must be left who can manage accounts."""

    code = "last_administrator"
    message = _("这是最后一个可用的管理员账户，不能停用或改变角色。")
    remedy = _("请先为另一个人设置管理员角色。")


class WeakPassword(Refusal):
    """The password does not pass the checks of this installation."""

    code = "weak_password"
    message = _("密码不符合要求：%(reasons)s")
    remedy = _("请使用较长的、不常见的密码，例如几个互不相关的词。")


class UnitNotFound(Refusal):
    """No such organisation unit."""

    code = "unit_not_found"
    status = 404
    message = _("没有找到这个机构。")
    remedy = _("请刷新机构树后再试。")


class UnitCodeTaken(Refusal):
    """Unit codes are unique."""

    code = "unit_code_taken"
    message = _("机构代码“%(unit_code)s”已被使用。")
    remedy = _("请换一个机构代码。")


class UnitBelowItself(Refusal):
    """A unit cannot be moved below itself, nor can head office be moved."""

    code = "unit_below_itself"
    message = _("不能把“%(unit)s”移到它自己或它的下级之下。")
    remedy = _("请选择另一个上级机构。")


class HeadOfficeStays(Refusal):
    """The company has one root."""

    code = "head_office_stays"
    message = _("总公司只有一个，不能移动，其他机构必须有上级。")
    remedy = _("请选择上级机构。")


class NotInDirectory(Refusal):
    """Single sign-on worked, but leads to no account here."""

    code = "not_in_directory"
    status = 403
    message = _("公司目录确认了您的身份，但没有对应的可用账户。")
    remedy = _("请联系管理员开通账户，或在公司目录中设置角色和机构。")
