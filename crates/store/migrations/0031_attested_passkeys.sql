-- SHA-1 of the certificate by which the maker vouched for a passkey; NULL: nobody did.
ALTER TABLE passkeys ADD COLUMN attested_by BLOB;
