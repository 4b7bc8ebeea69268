"""
The first half of 2024 in Kiên Giang as it stands on the morning of 17/6/2024.

Everything goes through the workflow, as people would do it; each state a report can be in is here.
"""

import datetime as dt
from zlib import crc32

from django.core.files.base import ContentFile

from agencies.models import User
from reporting import draft_fields, evidence, extensions, notes, rounds, workflow
from reporting.demo import paper, words
from reporting.demo.archive import as_typed
from reporting.demo.figures import of_district
from reporting.demo.past import agency_reports, document_number, estimates, place_name, type_in
from reporting.demo.people import at
from reporting.models import Obligation, Round

PLAN = "kh-171-2021-kien-giang"
DAY = dt.timedelta(days=1)
ACCEPTED = [
    "ubnd-thanh-pho-rach-gia",
    "ubnd-thanh-pho-ha-tien",
    "ubnd-huyen-chau-thanh",
    "ubnd-huyen-giong-rieng",
    "ubnd-huyen-tan-hiep",
    "ubnd-huyen-kien-luong",
    "ubnd-huyen-an-bien",
    "so-khdt",
    "so-du-lich",
    "so-nnptnt",
    "hoi-lhpn-tinh",
]
SUBMITTED = [
    "ubnd-thanh-pho-phu-quoc",
    "ubnd-huyen-go-quao",
    "ubnd-huyen-an-minh",
    "so-cong-thuong",
    "nhcsxh-tinh",
    "ldld-tinh",
    "hoi-nong-dan-tinh",
]
# Returned: until when, and why.
RETURNED = {
    "ubnd-huyen-vinh-thuan": (
        dt.date(2024, 6, 21),
        "Số qua chương trình, dự án cao hơn biên bản đối chiếu với Phòng giao dịch Ngân hàng Chính "
        "sách xã hội. Đề nghị rà soát, sửa số hoặc giải trình.",
    ),
    "so-tttt": (
        dt.date(2024, 6, 14),
        "Mới nêu công việc của Sở. Đề nghị bổ sung tiến độ đăng tin tuyển dụng.",
    ),
}
# Sent again after a return: one accepted since, one waiting.
SENT_AGAIN = ["ubnd-huyen-giong-rieng", "ubnd-huyen-an-minh"]
ON_PAPER = ["ubnd-huyen-kien-luong"]
# Begun and not finished: how many fields are filled in.
BEGUN = {"ubnd-huyen-kien-hai": 4, "so-ldtbxh": 6, "bql-kkt-phu-quoc": 3}
# The labour department's own rates, as far as they are known by June.
RATES = {"KG171-Q-UNEMPLOYMENT": "2,31", "KG171-Q-OVERDUE": "0,42"}


def open_round(plan):
    opened_at = at(dt.date(2024, 3, 21), 8)
    return rounds.open_round(plan, Round.Kind.FIRST_HALF, 2024, now=opened_at, is_demo=True)


def play(round, planned, past):
    """Let everybody do what they have done by the demo's morning."""
    scene = Scene(round, planned, past)
    for place, report in enumerate(agency_reports(round)):
        scene.play(report, place)


class Scene:
    def __init__(self, round, planned, past):
        self.round, self.planned, self.past = round, planned, past
        self.staff = past.staff[round.plan]

    def play(self, report, place):
        code = report.agency.code
        sent = at(dt.date(2024, 6, 10) + place // 8 % 3 * DAY, 8 + place % 8, 7 * place % 60)
        if code in [*ACCEPTED, *SUBMITTED, *RETURNED]:
            self._send(report, at=sent)
        elif code in BEGUN:
            texts = dict(list(self.texts(report, sent).items())[: BEGUN[code]])
            type_in(report, texts, by=self.officer(report), at=sent)
        if code in ACCEPTED:
            workflow.accept_report(report, by=self.staff, at=sent + 2 * DAY)
        elif code in RETURNED:
            last_day, reason = RETURNED[code]
            workflow.return_report(
                report, by=self.staff, at=sent + DAY, reason=reason, last_day=last_day
            )
        if extra := getattr(self, f"_{code.rpartition('huyen-')[2].replace('-', '_')}", None):
            extra(report, sent)

    def officer(self, report):
        found = User.objects.with_role("officer", agency=report.agency)
        return found.filter(is_demo=True).order_by("pk").first()

    def _send(self, report, *, at):
        code, texts = report.agency.code, self.texts(report, at)
        by = self.staff if code in ON_PAPER else self.officer(report)
        if code in ("ubnd-thanh-pho-rach-gia", "ubnd-huyen-an-minh"):
            self._add_file(report, by=by, at=at)
        type_in(report, texts, by=by, at=at)
        workflow.submit_report(report, by=by, at=at)
        if code in SENT_AGAIN:
            self._send_again(report, by=by, at=at)

    def _send_again(self, report, *, by, at):
        reason = "Thiếu số vay vốn của tháng 5. Đề nghị bổ sung rồi gửi lại."
        workflow.return_report(
            report, by=self.staff, at=at + DAY / 4, reason=reason, last_day=dt.date(2024, 6, 19)
        )
        section = report.round.plan.outline.get(position=2)
        said = draft_fields.texts_of(report)[f"narrative-{section.pk}"]
        added = f"{said} Đã bổ sung số vay vốn của tháng 5 theo yêu cầu."
        type_in(report, {f"narrative-{section.pk}": added}, by=by, at=at + DAY)
        workflow.submit_report(report, by=by, at=at + DAY)

    def texts(self, report, sent):
        """Return {field name: text} of a whole report."""
        agency, round = report.agency, report.round
        form, numbers, result = self.past.form_of(report), {}, ""
        if form.indicators and agency.code == "so-ldtbxh":
            numbers = RATES
        elif form.indicators:
            numbers = of_district(agency.code, round.code)
            result = words.result_of(
                place_name(agency),
                int(numbers["KG171-TOTAL"]),
                planned=self.planned.get(("KG171-TOTAL", agency.code, 2024)),
                before=self.past.totals.get((agency.pk, "KG171-TOTAL", round.kind, 2023)),
                new=int(numbers["KG171-NEW"]),
            )
        required = report.obligation == Obligation.REQUIRED
        # Who is only invited owes no duty lines, and writes some (R5).
        duties = form.duties if required else form.duties[:2]
        return form.texts(
            numbers,
            words.narrative(agency, round, result=result),
            {duty.code: words.duty_progress(agency, round, duty) for duty in duties},
            **estimates(form, numbers, round),
            **{
                draft_fields.AS_OF: as_typed((sent - DAY).date()),
                draft_fields.DOCUMENT_NUMBER: document_number(agency, round),
                draft_fields.DOCUMENT_DATE: as_typed((sent - DAY).date()),
            },
        )

    def _add_file(self, report, *, by, at):
        place, code = place_name(report.agency), report.agency.code
        if code == "ubnd-huyen-an-minh":
            content, name = paper.attendance_picture(crc32(code.encode())), "phien-giao-dich.png"
        else:
            content, name = paper.minutes(place, at), "bien-ban-doi-chieu.pdf"
        evidence.add_evidence(report, ContentFile(content, name=name), by=by, at=at)

    # What single agencies did besides; named by the end of their code.

    def _ubnd_thanh_pho_phu_quoc(self, report, sent):
        new = next(i for i in draft_fields.indicators_asked(report) if i.code == "KG171-NEW")
        self._talk(
            report,
            f"figure-{new.pk}",
            "Việc làm mới thấp hơn cùng kỳ. Do khách sạn tuyển ít hơn hay do cách thống kê?",
            "Các khu nghỉ dưỡng lùi tuyển dụng sang tháng 7; đã hỏi Ban Quản lý Khu kinh tế.",
        )

    def _talk(self, report, place, question, answer):
        asked, answered = at(dt.date(2024, 6, 14), 10, 20), at(dt.date(2024, 6, 14), 14, 5)
        notes.add_note(report, place=place, text=question, by=self.staff, at=asked)
        notes.add_note(report, place=place, text=answer, by=self.officer(report), at=answered)

    def _kien_hai(self, report, sent):
        """Asked for three more days and got them."""
        asked = extensions.ask_extension(
            report,
            wanted_day=dt.date(2024, 6, 24),
            reason="Tàu ra các xã đảo nghỉ vì biển động, chưa nhận đủ số liệu của xã Nam Du.",
            by=self.officer(report),
            at=at(dt.date(2024, 6, 13), 9, 30),
        )
        extensions.decide_extension(
            asked,
            granted_day=dt.date(2024, 6, 24),
            answer="Đồng ý; phần đã có đề nghị nhập trước.",
            by=self.staff,
            at=at(dt.date(2024, 6, 13), 15, 10),
        )

    def _so_tai_chinh(self, report, sent):
        """Asked, and waits for an answer."""
        extensions.ask_extension(
            report,
            wanted_day=dt.date(2024, 6, 21),
            reason="Đang chờ số quyết toán vốn ủy thác của các huyện.",
            by=self.officer(report),
            at=at(dt.date(2024, 6, 14), 16, 40),
        )

    def _u_minh_thuong(self, report, sent):
        """The officer has laid the finished report before the head."""
        moment = at(dt.date(2024, 6, 14), 11)
        officer = self.officer(report)
        type_in(report, self.texts(report, moment), by=officer, at=moment)
        workflow.propose_report(report, by=officer, at=moment)
