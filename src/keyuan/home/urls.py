"""The addresses of the customer's pages."""

from django.urls import path

from keyuan.home.views import entrance, evidence, front, giving_back, policies, registration, security, tier

app_name = "home"

urlpatterns = [
    path("home/", front.front, name="front"),
    path("home/look/", front.look, name="look"),
    path("home/sign-in/", entrance.sign_in, name="sign_in"),
    path("home/sign-in/code/", entrance.code, name="code"),
    path("home/sign-in/again/", entrance.again, name="code_again"),
    path("home/sign-out/", entrance.sign_out, name="sign_out"),
    path("home/register/", registration.register, name="register"),
    path("home/sign-in/passkey/", security.passkey, name="passkey"),
    path("home/security/", security.security, name="security"),
    path("home/security/confirm/", security.confirm, name="confirm"),
    path("home/security/passkeys/add/", security.add_passkey, name="add_passkey"),
    path("home/security/passkeys/<int:passkey_id>/remove/", security.remove_passkey, name="remove_passkey"),
    path("home/security/elsewhere/", security.leave_elsewhere, name="leave_elsewhere"),
    path("home/tier/", tier.tier, name="tier"),
    path("home/tier/redeem/", tier.redeem, name="redeem_benefit"),
    path("home/policies/", front.policies, name="policies"),
    path("home/policies/<int:policy_id>/", policies.policy, name="policy"),
    path("home/policies/<int:policy_id>/document.pdf", policies.document, name="document"),
    path("home/policies/<int:policy_id>/evidence/", evidence.evidence, name="evidence"),
    path("home/policies/<int:policy_id>/pay/", policies.pay, name="pay_premium"),
    path("home/policies/<int:policy_id>/give-back/", giving_back.give_back, name="give_back"),
]
