from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0012_who_had_an_identifier_formerly")]

    operations = [
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                condition=models.Q(("birth_date__isnull", False)), fields=["birth_date"], name="person_by_birth_date"
            ),
        ),
    ]
