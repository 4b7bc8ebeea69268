from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path

from agencies import desk_urls
from agencies.signin import SignInForm, demo_accounts

urlpatterns = [
    path(
        "dang-nhap/",
        LoginView.as_view(
            authentication_form=SignInForm,
            redirect_authenticated_user=True,
            extra_context={"demo_accounts": demo_accounts},
        ),
        name="login",
    ),
    path("dang-xuat/", LogoutView.as_view(), name="logout"),
    path("quan-tri/", include(desk_urls, namespace="desk")),
]
