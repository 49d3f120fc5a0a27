"""The closed vocabularies of the customers room."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class CustomerKind(models.TextChoices):
    INDIVIDUAL = "individual", _("个人")
    ENTERPRISE = "enterprise", _("企业")


class Part(models.TextChoices):
    """The four parts of what we know of a customer (P1)."""

    BASIC = "basic", _("基本资料")
    LIFE = "life", _("生活情况")
    FAMILY = "family", _("家庭情况")
    INSURANCE = "insurance", _("投保情况")


# What the parts are called for an enterprise, which has no life and no family.
ENTERPRISE_PART_LABELS = {
    Part.LIFE: _("经营情况"),
    Part.FAMILY: _("关联企业与联系人"),
}


class Sex(models.TextChoices):
    MALE = "male", _("男")
    FEMALE = "female", _("女")


class MaritalStatus(models.TextChoices):
    """GB/T 2261.2, the four main classes."""

    SINGLE = "single", _("未婚")
    MARRIED = "married", _("已婚")
    WIDOWED = "widowed", _("丧偶")
    DIVORCED = "divorced", _("离婚")


class Education(models.TextChoices):
    """GB/T 4658, main classes."""

    PRIMARY = "primary", _("小学及以下")
    JUNIOR_HIGH = "junior_high", _("初中")
    SENIOR_HIGH = "senior_high", _("高中/中专")
    COLLEGE = "college", _("大专")
    BACHELOR = "bachelor", _("本科")
    MASTER = "master", _("硕士")
    DOCTOR = "doctor", _("博士")


class DocumentKind(models.TextChoices):
    """What the identity document is."""

    RESIDENT_ID = "resident_id", _("居民身份证")
    PASSPORT = "passport", _("护照")
    HK_MO_TW = "hk_mo_tw", _("港澳台居民证件")
    FOREIGN_RESIDENT = "foreign_resident", _("外国人永久居留身份证")
    OTHER = "other", _("其他证件")


class Housing(models.TextChoices):
    OWNED = "owned", _("自有住房")
    MORTGAGED = "mortgaged", _("按揭住房")
    RENTED = "rented", _("租房")
    WITH_PARENTS = "with_parents", _("与父母同住")
    EMPLOYER = "employer", _("单位住房")


class Source(models.TextChoices):
    """How we came to know a customer (P2)."""

    WEB = "web", _("网上搜索")
    AUTHORITY_DATA = "authority_data", _("权威数据库")
    TRADE_SITE = "trade_site", _("专业网站")
    AGENCY = "agency", _("专业机构")
    REFERRAL = "referral", _("老客户推荐")
    COMPETITOR = "competitor", _("竞争对手")
    CLIENT_COMPANY = "client_company", _("客户企业")
    MARKET_SURVEY = "market_survey", _("市场考察")
    VISIT = "visit", _("人员走访")
    PHONE = "phone", _("电话调查")
    MAIL = "mail", _("邮件调查")
    OBSERVATION = "observation", _("现场观察")
    SELF_FILLED_CARD = "self_filled_card", _("客户自填卡片")
    PURCHASE = "purchase", _("购买时留下")
    IMPORT = "import", _("历史数据导入")


class IdentifierKind(models.TextChoices):
    """What can name exactly one customer."""

    CUSTOMER_NO = "customer_no", _("客户号")
    MOBILE = "mobile", _("手机号")
    ID_NUMBER = "id_number", _("证件号码")
    USCC = "uscc", _("统一社会信用代码")
    POLICY_NO = "policy_no", _("保单号")
    CLAIM_NO = "claim_no", _("赔案号")
    PLATE = "plate", _("车牌号")
    VIN = "vin", _("车架号")
    EMAIL = "email", _("电子邮箱")
    CERTIFICATE = "certificate", _("数字证书号")
    CALL_NO = "call_no", _("通话编号")
    EXTERNAL = "external", _("原系统编号")


# Kinds that are looked up by digest only and shown masked; the others lie readable and can be found by their beginning.
SEALED_KINDS = frozenset({IdentifierKind.MOBILE, IdentifierKind.ID_NUMBER, IdentifierKind.EMAIL})


class HouseholdRole(models.TextChoices):
    HEAD = "head", _("户主")
    SPOUSE = "spouse", _("配偶")
    CHILD = "child", _("子女")
    PARENT = "parent", _("父母")
    OTHER = "other", _("其他成员")


class RelationKind(models.TextChoices):
    """What the other customer is to this one: PARENT reads "the other is this customer's parent"."""

    SPOUSE = "spouse", _("配偶")
    PARENT = "parent", _("父母")
    CHILD = "child", _("子女")
    SIBLING = "sibling", _("兄弟姐妹")
    REFERRER = "referrer", _("推荐人")
    REFERRED = "referred", _("被推荐人")
    EMPLOYEE = "employee", _("员工")
    EMPLOYER = "employer", _("雇主")
    CONTACT = "contact", _("联系人")
    CONTACT_OF = "contact_of", _("所联系的企业")


INVERSE_RELATION = {
    RelationKind.SPOUSE: RelationKind.SPOUSE,
    RelationKind.PARENT: RelationKind.CHILD,
    RelationKind.CHILD: RelationKind.PARENT,
    RelationKind.SIBLING: RelationKind.SIBLING,
    RelationKind.REFERRER: RelationKind.REFERRED,
    RelationKind.REFERRED: RelationKind.REFERRER,
    RelationKind.EMPLOYEE: RelationKind.EMPLOYER,
    RelationKind.EMPLOYER: RelationKind.EMPLOYEE,
    RelationKind.CONTACT: RelationKind.CONTACT_OF,
    RelationKind.CONTACT_OF: RelationKind.CONTACT,
}


class ConsentPurpose(models.TextChoices):
    """What the customer agreed to; each is given and withdrawn by itself (个人信息保护法 §14-16, §28-29)."""

    SERVICE = "service", _("履行合同与服务")
    MARKETING = "marketing", _("营销与推荐")
    PROFILING = "profiling", _("个性化分析")
    HEALTH_DATA = "health_data", _("处理健康信息")
    SHARING = "sharing", _("向第三方提供")
    RECORDING = "recording", _("通话录音")
    IDENTITY = "identity", _("身份核验")


class AssignmentKind(models.TextChoices):
    """Why an agent sees a customer."""

    SERVICING = "servicing", _("服务人员")
    SELLING = "selling", _("销售人员")
    HELPING = "helping", _("协助人员")


class StepKind(models.TextChoices):
    """What a step of a merge did to rows; taken back in reverse (merging/journal.py)."""

    MOVED = "moved", _("移过去")
    REMOVED = "removed", _("收起")
    CHANGED = "changed", _("改动")
    ADDED = "added", _("补上")
    STAYED = "stayed", _("留下")


class ContactRole(models.TextChoices):
    """What a person is to an enterprise when one deals with it."""

    LEGAL_REPRESENTATIVE = "legal_representative", _("法定代表人")
    DECISION_MAKER = "decision_maker", _("决策人")
    INSURANCE_CONTACT = "insurance_contact", _("保险联系人")
    HR = "hr", _("人事")
    FINANCE = "finance", _("财务")
    PURCHASING = "purchasing", _("采购")
    SAFETY = "safety", _("安全生产")
    RECEPTION = "reception", _("行政")
    OTHER = "other", _("其他联系人")


class ContractKind(models.TextChoices):
    FRAMEWORK = "framework", _("框架协议")
    GROUP_COVER = "group_cover", _("团体保险合同")
    PROPERTY_COVER = "property_cover", _("财产保险合同")
    SERVICE = "service", _("服务合同")
    COOPERATION = "cooperation", _("合作协议")
    CONFIDENTIALITY = "confidentiality", _("保密协议")
    OTHER = "other", _("其他合同")


class ContractStatus(models.TextChoices):
    """Computed from the contract's days (rules.contract_status)."""

    NOT_STARTED = "not_started", _("未开始")
    IN_FORCE = "in_force", _("履行中")
    RENEWAL_DUE = "renewal_due", _("待续签")
    ENDED = "ended", _("已到期")
    TERMINATED = "terminated", _("已提前终止")
