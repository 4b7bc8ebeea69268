"""A large upload lies on disk without a name: killed or not, no process leaves one behind."""

import os

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

LARGE = os.urandom(3 * 2**20)  # above FILE_UPLOAD_MAX_MEMORY_SIZE


@pytest.fixture
def folder(settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    return tmp_path


def request_with(content):
    return RequestFactory().post("/", {"file": SimpleUploadedFile("bang.xlsx", content)})


def test_a_large_upload_is_read_whole_and_no_folder_knows_it(folder):
    request = request_with(LARGE)
    upload = request.FILES["file"]

    assert list(folder.iterdir()) == []
    assert os.fstat(upload.fileno()).st_size == len(LARGE)  # on disk, not in memory
    assert (upload.name, upload.size) == ("bang.xlsx", len(LARGE))
    assert b"".join(upload.chunks()) == LARGE
    request.close()
    assert upload.closed


def test_a_small_upload_stays_in_memory(folder):
    upload = request_with(b"a;b;c").FILES["file"]

    with pytest.raises(OSError, match="fileno"):
        upload.fileno()


def test_an_upload_that_breaks_off_leaves_nothing(folder):
    sent = request_with(LARGE)
    half, kind = sent.read()[: len(LARGE) // 2], sent.META["CONTENT_TYPE"]
    cut = RequestFactory().generic("POST", "/", half, content_type=kind)

    assert not cut.FILES
    assert list(folder.iterdir()) == []
    cut.close()
