"""Reading an answer of the test client as a person does."""

import re
from html import unescape


def texts(response):
    """Return the page without its tags, in single spaces."""
    page = re.sub(r"<(script|style)\b.*?</\1>", " ", response.content.decode(), flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def offers(page, address):
    """Say whether a page holds a link or form to an address."""
    return any(f'{kind}="{address}"' in page.content.decode() for kind in ("href", "action"))


def at_field(response, name):
    """Return the words of refusal at one field, which names them to a screen reader."""
    html = response.content.decode()
    [words] = re.findall(rf'<ul class="err[^>]*id="id_{name}_error">(.*?)</ul>', html)
    assert f'aria-describedby="id_{name}' in html
    return unescape(words)
