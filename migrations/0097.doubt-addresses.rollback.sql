alter table users drop column is_email_doubted;
