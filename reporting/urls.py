from django.urls import path

from reporting.plan_urls import urlpatterns as plan_urlpatterns
from reporting.views import (
    consolidation,
    difficulties,
    entry,
    evidence,
    grid,
    many,
    receipts,
    review,
    rounds,
    talk,
)

app_name = "reporting"

urlpatterns = [
    *plan_urlpatterns,
    path("bao-cao/<int:pk>/", review.report_detail, name="report-detail"),
    path("bao-cao/<int:pk>/nhap/", entry.report_edit, name="report-edit"),
    path("bao-cao/<int:pk>/luu-o/", entry.report_field, name="report-field"),
    path("bao-cao/<int:pk>/gui/", entry.report_submit, name="report-submit"),
    path(
        "bao-cao/<int:pk>/tong-hop/",
        consolidation.consolidation,
        name="consolidation",
    ),
    path(
        "bao-cao/<int:pk>/tong-hop/gui/",
        consolidation.consolidation_send,
        name="consolidation-send",
    ),
    path("bao-cao/<int:pk>/trinh/", entry.report_propose, name="report-propose"),
    path("bao-cao/<int:pk>/tiep-nhan/", review.report_accept, name="report-accept"),
    path("bao-cao/<int:pk>/tra-lai/", review.report_return, name="report-return"),
    path("bao-cao/<int:pk>/bien-nhan/<int:number>/", receipts.receipt, name="receipt"),
    path("bao-cao/<int:pk>/bien-nhan/<int:number>/pdf/", receipts.receipt_file, name="receipt-pdf"),
    path("bao-cao/<int:pk>/xin-gia-han/", talk.extension_ask, name="extension-ask"),
    path("bao-cao/<int:pk>/gia-han/", talk.extension_answer, name="extension-answer"),
    path("bao-cao/<int:pk>/ghi-chu/", talk.note_add, name="note-add"),
    path("bao-cao/<int:pk>/tep/", evidence.evidence_add, name="evidence-add"),
    path("bao-cao/<int:pk>/tep/<int:evidence_pk>/", evidence.evidence_file, name="evidence-file"),
    path(
        "bao-cao/<int:pk>/tep/<int:evidence_pk>/bo/",
        evidence.evidence_remove,
        name="evidence-remove",
    ),
    path("ke-hoach/<slug:code>/mo-ky/", rounds.round_open, name="round-open"),
    path("ky-bao-cao/<int:pk>/luoi/<int:indicator_pk>/", grid.round_grid, name="round-grid"),
    path(
        "ky-bao-cao/<int:pk>/vuong-mac/",
        difficulties.round_difficulties,
        name="round-difficulties",
    ),
    path("bao-cao/<int:pk>/vuong-mac/", difficulties.difficulty_follow, name="difficulty-follow"),
    path("ky-bao-cao/<int:pk>/tiep-nhan/", many.round_accept, name="round-accept"),
    path("ky-bao-cao/<int:pk>/nhac-ngay/", many.round_remind, name="round-remind"),
    path("ky-bao-cao/<int:pk>/dong/", rounds.round_close, name="round-close"),
    path("ky-bao-cao/<int:pk>/", rounds.round_detail, name="round-detail"),
]
