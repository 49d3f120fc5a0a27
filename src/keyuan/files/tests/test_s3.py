"""Files in an S3-compatible service: a real one by its protocol (moto's server), over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.error import HTTPError
from urllib.parse import unquote
from urllib.request import Request, urlopen

import pytest
from django.core.files.storage import storages
from django.test import Client

from keyuan.accounts.models import User
from keyuan.accounts.scope import Viewer
from keyuan.customers.models import Customer
from keyuan.files import actions, storage
from keyuan.files.tests.conftest import PDF, upload
from keyuan.settings.filestore import file_storage

boto3 = pytest.importorskip("boto3")
server = pytest.importorskip("moto.server")
pytestmark = pytest.mark.django_db


@pytest.fixture
def bucket(monkeypatch, settings, tmp_path) -> Iterator[str]:
    service = server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    service.start()
    host, port = service.get_host_and_port()
    address = f"http://{host}:{port}"
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with urlopen(Request(f"{address}/moto-api/reset", method="POST")):  # noqa: S310  what other tests left
        pass
    boto3.client("s3", endpoint_url=address, region_name="us-east-1").create_bucket(Bucket="keyuan")
    url = f"s3://keyuan/desk?endpoint={address}&region=us-east-1&addressing=path"
    settings.KEYUAN_FILES_URL = url
    settings.STORAGES = {**settings.STORAGES, "files": file_storage(url, folder=tmp_path)}
    storages._storages.pop("files", None)
    yield address
    storages._storages.pop("files", None)
    service.stop()


def test_a_file_lies_in_the_bucket_and_is_handed_out_by_an_address_that_says_download(
    bucket: str, customer: Customer, clerk: Viewer, stranger: Viewer
) -> None:
    row = actions.attach(customer.pk, subject=("customer", customer.pk), upload=upload(), by=clerk).file
    listed = boto3.client("s3", endpoint_url=bucket, region_name="us-east-1").list_objects_v2(Bucket="keyuan")
    assert [entry["Key"] for entry in listed["Contents"]] == [f"desk/{row.key}"]
    client = Client()
    client.force_login(User.objects.get(pk=clerk.user_id))
    answer = client.get(f"/desk/files/{row.pk}/")
    assert answer.status_code == 302
    address = answer.headers["Location"]
    assert address.startswith(bucket)
    assert "X-Amz-Expires=60" in address
    assert "attachment" in unquote(address)
    with urlopen(address) as told:  # noqa: S310  our own server
        assert told.read() == PDF
        assert told.headers["Content-Disposition"].startswith("attachment")
    other = Client()
    other.force_login(User.objects.get(pk=stranger.user_id))
    assert other.get(f"/desk/files/{row.pk}/").status_code == 404


def test_what_is_shown_in_the_browser_is_streamed_by_us(
    bucket: str, customer: Customer, clerk: Viewer, settings
) -> None:
    row = actions.attach(customer.pk, subject=("customer", customer.pk), upload=upload(), by=clerk).file
    client = Client()
    client.force_login(User.objects.get(pk=clerk.user_id))
    shown = client.get(f"/desk/files/{row.pk}/view/")
    assert b"".join(shown.streaming_content) == PDF
    settings.KEYUAN_FILES_PRESIGN = 0
    assert b"".join(client.get(f"/desk/files/{row.pk}/").streaming_content) == PDF


def test_a_repeated_upload_leaves_one_object(bucket: str, customer: Customer, clerk: Viewer) -> None:
    for _again in range(2):
        actions.attach(customer.pk, subject=("customer", customer.pk), upload=upload(), by=clerk)
    listed = boto3.client("s3", endpoint_url=bucket, region_name="us-east-1").list_objects_v2(Bucket="keyuan")
    assert listed["KeyCount"] == 1


def test_an_address_that_is_no_bucket_is_said_at_the_start(tmp_path) -> None:
    with pytest.raises(ValueError, match="KEYUAN_FILES_URL"):
        file_storage("https://example.com/x", folder=tmp_path)
    local = file_storage("", folder=tmp_path)
    assert local["OPTIONS"]["location"] == str(tmp_path)


def test_an_object_that_is_gone_is_no_empty_file(bucket: str, customer: Customer, clerk: Viewer) -> None:
    row = actions.attach(customer.pk, subject=("customer", customer.pk), upload=upload(), by=clerk).file
    address = storage.presigned(row.key, name=row.name, content_type="application/pdf")
    storage.store().delete(row.key)
    with pytest.raises(HTTPError):
        urlopen(address)  # noqa: S310
