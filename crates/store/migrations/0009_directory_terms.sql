-- What users and groups are found by besides their own columns: each value in lower case, by kind (terms.rs).

CREATE TABLE directory_terms (
    kind INTEGER NOT NULL,
    term TEXT NOT NULL,
    object_id BLOB NOT NULL,
    PRIMARY KEY (kind, term, object_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX users_by_created ON users (created_at, upn_key) WHERE deleted_at IS NULL;
CREATE INDEX users_by_hire_date ON users (employee_hire_date, upn_key)
    WHERE deleted_at IS NULL AND employee_hire_date IS NOT NULL;
CREATE INDEX users_by_type ON users (user_type, upn_key) WHERE deleted_at IS NULL;

-- Of accounts that exist: words of names are cut, and letters beyond ASCII put into lower case, when they change next.
INSERT INTO directory_terms SELECT 1, display_name_key, id FROM users WHERE deleted_at IS NULL;
INSERT INTO directory_terms SELECT 4, lower(mail_nickname), id FROM users WHERE deleted_at IS NULL;
INSERT INTO directory_terms SELECT 11, lower(given_name), id FROM users WHERE deleted_at IS NULL AND given_name IS NOT NULL;
INSERT INTO directory_terms SELECT 12, lower(surname), id FROM users WHERE deleted_at IS NULL AND surname IS NOT NULL;
INSERT INTO directory_terms SELECT 13, lower(job_title), id FROM users WHERE deleted_at IS NULL AND job_title IS NOT NULL;
INSERT INTO directory_terms SELECT 14, lower(department), id FROM users WHERE deleted_at IS NULL AND department IS NOT NULL;
INSERT INTO directory_terms SELECT 15, lower(company_name), id FROM users WHERE deleted_at IS NULL AND company_name IS NOT NULL;
INSERT INTO directory_terms SELECT 16, lower(office_location), id FROM users WHERE deleted_at IS NULL AND office_location IS NOT NULL;
INSERT INTO directory_terms SELECT 17, lower(mobile_phone), id FROM users WHERE deleted_at IS NULL AND mobile_phone IS NOT NULL;
INSERT INTO directory_terms SELECT 18, lower(business_phone), id FROM users WHERE deleted_at IS NULL AND business_phone IS NOT NULL;
INSERT INTO directory_terms SELECT 19, lower(preferred_language), id FROM users WHERE deleted_at IS NULL AND preferred_language IS NOT NULL;
INSERT INTO directory_terms SELECT 20, lower(usage_location), id FROM users WHERE deleted_at IS NULL AND usage_location IS NOT NULL;
INSERT INTO directory_terms SELECT 21, lower(employee_id), id FROM users WHERE deleted_at IS NULL AND employee_id IS NOT NULL;
INSERT INTO directory_terms SELECT 22, lower(employee_type), id FROM users WHERE deleted_at IS NULL AND employee_type IS NOT NULL;
INSERT INTO directory_terms SELECT 23, lower(city), id FROM users WHERE deleted_at IS NULL AND city IS NOT NULL;
INSERT INTO directory_terms SELECT 24, lower(country), id FROM users WHERE deleted_at IS NULL AND country IS NOT NULL;
INSERT INTO directory_terms SELECT 25, lower(state), id FROM users WHERE deleted_at IS NULL AND state IS NOT NULL;
INSERT INTO directory_terms SELECT 26, lower(postal_code), id FROM users WHERE deleted_at IS NULL AND postal_code IS NOT NULL;
INSERT INTO directory_terms SELECT 101, display_name_key, id FROM groups;
INSERT INTO directory_terms SELECT 103, lower(mail_nickname), id FROM groups;
