"""Every write of the certificate centre."""

from keyuan.trust.actions.certificates import certify, renew, renewal_of, revoke
from keyuan.trust.actions.signatures import sign_as_customer

__all__ = ["certify", "renew", "renewal_of", "revoke", "sign_as_customer"]
