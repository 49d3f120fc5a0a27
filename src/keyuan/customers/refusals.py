"""What the customers room refuses, by name."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from keyuan.customers.states import IdentifierKind
from keyuan.kernel.refusals import Refusal


class CustomerNotFound(Refusal):
    """No such customer, or none that this viewer may see: the two are told apart by nobody."""

    code = "customer_not_found"
    status = 404
    message = _("没有找到这位客户，或者您无权查看。")
    remedy = _("请核对号码；如果应当由您服务，请联系主管分配。")


class AgentsDoNotAssign(Refusal):
    """Agents serve whom they are given; who that is, the branch decides."""

    code = "agents_do_not_assign"
    status = 403
    message = _("代理人不能自行指定或移交服务人员。")
    remedy = _("请联系所属机构的经理办理。")


class OutsideScope(Refusal):
    """The unit is not one of the viewer's."""

    code = "outside_scope"
    status = 403
    message = _("所选机构不在您的管辖范围内。")
    remedy = _("请选择本机构或下级机构。")


class IdentifierTaken(Refusal):
    """Another customer holds this identifier. Who that is, is told only to those who may see that customer."""

    code = "identifier_taken"
    status = 409
    message = _("这个%(kind)s已属于另一位客户。")
    remedy = _("请核对是否为同一人；需要转移时，请先停用原标识。")
    message_with_holder = _("这个%(kind)s已属于客户%(name)s（%(number)s）。")

    def __init__(self, kind: IdentifierKind, *, field: str = "", holder: tuple[int, str, str] | None = None) -> None:
        self.kind = kind
        self.holder_id = None if holder is None else holder[0]
        gaps: dict[str, Any] = {"kind": kind.label}
        if holder is not None:
            gaps |= {"number": holder[1], "name": holder[2]}
        super().__init__(field=field or kind.value, **gaps)

    def __str__(self) -> str:
        return str(self.message if self.holder_id is None else self.message_with_holder) % self.gaps

    def as_dict(self) -> dict[str, str]:
        shown = {**super().as_dict(), "kind": self.kind.value}
        return shown if self.holder_id is None else {**shown, "customer_number": str(self.gaps["number"])}


class IdentifierNotHeld(Refusal):
    code = "identifier_not_held"
    status = 404
    message = _("这位客户名下没有这个在用的%(kind)s。")


class BirthDateContradictsIdNumber(Refusal):
    code = "birth_date_contradicts_id_number"
    message = _("出生日期%(given)s与身份证号码中的%(read)s不一致。")
    remedy = _("请核对证件；身份证号码正确时，出生日期可以留空，由系统填写。")


class SexContradictsIdNumber(Refusal):
    code = "sex_contradicts_id_number"
    message = _("性别与身份证号码不一致。")
    remedy = _("请核对证件；身份证号码正确时，性别可以留空，由系统填写。")


class BirthDateImpossible(Refusal):
    code = "birth_date_impossible"
    message = _("出生日期%(given)s不可能：晚于今天或早于130年前。")


class NameMissing(Refusal):
    code = "name_missing"
    message = _("请填写客户名称。")


class FieldUnknown(Refusal):
    code = "field_unknown"
    message = _("没有名为%(name)s的资料项，或者它不能这样修改。")


class ValueNotAllowed(Refusal):
    code = "value_not_allowed"
    message = _("“%(label)s”的值不符合要求：%(reason)s")


class AlreadyRelated(Refusal):
    code = "already_related"
    status = 409
    message = _("两位客户之间已有这种关系。")


class RelatedToThemselves(Refusal):
    code = "related_to_themselves"
    message = _("客户不能与自己建立关系。")


class ConsentAlreadyGiven(Refusal):
    code = "consent_already_given"
    status = 409
    message = _("客户已经同意这一用途，无需重复登记。")


class ConsentNotGiven(Refusal):
    code = "consent_not_given"
    status = 409
    message = _("客户没有同意过这一用途，无从撤回。")


class PurposeMissing(Refusal):
    code = "purpose_missing"
    message = _("请写明查看完整信息的用途。")


class HouseholdNotFound(Refusal):
    code = "household_not_found"
    status = 404
    message = _("没有找到这个家庭。")
    remedy = _("请先查找家庭中的一位成员，再从该成员的家庭页面加入。")


class CustomerMerged(CustomerNotFound):
    """The record went into another one, which this viewer may see."""

    code = "customer_merged"
    status = 409
    message = _("客户%(dropped)s的档案已并入%(name)s（%(number)s）。")
    remedy = _("请打开%(number)s继续办理；合并有误时可以撤销。")


class MergeImpossible(Refusal):
    code = "merge_impossible"
    message = _("个人与企业不能合并，客户也不能与自己合并。")
    remedy = _("请重新选择要合并的两位客户。")


class MergeReasonMissing(Refusal):
    code = "merge_reason_missing"
    message = _("请写明合并的理由。")
    remedy = _("例如：同一人，换号后重复建档，已电话核实。")


class DocumentsDiffer(Refusal):
    """Two ID numbers mostly mean two people."""

    code = "documents_differ"
    message = _("两份档案的“%(label)s”不同，通常是两个人。")
    remedy = _("请核对证件；确认是同一人时，请在这一项中选定保留哪一个。")


class RowsInTheWay(Refusal):
    """A row that can neither move nor be put away, because others hang on it."""

    code = "rows_in_the_way"
    status = 409
    message = _("两份档案在“%(table)s”中的记录互相冲突，不能自动合并。")
    remedy = _("请先在该页面处理这些记录，再合并。")


class MergeNotFound(Refusal):
    code = "merge_not_found"
    status = 404
    message = _("没有找到这次合并，或者您无权查看。")
    remedy = _("请从客户的时间线或重复客户页面打开。")


class MergeAlreadyUndone(Refusal):
    code = "merge_already_undone"
    status = 409
    message = _("这次合并已由%(by)s撤销。")


class LaterMergeFirst(Refusal):
    """A later merge builds on this one."""

    code = "later_merge_first"
    status = 409
    message = _("之后的一次合并（%(number)s %(name)s）建立在这次合并之上。")
    remedy = _("请先撤销那一次合并，再撤销这一次。")


class NotAnEnterprise(Refusal):
    code = "not_an_enterprise"
    message = _("%(name)s不是企业客户。")
    remedy = _("上级公司、企业联系人和合同只登记在企业客户下。")


class CompanyAboveItself(Refusal):
    """The chain of parents would come back to where it began."""

    code = "company_above_itself"
    message = _("%(parent)s已经在%(company)s之下，不能成为它的上级公司。")
    remedy = _("请核对股权关系；需要改动时，先解除原来的上级公司。")


class ParentPeriodImpossible(Refusal):
    code = "parent_period_impossible"
    message = _("这段时间与已登记的上级公司%(parent)s重叠。")
    remedy = _("请把开始日期定在原来的上级公司结束当天或以后。")


class NoParentCompany(Refusal):
    code = "no_parent_company"
    status = 404
    message = _("这家企业现在没有登记上级公司。")


class ShareImpossible(Refusal):
    code = "share_impossible"
    message = _("持股比例应大于0%%，不超过100%%。")


class EnterpriseContactNotFound(Refusal):
    code = "contact_not_found"
    status = 404
    message = _("没有找到这位联系人。")
    remedy = _("请刷新页面后再试。")


class RoleMissing(Refusal):
    code = "contact_role_missing"
    message = _("请至少选择一个角色。")


class PeriodImpossible(Refusal):
    code = "period_impossible"
    message = _("结束日期%(ends_on)s不晚于开始日期%(starts_on)s。")
    remedy = _("结束日期当天起不再有效，请核对日期。")


class ContractNotFound(Refusal):
    code = "contract_not_found"
    status = 404
    message = _("没有找到这份合同。")
    remedy = _("请核对合同编号；如确认无误，请联系客户所属机构。")


class ContractNumberTaken(Refusal):
    code = "contract_number_taken"
    status = 409
    message = _("这家企业已有编号为%(number)s的合同。")
    remedy = _("请核对合同编号。")


class ContractOver(Refusal):
    code = "contract_over"
    status = 409
    message = _("合同%(number)s在%(on)s已不在履行期内，不能提前终止。")
    remedy = _("请核对终止日期。")
