"""The usual card and the usual survey, to begin with."""

from __future__ import annotations

from keyuan.engagement.content import Choice, Content, Question, Words
from keyuan.engagement.states import FormKind, QuestionKind

Q = QuestionKind
CONSENT = Words(
    "我同意本公司为联系我、提供保险咨询而处理以上信息。我可以随时查询、更正、删除或撤回同意。",
    "I agree that the company processes what I entered to contact me and to advise me on insurance. "
    "I may ask for it, correct it, have it deleted or withdraw this consent at any time.",
)
MARKETING = Words(
    "我愿意收到产品和活动信息（选填，可随时取消）。",
    "I would like to hear about products and events (optional, can be cancelled at any time).",
)
CARD = Content(
    title=Words("认识一下", "Nice to meet you"),
    intro=Words(
        "留下您的联系方式和关心的问题，我会尽快与您联系。", "Leave your details and what you would like to know."
    ),
    thanks=Words("谢谢您！我们会尽快与您联系。", "Thank you! We will be in touch soon."),
    questions=(
        Question("name", Q.NAME, Words("您的姓名", "Your name"), required=True),
        Question(
            "mobile",
            Q.MOBILE,
            Words("手机号", "Mobile number"),
            Words("只用于与您联系。", "Only used to contact you."),
            required=True,
        ),
        Question("interests", Q.INTERESTS, Words("您关心哪些保障？", "What cover are you interested in?")),
        Question("ask", Q.TEXT, Words("想了解什么？", "What would you like to know?")),
    ),
    consent=CONSENT,
    marketing=MARKETING,
)
SURVEY = Content(
    title=Words("保险服务小调查", "A short survey on insurance"),
    intro=Words("只需一分钟，不记名。", "It takes a minute and is anonymous."),
    thanks=Words("谢谢您的意见！", "Thank you for your opinion!"),
    questions=(
        Question(
            "recommend",
            Q.SCALE,
            Words("您有多大可能把我们推荐给亲友？", "How likely are you to recommend us to friends and family?"),
            Words("0 完全不会，10 一定会。", "0 not at all, 10 certainly."),
            required=True,
        ),
        Question(
            "matters",
            Q.MULTI,
            Words("选保险时您最看重什么？", "What matters most to you when you choose insurance?"),
            choices=(
                Choice("c1", Words("价格", "Price")),
                Choice("c2", Words("理赔快", "Fast claims")),
                Choice("c3", Words("服务好", "Good service")),
                Choice("c4", Words("品牌", "Brand")),
            ),
        ),
        Question("more", Q.TEXT, Words("还有什么想告诉我们？", "Anything else you would like to tell us?")),
    ),
    consent=CONSENT,
    marketing=MARKETING,
)
TEMPLATES: dict[FormKind, Content] = {FormKind.CARD: CARD, FormKind.SURVEY: SURVEY}
