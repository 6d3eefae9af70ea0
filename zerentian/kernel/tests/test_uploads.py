"""A form of files that was sent without one."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from zerentian.kernel.models import Run
from zerentian.kernel.uploads import FilesField


def test_no_file_is_an_empty_field() -> None:
    with pytest.raises(ValidationError, match="必填"):
        FilesField().clean([])
    assert FilesField(required=False).clean([]) == []
    assert [one.name for one in FilesField().clean([SimpleUploadedFile(n, b"x") for n in ("a", "b")])] == ["a", "b"]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/bodies/import/", "/imports/new/"])
def test_an_upload_without_a_file_starts_nothing(client_of, address: str) -> None:
    client: Client = client_of("county")
    answer = client.post(address, {"whole": "on"})
    assert answer.status_code == 422
    assert answer.context["form"].errors["sources"]
    assert not Run.objects.exists()
