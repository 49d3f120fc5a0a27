"""What insight refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from keyuan.kernel.refusals import Refusal


class LakeEmpty(Refusal):
    code = "lake_empty"
    status = 409
    message = _("还没有分析数据。")
    remedy = _("请在服务器上运行 keyuan lake export，或等夜间导出完成。")


class LakeBusy(Refusal):
    code = "lake_busy"
    status = 409
    message = _("另一次导出正在进行。")
    remedy = _("请等它完成后再试。")


class UnknownDimension(Refusal):
    code = "unknown_dimension"
    message = _("没有“%(name)s”这个维度。")
    remedy = _("可用的维度：%(known)s。")


class UnknownMeasure(Refusal):
    code = "unknown_measure"
    message = _("没有“%(name)s”这个指标。")
    remedy = _("可用的指标：%(known)s。")


class TooManyDimensions(Refusal):
    code = "too_many_dimensions"
    message = _("一次最多按%(most)d个维度分组。")
    remedy = _("请去掉几个维度，或先用条件缩小范围。")


class TooManyCells(Refusal):
    code = "too_many_cells"
    message = _("结果超过%(most)d格，页面放不下。")
    remedy = _("请减少维度、加上条件，或用命令 keyuan cube 取得全部。")


class BadPeriod(Refusal):
    code = "bad_period"
    message = _("看不懂期间“%(text)s”。")
    remedy = _("请写成 2025、2025-03、2025Q2，或 2025-01-01..2025-07-01（止日不含）。")


class BadCondition(Refusal):
    code = "bad_condition"
    message = _("看不懂条件“%(text)s”。")
    remedy = _("请写成 维度=值，多个值用 | 隔开，例如 channel=agent|online。")


class UnknownBasis(Refusal):
    code = "unknown_basis"
    message = _("没有“%(name)s”这个口径。")
    remedy = _("可用的口径：cal 历年制，acc 事故年制，uw 承保年制。")


class UnknownEngine(Refusal):
    code = "unknown_engine"
    status = 500
    message = _("不认识计算引擎“%(name)s”。")
    remedy = _("KEYUAN_ENGINE 请写 duckdb、spark://local 或 spark://主机:端口。")


class SparkMissing(Refusal):
    code = "spark_missing"
    status = 500
    message = _("这台机器上没有安装 Spark。")
    remedy = _("请安装 keyuan[spark] 与 Java 17，或把 KEYUAN_ENGINE 改回 duckdb。")


class NoModelYet(Refusal):
    code = "no_model_yet"
    status = 409
    message = _("还没有可用的模型。")
    remedy = _("请运行 keyuan train lapse_own；数据太少，或不如简单基准的模型，不会启用。")


class TooLittleData(Refusal):
    code = "too_little_data"
    status = 409
    message = _("数据太少，还教不出模型：只有%(left)s次离开。")
    remedy = _("至少要有%(least)s次。业务多起来以后再训练。")


class UnknownProfitBasis(Refusal):
    code = "unknown_profit_basis"
    message = _("客户利润不按这个口径计算。")
    remedy = _("可用的口径：acc 事故年制，cal 历年制；保费 earned 已赚，written 签单。")


class NoProfitRun(Refusal):
    code = "no_profit_run"
    status = 409
    message = _("还没有计算过客户利润。")
    remedy = _("请在服务器上运行 keyuan profit，或等夜间计算完成。")
