"""The bytes of what was signed are kept, and stay: the database says so, not only the code."""

import django.db.models.functions.datetime
from django.db import migrations, models

REFUSE = """
CREATE FUNCTION orders_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was signed is kept as it is: % refused', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER signed_clauses_are_kept BEFORE UPDATE OR DELETE ON orders_signedclauses
    FOR EACH ROW EXECUTE FUNCTION orders_refuse_change();
"""
ALLOW = """
DROP TRIGGER signed_clauses_are_kept ON orders_signedclauses;
DROP FUNCTION orders_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0002_lists_of_orders")]
    operations = [
        migrations.CreateModel(
            name="SignedClauses",
            fields=[
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("content", models.BinaryField()),
                (
                    "kept_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
            ],
            options={"verbose_name_plural": "signed clauses"},
        ),
        migrations.RunSQL(REFUSE, ALLOW),
    ]
