"""A program whose purpose needs consent sees, by whatever way it asks, only customers who gave it."""

from dataclasses import replace

from keyuan.accounts.roles import Role
from keyuan.customers import queries
from keyuan.customers.actions import give_consent, withdraw_consent
from keyuan.kernel.actor import Actor

SYSTEM = Actor.system("tests")


def test_marketing_sees_who_agreed_until_they_take_it_back(insurer):
    agreed, silent = insurer.person("王芳", mobile="13812345678"), insurer.person("王强", mobile="13912345678")
    give_consent(agreed.pk, purpose="marketing", wording="1", channel="counter", by=SYSTEM)
    manager = insurer.viewer(Role.MANAGER)
    program = replace(manager, purpose="marketing")
    assert list(queries.visible(program)) == [agreed]
    assert [one.pk for one in queries.by_name("王", viewer=program)] == [agreed.pk]
    assert queries.by_identifier("13912345678", viewer=program) == []
    assert [one.pk for one in queries.by_identifier("13812345678", viewer=program)] == [agreed.pk]
    assert not queries.may_see(silent.pk, viewer=program)
    assert queries.visible(replace(manager, purpose="core_system")).count() == 2
    assert queries.visible(replace(manager, purpose="third_party")).count() == 0
    withdraw_consent(agreed.pk, purpose="marketing", channel="counter", by=SYSTEM)
    assert list(queries.visible(program)) == []
