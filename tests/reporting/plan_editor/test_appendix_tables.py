"""An appendix into a draft: read, shown and written by the one path, as an edit of the draft."""

import io
from types import SimpleNamespace

import pytest
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from agencies.models import Event
from agencies.workbooks.problems import Refused
from plans.models import Plan
from reporting import table_work
from reporting.models import PlanDraft, TableJob
from reporting.plan_editor import activation, appendix_tables, drafts
from reporting.plan_editor.rows import digest
from reporting.plan_file import export_plan
from reporting.table_places import IntoDraft
from targets.appendix import imports
from targets.appendix.apply import ApplyRefused
from targets.models import AppendixImport, Indicator, Target
from tests.at_once import at_once
from tests.factories import MembershipFactory, ReportFactory
from tests.office_files import upload
from tests.reporting.plan_editor.conftest import NOW
from tests.targets.appendix.books import HEAD, content_of, kg171_document, kg171_workbook

pytestmark = pytest.mark.usefixtures("media")

BOOKS = {"phu-luc.xlsx": kg171_workbook, "phu-luc.docx": kg171_document}
EMPTY = ("indicators", "breakdowns", "targets")


@pytest.fixture
def begin(plan, document, deed):
    """Return what begins a draft of a new plan without indicators, under that code."""

    def start(code):
        fresh = document | {section: [] for section in EMPTY}
        fresh["plan"] = document["plan"] | {"code": code, "number": None}
        draft = drafts.start_draft(fresh, agency=plan.lead_agency, **deed)
        draft.refresh_from_db()
        return draft

    return start


@pytest.fixture
def new_draft(begin):
    return begin("kh-moi")


@pytest.fixture
def tables(client, staff, new_draft):
    """The pages of the draft's tables as staff's browser meets them."""
    client.force_login(staff)

    def url(page, *args):
        return reverse(f"reporting:draft-appendix-{page}", args=[new_draft.code, *args])

    def send(book, name="phu-luc.xlsx"):
        answer = client.post(url("upload"), {"file": upload(content_of(book), name)})
        return answer, AppendixImport.objects.order_by("pk").last()

    def shown(record):
        return client.get(url("import", record.pk)).context["form"].initial["shown"]

    def write(record, mark=None):
        typed = {"is_kind": "on", "shown": mark or shown(record)}
        return client.post(url("write", record.pk), typed, follow=True)

    return SimpleNamespace(url=url, send=send, shown=shown, write=write, client=client)


def small_appendix(*figures, years=(2021,), label="Giải quyết việc làm", unit="lượt người"):
    book = Workbook()
    book.active.title = "Phụ lục"
    book.active.append([*HEAD[:3], *(f"Năm {year}" for year in years)])
    book.active.append([None, label, unit, *figures])
    return book


def rename_a_duty(draft, deed):
    """Change something in the draft as a colleague does."""
    row = draft.document["duties"][0]
    wanted = row | {"statement": "Việc khác."}
    drafts.put_row(draft, "duties", wanted, shown=digest(row), note="Sửa", **deed)


@pytest.mark.parametrize("name", BOOKS)
def test_plan_171s_appendix_becomes_the_drafts_content_without_a_hand(name, new_draft, tables):
    answer, record = tables.send(BOOKS[name](), name)

    page = tables.client.get(answer["Location"]).content.decode()
    assert "chưa ghi gì vào bản soạn" in page
    assert "Ghi 30 thay đổi" in page
    assert (record.plan, record.question_count, record.problem_count) == (None, 0, 0)
    written = tables.write(record).content.decode()
    document = PlanDraft.objects.get(pk=new_draft.pk).document
    labels = [row["appendix_label"] for row in document["indicators"]]
    assert labels[:3] == ["Số người được giải quyết việc làm", "Trong tỉnh", "Ngoài tỉnh"]
    assert [row["unit"] for row in document["indicators"]] == [*["lượt người"] * 5, "người"]
    assert [(b["rule"], len(b["members"])) for b in document["breakdowns"]] == [
        ("partition", 2),
        ("partition", 2),
        ("of_which", 1),
    ]
    assert len(document["targets"]) == 30
    assert document["targets"][3] | {"low": 35000, "year": 2024} == document["targets"][3]
    assert "Đã ghi vào bản soạn" in written
    assert not Target.objects.filter(indicator__plan__code=new_draft.code).exists()


def test_published_the_draft_is_the_plan_that_the_same_file_makes_of_an_empty_plan(
    begin, new_draft, tables, deed
):
    empty_plan = activation.activate(begin("kh-rong"), **deed)
    file = upload(content_of(kg171_workbook()), "phu-luc.xlsx")
    record, _ = imports.read_upload(file, empty_plan, **deed)
    imports.apply_import(record, is_reported=False, **deed)
    _, record = tables.send(kg171_workbook())
    tables.write(record)

    published = activation.activate(new_draft, **deed)

    assert content_without_code(published) == content_without_code(empty_plan)
    assert Indicator.objects.filter(plan=published).count() == 6
    assert list(published.appendix_imports.all()) == [record]  # looked up at the plan from now on


def content_without_code(plan):
    exported = export_plan(plan)
    exported["plan"].pop("code")
    exported["targets"].sort(key=lambda row: (row["indicator"], row["year"]))
    return exported


def test_the_same_file_again_has_nothing_new_or_changed(tables):
    _, record = tables.send(kg171_workbook())
    tables.write(record)

    answer, again = tables.send(kg171_document(), "phu-luc.docx")

    assert (again.new_count, again.changed_count, again.unchanged_count) == (0, 0, 30)
    page = tables.client.get(answer["Location"]).content.decode()
    assert "Mọi số trong tệp đã có trong bản soạn" in page
    assert again.question_count == 0


def test_a_fault_is_shown_at_its_cell_and_nothing_is_written(new_draft, tables):
    book = kg171_workbook()
    book.active["D6"] = "19.301"
    answer, record = tables.send(book)

    page = tables.client.get(answer["Location"]).content.decode()
    tables.write(record, tables.client.get(answer["Location"]).context["form"].initial["shown"])
    copy = b"".join(tables.client.get(tables.url("file", record.pk, "ghi-chu")))

    assert '<td class="cell nowrap">Phụ lục!D6</td>' in page
    assert load_workbook(io.BytesIO(copy)).active["D6"].comment
    assert PlanDraft.objects.get(pk=new_draft.pk).document == new_draft.document


def test_a_draft_that_a_colleague_changed_since_the_preview_is_shown_again(
    new_draft, tables, plan, deed
):
    colleague = MembershipFactory(role="staff", agency=plan.lead_agency).user
    _, record = tables.send(kg171_workbook())
    mark = tables.shown(record)
    rename_a_duty(new_draft, deed | {"by": colleague})

    page = tables.write(record, mark).content.decode()

    document = PlanDraft.objects.get(pk=new_draft.pk).document
    assert f"Bản soạn đã được sửa từ lúc bạn xem trước (lần cuối: {colleague})" in page
    assert "Ghi 30 thay đổi" in page
    assert (document["indicators"], document["duties"][0]["statement"]) == ([], "Việc khác.")
    tables.write(record)
    document = PlanDraft.objects.get(pk=new_draft.pk).document
    assert (len(document["targets"]), document["duties"][0]["statement"]) == (30, "Việc khác.")


def test_other_answers_of_a_colleague_are_not_called_a_change_of_the_draft(tables):
    _, record = tables.send(small_appendix("3,100"))
    page = tables.client.get(tables.url("import", record.pk))
    (question,) = page.context["check"].questions

    def answer(**given):
        page = tables.client.get(tables.url("import", record.pk))
        given["answered"] = page.context["answered"]
        tables.client.post(tables.url("answer", record.pk), given)

    answer(**{f"q-{question.key}": "3100"})
    mark = tables.shown(record)
    answer(lai="1")

    page = tables.write(record, mark).content.decode()

    assert "đã có người trả lời khác từ lúc bạn xem trước; bản soạn thì chưa ai sửa" in page
    assert "Bản soạn đã được sửa" not in page
    assert not PlanDraft.objects.get().document["targets"]


@pytest.mark.django_db(transaction=True)
def test_written_and_edited_at_once_neither_overwrites_the_other(new_draft, tables, deed):
    _, record = tables.send(kg171_workbook())
    mark = tables.shown(record)

    def act(number):
        if number % 2:
            return rename_a_duty(new_draft, deed)
        return appendix_tables.apply_import(new_draft, record, shown=mark, **deed)

    results = at_once(act, 6, refusal=(ApplyRefused, drafts.RowChanged))

    written = [r for r in results[::2] if r and not isinstance(r, ApplyRefused)]
    document = PlanDraft.objects.get(pk=new_draft.pk).document
    assert len(written) == (AppendixImport.objects.get().state == "applied") <= 1
    assert len(document["targets"]) == 30 * len(written)
    assert document["duties"][0]["statement"] == "Việc khác."
    assert new_draft.events.filter(action="plan-draft-changed").count() == 1 + len(written)


def test_writing_is_one_edit_of_that_person_and_happens_once(new_draft, tables, staff):
    _, record = tables.send(kg171_workbook())
    mark = tables.shown(record)
    tables.write(record, mark)
    tables.write(record, mark)

    event = new_draft.events.get(action="plan-draft-changed")
    record.refresh_from_db()
    assert event.by == staff
    assert event.note == "Nhập phụ lục “phu-luc.xlsx”: 30 mới, 0 thay đổi"
    assert event.data["sha256"] == record.original.sha256
    assert (record.state, record.applied_by, record.new_count) == ("applied", staff, 30)
    assert "Đã ghi:" in tables.client.get(tables.url("upload")).content.decode()


def test_a_number_replaced_keeps_its_words_and_the_event_keeps_the_old_one(new_draft, tables, deed):
    row = {"indicator": "CT1", "scope": "year", "year": 2021, "operator": "at_most"}
    row |= {"low": None, "high": 900, "text": None, "clause": "II.3"}
    waiting = row | {"year": 2022, "high": None, "clause": "II.4"}
    later = row | {"scope": "by_year", "year": 2025}

    def edit(document):
        document["indicators"].append(
            {
                "code": "CT1",
                "name": "Việc làm",
                "appendix_label": "Giải quyết việc làm",
                "appendix_order": 1,
                "unit": "lượt người",
                "kind": "count",
                "combine": "sum",
                "better": "higher",
                "parent": None,
                "breakdown": None,
                "reporters": [],
            }
        )
        document["targets"] += [row, waiting, later]

    drafts.change(new_draft, edit, note="Soạn", **deed)

    _, record = tables.send(small_appendix(800, 700, 600, years=(2021, 2022, 2023)))
    tables.write(record)

    document = PlanDraft.objects.get(pk=new_draft.pk).document
    new_year = row | {"year": 2023, "operator": "plain", "low": 600, "high": None}
    assert document["targets"] == [
        row | {"high": 800},
        waiting | {"high": 700},
        later,
        new_year | {"clause": "Phụ lục", "from_year": None, "to_year": None},
    ]
    assert (record.new_count, record.changed_count) == (2, 1)
    assert new_draft.events.order_by("pk").last().data["old"] == [row, waiting]


def test_a_row_close_to_an_indicator_is_asked_and_the_answer_counts(new_draft, tables):
    _, record = tables.send(small_appendix(800))
    tables.write(record)
    _, record = tables.send(small_appendix(850, label="Giải quyết các việc làm"), "hai.xlsx")
    page = tables.client.get(tables.url("import", record.pk))
    (question,) = page.context["check"].questions

    answers = {f"q-{question.key}": question.choices[0][0], "answered": page.context["answered"]}
    tables.client.post(tables.url("answer", record.pk), answers)
    tables.write(record)

    document = PlanDraft.objects.get(pk=new_draft.pk).document
    assert [choice[0] for choice in question.choices] == ["CT1", "new"]
    assert [row["code"] for row in document["indicators"]] == ["CT1"]
    assert [row["low"] for row in document["targets"]] == [850]


def test_another_kind_of_table_is_refused_with_the_way_out(tables):
    book = Workbook()
    book.active.append(["Đơn vị", "Chỉ tiêu", "Năm", "Số giao"])
    book.active.append(["UBND huyện A", "Việc làm", "2021", 100])

    answer, record = tables.send(book, "giao.xlsx")

    assert (answer.status_code, record) == (422, None)
    assert "nhập khi kế hoạch đã kích hoạt" in answer.content.decode()


def test_a_closed_draft_takes_nothing(new_draft, tables, deed):
    _, record = tables.send(kg171_workbook())
    mark = tables.shown(record)
    drafts.discard(new_draft, **deed)

    with pytest.raises(Refused, match="đã bỏ"):
        IntoDraft(new_draft).keep(None, **deed)  # read in the background meanwhile
    with pytest.raises(ApplyRefused, match="đã bỏ"):
        appendix_tables.apply_import(new_draft, record, shown=mark, **deed)

    assert tables.client.get(tables.url("import", record.pk)).status_code == 404
    assert AppendixImport.objects.get().state == "checked"


def test_a_large_table_goes_into_the_draft_in_the_background(new_draft, tables, settings, staff):
    settings.IMPORT_BACKGROUND_KB = settings.IMPORT_BACKGROUND_FIGURES = 0
    answer, nothing_yet = tables.send(kg171_workbook())
    reading = TableJob.objects.get()
    assert answer["Location"] == tables.url("job", reading.pk)
    table_work.run(reading.pk, at=NOW)
    record = AppendixImport.objects.get()

    tables.write(record)
    table_work.run(TableJob.objects.first().pk, at=NOW)

    record.refresh_from_db()
    assert (nothing_yet, record.state, record.applied_by) == (None, "applied", staff)
    assert len(PlanDraft.objects.get(pk=new_draft.pk).document["targets"]) == 30


def test_changed_targets_of_a_reported_plan_are_sent_to_the_plan_itself(
    client, plan, staff, draft, document
):
    client.force_login(staff)
    ReportFactory(round__plan=plan)
    label, unit = (document["indicators"][0][key] for key in ("name", "unit"))
    Indicator.objects.filter(plan=plan, name=label).update(appendix_label=label)
    drafts.discard(draft, by=staff, at=NOW)
    draft = drafts.open_changes(plan, by=staff, at=NOW)
    file = upload(
        content_of(small_appendix(7, years=(2024,), label=label, unit=unit)), "phu-luc.xlsx"
    )
    at_draft = reverse("reporting:draft-appendix-upload", args=[draft.code])

    page = client.post(at_draft, {"file": file}, follow=True).content.decode()

    assert "trong bản soạn sẽ không áp dụng được" in page
    assert reverse("reporting:appendix-upload", args=[plan.code]) in page


def test_what_a_draft_was_given_is_no_other_plans_or_drafts(begin, plan, tables):
    _, record = tables.send(kg171_workbook())
    other = begin("kh-khac")

    for name, code in (("draft-appendix-import", other.code), ("appendix-import", plan.code)):
        page = reverse(f"reporting:{name}", args=[code, record.pk])
        assert tables.client.get(page).status_code == 404
    assert not Event.objects.filter(action="appendix-applied").exists()
    assert not Plan.objects.filter(code=other.code).exists()
