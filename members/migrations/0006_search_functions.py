from django.db import migrations

# Bodies that the server parses now: they name what they use, so they work under any search_path, as in a restore.
SEARCH_TEXT = """
CREATE FUNCTION search_text(words text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(normalize(words, NFKC) COLLATE "C");
"""

# The cost says that taking a text apart is dear beside comparing it.
SEARCH_GRAMS = """
CREATE FUNCTION search_grams(words text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000
RETURN (
    WITH spelt AS MATERIALIZED (SELECT string_to_array(search_text(words), NULL) AS characters)
    SELECT characters || (
        SELECT array_agg(one || next) FILTER (WHERE next IS NOT NULL)
          FROM unnest(characters, characters[2:]) AS pair(one, next)
    )
      FROM spelt
);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('members', '0005_published_template_refuses_by_name'),
    ]

    operations = [
        migrations.RunSQL(SEARCH_TEXT, 'DROP FUNCTION search_text(text);'),
        migrations.RunSQL(SEARCH_GRAMS, 'DROP FUNCTION search_grams(text);'),
    ]
