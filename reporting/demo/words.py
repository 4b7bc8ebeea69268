"""What the demo's agencies write: invented, after the manner of the reports of vietnam.md §5."""

from decimal import Decimal
from pathlib import Path

import yaml

from reporting.demo.figures import spread
from targets.attainment import percent
from targets.numerals import format_number, format_percent

WORDS = yaml.safe_load(Path(__file__).with_name("words.yaml").read_text())
# How often each status comes, of ten: by the half of the year, then by its end.
HALF = ["in_progress"] * 5 + ["done"] * 2 + ["not_started"] * 2 + ["stuck"]
WHOLE = ["done"] * 6 + ["in_progress"] * 3 + ["stuck"]


def narrative(agency, round, *, result=""):
    """Return the five parts of an agency's report; `result` is the sentence with its figures."""
    who, when = agency.code, round.code
    own = WORDS["departments"].get(who, WORDS["others"])
    done, trouble = own["done"], own["trouble"]
    if result:
        done, trouble = (_one_of(WORDS[part], who, when) for part in ("results", "difficulties"))
    parts = [
        _one_of(WORDS["steering"], who, when),
        f"{result} {done}".strip(),
        trouble,
        _one_of(WORDS["directions"], who, when),
        _one_of(WORDS["proposals"], who, when),
    ]
    return [_filled(part, who, when, year=round.year) for part in parts]


def duty_progress(agency, round, duty):
    """Return (status, words) of one duty."""
    key = (agency.code, round.code, duty.code)
    status = _one_of(HALF if round.kind == "first_half" else WHOLE, *key)
    return status, _filled(_one_of(WORDS["duties"][status], *key), *key)


def result_of(place, total, *, planned, before, new=None):
    """Return “Huyện A giải quyết việc làm cho 1.475 lượt lao động, đạt 49,0% kế hoạch năm …”."""
    words = f"{place[0].upper()}{place[1:]} giải quyết việc làm cho {format_number(total)} lao động"
    if planned:
        words += f", đạt {format_percent(percent(Decimal(total), planned))} kế hoạch năm"
    if before:
        change = "tăng" if total >= before else "giảm"
        words += f", {change} {format_number(abs(total - before))} so với cùng kỳ năm trước"
    if new:
        words += f"; trong đó việc làm mới {format_number(new)} người"
    return f"{words}."


def _one_of(options, *key):
    return options[spread(*key, upto=len(options))]


def _filled(text, *key, year=""):
    return text.format(
        year=year,
        few=2 + spread(*key, "few", upto=6),
        few2=11 + spread(*key, "few2", upto=28),
        some=24 + spread(*key, "some", upto=90),
        many=format_number(310 + spread(*key, "many", upto=1700)),
        loans=35 + spread(*key, "loans", upto=160),
        part=48 + spread(*key, "part", upto=40),
    )
