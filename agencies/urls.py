from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path
from django.views.decorators.http import require_http_methods

from agencies import desk_urls
from agencies.models import User
from agencies.signin import SignInForm, demo_accounts
from agencies.views import accounts, guide
from config.posted_forms import posted_from

urlpatterns = [
    path(
        "dang-nhap/",
        LoginView.as_view(
            authentication_form=SignInForm,
            redirect_authenticated_user=True,
            extra_context={"demo_accounts": demo_accounts, "languages": User.Language.choices},
        ),
        name="login",
    ),
    path("dang-xuat/", posted_from("/")(LogoutView.as_view()), name="logout"),
    path("loi-moi/<str:token>/", accounts.invitation_accept, name="invitation-accept"),
    path("quen-mat-khau/", accounts.password_forgotten, name="password-forgotten"),
    path("quen-mat-khau/da-nhan/", accounts.password_asked, name="password-asked"),
    path(
        "dat-lai-mat-khau/<uidb64>/<token>/",
        require_http_methods(["GET", "POST"])(accounts.PasswordReset.as_view()),
        name="password-reset",
    ),
    path("huong-dan/", guide.guide_page, name="guide"),
    path("huong-dan/<slug:slug>/", guide.guide_page, name="guide-role"),
    path("ho-so/", accounts.profile, name="profile"),
    path("ho-so/da-hieu/", accounts.hint_close, name="hint-close"),
    path("ngon-ngu/", accounts.language_choose, name="language"),
    path("ho-so/mat-khau/", accounts.PasswordChange.as_view(), name="password-change"),
    path("quan-tri/", include(desk_urls, namespace="desk")),
]
