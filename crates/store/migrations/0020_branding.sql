-- How the tenant presents itself, beside its name; what is missing is ours.
CREATE TABLE branding (
    single INTEGER PRIMARY KEY CHECK (single = 1),
    accent TEXT, -- #rrggbb
    logo BLOB -- PNG
) STRICT;
