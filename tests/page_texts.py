"""Reading an answer of the test client as a person does."""

import re
from html import unescape


def texts(response):
    """Return the page without its tags, in single spaces."""
    page = re.sub(r"<(script|style)\b.*?</\1>", " ", response.content.decode(), flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())
