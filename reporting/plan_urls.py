"""Addresses of the plan editor; part of reporting.urls and its namespace."""

from django.urls import include, path

from reporting.views import appendix_import, plan_editor, plan_rows, plan_start

# Below /ke-hoach/<code>/soan/: the draft under that code, a plan's own pages are dashboards'.
draft = [
    path("", plan_editor.overview, name="plan-draft"),
    path("mo/", plan_editor.open_changes, name="plan-draft-open"),
    path("thong-tin/", plan_editor.general, name="plan-draft-general"),
    path("bang-muc-tieu/", plan_rows.grid, name="plan-draft-grid"),
    path("kiem-tra/", plan_editor.check, name="plan-draft-check"),
    path("kich-hoat/", plan_editor.activate, name="plan-draft-activate"),
    path("bo/", plan_editor.discard, name="plan-draft-discard"),
    path("tep/", plan_editor.draft_file, name="plan-draft-file"),
    path("phan/<slug:slug>/", plan_rows.topic_rows, name="plan-draft-rows"),
    path("phan/<slug:slug>/them/", plan_rows.topic_row, name="plan-draft-add"),
    path("phan/<slug:slug>/<slug:mark>/", plan_rows.topic_row, name="plan-draft-row"),
    path("phan/<slug:slug>/<slug:mark>/bo/", plan_rows.topic_remove, name="plan-draft-remove"),
    path("phan/<slug:slug>/<slug:mark>/chuyen/", plan_rows.topic_move, name="plan-draft-move"),
]


def tables(prefix, *, in_draft):
    """Return the pages of tables from Excel and Word, below …/nhap-bang/."""
    where = {"in_draft": in_draft}
    return [
        path("", appendix_import.upload, where, name=f"{prefix}-upload"),
        path("viec/<int:pk>/", appendix_import.job, where, name=f"{prefix}-job"),
        path("<int:pk>/", appendix_import.preview, where, name=f"{prefix}-import"),
        path("<int:pk>/tra-loi/", appendix_import.answer, where, name=f"{prefix}-answer"),
        path("<int:pk>/ghi/", appendix_import.write, where, name=f"{prefix}-write"),
        path("<int:pk>/tep/<slug:which>/", appendix_import.file, where, name=f"{prefix}-file"),
    ]


urlpatterns = [
    path("ke-hoach/soan-moi/", plan_start.plan_new, name="plan-new"),
    path("ke-hoach/<slug:code>/soan/", include(draft)),
    path("ke-hoach/<slug:code>/soan/nhap-bang/", include(tables("draft-appendix", in_draft=True))),
    path("ke-hoach/<slug:code>/nhap-bang/", include(tables("appendix", in_draft=False))),
    path("ke-hoach/<slug:code>/tep/", plan_editor.plan_file, name="plan-file"),
    path("ke-hoach/<slug:code>/ket-thuc/", plan_start.plan_end, name="plan-end"),
    path(
        "ke-hoach/<slug:code>/dieu-chinh/<int:pk>/",
        plan_start.target_revise,
        name="target-revise",
    ),
]
