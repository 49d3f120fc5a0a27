"""What was published stays as it was, and an application's facts too: the database refuses other texts and deletion."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION underwriting_keep_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'version % of the rules % was published and is kept', OLD.number, OLD.code
            USING ERRCODE = 'restrict_violation', HINT = 'publish another version';
    END IF;
    IF (NEW.code, NEW.number, NEW.text, NEW.digest, NEW.effective_from, NEW.published_at, NEW.authors)
        IS DISTINCT FROM
       (OLD.code, OLD.number, OLD.text, OLD.digest, OLD.effective_from, OLD.published_at, OLD.authors) THEN
        RAISE EXCEPTION 'version % of the rules % was published and cannot be changed', OLD.number, OLD.code
            USING ERRCODE = 'restrict_violation', HINT = 'draft a new version';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER underwriting_published_stays BEFORE UPDATE OR DELETE ON underwriting_ruleset
    FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION underwriting_keep_published();
CREATE FUNCTION underwriting_keep_decided() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what the rules and the underwriter decided on application % cannot be changed', OLD.id
        USING ERRCODE = 'restrict_violation', HINT = 'submit another application';
END $$;
CREATE TRIGGER underwriting_submitted_stays BEFORE UPDATE ON underwriting_application
    FOR EACH ROW WHEN (
        (OLD.outcome, OLD.loading_percent, OLD.exclusions, OLD.postpone_months, OLD.sum_at_risk, OLD.submitted_at)
            IS DISTINCT FROM
        (NEW.outcome, NEW.loading_percent, NEW.exclusions, NEW.postpone_months, NEW.sum_at_risk, NEW.submitted_at)
        OR (OLD.decided_at IS NOT NULL AND
            (OLD.final_outcome, OLD.final_loading, OLD.final_exclusions, OLD.final_months, OLD.decided_at)
                IS DISTINCT FROM
            (NEW.final_outcome, NEW.final_loading, NEW.final_exclusions, NEW.final_months, NEW.decided_at))
    ) EXECUTE FUNCTION underwriting_keep_decided();
"""
ALLOW = """
DROP TRIGGER underwriting_submitted_stays ON underwriting_application;
DROP FUNCTION underwriting_keep_decided();
DROP TRIGGER underwriting_published_stays ON underwriting_ruleset;
DROP FUNCTION underwriting_keep_published();
"""


class Migration(migrations.Migration):
    dependencies = [("underwriting", "0001_applications_and_rules")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
