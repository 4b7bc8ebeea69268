from django.urls import path

from agencies.views import bodies, calendar, desk

app_name = "desk"
urlpatterns = [
    path("", desk.home, name="home"),
    path("dia-ban/<slug:code>/", desk.jurisdiction_edit, name="jurisdiction-edit"),
    path("lich/", calendar.day_list, name="day-list"),
    path("lich/<int:pk>/", calendar.day_edit, name="day-edit"),
    path("lich/<int:pk>/xoa/", calendar.day_remove, name="day-remove"),
    path("co-quan/", bodies.agency_list, name="agency-list"),
    path("co-quan/them/", bodies.agency_add, name="agency-add"),
    path("co-quan/<int:pk>/", bodies.agency_edit, name="agency-edit"),
]
