from django.urls import path

from dashboards import views

app_name = "dashboards"

urlpatterns = [
    path("", views.home, name="home"),
    path("tim-kiem/", views.search_page, name="search"),
    path("tom-tat/<slug:code>/", views.brief, name="brief"),
    path("tom-tat/<slug:code>/a4.pdf", views.brief_file, name="brief-pdf"),
    path("ke-hoach/", views.plan_list, name="plan-list"),
    path("ke-hoach/<slug:code>/", views.plan_targets, name="plan-targets"),
    path("ke-hoach/<slug:code>/nhiem-vu/", views.plan_duties, name="plan-duties"),
    path("ke-hoach/<slug:code>/giai-phap/", views.plan_solutions, name="plan-solutions"),
    path("ke-hoach/<slug:code>/bao-cao/", views.plan_reporting, name="plan-reporting"),
    path("ke-hoach/<slug:code>/van-ban/", views.plan_source, name="plan-source"),
    path("ke-hoach/<slug:code>/dung-han/", views.plan_timeliness, name="plan-timeliness"),
    path(
        "ke-hoach/<slug:code>/thuc-hien-nhiem-vu/",
        views.plan_duty_states,
        name="plan-duty-states",
    ),
    path("so-sanh/", views.compare_places, name="compare-places"),
    path("ke-hoach/<slug:code>/cac-nam/", views.plan_years, name="plan-years"),
    path("ke-hoach/<slug:code>/tien-do/<int:year>/", views.plan_progress, name="plan-progress"),
    path(
        "ke-hoach/<slug:code>/tien-do/<int:year>/chi-tieu/<int:pk>/",
        views.plan_figures,
        name="plan-figures",
    ),
]
