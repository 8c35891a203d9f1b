"""Addresses of organisations, structures, people and messages."""

from django.urls import path

from members.views import notifications, organisations, people, structures

urlpatterns = [
    path("organisations/", organisations.organisation_list, name="organisation-list"),
    path("organisations/new/", organisations.organisation_new, name="organisation-new"),
    path("organisations/<int:pk>/", organisations.organisation_detail, name="organisation-detail"),
    path("organisations/<int:pk>/change/", organisations.organisation_change, name="organisation-change"),
    path("organisations/<int:pk>/close/", organisations.organisation_close, name="organisation-close"),
    path("organisations/<int:pk>/adopt/", organisations.organisation_adopt, name="organisation-adopt"),
    path("structures/", structures.structure_list, name="structure-list"),
    path("structures/new/", structures.structure_new, name="structure-new"),
    path("structures/kinds/new/", structures.kind_new, name="kind-new"),
    path("structures/<int:pk>/", structures.structure_detail, name="structure-detail"),
    path("structures/<int:pk>/add-rule/", structures.structure_add_rule, name="structure-add-rule"),
    path(
        "structures/<int:pk>/remove-rule/", structures.structure_remove_rule, name="structure-remove-rule"
    ),
    path("structures/<int:pk>/publish/", structures.structure_publish, name="structure-publish"),
    path("people/", people.person_list, name="person-list"),
    path("people/new/", people.person_new, name="person-new"),
    path("people/assign/", people.person_assign, name="person-assign"),
    path("people/<int:pk>/end/", people.person_end, name="person-end"),
    path("notifications/", notifications.notification_list, name="notification-list"),
    path("notifications/read-all/", notifications.notification_read_all, name="notification-read-all"),
    path("notifications/<int:pk>/open/", notifications.notification_open, name="notification-open"),
    path("account/password/", people.password_change, name="password-change"),
]
