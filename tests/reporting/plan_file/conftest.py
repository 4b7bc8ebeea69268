import pytest
import yaml

from tests.reporting.plan_file.documents import small_document


@pytest.fixture
def document():
    return small_document()


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a document to a YAML file."""

    def write_file(document, name="ke-hoach.yaml"):
        path = tmp_path / name
        text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False)
        path.write_text(text, encoding="utf-8")
        return path

    return write_file
