"""The text that lies in every evidence file. It is part of the form: another text is another form."""

from __future__ import annotations

from typing import Final

NAME: Final = "README.txt"
TEXT: Final = """\
证据文件 · Evidence file (keyuan.evidence.v1)

本文件汇集一张保单的销售证据。只需根证书，断网即可核对：
This file holds the evidence of how one policy was sold. It is checked offline with the root certificate alone:

    keyuan verify FILE --root root.pem

根证书须另行向保险公司索取，并核对其 SHA-256 指纹；不要相信与本文件一起送来的根证书。
Get the root certificate from the insurer by another way and compare its fingerprint; trust none that comes with this file.

不用客缘也可以核对 · Without Keyuan:

manifest.json     清单：每个文件的 SHA-256；manifest.p7s 是公司对清单摘要的签名
                  the list, SHA-256 of every member; manifest.p7s signs its digest:
    openssl dgst -sha256 -binary -out digest manifest.json
    openssl cms -verify -binary -cades -inform DER -in manifest.p7s -content digest -CAfile root.pem -purpose any -out x

policy/*.pdf      保单（PAdES B-LTA）· the policy:    pdfsig policy.pdf

signatures/N/     客户的签名 · a customer's signature:
    openssl x509 -inform DER -in certificate.der -pubkey -noout -out key.pem
    openssl dgst -sha256 -verify key.pem -signature value.der document.json
    openssl ts -verify -data value.der -token_in -in stamp.der -CAfile root.pem -untrusted issuing.pem
                  status.der 是签名当时的 OCSP 答复 · the OCSP answer of that moment
                  authorities/ 是签发证书（DER）· the issuing certificates (DER)

log/N.json        日志行；其叶哈希为 SHA-256(00 ‖ 文件内容)，按 log/proofs.json 中的路径（RFC 6962）得到批次的根
                  a line of the log; its leaf is SHA-256(00 || contents), and the path in log/proofs.json (RFC 6962)
                  leads to the root of its batch
batches/N.json    批次头：根、行数、前一批；batches/N.p7s 是对其 SHA-256 的封印，核对方法与清单相同
                  the head of a batch: root, lines, the batch before; N.p7s seals its SHA-256, checked as the list is

order/            投保内容 · what was applied for        product/      产品条款版本 · the version of the product
pages/            向客户展示过的页面与操作 · the pages as shown, and each operation
"""
