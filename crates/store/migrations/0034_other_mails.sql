-- Further mail addresses of a person, a line each (`otherMails` of Graph), and whether they are in address lists: 'true',
-- 'false', or nothing was said (`showInAddressList`).
ALTER TABLE users ADD COLUMN other_mails TEXT;
ALTER TABLE users ADD COLUMN show_in_address_list TEXT;
