"""Which agency a row means: names in full, as offices shorten them, or by code."""

import difflib
import re

from targets.appendix.cells.texts import match_key

_SHORT = [
    (r"\b(ui ban nhan dan|ubnd)\b", ""),
    (r"\b(tp|t p)\b", "thanh pho"),
    (r"\btx\b", "thi xa"),
    (r"\btt\b", "thi tran"),
    (r"^p\b", "phuong"),
    (r"^h\b", "huien"),
    (r"\bld tb (va |& )?xh\b|\bldtb ?(va |& )?xh\b|\bld tbxh\b", "lao dong thuong binh va xa hoi"),
]
_KINDS = re.compile(r"^(huien|thanh pho|thi xa|thi tran|xa|phuong|dac khu) ")
_CLOSE = 0.75


def agency_key(name):
    """Return the form in which names of agencies are compared."""
    key = match_key(name)
    for pattern, word in _SHORT:
        key = re.sub(pattern, word, key)
    return " ".join(key.split())


class AgencyNames:
    """The agencies of a plan's place by code, by key, and by bare name where that is unique."""

    def __init__(self, agencies):
        self.agencies = list(agencies)
        self.by_key, bare = {}, {}
        for agency in self.agencies:
            key = agency_key(agency.name)
            self.by_key[key] = self.by_key[match_key(agency.code)] = agency
            bare.setdefault(_KINDS.sub("", key), []).append(agency)
        for key, found in bare.items():
            if len(found) == 1:
                self.by_key.setdefault(key, found[0])

    def find(self, name):
        return self.by_key.get(agency_key(name))

    def close_to(self, name):
        """Return up to five agencies whose names come near, the nearest first."""
        key = agency_key(name)
        keys = difflib.get_close_matches(key, self.by_key, n=10, cutoff=_CLOSE)
        return list(dict.fromkeys(self.by_key[k] for k in keys))[:5]
