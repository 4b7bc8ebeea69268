"""Reading a .po file, so that no test needs GNU gettext."""

import ast
import re
from dataclasses import dataclass, field


@dataclass
class Entry:
    """One string: its source, its translations (two where the source counts), its flags."""

    source: str
    sources: list = field(default_factory=list)  # source and plural source
    context: str = ""
    texts: list = field(default_factory=list)
    flags: set = field(default_factory=set)

    @property
    def keys(self):
        """The keys the compiled file holds, as gettext builds them."""
        key = f"{self.context}\x04{self.source}" if self.context else self.source
        return [(key, n) for n in range(len(self.texts))] if len(self.sources) > 1 else [key]


def entries(po):
    """Yield the entries of a .po file's text; the header is the one with an empty source."""
    for block in re.split(r"\n\s*\n", po.strip()):
        entry, last, parts = Entry(""), None, {}
        for line in block.splitlines():
            if line.startswith("#,"):
                entry.flags |= {flag.strip() for flag in line[2:].split(",")}
            elif word := re.match(r'(msg\w+(?:\[\d\])?) (".*")', line):
                last = word[1]
                parts[last] = ast.literal_eval(word[2])
            elif line.startswith('"'):
                parts[last] += ast.literal_eval(line)
        if "msgid" not in parts:
            continue
        entry.source, entry.context = parts["msgid"], parts.get("msgctxt", "")
        entry.sources = [parts[name] for name in ("msgid", "msgid_plural") if name in parts]
        entry.texts = [text for name, text in parts.items() if name.startswith("msgstr")]
        yield entry
