"""The standards alone: X.509, CRL, OCSP, RFC 3161, CMS. No tables, no clock: it is all that ``keyuan verify`` needs."""
