"""What only enterprises have: the company above them, the people one talks to, and contracts."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from keyuan.customers.models.core import Customer
from keyuan.customers.states import ContactRole, ContractKind
from keyuan.kernel.fields import SealedTextField


class ParentCompany(models.Model):
    """``parent`` is the company above ``customer`` from one day until another (outside); one at a time.

    ``share`` is the part that it holds, 0 to 1. No company is above itself on any day: actions.companies sees to it.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="parent_companies")
    parent = models.ForeignKey(Customer, models.CASCADE, related_name="subsidiaries")
    share = models.DecimalField(_("持股比例"), max_digits=5, decimal_places=4, null=True, blank=True)
    starts_on = models.DateField(_("开始日期"), null=True, blank=True)
    ends_on = models.DateField(_("结束日期"), null=True, blank=True)
    note = models.CharField(_("说明"), max_length=120, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(customer=models.F("parent")), name="no_company_is_above_itself"),
            models.CheckConstraint(
                condition=models.Q(share__isnull=True) | models.Q(share__gt=0, share__lte=1),
                name="a_share_is_a_part_of_one",
            ),
            models.UniqueConstraint(
                fields=["customer"], condition=models.Q(ends_on__isnull=True), name="one_parent_company_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer} < {self.parent}"


class EnterpriseContact(models.Model):
    """A person through whom one deals with an enterprise, in one or several roles, from one day until another.

    ``person`` is their own record where they are a customer.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="contacts")
    person = models.ForeignKey(Customer, models.SET_NULL, null=True, blank=True, related_name="contact_for")
    name = models.CharField(_("姓名"), max_length=60)
    roles = ArrayField(models.CharField(max_length=24, choices=ContactRole), default=list)
    position = models.CharField(_("职位"), max_length=60, blank=True, default="")
    mobile = SealedTextField(_("手机"))
    phone = SealedTextField(_("座机"))
    email = SealedTextField(_("电子邮件"))
    starts_on = models.DateField(_("开始日期"), null=True, blank=True)
    ends_on = models.DateField(_("结束日期"), null=True, blank=True)
    note = models.CharField(_("说明"), max_length=200, blank=True, default="")

    def __str__(self) -> str:
        return self.name


class Contract(models.Model):
    """A contract with an enterprise beside its policies. ``ends_on`` is outside; None: until it is ended.

    ``renewal_on`` is the day by which one has to talk about its renewal.
    """

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="contracts")
    number = models.CharField(_("合同编号"), max_length=40)
    title = models.CharField(_("合同名称"), max_length=120)
    kind = models.CharField(_("合同种类"), max_length=16, choices=ContractKind)
    signed_on = models.DateField(_("签订日期"), null=True, blank=True)
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期"), null=True, blank=True)
    renewal_on = models.DateField(_("续签日期"), null=True, blank=True)
    amount = models.DecimalField(_("合同金额"), max_digits=16, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("币种"), max_length=3, default="CNY")
    terminated_on = models.DateField(_("提前终止日期"), null=True, blank=True)
    termination_reason = models.CharField(_("终止原因"), max_length=200, blank=True, default="")
    note = models.CharField(_("说明"), max_length=400, blank=True, default="")
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "number"], name="a_contract_number_is_given_once"),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gt=models.F("starts_on")),
                name="contract_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=models.Q(amount__isnull=True) | models.Q(amount__gte=0), name="contract_amount_not_negative"
            ),
        ]
        indexes = [
            models.Index(fields=["ends_on"], name="contract_by_end"),
            # The order of the list.
            models.Index(fields=["renewal_on", "id"], name="contract_by_renewal"),
        ]

    def __str__(self) -> str:
        return self.number
