"""Why a command cannot begin. What can go wrong before Django is there: beginning.py."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from keyuan.cli.beginning import CannotBegin, language
from keyuan.kernel.refusals import Refusal

__all__ = ["CannotBegin", "language"]


class DatabaseDoesNotAnswer(Refusal):
    code = "database_does_not_answer"
    status = 503
    message = _("数据库没有应答：%(problem)s")
    remedy = _("请检查 DATABASE_URL 和数据库服务器；不设 DATABASE_URL 就用内置的数据库。")


class TablesNotUpToDate(Refusal):
    code = "tables_not_up_to_date"
    status = 503
    message = _("数据库里还没有客缘的表，或者表是旧版本的（缺%(missing)s步）。")
    remedy = _("请运行 make run，或者先运行 keyuan demo（示范数据）或 keyuan import（自己的数据）：它们会先更新表。")


class NoFrontEndFiles(Refusal):
    code = "no_front_end_files"
    status = 503
    message = _("网页的样式和脚本还没有取来，网页服务不能启动。")
    remedy = _("请运行 make run；只要取文件，就运行 make front-end。")


class CannotWriteThere(Refusal):
    code = "cannot_write_there"
    message = _("不能写入“%(path)s”。")
    remedy = _("请另选一个能写入的目录里的文件，以 .csv 或 .xlsx 结尾。")


class KeysAreElsewhere(Refusal):
    code = "keys_are_elsewhere"
    message = _("密钥来自环境变量 KEYUAN_KEYS，本命令改不了它。")
    remedy = _("请把 keyuan keys new 打印的密钥环放进 KEYUAN_KEYS，重启所有进程，再运行 keyuan keys reseal。")


class NoBookForThatDay(Refusal):
    code = "no_book_for_that_day"
    message = _("示范数据的截止日要在%(first)s到%(last)s之间。")
    remedy = _("请修改 --as-of，或者不写它，截止到今天。")
