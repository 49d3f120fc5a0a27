"""Where the numbers of our own policies come from: a sequence, so that none is ever given twice, not even after a rollback."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("policies", "0008_months_from_the_index_alone")]
    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE policies_number_serial AS bigint MINVALUE 1 MAXVALUE 9999999999 CACHE 1",
            "DROP SEQUENCE policies_number_serial",
        )
    ]
