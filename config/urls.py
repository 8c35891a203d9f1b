"""Which address leads to which room."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from config import views
from config.api import router

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("members.urls")),
    path("", include("alliances.urls")),
    path("", include("projects.urls")),
    path("", include("assessments.urls")),
    path("accounts/login/", views.SignIn.as_view(), name="login"),
    path("accounts/logout/", views.SignOut.as_view(), name="logout"),
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("api/", include(router.urls)),
    path("api/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/docs/", SpectacularSwaggerView.as_view(url_name="api-schema"), name="api-docs"),
    path("admin/", admin.site.urls),
]
