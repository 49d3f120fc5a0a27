"""Why the certificate centre does not do something, and what to do instead."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from keyuan.kernel.refusals import Refusal


class KeyUnavailable(Refusal):
    code = "key_unavailable"
    status = 503
    message = _("认证中心的密钥“%(name)s”打不开。")
    remedy = _("请运维人员核对密钥文件夹与口令（KEYUAN_TRUST_FOLDER、KEYUAN_TRUST_PASSPHRASE），或密码设备的设置。")


class NoAuthority(Refusal):
    code = "no_authority"
    status = 503
    message = _("认证中心还没有建立。")
    remedy = _("请运维人员设置 KEYUAN_TRUST_PASSPHRASE，然后运行 keyuan trust init。")


class OnlyTheHolder(Refusal):
    code = "only_the_holder"
    status = 403
    message = _("客户的证书与签名，只有客户本人登录后才能使用。")
    remedy = _("请客户用自己的手机或电脑登录后办理。")


class CertificateNotFound(Refusal):
    code = "certificate_not_found"
    status = 404
    message = _("没有这张证书，或者不在您的范围内。")
    remedy = _("请回到证书列表核对。")


class RequestMalformed(Refusal):
    code = "certificate_request_malformed"
    message = _("证书申请的内容读不出来。")
    remedy = _("请刷新页面后重试。")


class KeyNotSuitable(Refusal):
    code = "key_not_suitable"
    message = _("证书申请中的密钥不是 P-256 椭圆曲线密钥。")
    remedy = _("请用较新的浏览器重新办理。")


class NotInPossession(Refusal):
    """The request is not signed with the key that it is about (proof of possession, RFC 2986)."""

    code = "not_in_possession"
    message = _("证书申请没有用它自己的密钥签名，不能证明密钥在您手中。")
    remedy = _("请刷新页面后重试；再次出现时请联系客服。")


class KeyAlreadyCertified(Refusal):
    code = "key_already_certified"
    message = _("这把密钥已经办过证书。")
    remedy = _("每张证书用一把新的密钥，请刷新页面后重试。")


class IdentityNotChecked(Refusal):
    code = "identity_not_checked"
    message = _("办理证书前，要先核实您的身份。")
    remedy = _("请先完成身份核实，再回到这里。")


class IdentityUnclear(Refusal):
    code = "identity_unclear"
    message = _("姓名、证件号码和手机号没有核对上，或者核验服务暂时没有回答。")
    remedy = _("请核对证件号码后重试；仍然不行时请打客服电话，我们为您人工核实。")


class DeviceNameMissing(Refusal):
    code = "device_name_missing"
    message = _("请给这台设备起个名字。")
    remedy = _("例如“我的手机”，以后好认。")


class TooManyDevices(Refusal):
    code = "too_many_devices"
    message = _("您已有%(count)s台设备办理了证书，不能再添加。")
    remedy = _("请先注销不再使用的设备。")


class CertificateExpired(Refusal):
    code = "certificate_expired"
    message = _("这台设备上的证书已于%(day)s到期。")
    remedy = _("请先在“我的证书”中为这台设备重新办理。")


class CertificateNotYetValid(Refusal):
    code = "certificate_not_yet_valid"
    message = _("这张证书要到%(day)s才生效。")
    remedy = _("请在生效后再签名。")


class CertificateRevoked(Refusal):
    code = "certificate_revoked"
    message = _("这台设备上的证书已于%(day)s注销。")
    remedy = _("请在“我的证书”中为这台设备重新办理；如果不是您本人注销的，请立即联系客服。")


class ChainBroken(Refusal):
    code = "chain_broken"
    message = _("这张证书不是由本公司现行的认证中心签发的。")
    remedy = _("请在“我的证书”中为这台设备重新办理。")


class SignatureDoesNotFit(Refusal):
    code = "signature_does_not_fit"
    message = _("签名与内容不符：内容或签名在途中被改动，或者不是用这张证书签的。")
    remedy = _("请刷新页面，核对内容后重新签名。")


class SubjectNotSigned(Refusal):
    """What is signed does not say what it is for: the signature could be moved to something else."""

    code = "subject_not_signed"
    message = _("签名的内容没有写明为哪一项业务而签。")
    remedy = _("请刷新页面后重新签名；再次出现时请联系客服。")


class AlreadyRevoked(Refusal):
    code = "certificate_already_revoked"
    message = _("这张证书已经注销。")


class CompanyCertificate(Refusal):
    code = "company_certificate"
    message = _("公司自己的证书不在这里注销。")
    remedy = _("请运维人员运行 keyuan trust revoke。")


class NotTheSeal(Refusal):
    code = "not_the_seal"
    message = _("封存签名与内容不符：%(why)s。")


class DocumentNotSigned(Refusal):
    code = "document_not_signed"
    status = 503
    message = _("文件没有签成：%(why)s")
    remedy = _("请稍后重试；再次出现时请运维人员核对认证中心的证书。")
