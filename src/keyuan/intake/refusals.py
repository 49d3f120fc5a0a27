"""Why a whole book cannot be taken in. (Why a single row cannot: reasons.py.)"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from keyuan.kernel.refusals import Refusal


class NoSuchBook(Refusal):
    code = "no_such_book"
    message = _("没有文件或目录“%(path)s”。")
    remedy = _("请检查路径。")


class NothingMatches(Refusal):
    code = "nothing_matches"
    message = _("没有与映射中“%(match)s”相符的文件；这里有：%(found)s。")
    remedy = _("请修改映射中的 match，或补上缺少的文件。")


class EmptyFile(Refusal):
    code = "empty_file"
    message = _("文件“%(file)s”是空的：连表头也没有。")
    remedy = _("请重新导出该文件。")


class UnknownSheet(Refusal):
    code = "unknown_sheet"
    message = _("“%(file)s”里没有工作表“%(sheet)s”；现有：%(found)s。")
    remedy = _("请修改映射中的 sheet。")


class MissingColumns(Refusal):
    code = "missing_columns"
    message = _("“%(file)s”缺少映射所用的列：%(missing)s；现有：%(found)s。")
    remedy = _("请修改映射，或补上这些列。")


class RepeatedColumns(Refusal):
    code = "repeated_columns"
    message = _("“%(file)s”的表头里“%(columns)s”出现不止一次。")
    remedy = _("请给重复的列改名。")


class UnreadableFile(Refusal):
    code = "unreadable_file"
    message = _("“%(file)s”读不下去（第%(row)s行附近）：%(problem)s。")
    remedy = _("已导入的行保留；修好文件后再次导入即可继续。")


class UnknownEncoding(Refusal):
    code = "unknown_encoding"
    message = _("不认识编码“%(encoding)s”。")
    remedy = _("可用：auto、utf-8、gb18030 等。")


class TooManyCells(Refusal):
    code = "spreadsheet_too_large"
    message = _("“%(file)s”解压后约%(size)s MB，超过%(limit)s MB 的上限。")
    remedy = _("请把工作表另存为 CSV（UTF-8）后导入，CSV 不限大小。")


class BookBusy(Refusal):
    code = "book_busy"
    status = 409
    message = _("“%(book)s”正在由另一个进程导入。")
    remedy = _("请等它结束，或先停止它。")


class NoSuchRun(Refusal):
    code = "no_such_run"
    status = 404
    message = _("没有编号为%(run)s的导入。")
    remedy = _("请从导入列表中选择。")


class UnknownBranch(Refusal):
    code = "unknown_branch"
    message = _("映射中的默认机构“%(branch)s”不存在。")
    remedy = _("请先建立该机构，或在映射的 create 中写上 branches。")


class UploadTooLarge(Refusal):
    code = "upload_too_large"
    status = 413
    message = _("上传的文件超过%(limit)s MB。")
    remedy = _("请压缩为 .gz，或在服务器上用 keyuan import 导入。")


class NoSuchUpload(Refusal):
    code = "no_such_upload"
    status = 404
    message = _("没有编号为%(upload)s的上传文件。")
    remedy = _("请重新上传。")


class WrongKindOfFile(Refusal):
    code = "wrong_kind_of_file"
    message = _("不支持“%(name)s”这种文件。")
    remedy = _("可以上传：%(kinds)s。")
