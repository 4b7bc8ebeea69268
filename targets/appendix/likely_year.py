"""The year that the names of a table, its sheet and its file point to: proposed, never taken."""

import re

# A day on which something was decided or saved, and a document's number, name no year of a plan.
_NO_YEAR = re.compile(
    r"\d{1,2}\s*[-./_]\s*\d{1,2}\s*[-./_]\s*20\d\d|20\d\d[-._]\d{1,2}[-._]\d{1,2}"
    r"|tháng\s+\d{1,2}\s+năm\s+20\d\d|\d+\s*/\s*20\d\d\s*/"
)
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")


def likely_year(names, years):
    """
    Return (year, why) where the names together speak of just one of `years`; else (None, "").

    `names` are {what it is in words: text}; `why` says which of them name the year.
    """
    named = {what: _years_in(text) & set(years) for what, text in names.items()}
    found = set().union(*named.values())
    if len(found) != 1:
        return None, ""
    [year] = found
    told = ", ".join(what for what, own in named.items() if own)
    return year, f"theo {told}: năm {year}"


def _years_in(text):
    return {int(year) for year in _YEAR.findall(_NO_YEAR.sub(" ", text.lower()))}
