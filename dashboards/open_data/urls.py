from django.urls import path

from dashboards.open_data import views

app_name = "open-data"

urlpatterns = [
    path("ky-bao-cao.<slug:form>", views.rounds, name="rounds"),
    path("<slug:plan>/muc-tieu.<slug:form>", views.targets, name="targets"),
    path("<slug:plan>/<slug:round>/so-lieu.<slug:form>", views.figures, name="figures"),
    path("<slug:plan>/<slug:round>/dung-han.<slug:form>", views.timeliness, name="timeliness"),
    # Whatever else is asked for here is asked by a program: no page of HTML.
    path("<path:rest>", views.unknown, name="unknown"),
]
