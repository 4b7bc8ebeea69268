from django.urls import path

from agencies.views import bodies, calendar, desk, lists, people, tokens

app_name = "desk"
urlpatterns = [
    path("", desk.home, name="home"),
    path("dia-ban/<slug:code>/", desk.jurisdiction_edit, name="jurisdiction-edit"),
    path("nhat-ky/", desk.event_list, name="event-list"),
    path("khoa/", tokens.token_list, name="token-list"),
    path("khoa/<int:pk>/thu-hoi/", tokens.token_revoke, name="token-revoke"),
    path("lich/", calendar.day_list, name="day-list"),
    path("lich/<int:pk>/", calendar.day_edit, name="day-edit"),
    path("lich/<int:pk>/xoa/", calendar.day_remove, name="day-remove"),
    path("co-quan/", bodies.agency_list, name="agency-list"),
    path("co-quan/them/", bodies.agency_add, name="agency-add"),
    path("co-quan/<int:pk>/", bodies.agency_edit, name="agency-edit"),
    path("co-quan/xuat/", lists.agency_export, name="agency-export"),
    path("nguoi-dung/xuat/", lists.user_export, name="user-export"),
    path("nhap/<slug:kind>/", lists.list_read, name="list-read"),
    path("nhap/<slug:kind>/mau/", lists.list_template, name="list-template"),
    path("nhap/lan/<int:pk>/", lists.list_preview, name="list-preview"),
    path("nhap/lan/<int:pk>/ghi/", lists.list_apply, name="list-apply"),
    path("nhap/lan/<int:pk>/tep/", lists.list_file, name="list-file"),
    path("nguoi-dung/", people.user_list, name="user-list"),
    path("nguoi-dung/them/", people.user_add, name="user-add"),
    path("nguoi-dung/<int:pk>/", people.user_edit, name="user-edit"),
    path("nguoi-dung/<int:pk>/moi/", people.user_invite, name="user-invite"),
    path("nguoi-dung/<int:pk>/ngung/", people.user_deactivate, name="user-deactivate"),
    path("nguoi-dung/<int:pk>/mo-lai/", people.user_reactivate, name="user-reactivate"),
    path("nguoi-dung/<int:pk>/vai-tro/", people.role_give, name="role-give"),
    path("nguoi-dung/<int:pk>/vai-tro/<int:membership_pk>/go/", people.role_take, name="role-take"),
]
