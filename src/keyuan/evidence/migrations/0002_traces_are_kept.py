"""Rows of a trace stay as they were written, and go only when the retention clock says so: the database holds it.

What is sealed may be sealed anew with another key; what the chain holds of it would tell if it were anything else.
"""

from django.db import migrations

REFUSE = """
CREATE FUNCTION evidence_keep_traces() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('keyuan.retention', true) = 'due' THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - ARRAY['told', 'volatile'] = to_jsonb(OLD) - ARRAY['told', 'volatile'] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'what was shown and done is kept as it is: % on % refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER rows_of_traces_are_kept BEFORE UPDATE OR DELETE ON evidence_tracerow
    FOR EACH ROW EXECUTE FUNCTION evidence_keep_traces();
CREATE FUNCTION evidence_keep_sales() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('keyuan.retention', true) = 'due' THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.rows >= OLD.rows AND (OLD.sale IS NULL OR NEW.sale = OLD.sale) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a trace is kept whole: % refused', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER traces_are_kept BEFORE UPDATE OR DELETE ON evidence_trace
    FOR EACH ROW EXECUTE FUNCTION evidence_keep_sales();
"""
ALLOW = """
DROP TRIGGER traces_are_kept ON evidence_trace;
DROP FUNCTION evidence_keep_sales();
DROP TRIGGER rows_of_traces_are_kept ON evidence_tracerow;
DROP FUNCTION evidence_keep_traces();
"""


class Migration(migrations.Migration):
    dependencies = [("evidence", "0001_traces")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
