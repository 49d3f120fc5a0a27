"""Documents that the company signs: PAdES B-LTA, so that they are checked in decades with our root certificate alone.

The file holds the signature, a time stamp over it, the chain, the answers about its status of that moment, and a time
stamp over all of that (ETSI EN 319 142-1).
"""

from keyuan.trust.documents.signing import sign_pdf
from keyuan.trust.pki.pdf import Checked, check_pdf

__all__ = ["Checked", "check_pdf", "sign_pdf"]
