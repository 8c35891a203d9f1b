"""The yardstick floor: one file, no sign-in, no sessions, no middleware, the real ORM.

It was measured before the product existed and came with the goals. Settings, models, statements and answers
are those of the yardstick floor, only laid out for reading and without the views that nothing here asks for:
change nothing, or old ratios lose their meaning.
The database is named by libpq's own variables (PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE).
"""

import os

import django
from django.conf import settings

LIST = (
    '<!doctype html><table>{% for i in rows %}<tr><td><a href="/item/{{i.id}}/">{{i.title}}</a></td>'
    "<td>{{i.unit.name}}</td><td>{{i.unit.org.name}}</td><td>{{i.category.name}}</td>"
    '<td>{{i.claimed}}/{{i.capacity}}</td><td>{{i.created|date:"Y-m-d H:i"}}</td></tr>{% endfor %}</table>'
)
FORM = (
    "<!doctype html><title>{{s.title}}</title><form method=post>{% for q in qs %}<fieldset><legend>{{q}}</legend>"
    "{% for o in opts %}<label><input type=radio name={{q}} value={{o}}>{{o}}</label>{% endfor %}</fieldset>"
    "{% endfor %}<button>ok</button></form>"
)
settings.configure(
    DEBUG=False,
    SECRET_KEY="x",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=[],
    USE_TZ=True,
    INSTALLED_APPS=["rest_framework"],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": os.environ["PGDATABASE"],
            "CONN_MAX_AGE": None,
        }
    },
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "loaders": [
                    (
                        "django.template.loaders.cached.Loader",
                        [
                            (
                                "django.template.loaders.locmem.Loader",
                                {"list.html": LIST, "form.html": FORM},
                            )
                        ],
                    )
                ]
            },
        }
    ],
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": [],
        "DEFAULT_PERMISSION_CLASSES": [],
        "UNAUTHENTICATED_USER": None,
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    },
)
django.setup()

from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402
from django.db.models import F  # noqa: E402
from django.http import HttpResponse, JsonResponse  # noqa: E402
from django.shortcuts import render  # noqa: E402
from django.urls import path  # noqa: E402
from rest_framework import pagination, serializers, viewsets  # noqa: E402


class M(models.Model):
    class Meta:
        abstract = True
        app_label = "floor"


class Org(M):
    name = models.CharField(max_length=80)
    path = models.CharField(max_length=80, db_index=True)


class Unit(M):
    name = models.CharField(max_length=80)
    org = models.ForeignKey(Org, models.CASCADE)


class Category(M):
    name = models.CharField(max_length=80)


class Item(M):
    title = models.CharField(max_length=120)
    unit = models.ForeignKey(Unit, models.CASCADE)
    category = models.ForeignKey(Category, models.CASCADE)
    capacity = models.IntegerField()
    claimed = models.IntegerField(default=0)
    created = models.DateTimeField(auto_now_add=True, db_index=True)


class Claim(M):
    item = models.ForeignKey(Item, models.CASCADE)
    unit = models.ForeignKey(Unit, models.CASCADE)
    created = models.DateTimeField(auto_now_add=True)


class Resp(M):
    survey_id = models.IntegerField()
    unit = models.ForeignKey(Unit, models.CASCADE)
    created = models.DateTimeField(auto_now_add=True)
    answers = models.JSONField()


MODELS = [Org, Unit, Category, Item, Claim, Resp]


def claim_cond(request):
    p = request.POST
    with transaction.atomic():
        if not Item.objects.filter(pk=p["item"], claimed__lt=F("capacity")).update(
            claimed=F("claimed") + 1
        ):
            return JsonResponse({"ok": False}, status=409)
        c = Claim.objects.create(item_id=p["item"], unit_id=p["unit"])
    return JsonResponse({"ok": True, "id": c.pk})


def survey(request):
    p = request.POST
    a = {f"q{i}": p.get(f"q{i}") for i in range(1, 11)}
    Resp.objects.create(survey_id=int(p["s"]), unit_id=int(p["unit"]), answers=a)
    return HttpResponse("thanks")


def form(request):
    return render(
        request,
        "form.html",
        {"s": {"title": "t"}, "qs": [f"q{i}" for i in range(1, 11)], "opts": range(1, 6)},
    )


def qs(request):
    q = Item.objects.select_related("unit__org", "category").order_by("-created", "-id")
    if request.GET.get("cat"):
        q = q.filter(category_id=request.GET["cat"])
    return q[:50]


def page(request):
    return render(request, "list.html", {"rows": qs(request)})


def hello(request):
    return HttpResponse("ok")


class ItemS(serializers.ModelSerializer):
    unit = serializers.CharField(source="unit.name")
    org = serializers.CharField(source="unit.org.name")
    category = serializers.CharField(source="category.name")

    class Meta:
        model = Item
        fields = ["id", "title", "unit", "org", "category", "capacity", "claimed", "created"]


class P(pagination.LimitOffsetPagination):
    default_limit = 50


class Cu(pagination.CursorPagination):
    page_size = 50
    ordering = ("-created", "-id")


class ItemV(viewsets.ReadOnlyModelViewSet):
    queryset = Item.objects.select_related("unit__org", "category").order_by("-created", "-id")
    serializer_class = ItemS
    pagination_class = P


class ItemC(ItemV):
    pagination_class = Cu


urlpatterns = [
    path("hello", hello),
    path("claim_cond", claim_cond),
    path("survey", survey),
    path("form", form),
    path("list", page),
    path("api_drf", ItemV.as_view({"get": "list"})),
    path("api_drf_cursor", ItemC.as_view({"get": "list"})),
]
application = WSGIHandler()


def set_up():
    """Tables and rows of the yardstick: 107 streets, 2,500 units, 30,000 items."""
    with connection.schema_editor() as editor:
        for model in MODELS:
            editor.create_model(model)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO floor_org(name,path) SELECT 'street '||g, lpad(g::text,5,'0') FROM generate_series(1,107) g;
            INSERT INTO floor_unit(name,org_id) SELECT 'unit '||g,1+g%107 FROM generate_series(1,2500) g;
            INSERT INTO floor_category(name) SELECT 'cat '||g FROM generate_series(1,20) g;
            INSERT INTO floor_item(title,unit_id,category_id,capacity,claimed,created)
             SELECT 'need number '||g,1+g%2500,1+g%20,1000000,0,now()-g*interval '1 min'
              FROM generate_series(1,30000) g;
            """
        )
        cursor.execute("CREATE INDEX ON floor_item(created DESC,id DESC)")
        cursor.execute("VACUUM ANALYZE")
    connection.close()
