"""Django: its own applications' migrations, the queries its ORM makes, select_for_update, and inspectdb over what it made."""
import os, sys, io
import django
from django.conf import settings
settings.configure(DEBUG=False, USE_TZ=True, SECRET_KEY="x", DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions", "django.contrib.admin", "django.contrib.messages", "django.contrib.sites", "django.contrib.postgres", "django.contrib.redirects", "django.contrib.flatpages"],
    SITE_ID=1, DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "NAME": os.environ["PGDATABASE"], "USER": "postgres", "HOST": os.environ["PGHOST"], "PORT": os.environ["PGPORT"]}})
django.setup()
from django.core.management import call_command
from django.db import connection, transaction, models
from django.db.models import F, Q, Count, Sum, Avg, Max, Case, When, Value, Window, Exists, OuterRef, Subquery
from django.db.models.functions import Lower, Concat, TruncMonth, ExtractYear, RowNumber, Coalesce, Now, Cast, StrIndex
out = io.StringIO(); call_command("migrate", verbosity=1, stdout=out, no_color=True); print(out.getvalue())
out = io.StringIO(); call_command("showmigrations", stdout=out, no_color=True); print(out.getvalue())
out = io.StringIO(); call_command("inspectdb", stdout=out); print(out.getvalue())
out = io.StringIO(); call_command("migrate", "flatpages", "zero", verbosity=1, stdout=out, no_color=True); print(out.getvalue())
from django.contrib.auth.models import User, Group, Permission
from django.contrib.sites.models import Site
print(Permission.objects.count(), Site.objects.get().domain)
g = Group.objects.create(name="g"); users = User.objects.bulk_create([User(username="u%d" % i, email="U%d@x" % i, is_staff=i % 2 == 0) for i in range(30)])
g.user_set.set(users[:7]); g.permissions.add(*Permission.objects.order_by("id")[:3])
print(list(User.objects.annotate(n=Count("groups")).filter(n__gt=0).order_by("username").values_list("username", "n")))
print(User.objects.filter(Q(username__icontains="U1") | Q(email__iregex="^u2[0-3]")).exclude(is_staff=True).order_by("id").values_list("username", flat=True))
print(User.objects.annotate(x=Concat(Lower("email"), Value("-"), Cast("id", models.CharField()))).order_by("-x").values_list("x", flat=True)[:3])
print(list(User.objects.annotate(r=Window(RowNumber(), partition_by=F("is_staff"), order_by=F("id").desc())).order_by("r", "id").values_list("r", "username")[:4]))
print(User.objects.aggregate(Count("id"), Max("username"), s=Sum(Case(When(is_staff=True, then=1), default=0))))
print(User.objects.filter(Exists(Group.objects.filter(user=OuterRef("pk")))).count(), User.objects.filter(date_joined__lte=Now(), last_login__isnull=True).count())
print(User.objects.annotate(y=ExtractYear("date_joined")).values("y").annotate(n=Count("id")).count(), User.objects.dates("date_joined", "month").count())
print(User.objects.filter(username="u1").update(first_name=Coalesce(F("last_name"), Value("?")), last_name=F("username")), User.objects.get(username="u1").last_name)
print(Group.objects.get_or_create(name="g")[1], Group.objects.update_or_create(name="h", defaults={"name": "h"})[1])
with transaction.atomic():
    print(User.objects.select_for_update(skip_locked=True, of=("self",)).filter(is_staff=True).count())
    try:
        with transaction.atomic(): Group.objects.create(name="g")
    except django.db.IntegrityError as e: print(str(e).strip())
    print(User.objects.filter(groups=g).delete()[0])
print(list(User.objects.values_list("username").union(Group.objects.values_list("name")).order_by("username")[:3]))
print(sum(1 for _ in User.objects.iterator(chunk_size=5)), len(User.objects.in_bulk([8, 9, 10])), User.objects.explain()[:0] == "")
with connection.cursor() as c: c.execute("select currval(pg_get_serial_sequence('auth_user', 'id'))"); print(c.fetchone())
out = io.StringIO(); call_command("sqlsequencereset", "auth", stdout=out, no_color=True); print(out.getvalue())
with connection.cursor() as c: c.execute(out.getvalue())
class Thing(models.Model):
    name = models.CharField(max_length=20, db_index=True); old = models.IntegerField(default=1)
    class Meta: app_label = "things"
with connection.schema_editor() as e:
    e.create_model(Thing)
    f = models.CharField(max_length=60, unique=True, null=True); f.set_attributes_from_name("name"); e.alter_field(Thing, Thing._meta.get_field("name"), f)
    n = models.DecimalField(max_digits=8, decimal_places=2, default=3); n.set_attributes_from_name("price"); e.add_field(Thing, n)
    o = models.BigIntegerField(null=True); o.set_attributes_from_name("renamed"); e.alter_field(Thing, Thing._meta.get_field("old"), o)
    e.add_index(Thing, models.Index(fields=["-name"], name="thing_name")); e.add_constraint(Thing, models.CheckConstraint(check=Q(name__gt="a"), name="thing_names"))
    e.alter_db_table(Thing, "things_thing", "stuff")
out = io.StringIO(); call_command("inspectdb", "stuff", stdout=out); print(out.getvalue())
with connection.cursor() as c: print(sorted(connection.introspection.get_constraints(c, "stuff").items(), key=str), connection.introspection.get_sequences(c, "stuff"))
out = io.StringIO(); call_command("flush", interactive=False, stdout=out, verbosity=0); print(User.objects.count(), Site.objects.count())
