from django.urls import path

from reporting import views

app_name = "reporting"

urlpatterns = [
    path("bao-cao/<int:pk>/", views.report_detail, name="report-detail"),
    path("bao-cao/<int:pk>/nhap/", views.report_edit, name="report-edit"),
    path("bao-cao/<int:pk>/gui/", views.report_submit, name="report-submit"),
    path("bao-cao/<int:pk>/tiep-nhan/", views.report_accept, name="report-accept"),
    path("bao-cao/<int:pk>/tra-lai/", views.report_return, name="report-return"),
    path("bao-cao/<int:pk>/bien-nhan/<int:number>/", views.receipt, name="receipt"),
    path("ky-bao-cao/<int:pk>/", views.round_detail, name="round-detail"),
]
