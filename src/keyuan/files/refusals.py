"""What the files room refuses, by name."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from keyuan.kernel.refusals import Refusal


class FileNotFound(Refusal):
    """There is no such file, or the viewer may not see whose it is."""

    code = "file_not_found"
    status = 404
    message = _("没有找到这个文件，或者您无权查看。")
    remedy = _("请刷新页面；如果应当由您服务，请联系主管分配。")


class SubjectNotFound(Refusal):
    """There is no such record to put a file on, or it is not in the viewer's scope."""

    code = "file_subject_not_found"
    status = 404
    message = _("没有找到要放文件的记录，或者它不在您的范围内。")
    remedy = _("请从客户、保单、投诉或合同的页面上传。")


class FileEmpty(Refusal):
    code = "file_empty"
    message = _("“%(name)s”是空文件。")
    remedy = _("请确认文件已保存完整，再重新选择。")


class FileTooLarge(Refusal):
    code = "file_too_large"
    status = 413
    message = _("“%(name)s”有%(size)s MB，超过%(limit)s MB的上限。")
    remedy = _("请压缩图片或拆分文件后再上传。")


class NothingChosen(Refusal):
    code = "no_file_chosen"
    message = _("没有选择文件。")
    remedy = _("请先选择要上传的文件。")


class TooManyFiles(Refusal):
    code = "too_many_files"
    message = _("一次最多上传%(limit)s个文件。")
    remedy = _("请分几次上传。")


class FileTypeRefused(Refusal):
    """The content is of no kind that is taken in: programs, archives, web pages and whatever is not recognised."""

    code = "file_type_refused"
    message = _("不接收“%(name)s”这种文件。")
    remedy = _("可以上传 PDF、OFD、图片、Office 文档、文本、录音和录像。")


class ContentContradictsName(Refusal):
    """What the name promises is not what the bytes are."""

    code = "content_contradicts_name"
    message = _("“%(name)s”的内容其实是 %(found)s，与文件名不符。")
    remedy = _("请改用正确的扩展名，或者确认文件没有损坏、没有被人改过。")


class FileBeingScanned(Refusal):
    code = "file_being_scanned"
    status = 409
    message = _("“%(name)s”正在查毒，暂时不能打开。")
    remedy = _("通常几秒钟就好，请稍后再试。")


class FileInfected(Refusal):
    code = "file_infected"
    status = 409
    message = _("“%(name)s”里查出病毒（%(threat)s），不能打开。")
    remedy = _("请删除它，并请提供文件的人查杀后重新提供。")


class ReasonMissing(Refusal):
    code = "file_reason_missing"
    message = _("删除文件要写明原因。")
    remedy = _("原因会写入日志；文件本身按档案保管期限保留。")


class NotYourFile(Refusal):
    code = "not_your_file"
    status = 403
    message = _("只有上传人，或有权修改客户资料的人，才能删除这个文件。")
    remedy = _("请联系上传人或客户的服务人员。")
