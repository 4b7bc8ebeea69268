"""Two plans of a portal's staff, and workbooks for them: what the browser test of tables needs."""

import json
from pathlib import Path

from openpyxl import Workbook

from agencies.models import User
from targets.models import Target
from tests.factories import AgencyFactory, IndicatorFactory, MembershipFactory, PlanFactory
from tests.targets.appendix.corpus import Corpus, corpus_plan

FAULTS, SEED = 40, 7
YEARS, INDICATORS, AGENCIES = 5, 20, 200


def build(folder, email):
    """
    Make the plans for one of the portal's staff and save the workbooks into a folder.

    `stage.json` names the plans (`appendix`, `large`) and the cells of the planted faults
    (`expected`; `allowed`: named too where a sum breaks with them).
    """
    folder, staff = Path(folder), User.objects.get(email=email)
    appendix, spoiled = _appendix(folder)
    large = _large(folder)
    for plan in (appendix, large):
        MembershipFactory(role="staff", agency=plan.lead_agency, user=staff)
    told = {
        "appendix": appendix.code,
        "large": large.code,
        "expected": sorted(spoiled.expected),
        "allowed": sorted(spoiled.allowed),
    }
    (folder / "stage.json").write_text(json.dumps(told))


def _appendix(folder):
    """Save a plan's appendix with and without faults; of its targets the plan then has none."""
    plan = corpus_plan()
    corpus = Corpus(plan)
    spoiled = corpus.make(SEED, FAULTS)
    spoiled.save(folder, "phu-luc-40-loi.xlsx")
    corpus.make(SEED).save(folder, "phu-luc-da-sua.xlsx")
    Target.objects.filter(indicator__plan=plan).delete()
    return plan, spoiled


def _large(folder):
    """Save an allocation of 20.000 rows, for communes it makes."""
    plan = PlanFactory(first_year=2021, last_year=2020 + YEARS)
    names = [f"Chỉ tiêu giao số {number:02d}" for number in range(INDICATORS)]
    for name in names:
        IndicatorFactory(plan=plan, name=name)
    book = Workbook(write_only=True)
    page = book.create_sheet("Giao")
    page.append(["Đơn vị", "Chỉ tiêu", "Năm", "Số giao"])
    for number in range(AGENCIES):
        commune = f"Ủy ban nhân dân xã số {number}"
        AgencyFactory(jurisdiction=plan.jurisdiction, name=commune)
        for name in names:
            for year in plan.years:
                page.append([commune, name, year, 100 + number % 50])
    book.save(folder / "giao-20000.xlsx")
    return plan
