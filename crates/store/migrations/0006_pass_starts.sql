-- Passes that are about to start, for the portal's first page.
CREATE INDEX passes_by_start ON passes (start_at);
