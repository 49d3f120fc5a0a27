"""What was published stays as it was: the database refuses another text, number or digest, and deletion."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION products_keep_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'version % of product % was published and is kept', OLD.number, OLD.code
            USING ERRCODE = 'restrict_violation', HINT = 'withdraw it';
    END IF;
    IF (NEW.code, NEW.number, NEW.text, NEW.digest, NEW.effective_from, NEW.effective_until, NEW.published_at)
        IS DISTINCT FROM
       (OLD.code, OLD.number, OLD.text, OLD.digest, OLD.effective_from, OLD.effective_until, OLD.published_at) THEN
        RAISE EXCEPTION 'version % of product % was published and cannot be changed', OLD.number, OLD.code
            USING ERRCODE = 'restrict_violation', HINT = 'draft a new version';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER products_published_stays BEFORE UPDATE OR DELETE ON products_productversion
    FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION products_keep_published();
"""
ALLOW = """
DROP TRIGGER products_published_stays ON products_productversion;
DROP FUNCTION products_keep_published();
"""


class Migration(migrations.Migration):
    dependencies = [("products", "0002_versions_of_definitions")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
