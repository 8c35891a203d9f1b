"""Addresses of this room: surveys for staff and residents, schemes, scores and reports."""

from django.urls import path

from assessments.views import reports, residents, schemes, scores, surveys

urlpatterns = [
    path("s/<slug:public_id>/", residents.survey, name="resident-start"),
    path("s/<slug:public_id>/e/", residents.survey, {"elder": True}, name="resident-elder"),
    path("surveys/", surveys.survey_list, name="survey-list"),
    path("surveys/new/", surveys.survey_new, name="survey-new"),
    path("surveys/<int:pk>/", surveys.survey_detail, name="survey-detail"),
    path("surveys/<int:pk>/codes/", surveys.survey_codes, name="survey-codes"),
    path("surveys/<int:pk>/poster/", surveys.survey_poster, name="survey-poster"),
    path("surveys/<int:pk>/close/", surveys.survey_close, name="survey-close"),
    path("schemes/", schemes.scheme_list, name="scheme-list"),
    path("schemes/new/", schemes.scheme_new, name="scheme-new"),
    path("schemes/<int:pk>/", schemes.scheme_detail, name="scheme-detail"),
    path("schemes/<int:pk>/change/", schemes.scheme_change, name="scheme-change"),
    path("schemes/<int:pk>/publish/", schemes.scheme_publish, name="scheme-publish"),
    path("schemes/<int:pk>/adopt/", schemes.scheme_adopt, name="scheme-adopt"),
    path("schemes/<int:pk>/lines/new/", schemes.indicator_new, name="indicator-new"),
    path("indicators/<int:pk>/change/", schemes.indicator_change, name="indicator-change"),
    path("indicators/<int:pk>/remove/", schemes.indicator_remove, name="indicator-remove"),
    path("score-runs/", scores.run_list, name="scorerun-list"),
    path("score-runs/new/", scores.run_new, name="scorerun-new"),
    path("score-runs/<int:pk>/", scores.run_detail, name="scorerun-detail"),
    path("score-runs/<int:pk>/publish/", scores.run_publish, name="scorerun-publish"),
    path("scores/", scores.score_list, name="score-list"),
    path("scores/<int:pk>/", scores.score_detail, name="score-detail"),
    path("scores/<int:pk>/data.json", scores.score_data, name="score-data"),
    path("reports/", reports.report_list, name="report-list"),
    path("reports/<int:pk>/", reports.report_detail, name="report-detail"),
    path("reports/<int:pk>/correct/", reports.report_correct, name="report-correct"),
    path("reports/<int:pk>/data.json", reports.report_json, name="report-json"),
    path("reports/<int:pk>/data.csv", reports.report_csv, name="report-csv"),
]
