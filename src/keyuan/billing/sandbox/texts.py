"""The words of the sandbox's pages, Chinese first. It knows no catalogue of Keyuan's."""

from __future__ import annotations

ZH = {
    "title": "沙箱收银台",
    "sandbox": "沙箱：这里没有真钱",
    "pay_to": "付款给 客缘保险（演示）",
    "until": "请在 {until} 前付款",
    "pay": "确认付款",
    "fail": "付款失败",
    "fail_help": "余额不足，不扣款",
    "more": "测试通知",
    "later": "付款，通知迟到一分钟",
    "repeat": "付款，通知发三次",
    "lost": "付款，通知丢失",
    "wrong": "付款金额少一元",
    "forged": "不付款，发一条伪造的通知",
    "failed": "付款失败：余额不足",
    "failed_help": "没有扣款。可以再试一次，或返回商家。",
    "again": "再试一次",
    "back": "返回商家",
    "paid": "付款成功",
    "closed": "交易已关闭",
    "closed_help": "超过付款时间或商家已关闭。请返回商家重新下单。",
    "sent": "伪造的通知已发出",
    "sent_help": "没有扣款。商家应当不予理会。",
    "refused": "打不开收银台",
    "refused_help": "请求的签名不对，或订单信息被改动。请返回商家重新发起付款。",
}
EN = {
    "title": "Sandbox checkout",
    "sandbox": "Sandbox: no real money here",
    "pay_to": "Pay to Keyuan Insurance (demo)",
    "until": "Please pay before {until}",
    "pay": "Pay now",
    "fail": "Fail the payment",
    "fail_help": "not enough balance, nothing is taken",
    "more": "Try the notification",
    "later": "Pay, notification one minute late",
    "repeat": "Pay, notification sent three times",
    "lost": "Pay, notification lost",
    "wrong": "Pay one yuan too little",
    "forged": "Pay nothing, send a forged notification",
    "failed": "Payment failed: not enough balance",
    "failed_help": "Nothing was taken. Try again, or go back to the merchant.",
    "again": "Try again",
    "back": "Back to the merchant",
    "paid": "Paid",
    "closed": "This trade is closed",
    "closed_help": "Its time is over or the merchant closed it. Go back and start a new payment.",
    "sent": "The forged notification was sent",
    "sent_help": "Nothing was taken. The merchant should take no notice of it.",
    "refused": "The checkout cannot be opened",
    "refused_help": "The signature does not fit or the order was changed. Go back and start the payment again.",
}


def texts(accept_language: str) -> dict[str, str]:
    """The words in the reader's language: English if that is asked for first, else Chinese."""
    return EN if accept_language.strip().lower().startswith("en") else ZH
