-- Refusals are few, and looked for by themselves: a page of them must not cost a walk over all that went well.
CREATE INDEX audits_refused ON audits (at, seq) WHERE succeeded = 0;
