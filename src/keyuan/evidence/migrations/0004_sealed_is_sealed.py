"""A batch stays as it was made; it gets its seal once. The database says so, not only the code."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION evidence_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE may text[] := ARRAY['head', 'seal', 'sealed_at'];
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.seal IS NULL AND to_jsonb(NEW) - may = to_jsonb(OLD) - may THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a batch of the log is kept as it is: % refused', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER batches_are_kept BEFORE UPDATE OR DELETE ON evidence_batch
    FOR EACH ROW EXECUTE FUNCTION evidence_refuse_change();
CREATE TRIGGER batches_are_never_emptied BEFORE TRUNCATE ON evidence_batch
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_refuse_change();
"""
ALLOW = """
DROP TRIGGER batches_are_never_emptied ON evidence_batch;
DROP TRIGGER batches_are_kept ON evidence_batch;
DROP FUNCTION evidence_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("evidence", "0003_batches_of_the_log")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
