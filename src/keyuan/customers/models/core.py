"""The customer: one row for every person or enterprise, with the four parts of P1 around it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from keyuan.customers import validators
from keyuan.customers.states import (
    AssignmentKind,
    CustomerKind,
    DocumentKind,
    Education,
    Housing,
    MaritalStatus,
    Sex,
    Source,
)
from keyuan.kernel.fields import SealedTextField


class Customer(models.Model):
    """A person or an enterprise that the company knows. ``name_*`` are the search forms of the name (customers/names.py)."""

    number = models.CharField(_("客户号"), max_length=20)
    kind = models.CharField(_("客户类型"), max_length=12, choices=CustomerKind)
    name = models.CharField(_("名称"), max_length=120)
    name_pinyin = models.CharField(max_length=400, editable=False, default="")
    name_initials = models.CharField(max_length=120, editable=False, default="")
    name_grams = ArrayField(models.CharField(max_length=8), editable=False, default=list)
    org_unit = models.ForeignKey(
        "accounts.OrgUnit", models.PROTECT, related_name="customers", verbose_name=_("所属机构"), db_index=False
    )
    source = models.CharField(_("信息来源"), max_length=20, choices=Source)
    source_detail = models.CharField(_("来源说明"), max_length=120, blank=True, default="")
    synthetic = models.BooleanField(_("虚构数据"), default=False)
    # Values of the fields that administrators define (customfields), by slug; what is not known is left out.
    custom = models.JSONField(
        _("自定义字段"), default=dict, blank=True, db_default=models.Value({}, models.JSONField())
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    # Customers who were merged into this one: their lines of the log, which nobody can rewrite, are told with its own.
    absorbed_ids = ArrayField(models.BigIntegerField(), null=True, blank=True, editable=False)

    class Meta:
        # Every index here is paid for by every row of an import; each serves a named query of queries/.
        constraints = [models.UniqueConstraint(fields=["number"], name="a_customer_number_is_given_once")]
        indexes = [
            models.Index(OpClass("name", "text_pattern_ops"), name="customer_by_name"),
            models.Index(OpClass("name_pinyin", "text_pattern_ops"), name="customer_by_pinyin"),
            models.Index(OpClass("name_initials", "text_pattern_ops"), name="customer_by_initials"),
            GinIndex("name_grams", name="customer_by_gram", fastupdate=False),
            models.Index(fields=["org_unit", "-id"], name="customer_of_unit"),
            models.Index("org_unit", OpClass("name", "text_pattern_ops"), name="customer_of_unit_by_name"),
            models.Index("org_unit", OpClass("name_pinyin", "text_pattern_ops"), name="customer_of_unit_by_pinyin"),
        ]

    def __str__(self) -> str:
        return self.name


class Person(models.Model):
    """Basic and life-situation parts of an individual. Income and debts are yuan a year and yuan."""

    customer = models.OneToOneField(Customer, models.CASCADE, primary_key=True, related_name="person")
    # 基本资料
    sex = models.CharField(_("性别"), max_length=8, choices=Sex, blank=True, default="")
    birth_date = models.DateField(_("出生日期"), null=True, blank=True)
    native_place = models.CharField(_("籍贯"), max_length=60, blank=True, default="")
    marital_status = models.CharField(_("婚姻状况"), max_length=12, choices=MaritalStatus, blank=True, default="")
    education = models.CharField(_("学历"), max_length=12, choices=Education, blank=True, default="")
    document_kind = models.CharField(
        _("证件类型"), max_length=20, choices=DocumentKind, default=DocumentKind.RESIDENT_ID
    )
    id_number = SealedTextField(_("证件号码"))
    mobile = SealedTextField(_("移动电话"))
    email = SealedTextField(_("电子邮件"))
    employer = models.CharField(_("工作单位"), max_length=120, blank=True, default="")
    department = models.CharField(_("部门"), max_length=60, blank=True, default="")
    employer_address = models.CharField(_("单位地址"), max_length=200, blank=True, default="")
    position = models.CharField(_("职位"), max_length=60, blank=True, default="")
    work_phone = SealedTextField(_("工作电话"))
    fax = models.CharField(_("工作传真"), max_length=30, blank=True, default="")
    occupation = models.CharField(_("职业"), max_length=60, blank=True, default="")
    occupation_class = models.PositiveSmallIntegerField(
        _("职业类别"), null=True, blank=True, validators=[validators.occupation_class]
    )
    home_phone = SealedTextField(_("住宅电话"))
    home_address = SealedTextField(_("住宅地址"))
    region = models.CharField(_("居住地区划代码"), max_length=6, blank=True, default="")
    bank_account = SealedTextField(_("银行账号"))
    driving_licence_on = models.DateField(_("初次领证日期"), null=True, blank=True)
    # 生活情况
    annual_income = models.DecimalField(_("年收入"), max_digits=14, decimal_places=2, null=True, blank=True)
    household_income = models.DecimalField(_("家庭年收入"), max_digits=14, decimal_places=2, null=True, blank=True)
    debts = models.DecimalField(_("负债"), max_digits=14, decimal_places=2, null=True, blank=True)
    housing = models.CharField(_("住房情况"), max_length=16, choices=Housing, blank=True, default="")
    cars_owned = models.PositiveSmallIntegerField(_("自有车辆数"), null=True, blank=True)
    children = models.PositiveSmallIntegerField(_("子女数"), null=True, blank=True)
    smoker = models.BooleanField(_("吸烟"), null=True, blank=True)
    health_note = SealedTextField(_("健康状况"))
    hobbies = models.CharField(_("兴趣爱好"), max_length=120, blank=True, default="")
    preferred_channel = models.CharField(_("偏好联系方式"), max_length=20, blank=True, default="")
    preferred_time = models.CharField(_("偏好联系时间"), max_length=60, blank=True, default="")
    life_note = models.TextField(_("生活情况备注"), blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(occupation_class__isnull=True)
                | models.Q(occupation_class__in=list(validators.OCCUPATION_CLASSES)),
                name="occupation_class_is_one_of_six_or_declined",
            )
        ]
        indexes = [
            # Who was born on a day (queries/matching.py). Some fifty people share a day of a million: a short index.
            models.Index(
                fields=["birth_date"], condition=models.Q(birth_date__isnull=False), name="person_by_birth_date"
            )
        ]

    def __str__(self) -> str:
        return str(self.customer)


class Enterprise(models.Model):
    """What we know of an enterprise. ``registered_capital`` in yuan."""

    customer = models.OneToOneField(Customer, models.CASCADE, primary_key=True, related_name="enterprise")
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, blank=True, default="")
    industry = models.CharField(_("行业"), max_length=60, blank=True, default="")
    business_nature = models.CharField(_("业务性质"), max_length=60, blank=True, default="")
    employees = models.PositiveIntegerField(_("员工人数"), null=True, blank=True)
    registered_capital = models.DecimalField(_("注册资本"), max_digits=16, decimal_places=2, null=True, blank=True)
    established_on = models.DateField(_("成立日期"), null=True, blank=True)
    legal_representative = models.CharField(_("法定代表人"), max_length=60, blank=True, default="")
    contact_name = models.CharField(_("联系人"), max_length=60, blank=True, default="")
    contact_position = models.CharField(_("联系人职位"), max_length=60, blank=True, default="")
    contact_mobile = SealedTextField(_("联系人手机"))
    phone = models.CharField(_("单位电话"), max_length=30, blank=True, default="")
    fax = models.CharField(_("传真"), max_length=30, blank=True, default="")
    email = SealedTextField(_("电子邮件"))
    address = models.CharField(_("单位地址"), max_length=200, blank=True, default="")
    region = models.CharField(_("行政区划代码"), max_length=6, blank=True, default="")
    bank_account = SealedTextField(_("银行账号"))

    def __str__(self) -> str:
        return str(self.customer)


class ExternalCover(models.Model):
    """Cover that the customer holds with another insurer: the fourth part (投保情况) beside our own policies."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="external_covers")
    insurer = models.CharField(_("保险公司"), max_length=80)
    line = models.CharField(_("险种"), max_length=20)
    sum_insured = models.DecimalField(_("保额"), max_digits=14, decimal_places=2, null=True, blank=True)
    premium = models.DecimalField(_("年保费"), max_digits=14, decimal_places=2, null=True, blank=True)
    ends_on = models.DateField(_("到期日"), null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.insurer} {self.line}"


class Assignment(models.Model):
    """An agent who serves a customer or sold them cover, from one day until another: what an agent's scope rests on."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="assignments")
    agent = models.ForeignKey("agents.Agent", models.PROTECT, related_name="assignments")
    kind = models.CharField(max_length=12, choices=AssignmentKind, default=AssignmentKind.SERVICING)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=models.Q(kind=AssignmentKind.SERVICING, ends_on__isnull=True),
                name="one_servicing_agent_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["customer", "agent", "kind"],
                condition=models.Q(ends_on__isnull=True),
                name="an_agent_is_assigned_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent} → {self.customer}"
