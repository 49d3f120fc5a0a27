"""What lies on the desks this morning: so that a manager, the hotline and the counter open a day that has work in it.

Only the book's first households in the branch that the demo shows have any of it, so a large book has no more than
a small one.
"""

from __future__ import annotations

from datetime import timedelta

from keyuan.demo import causes
from keyuan.demo.chronicle import Chronicle
from keyuan.demo.claims_told import tell_complaint
from keyuan.demo.company import SHOW_CITY, Company
from keyuan.demo.facts import world
from keyuan.demo.people import Cell
from keyuan.demo.streams import Stream
from keyuan.servicedesk.states import ComplaintReason

REASONS = (ComplaintReason.SERVICE_ATTITUDE, ComplaintReason.NUISANCE, ComplaintReason.OTHER)
#: Whose desk, and what is to be done there about the customer.
JOBS = (
    ("manager", "抽查续保回访录音", "每月抽查，核对话术与客户意愿。"),
    ("manager", "走访重点客户", "带上本年度保障检视表。"),
    ("manager", "审阅客户的退保挽留方案", "服务人员已提交，待批复。"),
    ("hotline", "按约回电", "客户上次来电时不便，请于工作日下午回电。"),
    ("hotline", "电话确认地址变更", "网上提交，需核对身份后生效。"),
    ("counter", "客户预约来柜面变更缴费银行卡", "请带本人证件和银行卡。"),
    ("counter", "补存证件影印件", "证件即将到期，来柜面时一并更新。"),
)


def lay_on_desks(cell: Cell, customer: Chronicle, company: Company, stream: Stream) -> None:
    """Perhaps an open complaint and a task about this customer."""
    truth = causes.SERVICE
    shown = world().cities[SHOW_CITY].province
    if cell.number == 0 or cell.number >= truth.desk_households or cell.city.province != shown:
        return
    last = customer.last_day
    if stream.chance(truth.desk_complaint):
        tell_complaint(customer, last - timedelta(days=stream.between(0, 13)), stream.pick(REASONS))
    if stream.chance(truth.desk_task):
        owner, title, note = stream.pick(JOBS)
        due = last + timedelta(days=stream.between(-1, 4))
        given = last - timedelta(days=stream.between(1, 6))
        customer.task(given, title, company.user_of[owner], due=due, done=None, note=note)
